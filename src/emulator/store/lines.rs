//! Lines.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::column::{count, date_or_none, msisdn, stored, time, time_or_none};
use super::generation::{self, List};
use crate::domain::{LineStatus, Msisdn};
use crate::emulator::model::{LineRecord, Month};

const COLUMNS: &str = "msisdn, iccid, imsi, imei, chip, system_no, service_code, plan_code, status, label, suspend_reason, \
    remaining, remaining_month, opened_at, termination_date, updated_at, version, billed_from, billed_until, gone_at";

fn read(row: &Row<'_>) -> rusqlite::Result<LineRecord> {
    Ok(LineRecord {
        msisdn: msisdn(row, 0)?,
        iccid: row.get(1)?,
        imsi: row.get(2)?,
        imei: row.get(3)?,
        chip: row.get(4)?,
        system_no: row.get(5)?,
        service_code: row.get(6)?,
        plan_code: row.get(7)?,
        status: LineStatus::from_wire(row.get_ref(8)?.as_str().unwrap_or_default()),
        label: row.get(9)?,
        suspend_reason: row.get(10)?,
        remaining: row.get::<_, Option<i64>>(11)?.map(|bytes| u64::try_from(bytes).unwrap_or(0)),
        remaining_month: Month::from_number(row.get(12)?),
        opened_at: time_or_none(row, 13)?,
        termination_date: date_or_none(row, 14)?,
        updated_at: time(row, 15)?,
        version: count(row, 16)?,
        billed_from: Month::from_number(row.get(17)?),
        billed_until: row.get::<_, Option<i64>>(18)?.map(Month::from_number),
        gone_at: time_or_none(row, 19)?,
    })
}

/// The line of that number.
pub(crate) fn get(db: &Connection, msisdn: Msisdn) -> rusqlite::Result<Option<LineRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM lines WHERE msisdn = ?1"))?.query_row([msisdn.as_str()], read).optional()
}

/// Lines of a range of numbers, in their order.
pub(crate) fn range(db: &Connection, first: Msisdn, last: Msisdn) -> rusqlite::Result<Vec<LineRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM lines WHERE msisdn BETWEEN ?1 AND ?2 ORDER BY msisdn"))?
        .query_map([first.as_str(), last.as_str()], read)?
        .collect()
}

/// Every line, one at a time.
pub(crate) fn each<E: From<rusqlite::Error>>(
    db: &Connection,
    mut visit: impl FnMut(LineRecord) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = db.prepare(&format!("SELECT {COLUMNS} FROM lines ORDER BY msisdn"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(read(row)?)?;
    }
    Ok(())
}

/// Writes a line over what was there; `new` says that nothing was.
pub(crate) fn put(db: &Connection, line: &LineRecord, new: bool) -> rusqlite::Result<()> {
    write(db, line, "REPLACE")?;
    generation::bump(db, List::Lines, new)
}

/// Writes a line unless its number is taken. Tells whether it was written; the caller counts the generation.
pub(crate) fn add(db: &Connection, line: &LineRecord) -> rusqlite::Result<bool> {
    write(db, line, "IGNORE").map(|rows| rows > 0)
}

fn write(db: &Connection, line: &LineRecord, conflict: &str) -> rusqlite::Result<usize> {
    db.prepare_cached(&format!(
        "INSERT OR {conflict} INTO lines ({COLUMNS}) \
         VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)"
    ))?
    .execute(rusqlite::params![
        line.msisdn.as_str(),
        line.iccid,
        line.imsi,
        line.imei,
        line.chip,
        line.system_no,
        line.service_code,
        line.plan_code,
        line.status.wire(),
        line.label,
        line.suspend_reason,
        line.remaining.map(stored),
        line.remaining_month.number(),
        line.opened_at.map(Timestamp::as_second),
        line.termination_date.map(|date| date.to_string()),
        line.updated_at.as_second(),
        stored(line.version),
        line.billed_from.number(),
        line.billed_until.map(Month::number),
        line.gone_at.map(Timestamp::as_second),
    ])
}

/// Lines whose time in the lists is over at a moment, in the order in which it ended.
pub(crate) fn gone(db: &Connection, by: Timestamp) -> rusqlite::Result<Vec<LineRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM lines WHERE gone_at <= ?1 ORDER BY gone_at, msisdn"))?
        .query_map([by.as_second()], read)?
        .collect()
}

/// When the next row leaves the lists.
pub(crate) fn next_gone(db: &Connection) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT min(gone_at) FROM lines WHERE gone_at IS NOT NULL")?.query_row([], |row| row.get(0))
}

/// Takes a line off the lists.
pub(crate) fn remove(db: &Connection, msisdn: Msisdn) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM lines WHERE msisdn = ?1")?.execute([msisdn.as_str()])?;
    generation::bump(db, List::Lines, true)
}

/// Lines of a service, counted by status and plan.
pub(crate) fn tally(db: &Connection, system_no: &str, service_code: &str) -> rusqlite::Result<Vec<(String, String, u64)>> {
    db.prepare_cached(
        "SELECT status, plan_code, count(*) FROM lines WHERE system_no = ?1 AND service_code = ?2 GROUP BY status, plan_code",
    )?
    .query_map([system_no, service_code], |row| Ok((row.get(0)?, row.get(1)?, count(row, 2)?)))?
    .collect()
}

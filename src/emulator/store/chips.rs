//! Chip SIMs.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::column::{count, msisdn, stored, time_or_none};
use super::generation::{self, List};
use crate::domain::{ChipStatus, Msisdn};
use crate::emulator::model::ChipRecord;

const COLUMNS: &str = "msisdn, iccid, imei, system_no, status, label, ordered_at, activated_at, version";

fn read(row: &Row<'_>) -> rusqlite::Result<ChipRecord> {
    Ok(ChipRecord {
        msisdn: msisdn(row, 0)?,
        iccid: row.get(1)?,
        imei: row.get(2)?,
        system_no: row.get(3)?,
        status: ChipStatus::from_wire(row.get_ref(4)?.as_str().unwrap_or_default()),
        label: row.get(5)?,
        ordered_at: time_or_none(row, 6)?,
        activated_at: time_or_none(row, 7)?,
        version: count(row, 8)?,
    })
}

/// The chip SIM of that number.
pub(crate) fn get(db: &Connection, msisdn: Msisdn) -> rusqlite::Result<Option<ChipRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM chips WHERE msisdn = ?1"))?.query_row([msisdn.as_str()], read).optional()
}

/// Chip SIMs of a range of numbers, in their order.
pub(crate) fn range(db: &Connection, first: Msisdn, last: Msisdn) -> rusqlite::Result<Vec<ChipRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM chips WHERE msisdn BETWEEN ?1 AND ?2 ORDER BY msisdn"))?
        .query_map([first.as_str(), last.as_str()], read)?
        .collect()
}

/// Every chip SIM, one at a time.
pub(crate) fn each<E: From<rusqlite::Error>>(
    db: &Connection,
    mut visit: impl FnMut(ChipRecord) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = db.prepare(&format!("SELECT {COLUMNS} FROM chips ORDER BY msisdn"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(read(row)?)?;
    }
    Ok(())
}

/// Writes a chip SIM over what was there; `new` says that nothing was.
pub(crate) fn put(db: &Connection, chip: &ChipRecord, new: bool) -> rusqlite::Result<()> {
    write(db, chip, "REPLACE")?;
    generation::bump(db, List::Chips, new)
}

/// Writes a chip SIM unless its number is taken. Tells whether it was written; the caller counts the generation.
pub(crate) fn add(db: &Connection, chip: &ChipRecord) -> rusqlite::Result<bool> {
    write(db, chip, "IGNORE").map(|rows| rows > 0)
}

fn write(db: &Connection, chip: &ChipRecord, conflict: &str) -> rusqlite::Result<usize> {
    db.prepare_cached(&format!("INSERT OR {conflict} INTO chips ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)"))?.execute(
        rusqlite::params![
            chip.msisdn.as_str(),
            chip.iccid,
            chip.imei,
            chip.system_no,
            chip.status.wire(),
            chip.label,
            chip.ordered_at.map(Timestamp::as_second),
            chip.activated_at.map(Timestamp::as_second),
            stored(chip.version),
        ],
    )
}

/// Takes a chip SIM off the list. Tells whether there was one.
pub(crate) fn remove(db: &Connection, msisdn: Msisdn) -> rusqlite::Result<()> {
    let removed = db.prepare_cached("DELETE FROM chips WHERE msisdn = ?1")?.execute([msisdn.as_str()])?;
    if removed > 0 { generation::bump(db, List::Chips, true) } else { Ok(()) }
}

/// Whether another chip SIM that has not ended is bound to that IMEI, or an open registration will bind it.
pub(crate) fn imei_taken(db: &Connection, imei: &str, except: Msisdn) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM chips WHERE imei = ?1 AND msisdn <> ?2 AND status NOT IN ('terminated', 'carrierTerminated')) \
             OR EXISTS (SELECT 1 FROM pending JOIN applications USING (seq) \
                        WHERE pending.target = ?1 AND pending.msisdn <> ?2 AND kind = 'imeiRegistration')",
    )?
    .query_row([imei, except.as_str()], |row| row.get(0))
}

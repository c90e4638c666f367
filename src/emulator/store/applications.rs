//! Applications, their items, and what is pending on lines and chip SIMs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql};

use super::column::{broken, date_or_none, msisdn, time, time_or_none};
use crate::carrier::wire::{Application, PendingApplication};
use crate::domain::{ApplicationStatus, ApplicationType, Msisdn, RequestedVia};
use crate::emulator::model::{ApplicationRecord, ItemRecord, Open, cancellable};

const COLUMNS: &str =
    "seq, no, kind, status, requested_at, via, effective_date, cancellable_until, target, argument, due_at, stuck";

fn read(row: &Row<'_>) -> rusqlite::Result<ApplicationRecord> {
    let argument = row.get_ref(9)?.as_str().unwrap_or_default();
    Ok(ApplicationRecord {
        seq: row.get(0)?,
        no: row.get(1)?,
        kind: ApplicationType::from_wire(row.get_ref(2)?.as_str().unwrap_or_default()),
        status: ApplicationStatus::from_wire(row.get_ref(3)?.as_str().unwrap_or_default()),
        requested_at: time(row, 4)?,
        via: RequestedVia::from_wire(row.get_ref(5)?.as_str().unwrap_or_default()),
        effective_date: date_or_none(row, 6)?,
        cancellable_until: time_or_none(row, 7)?,
        target: row.get(8)?,
        argument: serde_json::from_str(argument).map_err(|error| broken(9, error))?,
        due_at: time_or_none(row, 10)?,
        stuck: row.get(11)?,
    })
}

fn read_item(row: &Row<'_>) -> rusqlite::Result<ItemRecord> {
    Ok(ItemRecord {
        msisdn: msisdn(row, 0)?,
        status: row.get::<_, Option<String>>(1)?.map(|text| ApplicationStatus::from_wire(&text)),
        error_code: row.get(2)?,
        target: row.get(3)?,
    })
}

/// The next place in the order of applications.
pub(crate) fn next_seq(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(max(seq), 0) + 1 FROM applications")?.query_row([], |row| row.get(0))
}

/// Writes an application over what was there.
pub(crate) fn put(db: &Connection, application: &ApplicationRecord) -> rusqlite::Result<()> {
    let argument = serde_json::to_string(&application.argument).map_err(|error| broken(9, error))?;
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO applications ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)"
    ))?
    .execute(rusqlite::params![
        application.seq,
        application.no,
        application.kind.wire(),
        application.status.wire(),
        application.requested_at.as_second(),
        application.via.wire(),
        application.effective_date.map(|date| date.to_string()),
        application.cancellable_until.map(Timestamp::as_second),
        application.target,
        argument,
        application.due_at.map(Timestamp::as_second),
        application.stuck,
    ])?;
    Ok(())
}

/// The application of that number.
pub(crate) fn by_no(db: &Connection, no: &str) -> rusqlite::Result<Option<ApplicationRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM applications WHERE no = ?1"))?.query_row([no], read).optional()
}

/// The application at that place.
pub(crate) fn by_seq(db: &Connection, seq: i64) -> rusqlite::Result<Option<ApplicationRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM applications WHERE seq = ?1"))?.query_row([seq], read).optional()
}

/// Every application, in order.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<ApplicationRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM applications ORDER BY seq"))?.query_map([], read)?.collect()
}

/// Those that a fault holds.
pub(crate) fn stuck(db: &Connection) -> rusqlite::Result<Vec<ApplicationRecord>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM applications WHERE stuck ORDER BY seq"))?.query_map([], read)?.collect()
}

/// The one that moves on first, if it does so by that moment.
pub(crate) fn due(db: &Connection, by: Timestamp) -> rusqlite::Result<Option<ApplicationRecord>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM applications WHERE due_at IS NOT NULL AND due_at <= ?1 ORDER BY due_at, seq LIMIT 1"
    ))?
    .query_row([by.as_second()], read)
    .optional()
}

/// When the next one moves on.
pub(crate) fn next_due(db: &Connection) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT min(due_at) FROM applications WHERE due_at IS NOT NULL")?.query_row([], |row| row.get(0))
}

/// Filters of function 10.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// Type.
    pub(crate) kind: Option<String>,
    /// Status.
    pub(crate) status: Option<String>,
    /// A line it touches.
    pub(crate) msisdn: Option<Msisdn>,
    /// Requested at or after.
    pub(crate) from: Option<Timestamp>,
    /// Requested before.
    pub(crate) until: Option<Timestamp>,
}

impl Filter {
    /// Whether it lets an application through that is not (or no longer) as it is stored.
    pub(crate) fn passes(&self, application: &Application) -> bool {
        let Self { kind, status, msisdn, from, until } = self;
        let requested_at = application.requested_at.0;
        kind.as_deref().is_none_or(|kind| kind == application.kind.wire())
            && status.as_deref().is_none_or(|status| status == application.status.wire())
            && msisdn.is_none_or(|msisdn| application.items.iter().any(|item| item.msisdn == msisdn))
            && from.is_none_or(|from| requested_at >= from)
            && until.is_none_or(|until| requested_at < until)
    }
}

/// A page of applications and the size of the whole list.
pub(crate) fn page(db: &Connection, filter: &Filter, offset: u64, limit: u64) -> rusqlite::Result<(Vec<ApplicationRecord>, u64)> {
    let mut conditions = vec!["1"];
    let mut values: Vec<&dyn ToSql> = Vec::new();
    let msisdn = filter.msisdn.as_ref().map(Msisdn::as_str);
    let (from, until) = (filter.from.map(Timestamp::as_second), filter.until.map(Timestamp::as_second));
    if let Some(kind) = &filter.kind {
        conditions.push("kind = ?");
        values.push(kind);
    }
    if let Some(status) = &filter.status {
        conditions.push("status = ?");
        values.push(status);
    }
    if let Some(msisdn) = &msisdn {
        conditions.push("seq IN (SELECT seq FROM items WHERE msisdn = ?)");
        values.push(msisdn);
    }
    if let Some(from) = &from {
        conditions.push("requested_at >= ?");
        values.push(from);
    }
    if let Some(until) = &until {
        conditions.push("requested_at < ?");
        values.push(until);
    }
    let conditions = conditions.join(" AND ");
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM applications WHERE {conditions}"))?
        .query_row(values.as_slice(), |row| super::column::count(row, 0))?;
    let (limit, offset) = (super::column::stored(limit), super::column::stored(offset));
    values.push(&limit);
    values.push(&offset);
    let rows = db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM applications WHERE {conditions} ORDER BY seq LIMIT ? OFFSET ?"))?
        .query_map(values.as_slice(), read)?
        .collect::<rusqlite::Result<_>>()?;
    Ok((rows, total))
}

/// The items of an application, in their order.
pub(crate) fn items(db: &Connection, seq: i64) -> rusqlite::Result<Vec<ItemRecord>> {
    db.prepare_cached("SELECT msisdn, status, error_code, target FROM items WHERE seq = ?1 ORDER BY place")?
        .query_map([seq], read_item)?
        .collect()
}

/// The items of several applications that follow one another in the list, each in their order: in one sweep
/// where little lies between them, else singly.
pub(crate) fn items_of(db: &Connection, page: &[ApplicationRecord]) -> rusqlite::Result<Vec<Vec<ItemRecord>>> {
    let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(Vec::new()) };
    let spread = u64::try_from(last.seq - first.seq).unwrap_or(u64::MAX);
    if spread > (page.len() as u64).saturating_mul(4) {
        return page.iter().map(|application| items(db, application.seq)).collect();
    }
    let mut statement = db.prepare_cached(
        "SELECT msisdn, status, error_code, target, seq FROM items WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq, place",
    )?;
    let mut rows = statement.query((first.seq, last.seq))?;
    let mut found = vec![Vec::new(); page.len()];
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(4)?;
        let slot = page.binary_search_by_key(&seq, |application| application.seq).ok().and_then(|place| found.get_mut(place));
        if let Some(items) = slot {
            items.push(read_item(row)?);
        }
    }
    Ok(found)
}

/// Writes the item at a place; an open one (no status of its own) is pending on its line.
pub(crate) fn put_item(db: &Connection, seq: i64, place: usize, item: &ItemRecord) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO items VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(rusqlite::params![
        seq,
        i64::try_from(place).unwrap_or(i64::MAX),
        item.msisdn.as_str(),
        item.status.as_ref().map(ApplicationStatus::wire),
        item.error_code,
        item.target,
    ])?;
    if item.status.is_none() {
        db.prepare_cached("INSERT OR REPLACE INTO pending VALUES (?1, ?2, ?3)")?.execute((
            item.msisdn.as_str(),
            seq,
            &item.target,
        ))?;
    } else {
        db.prepare_cached("DELETE FROM pending WHERE msisdn = ?1 AND seq = ?2")?.execute((item.msisdn.as_str(), seq))?;
    }
    Ok(())
}

/// The open applications of a line, for the rules.
pub(crate) fn open(db: &Connection, msisdn: Msisdn) -> rusqlite::Result<Vec<Open>> {
    db.prepare_cached("SELECT seq, kind, status FROM pending JOIN applications USING (seq) WHERE msisdn = ?1 ORDER BY seq")?
        .query_map([msisdn.as_str()], |row| {
            Ok(Open {
                seq: row.get(0)?,
                kind: ApplicationType::from_wire(row.get_ref(1)?.as_str().unwrap_or_default()),
                status: ApplicationStatus::from_wire(row.get_ref(2)?.as_str().unwrap_or_default()),
            })
        })?
        .collect()
}

/// The open applications of a range of numbers, as lines show them.
pub(crate) fn pending(
    db: &Connection,
    first: Msisdn,
    last: Msisdn,
    now: Timestamp,
) -> rusqlite::Result<BTreeMap<Msisdn, Vec<PendingApplication>>> {
    let mut statement = db.prepare_cached(
        "SELECT p.msisdn, p.target, a.no, a.kind, a.status, a.effective_date, a.cancellable_until \
         FROM pending AS p JOIN applications AS a USING (seq) WHERE p.msisdn BETWEEN ?1 AND ?2 ORDER BY p.msisdn, p.seq",
    )?;
    let mut rows = statement.query([first.as_str(), last.as_str()])?;
    let mut found: BTreeMap<Msisdn, Vec<PendingApplication>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let status = ApplicationStatus::from_wire(row.get_ref(4)?.as_str().unwrap_or_default());
        found.entry(msisdn(row, 0)?).or_default().push(PendingApplication {
            application_no: row.get(2)?,
            kind: ApplicationType::from_wire(row.get_ref(3)?.as_str().unwrap_or_default()),
            target: row.get(1)?,
            effective_date: date_or_none(row, 5)?,
            cancellable: cancellable(&status, time_or_none(row, 6)?, now),
            status: Some(status),
        });
    }
    Ok(found)
}

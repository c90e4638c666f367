//! What would be billed.

use jiff::Timestamp;
use rusqlite::Connection;

use super::column::{msisdn, time};
use crate::domain::Msisdn;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// When it came about.
    pub(crate) at: Timestamp,
    /// `coupon`, `simOrder`, `deviceOrder`, `monthlyFee` or `terminationFee`.
    pub(crate) kind: String,
    /// The line.
    pub(crate) msisdn: Option<Msisdn>,
    /// The application behind it.
    pub(crate) application_no: Option<String>,
    /// Whole yen; a cancelled order is taken back with a negative one.
    pub(crate) amount: i64,
}

/// Appends an entry.
pub(crate) fn add(db: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO ledger (at, kind, msisdn, application_no, amount) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
        entry.at.as_second(),
        &entry.kind,
        entry.msisdn.map(|msisdn| msisdn.as_str().to_owned()),
        &entry.application_no,
        entry.amount,
    ))?;
    Ok(())
}

/// Every entry, in the order in which they were written.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Entry>> {
    db.prepare_cached("SELECT at, kind, msisdn, application_no, amount FROM ledger ORDER BY seq")?
        .query_map([], |row| {
            let numbered = row.get_ref(2)?.as_str_or_null().unwrap_or(None).is_some();
            Ok(Entry {
                at: time(row, 0)?,
                kind: row.get(1)?,
                msisdn: if numbered { Some(msisdn(row, 2)?) } else { None },
                application_no: row.get(3)?,
                amount: row.get(4)?,
            })
        })?
        .collect()
}

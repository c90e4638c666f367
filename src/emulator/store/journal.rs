//! Every call received.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::column::broken;
use crate::domain::calendar::JstTime;

/// Calls that only read are kept up to this many; mutations are kept for ever.
const READS_KEPT: i64 = 100_000;

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Call {
    /// When, in virtual time.
    pub(crate) at: JstTime,
    /// HTTP method.
    pub(crate) method: String,
    /// Path.
    pub(crate) path: String,
    /// Query, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<String>,
    /// The function's number; none for tokens and the catalogue.
    #[serde(default)]
    pub(crate) function: Option<u8>,
    /// The HTTP status answered (or that would have been, had a fault not swallowed it).
    pub(crate) status: u16,
    /// Rows asked for.
    #[serde(default)]
    pub(crate) rows: u64,
    /// Rows accepted.
    #[serde(default)]
    pub(crate) accepted: u64,
    /// Lines and chip SIMs that a mutation touched.
    #[serde(default)]
    pub(crate) msisdns: Vec<String>,
    /// The fault that was played on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<String>,
}

/// Appends a call; `read` says that it changed nothing.
pub(crate) fn add(db: &Connection, call: &Call, read: bool) -> rusqlite::Result<()> {
    let msisdns = serde_json::to_string(&call.msisdns).map_err(|error| broken(8, error))?;
    db.prepare_cached(
        "INSERT INTO journal (at, method, path, query, function, status, asked, accepted, msisdns, fault, read) \
         VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
    )?
    .execute(rusqlite::params![
        call.at.0.as_second(),
        call.method,
        call.path,
        call.query,
        call.function,
        call.status,
        super::column::stored(call.rows),
        super::column::stored(call.accepted),
        msisdns,
        call.fault,
        read,
    ])?;
    let place = db.last_insert_rowid();
    if place % 10_000 == 0 {
        db.execute("DELETE FROM journal WHERE read AND seq <= ?1", [place - READS_KEPT])?;
    }
    Ok(())
}

/// The latest moment on record.
pub(crate) fn latest(db: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let seconds: Option<i64> = db.query_row("SELECT max(at) FROM journal", [], |row| row.get(0))?;
    Ok(seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()))
}

/// Every call that is kept, in order.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Call>> {
    db.prepare_cached(
        "SELECT at, method, path, query, function, status, asked, accepted, msisdns, fault FROM journal ORDER BY seq",
    )?
    .query_map([], |row| {
        Ok(Call {
            at: JstTime(super::column::time(row, 0)?),
            method: row.get(1)?,
            path: row.get(2)?,
            query: row.get(3)?,
            function: row.get(4)?,
            status: row.get(5)?,
            rows: super::column::count(row, 6)?,
            accepted: super::column::count(row, 7)?,
            msisdns: serde_json::from_str(row.get_ref(8)?.as_str().unwrap_or("[]")).map_err(|error| broken(8, error))?,
            fault: row.get(9)?,
        })
    })?
    .collect()
}

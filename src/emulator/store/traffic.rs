//! Traffic by day, and sessions.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _};

use super::column::{broken, count, msisdn, stored};
use crate::carrier::wire::Session;
use crate::domain::Msisdn;

/// Adds traffic of a day.
pub(crate) fn add(db: &Connection, line: Msisdn, day: Date, bytes: u64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO usage VALUES (?1, ?2, ?3) ON CONFLICT (msisdn, day) DO UPDATE SET bytes = bytes + excluded.bytes",
    )?
    .execute((line.as_str(), day.to_string(), stored(bytes)))?;
    Ok(())
}

/// Traffic of the days of a range that had any.
pub(crate) fn range(db: &Connection, line: Msisdn, from: Date, to: Date) -> rusqlite::Result<Vec<(String, u64)>> {
    db.prepare_cached("SELECT day, bytes FROM usage WHERE msisdn = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day")?
        .query_map((line.as_str(), from.to_string(), to.to_string()), |row| Ok((row.get(0)?, count(row, 1)?)))?
        .collect()
}

/// Traffic of all lines of a service in a range of days.
pub(crate) fn total(db: &Connection, system_no: &str, service_code: &str, from: Date, to: Date) -> rusqlite::Result<u64> {
    db.prepare_cached(
        "SELECT coalesce(sum(bytes), 0) FROM usage JOIN lines USING (msisdn) \
         WHERE day BETWEEN ?1 AND ?2 AND system_no = ?3 AND service_code = ?4",
    )?
    .query_row((from.to_string(), to.to_string(), system_no, service_code), |row| count(row, 0))
}

/// Every day of every line that had traffic.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<(Msisdn, String, u64)>> {
    db.prepare_cached("SELECT msisdn, day, bytes FROM usage ORDER BY msisdn, day")?
        .query_map([], |row| Ok((msisdn(row, 0)?, row.get(1)?, count(row, 2)?)))?
        .collect()
}

/// The session of a line; one that never was is offline.
pub(crate) fn session(db: &Connection, line: Msisdn) -> rusqlite::Result<Session> {
    let body: Option<String> = db
        .prepare_cached("SELECT body FROM sessions WHERE msisdn = ?1")?
        .query_row([line.as_str()], |row| row.get(0))
        .optional()?;
    body.map_or_else(|| Ok(Session::default()), |body| serde_json::from_str(&body).map_err(|error| broken(0, error)))
}

/// Sets the session of a line.
pub(crate) fn set_session(db: &Connection, line: Msisdn, session: &Session) -> rusqlite::Result<()> {
    let body = serde_json::to_string(session).map_err(|error| broken(1, error))?;
    db.prepare_cached("INSERT OR REPLACE INTO sessions VALUES (?1, ?2)")?.execute((line.as_str(), body))?;
    Ok(())
}

/// Every session.
pub(crate) fn sessions(db: &Connection) -> rusqlite::Result<Vec<(Msisdn, Session)>> {
    db.prepare_cached("SELECT msisdn, body FROM sessions ORDER BY msisdn")?
        .query_map([], |row| {
            let session = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or("{}")).map_err(|error| broken(1, error))?;
            Ok((msisdn(row, 0)?, session))
        })?
        .collect()
}

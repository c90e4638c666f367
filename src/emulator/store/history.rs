//! Rows as they were a little while ago, for lists that lag.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::column::msisdn;
use super::generation::List;
use crate::domain::Msisdn;

/// How far back the past is kept, in virtual time: no list can lag further.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// Keeps what a row was until now; `None` means that there was none.
pub(crate) fn remember(db: &Connection, list: List, key: Msisdn, until: Timestamp, image: Option<&str>) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO history (list, msisdn, superseded_at, image) VALUES (?1, ?2, ?3, ?4)")?.execute((
        list.table(),
        key.as_str(),
        until.as_second(),
        image,
    ))?;
    Ok(())
}

/// Keeps what an application was until now; `None` means that there was none.
pub(crate) fn remember_application(db: &Connection, no: &str, until: Timestamp, image: Option<&str>) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO history (list, msisdn, superseded_at, image) VALUES ('applications', ?1, ?2, ?3)")?
        .execute((no, until.as_second(), image))?;
    Ok(())
}

/// Applications that are new or moved on after a moment, as they were then, by number.
pub(crate) fn applications_since(db: &Connection, at: Timestamp) -> rusqlite::Result<BTreeMap<String, Option<String>>> {
    let mut statement = db.prepare_cached(
        "SELECT msisdn, image FROM history WHERE list = 'applications' AND superseded_at > ?1 ORDER BY superseded_at, place",
    )?;
    let mut rows = statement.query([at.as_second()])?;
    let mut images = BTreeMap::new();
    while let Some(row) = rows.next()? {
        images.entry(row.get(0)?).or_insert(row.get(1)?);
    }
    Ok(images)
}

/// Rows that changed after a moment, as they were then.
pub(crate) fn since(db: &Connection, list: List, at: Timestamp) -> rusqlite::Result<BTreeMap<Msisdn, Option<String>>> {
    let mut statement = db.prepare_cached(
        "SELECT msisdn, image FROM history WHERE list = ?1 AND superseded_at > ?2 ORDER BY superseded_at, place",
    )?;
    let mut rows = statement.query((list.table(), at.as_second()))?;
    let mut images = BTreeMap::new();
    while let Some(row) = rows.next()? {
        // The oldest change after the moment superseded what held at the moment.
        images.entry(msisdn(row, 0)?).or_insert(row.get(1)?);
    }
    Ok(images)
}

/// Forgets what is too old to be asked for.
pub(crate) fn prune(db: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let oldest = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    db.prepare_cached("DELETE FROM history WHERE superseded_at < ?1")?.execute([oldest.as_second()])?;
    Ok(())
}

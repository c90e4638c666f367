//! Single values: the clock, counters.

use rusqlite::{Connection, OptionalExtension as _};

/// The value of a key.
pub(crate) fn get(db: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

/// Sets the value of a key.
pub(crate) fn set(db: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?.execute((key, value))?;
    Ok(())
}

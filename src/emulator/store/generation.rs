//! Counters that tell a cached list of keys whether it still holds: one of who is in a list, one of
//! any change to its rows. Stored, so that a reader sees the counter that belongs to the rows it sees.

use rusqlite::Connection;

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum List {
    /// Lines (function 7).
    Lines,
    /// Chip SIMs (function 19).
    Chips,
}

impl List {
    /// The table.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Chips => "chips",
        }
    }
}

/// The counters of a list: members, changes.
pub(crate) fn of(db: &Connection, list: List) -> rusqlite::Result<(i64, i64)> {
    db.prepare_cached("SELECT members, changes FROM generation WHERE list = ?1")?
        .query_row([list.table()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Counts a change, and whether it changed who is in the list.
pub(crate) fn bump(db: &Connection, list: List, members: bool) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE generation SET members = members + ?2, changes = changes + 1 WHERE list = ?1")?
        .execute((list.table(), i64::from(members)))?;
    Ok(())
}

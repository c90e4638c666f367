//! The world in SQLite: one connection writes, a few read beside it. Survives `kill -9`, because a
//! mutation is committed with a full sync before it is answered.

pub(crate) mod applications;
pub(crate) mod chips;
mod column;
pub(crate) mod generation;
pub(crate) mod history;
pub(crate) mod journal;
pub(crate) mod ledger;
pub(crate) mod lines;
pub(crate) mod meta;
mod schema;
pub(crate) mod services;
pub(crate) mod traffic;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags};

use crate::emulator::error::Error;

/// Prepared statements kept per connection; the program has fewer.
const STATEMENTS: usize = 128;

/// Bytes of write-ahead log kept on disk between writes; a million lines at once need more for a moment.
const LOG_KEPT: i64 = 64 << 20;

/// Readers kept open when idle.
const IDLE_READERS: usize = 4;

/// The connections to one world.
pub(crate) struct Store {
    writer: Mutex<Connection>,
    /// `None` in memory, where the one connection does everything.
    readers: Option<Readers>,
    /// Held for as long as the store is open.
    _lock: Option<File>,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens a file, or a world in memory.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            let writer = Connection::open_in_memory()?;
            prepare(&writer, None)?;
            return Ok(Self { writer: Mutex::new(writer), readers: None, _lock: None });
        };
        let lock = lock(path)?;
        let writer = Connection::open(path)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
        prepare(&writer, Some(path))?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::new(Vec::new()) };
        Ok(Self { writer: Mutex::new(writer), readers: Some(readers), _lock: Some(lock) })
    }

    /// The connection that writes, alone.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads one consistent state, beside a writer where there is a file.
    pub(crate) fn read<T, E: From<rusqlite::Error>>(&self, read: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let Some(readers) = &self.readers else {
            return read(&self.writer());
        };
        let idle = readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => readers.connect()?,
        };
        let transaction = connection.transaction()?;
        let result = read(&transaction);
        transaction.finish()?;
        let mut idle = readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        result
    }
}

impl Readers {
    fn connect(&self) -> rusqlite::Result<Connection> {
        let connection =
            Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        tune(&connection)?;
        Ok(connection)
    }
}

/// One process at a time: caches and the clock live in it. The lock ends with the process, however it ends.
fn lock(path: &Path) -> Result<File, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    let lock_path = PathBuf::from(name);
    let failed = |source| Error::Io { what: lock_path.display().to_string(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse(path.to_owned())),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "cache_size", -65_536)
}

fn prepare(connection: &Connection, path: Option<&Path>) -> Result<(), Error> {
    tune(connection)?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        connection.execute_batch(&format!(
            "BEGIN; {} {} PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT;",
            schema::TABLES,
            schema::INDEXES,
            schema::APPLICATION_ID,
            schema::VERSION
        ))?;
        return Ok(());
    }
    if application == schema::APPLICATION_ID && version == schema::VERSION {
        Ok(connection.execute_batch(schema::INDEXES)?)
    } else {
        Err(Error::Foreign(path.map_or_else(PathBuf::new, Path::to_owned)))
    }
}

/// Empties every table but the clock's.
pub(crate) fn clear(db: &Connection) -> rusqlite::Result<()> {
    for table in schema::EMPTIED {
        db.execute(&format!("DELETE FROM {table}"), [])?;
    }
    generation::bump(db, generation::List::Lines, true)?;
    generation::bump(db, generation::List::Chips, true)
}

//! The operation journal: what was intended, sent, acknowledged and confirmed, in SQLite, one file per
//! account. It is also the lock of the account.
//!
//! ```text
//! Intended ─▶ Sent ─▶ Acked ─▶ Confirmed
//!    ▲  │       │ ├──▶ Rejected
//!    │  │       │ └──▶ Unknown ─▶ Acked | Resolved (done, or not done)
//!    └──┼───────┘ (refused for now: not done)
//!       └─▶ Discarded (never sent)
//! ```
//!
//! An operation is keyed by its intent ([`crate::plan::OpId`]) and an attempt: a new attempt begins only when the
//! one before has come to an end.

mod fees;
mod kept;
mod lease;
mod memory;
mod purchases;
mod read;
mod record;
mod schema;
mod told;
mod vouched;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use crate::domain::CarrierIdentity;
use crate::exec::audit::{AuditError, AuditLog};
use crate::exec::keeper::Keeper;

pub(crate) use fees::enter as enter_fee;
pub use lease::{Held, Holder, Lease};
pub(crate) use purchases::{remembered_order, remembered_purchase};
pub use read::OperationFilter;
pub use record::{OperationRecord, PlanKey, PlanProgress, RecordState, Resolution};
pub use write::{Attempt, Entry, Sent};

/// How a journal is opened.
pub struct JournalOptions {
    /// Who opens it.
    pub holder: Holder,
    /// On a file system that several machines share: a rollback journal instead of WAL, which needs
    /// shared memory.
    pub shared: bool,
    /// How long the lock outlives its holder where nobody can see that the holder is gone (another
    /// machine).
    pub lease: Duration,
    /// The real clock: leases run on it, not on the carrier's. Machines that share a journal must agree on it to
    /// much less than a lease.
    pub clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Where everything that is written is told first; nowhere in tests.
    pub audit: Option<Box<AuditLog>>,
    /// Where what costs money at once is kept beside this journal; nowhere where the journal itself lasts.
    pub keeper: Option<Arc<dyn Keeper>>,
}

impl JournalOptions {
    /// For a local disk.
    pub fn new(holder: Holder, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { holder, shared: false, lease: Duration::from_mins(3), clock: Box::new(clock), audit: None, keeper: None }
    }
}

impl std::fmt::Debug for JournalOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JournalOptions").field("holder", &self.holder).field("shared", &self.shared).finish_non_exhaustive()
    }
}

/// Why there is no journal, or why it can no longer be written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Its folder cannot be made, or its lock file cannot be opened.
    #[error("cannot open the journal {}", .file.display())]
    Unopenable {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// SQLite failed.
    #[error("the journal {} cannot be used", .file.display())]
    Database {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// Written by a later version of simfleet.
    #[error("the journal {} was written by a later version of simfleet (schema {found}, this one knows {ours})", .file.display())]
    Newer {
        /// Which.
        file: PathBuf,
        /// Its schema.
        found: i64,
        /// Ours.
        ours: i64,
    },
    /// It belongs to another carrier or contractor.
    #[error("the journal {} belongs to {found}, not to {ours}", .file.display())]
    OtherCarrier {
        /// Which.
        file: PathBuf,
        /// Whose it is.
        found: String,
        /// Who asked.
        ours: String,
    },
    /// The audit log cannot be written, and what it cannot tell is not done.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Somebody else holds the lock.
    #[error("another simfleet is applying to this account: {}", .0)]
    Held(Box<Held>),
    /// The lock was taken over by somebody else, who thought us dead.
    #[error("the lock of this account was taken over by {}; nothing more is sent", .0.as_ref().map_or_else(|| "a run that has ended since".to_owned(), ToString::to_string))]
    Lost(Option<Holder>),
    /// Something in it cannot be understood.
    #[error("the journal {} holds {what} that cannot be read", .file.display())]
    Corrupt {
        /// Which.
        file: PathBuf,
        /// What.
        what: String,
    },
}

impl JournalError {
    /// What to do about it, for people; `None` where the message says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Held(held) => Some(held.way_out()),
            Self::Lost(_) => Some("apply again: what this run had sent is settled first".to_owned()),
            Self::Newer { .. } => Some("use that version, or a journal of its own (--journal FILE)".to_owned()),
            Self::Unopenable { .. }
            | Self::Database { .. }
            | Self::OtherCarrier { .. }
            | Self::Audit(_)
            | Self::Corrupt { .. } => None,
        }
    }
}

/// The journal of one account.
pub struct Journal {
    db: Connection,
    file: PathBuf,
    // Dropped (and so unlocked) with the journal, also when the process dies.
    _lock: Option<std::fs::File>,
    mode: Mode,
    told: told::Told,
    changed: kept::Changed,
}

enum Mode {
    ReadOnly,
    /// With the moment at which the lock was taken, which tells this holding from every other.
    Writing(JournalOptions, Timestamp),
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("file", &self.file).finish_non_exhaustive()
    }
}

/// The file name of an identity's journal: `carrier.example.jp-C0001234.db`.
pub fn file_name(identity: &CarrierIdentity) -> String {
    let clean = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect()
    };
    format!("{}-{}.db", clean(&identity.host), clean(&identity.contractor_id))
}

impl Journal {
    /// Opens for writing, which takes the account's lock. What a predecessor that died had sent becomes
    /// *unknown*, what it only intended is discarded.
    pub fn open(file: &Path, identity: &CarrierIdentity, options: JournalOptions) -> Result<Self, JournalError> {
        let unopenable = |source| JournalError::Unopenable { file: file.to_owned(), source };
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(unopenable)?;
        }
        let lock_path = PathBuf::from(format!("{}.lock", file.display()));
        let lock = std::fs::File::options().create(true).truncate(false).write(true).open(lock_path).map_err(unopenable)?;
        let locked = lease::lock(&lock, || Self::names_a_holder(file)).map_err(unopenable)?;
        let db = Connection::open(file).map_err(|source| JournalError::Database { file: file.to_owned(), source })?;
        let mut journal = Self {
            db,
            file: file.to_owned(),
            _lock: Some(lock),
            mode: Mode::ReadOnly,
            told: told::Told::default(),
            changed: kept::Changed::default(),
        };
        if locked {
            journal.sql(|db| db.busy_timeout(Duration::from_secs(5)))?;
            // WAL needs a lock of its own for the switch, so only the lock's holder switches.
            let journal_mode = if options.shared { "DELETE" } else { "WAL" };
            let mode = journal
                .sql(|db| db.pragma_update_and_check(None, "journal_mode", journal_mode, |row| row.get::<_, String>(0)))?;
            tracing::debug!(mode, "journal opened");
        }
        journal.begin_writing(identity, options, locked)?;
        Ok(journal)
    }

    /// A journal that is gone with the process: for tests and for trying things out.
    pub fn in_memory(identity: &CarrierIdentity, options: JournalOptions) -> Result<Self, JournalError> {
        let file = PathBuf::from(":memory:");
        let db = Connection::open_in_memory().map_err(|source| JournalError::Database { file: file.clone(), source })?;
        let mut journal =
            Self { db, file, _lock: None, mode: Mode::ReadOnly, told: told::Told::default(), changed: kept::Changed::default() };
        journal.begin_writing(identity, options, true)?;
        Ok(journal)
    }

    /// Opens for reading, without the lock. `None` where there is no journal yet.
    pub fn open_read_only(file: &Path, identity: &CarrierIdentity) -> Result<Option<Self>, JournalError> {
        let journal = Self::open_unchecked(file)?;
        journal.as_ref().map_or(Ok(()), |journal| journal.check_identity(identity))?;
        Ok(journal)
    }

    fn open_unchecked(file: &Path) -> Result<Option<Self>, JournalError> {
        if !file.exists() {
            return Ok(None);
        }
        let mut journal = Self::open_as_it_is(file)?;
        let version = match journal.schema_version() {
            Err(JournalError::Database { source, .. }) if is_half_written(&source) => {
                roll_back(file).map_err(|source| JournalError::Database { file: file.to_owned(), source })?;
                journal = Self::open_as_it_is(file)?;
                journal.schema_version()?
            }
            version => version?,
        };
        // An empty file is a journal whose first writer was killed at once.
        Ok((version != 0).then_some(journal))
    }

    /// Whether a reader finds a holder in it. One who is just taking the lock, or giving it back, is not found.
    fn names_a_holder(file: &Path) -> bool {
        let lease = Self::open_unchecked(file).and_then(|journal| journal.map_or(Ok(None), |journal| journal.lease()));
        lease.is_ok_and(|lease| lease.is_some())
    }

    fn open_as_it_is(file: &Path) -> Result<Self, JournalError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(file, flags)
            .map_err(|source| JournalError::Database { file: file.to_owned(), source })?;
        let journal = Self {
            db,
            file: file.to_owned(),
            _lock: None,
            mode: Mode::ReadOnly,
            told: told::Told::default(),
            changed: kept::Changed::default(),
        };
        journal.sql(|db| db.busy_timeout(Duration::from_secs(5)))?;
        Ok(journal)
    }

    /// Opens for reading, whosever it is: the journal itself says so ([`Journal::carrier`]).
    pub fn open_anybodys(file: &Path) -> Result<Option<Self>, JournalError> {
        let Some(journal) = Self::open_unchecked(file)? else { return Ok(None) };
        Ok(journal.carrier()?.is_some().then_some(journal))
    }

    fn begin_writing(&mut self, identity: &CarrierIdentity, options: JournalOptions, locked: bool) -> Result<(), JournalError> {
        self.sql(|db| {
            db.busy_timeout(Duration::from_secs(5))?;
            db.pragma_update(None, "synchronous", "FULL")?;
            db.pragma_update(None, "foreign_keys", "ON")
        })?;
        self.migrate()?;
        self.check_identity(identity)?;
        let since = self.acquire(&options, locked)?;
        self.mode = Mode::Writing(options, since);
        self.recover()
    }

    /// As if the process had died here and another one had opened the journal: what was sent is unknown,
    /// what was intended is discarded.
    pub fn reopen(&mut self) -> Result<(), JournalError> {
        self.recover()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.file
    }

    fn sql<T>(&self, action: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        action(&self.db).map_err(|source| JournalError::Database { file: self.file.clone(), source })
    }
}

/// Whether a writer was killed while its transaction went to the disk, where there is no WAL: what it overwrote lies
/// beside the journal, and who may only read cannot put it back.
fn is_half_written(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

/// Undoes what such a writer began. SQLite does it at the first read, if it may write, and never under a writer that
/// lives.
fn roll_back(file: &Path) -> rusqlite::Result<()> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_query_value(None, "user_version", |_| Ok(()))
}

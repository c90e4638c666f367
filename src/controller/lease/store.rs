//! The leases as they are stored, behind a trait: the API server's, or a test's.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::controller::AccountKey;

/// What a store will have answered.
pub type StoreFuture<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A replica's session, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who: unique for a process, not only for a pod's name.
    pub session: Arc<str>,
    /// Which accounts it works on: sessions of another scope are none to share with.
    pub scope: Arc<str>,
    /// The `resourceVersion`.
    pub version: String,
    /// It is dead when it does not change for so long.
    pub duration: Duration,
}

/// An account's lock, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Which account.
    pub account: AccountKey,
    /// The session that has it.
    pub holder: Arc<str>,
    /// The `resourceVersion`.
    pub version: String,
}

/// Why something was not read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It is not as the precondition says (also: it is there already, it is gone).
    #[error("somebody else was faster")]
    Conflict,
    /// Nobody knows whether it was written.
    #[error("the leases cannot be reached: {0}")]
    Away(String),
}

/// Reads and writes leases. **Reads are of the latest state** (no cache): a session is dead only if a read that begins
/// late enough still shows the old one.
pub trait LeaseStore: Send + Sync {
    /// All sessions.
    fn members(&self) -> StoreFuture<'_, Vec<Member>>;

    /// All locks.
    fn locks(&self) -> StoreFuture<'_, Vec<Lock>>;

    /// Creates a session's lease, or writes it anew if it is still of this version.
    fn renew<'a>(&'a self, session: &'a str, scope: &'a str, version: Option<&'a str>) -> StoreFuture<'a, String>;

    /// Creates an account's lock for a session, or takes it over if it is still of this version.
    fn take<'a>(&'a self, account: &'a AccountKey, session: &'a str, version: Option<&'a str>) -> StoreFuture<'a, String>;

    /// Deletes a lock of this version.
    fn free<'a>(&'a self, account: &'a AccountKey, version: &'a str) -> StoreFuture<'a, ()>;

    /// Deletes a session's lease of this version.
    fn bury<'a>(&'a self, session: &'a str, version: &'a str) -> StoreFuture<'a, ()>;
}

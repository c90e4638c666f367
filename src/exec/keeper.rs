//! Where records of what costs money at once are kept, for a journal that is gone with its process.
//!
//! The journal is the truth of a run; a keeper holds what another process needs of it to buy nothing twice. So what is
//! about to be sent is kept **before** the call, and the call leaves only once it is; what became of it is kept after
//! the answer, and that may come late. Whoever finds a record that was kept as sent, and no outcome, takes it for
//! unknown, and the carrier's applications settle it:
//!
//! | the process dies | what another one finds | and does |
//! |---|---|---|
//! | before the record is kept | nothing | plans it again: nothing was sent |
//! | after that, before the call | sent | finds no application, concludes "not done" after the settle window |
//! | after the call, before the outcome is kept | sent | finds the application |
//! | after that | the outcome | goes on from it |
//!
//! **Two processes that both believe they lead.** A keeper refuses a record of an operation that somebody else wrote
//! since we last knew it: of two that want the same purchase one is refused, before its call. What remains is a process
//! that kept its record, and was then stopped for longer than the settle window between its last look at the clock
//! and the first byte of its call: meanwhile another one may have concluded "not done" and bought again. It is the window
//! that the journal's lock leaves too, and every wait before it makes the record be written anew.

use std::pin::Pin;

use crate::exec::journal::OperationRecord;

/// What is being kept; ends with what could not be.
pub type Keeping<'a> = Pin<Box<dyn Future<Output = Vec<NotKept>> + Send + 'a>>;

/// Keeps records beside the journal.
pub trait Keeper: Send + Sync + std::fmt::Debug {
    /// Keeps these records, of one operation each: all of them, whatever becomes of one. Gives those that were not
    /// kept; of them nobody may assume that they were not.
    ///
    /// A record in the state *sent* stands before its call: it is kept only if nobody else wrote that operation since
    /// this keeper last knew it. Every other one says what became of the latest call.
    fn keep(&self, records: Vec<OperationRecord>) -> Keeping<'_>;
}

/// A record that was not kept.
#[derive(Debug)]
pub struct NotKept {
    /// As it was to be kept.
    pub record: OperationRecord,
    /// Why.
    pub error: KeepError,
}

/// Why a record was not kept. The journal that it is of must not be used for another run: it may no longer know all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    /// Somebody else wrote it.
    #[error("somebody else is at work on this account: {0}")]
    Lost(String),
    /// It could not be written, or nobody knows whether it was.
    #[error("what costs money cannot be recorded: {0}")]
    Away(String),
}

impl KeepError {
    /// Whether somebody else wrote it: then trying again is of no use.
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Away(_) => false,
        }
    }
}

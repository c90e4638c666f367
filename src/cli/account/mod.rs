//! The accounts of a command: which they are, how they are reached, and where their journals are.

mod audit;
mod choose;
mod credentials;
mod embedded;
mod exported;
mod journal;
mod session;
mod stored;

pub(super) use audit::{Auditing, audit_path};
pub(super) use choose::{Target, targets, targets_of, with_endpoint};
pub(super) use journal::{OpenJournal, Recalled, identity, journal_path, open_journal, own_applications, recalled, remembered};
pub(super) use session::Session;

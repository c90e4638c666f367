//! The accounts of a command: which they are, how they are reached, and where their journals are.

mod audit;
mod choose;
mod credentials;
mod embedded;
mod exported;
mod journal;
mod probe;
mod session;
mod stored;

pub(super) use audit::{Auditing, audit_path};
pub(super) use choose::{Target, targets, targets_of, with_endpoint};
pub(super) use credentials::{Origin, found as credentials_found};
pub(super) use journal::{
    OpenJournal, Recalled, identity, journal_path, open_journal, own_applications, real_time, recalled, remembered, this_process,
};
pub(super) use probe::Probe;
pub(super) use session::Session;

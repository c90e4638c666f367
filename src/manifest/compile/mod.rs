//! API types to domain types.

mod account;
mod console;
mod drift_ignore;
mod fleet;
mod label_pool;
mod line;
mod order;
mod policy;
mod purchase;

pub(crate) use account::account;
pub(crate) use fleet::{FleetDraft, fleet};
pub(crate) use label_pool::{LabelPool, Labels};
pub(crate) use line::{LineInput, Wish, line};
pub(crate) use order::{OrderDraft, order};
pub(crate) use purchase::GrantDraft;

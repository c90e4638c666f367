//! What is remembered of an account's lines: the last confirmed values, which drift is measured against, and which lines
//! are protected. As text, compressed, in config maps of sorted ranges of numbers, each written only when it changed.
//!
//! None of it decides what is bought: losing it costs the baseline of drift, and the protection of lines that no manifest
//! declares any more.

mod part;
mod store;

use std::collections::BTreeSet;

pub(crate) use part::hex as digest;
pub use part::{Part, Unreadable, join, split};
pub(super) use store::{Maps, read};

use crate::domain::Msisdn;
use crate::plan::{Confirmed, Memory, Operation};

/// What is remembered of lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remembered {
    /// The last confirmed value by line and field. None of them is empty.
    pub confirmed: Confirmed,
    /// Lines whose protection is kept.
    pub protected: BTreeSet<Msisdn>,
}

impl Remembered {
    /// What a journal's memory holds of it.
    pub fn of(memory: &Memory) -> Self {
        let confirmed = memory.confirmed.iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
        Self { confirmed: confirmed.filter(|(_, value)| !value.is_empty()).collect(), protected: memory.protected.clone() }
    }

    /// Without the values that operations change: while they are sent, and should their process die, nobody can tell
    /// whether the line has the old ones or the new ones.
    #[must_use = "what is forgotten is what is written"]
    pub fn without<'o>(mut self, operations: impl IntoIterator<Item = &'o Operation>) -> Self {
        for operation in operations {
            let Some(msisdn) = operation.subject.msisdn() else { continue };
            let released = operation.from.system_number.as_ref().map(|_| "systemNumber");
            let changed = operation.to.lasting().filter_map(|(field, value)| value.map(|_| field));
            for field in changed.chain(released) {
                self.confirmed.remove(&(msisdn, field.into()));
            }
        }
        self
    }
}

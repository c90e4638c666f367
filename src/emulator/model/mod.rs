//! The carrier's rules as pure values and functions: time is an argument, nothing is stored here.

mod application;
mod chip;
pub(crate) mod filler;
mod line;
mod month;
pub(crate) mod order;
mod rules;

pub(crate) use application::{ApplicationRecord, Argument, ItemRecord, cancellable, function_of, schedule};
pub(crate) use chip::{ChipRecord, chip_status};
pub(crate) use line::{LineRecord, end_of, leaves_lists};
pub(crate) use month::Month;
pub(crate) use rules::{Open, chip_accepts, line_accepts};

/// A moment so much later; past the calendar's end it stays there.
pub(crate) fn later(at: jiff::Timestamp, by: jiff::SignedDuration) -> jiff::Timestamp {
    at.checked_add(by).unwrap_or(jiff::Timestamp::MAX)
}

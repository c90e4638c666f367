//! What a plan needs to know besides the two lists: what was bought, at what price, and how fresh the
//! traffic figures are.

use jiff::Timestamp;

use crate::domain::{Desired, Observed, Wants};
use crate::plan::Memory;

/// What is missing in an observation for this account to be planned. Ask again after it was read: one
/// answer may lead to another question (only lines that bought before need fresh traffic figures).
pub fn wants(_desired: &Desired, _observed: &Observed, _memory: &Memory, _now: Timestamp) -> Wants {
    Wants::default()
}

//! What a plan needs to know besides the two lists: what was bought, at what price, and how fresh the
//! traffic figures are.

use jiff::Timestamp;

use crate::domain::{Desired, Observed, Wants};
use crate::plan::{Memory, order, planner};

/// What is missing in an observation for this account to be planned. Ask again after it was read: one
/// answer may lead to another question (only lines that bought before need fresh traffic figures).
///
/// Nothing is wanted where nothing is declared that costs anything. There are at most four rounds; a want
/// that is still there after it was read has no answer, and the plan says so.
pub fn wants(desired: &Desired, observed: &Observed, memory: &Memory, now: Timestamp) -> Wants {
    let orders = observed.purchases.orders.is_none() && order::are_wanted(desired, memory, now);
    let purchases = planner::wants(desired, observed, memory, now);
    Wants { orders: orders || purchases.orders, ..purchases }
}

//! What a plan needs to know besides the two lists: what was bought, at what price, and how fresh the
//! traffic figures are.

use jiff::Timestamp;

use crate::domain::{Desired, Observed, Wants};
use crate::plan::{Memory, order, planner};

/// What is missing in an observation for this account to be planned. Ask again after it was read: one
/// answer may lead to another question (only lines that bought before need fresh traffic figures).
///
/// Nothing is wanted where nothing is declared that costs anything. Where a month is limited, all that the
/// limit counts is wanted as soon as the plan costs something. There are at most five rounds; a want that is
/// still there after it was read has no answer, and the plan says so.
pub fn wants(desired: &Desired, observed: &Observed, memory: &Memory, now: Timestamp) -> Wants {
    let orders = observed.purchases.orders.is_none() && order::are_wanted(desired, memory, now);
    let Wants { coupons_from, orders: _, mut prices_of, usage_of } = planner::wants(desired, observed, memory, now);
    let limits = planner::wants_of_limits(desired, observed, memory, now);
    prices_of.extend(limits.prices_of);
    Wants { coupons_from: coupons_from.or(limits.coupons_from), orders: orders || limits.orders, prices_of, usage_of }
}

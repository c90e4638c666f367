//! What operations cost, from the carrier's catalogue.
//!
//! An operation's monthly amount is the change of the bill it brings about against the bill that would
//! come without it; so cancelling a plan change is the reverse of that change, and cancelling a
//! termination the reverse of the termination.

use crate::domain::{Catalogue, Money, RatePlan};
use crate::plan::Cost;

/// Starting a chip SIM: its monthly fee.
pub(crate) fn of_start(catalogue: &Catalogue, plan: &RatePlan) -> Cost {
    Cost::monthly(catalogue.monthly(plan))
}

/// From one rate plan to another: the difference of their fees.
pub(crate) fn of_change(catalogue: &Catalogue, from: &RatePlan, to: &RatePlan) -> Cost {
    Cost::monthly(catalogue.monthly(to).minus(catalogue.monthly(from)))
}

/// A termination: its fee once, and the monthly fee falls away.
pub(crate) fn of_termination(catalogue: &Catalogue, plan: &RatePlan) -> Cost {
    Cost::once_and_monthly(catalogue.termination_fee(), Money::ZERO.minus(catalogue.monthly(plan)))
}

/// A cancelled termination: no fee, and the monthly fee goes on.
pub(crate) fn of_cancelled_termination(catalogue: &Catalogue, plan: &RatePlan) -> Cost {
    Cost::once_and_monthly(Money::ZERO.minus(catalogue.termination_fee()), catalogue.monthly(plan))
}

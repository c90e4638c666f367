//! What a change costs by the catalogue.

use super::replay::Sim;
use crate::domain::{ApplicationType, Catalogue, Money, RatePlan};
use crate::plan::Change;

/// Once, and every month.
pub(super) fn expected(catalogue: &Catalogue, before: &Sim, change: &Change) -> (Money, Money) {
    let fee = catalogue.terms.termination_fee.unwrap_or(Money::ZERO);
    let price = |plan: &RatePlan| catalogue.plans.get(plan).and_then(|price| price.monthly).unwrap_or(Money::ZERO);
    let current = before.line.as_ref().map_or(Money::ZERO, |line| price(&line.plan));
    match change {
        Change::Suspend | Change::Resume | Change::BindImei { .. } | Change::Allocate { .. } | Change::Deallocate { .. } => {
            (Money::ZERO, Money::ZERO)
        }
        Change::StartUse { plan, .. } => (Money::ZERO, price(plan)),
        Change::ChangeRatePlan { to, .. } => (Money::ZERO, price(to).minus(current)),
        Change::Terminate { .. } => (fee, Money::ZERO.minus(current)),
        Change::BuyCoupon { purchase } => {
            let plan = before.line.as_ref().and_then(|line| catalogue.plans.get(&line.plan));
            let coupon = plan.and_then(|plan| plan.coupons.get(&purchase.code).copied().flatten());
            (coupon.map_or(Money::ZERO, |coupon| coupon.price), Money::ZERO)
        }
        Change::PlaceOrder { .. } => (Money::ZERO, Money::ZERO),
        Change::CancelApplication { of, .. } if *of == ApplicationType::Terminate => (Money::ZERO.minus(fee), current),
        Change::CancelApplication { application, .. } => {
            let coming = before.applications.iter().find(|open| open.number == *application);
            let price = coming.and_then(|open| open.target.as_ref()).map_or(current, price);
            (Money::ZERO, current.minus(price))
        }
    }
}

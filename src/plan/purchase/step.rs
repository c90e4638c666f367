//! A purchase as a step: what it rests on, and under which attempt it is made.

use crate::domain::{ApplicationNumber, CouponPurchase, LineStatus, Money, RatePlan};
use crate::plan::purchase::ledger::Known;
use crate::plan::sequence::Step;
use crate::plan::{Change, Cost, Precondition, RememberedPurchase, Values};

/// Under which attempt a purchase is made: the next one only after the carrier refused one. What never
/// reached the carrier is the same attempt again.
pub(crate) fn attempt(last: Option<&RememberedPurchase>) -> u32 {
    last.map_or(1, |record| record.purchase.attempt.saturating_add(u32::from(record.refused)))
}

/// `known` are the line's purchases of the month: one more that could be this one, and somebody was faster.
pub(crate) fn buy(purchase: CouponPurchase, price: Money, reason: String, plan: &RatePlan, known: &[Known<'_>]) -> Step {
    let could_be_this = known.iter().filter(|known| known.fit(&purchase.code).is_some());
    let mut purchases: Vec<ApplicationNumber> = could_be_this.filter_map(|known| known.application.cloned()).collect();
    purchases.sort();
    purchases.dedup();
    let purchase = Box::new(purchase);
    Step {
        change: Change::BuyCoupon { purchase: purchase.clone() },
        from: Values::default(),
        to: Values { purchase: Some(purchase), ..Values::default() },
        cost: Cost::once(price),
        reason,
        precondition: Precondition {
            status: Some(LineStatus::Active.wire().into()),
            rate_plan: Some(plan.clone()),
            purchases: Some(purchases),
            ..Precondition::default()
        },
    }
}

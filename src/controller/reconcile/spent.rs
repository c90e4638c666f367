//! What simfleet has paid at once this month.

use jiff::Timestamp;

use crate::domain::Money;
use crate::domain::calendar::YearMonth;
use crate::plan::{Memory, PurchaseOutcome};

/// By the journal: coupons, orders and fees of the month (JST), those in doubt among them.
pub fn spent(memory: &Memory, now: Timestamp) -> Money {
    let month = YearMonth::of(now);
    let counts = |outcome: PurchaseOutcome, sent_at: Option<Timestamp>| match outcome {
        PurchaseOutcome::NotBought => false,
        PurchaseOutcome::Bought | PurchaseOutcome::InDoubt => sent_at.is_none_or(|at| month.contains(at)),
    };
    let coupons = memory.purchases.iter().filter(|known| counts(known.outcome, known.sent_at)).map(|known| known.amount);
    let orders = memory.orders.iter().filter(|known| counts(known.outcome, known.sent_at)).map(|known| known.amount);
    let fees = memory.fees.iter().filter(|fee| fee.counts_for(month)).map(|fee| fee.amount);
    coupons.chain(orders).chain(fees).sum()
}

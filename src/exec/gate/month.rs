//! Limits that a month has. What was bought since a plan was made counts towards them, though it was bought for other
//! lines: two plans of the same morning, each within its limits, are not both.

use std::collections::BTreeSet;

use crate::domain::{CouponCode, CouponPurchase, Money, Observed, PurchaseReason, Subject};
use crate::exec::gate::{GateError, Known};
use crate::exec::journal::PlanProgress;
use crate::plan::{Change, GuardKind, Memory, Operation, Plan, PurchaseOutcome};

/// Something that was bought by somebody else, or for another plan.
struct Other<'a> {
    subject: Subject,
    /// `None` for what is no coupon, and where nobody says.
    code: Option<&'a CouponCode>,
    /// A termination's fee, for which no policy pays.
    is_fee: bool,
}

/// Refuses what counts towards a limit of the month, if anything else that counts came since the plan was made.
pub fn month_holds(
    plan: &Plan,
    account: &str,
    progress: &PlanProgress,
    memory: &Memory,
    observed: &Observed,
) -> Result<(), GateError> {
    let others = others(plan, progress, memory, observed);
    let stale: Vec<_> = plan
        .operations
        .iter()
        .filter(|operation| *operation.account == *account && !progress.operations.contains_key(&operation.id))
        .filter_map(|operation| {
            let (other, limit) = others.iter().find_map(|other| Some((other, counts(plan, operation, other)?)))?;
            let what = if other.is_fee { "a fee is due" } else { "something was bought" };
            let why = format!("{what} for {} since the plan was made, and counts towards {limit}", other.subject);
            Some((operation.id.clone(), format!("{}: {why}", operation.subject)))
        })
        .collect();
    if stale.is_empty() { Ok(()) } else { Err(GateError::Stale(stale)) }
}

/// Whether any limit of a month counts what a plan spends in an account, so that everything has to be read.
pub(super) fn is_limited(plan: &Plan, account: &str) -> bool {
    let spends = |operation: &Operation| *operation.account == *account && operation.cost.one_off() > Money::ZERO;
    let limits = plan.guards.iter().any(|guard| *guard.account == *account && guard.kind == GuardKind::SpendPerMonth);
    limits && plan.operations.iter().any(spends)
}

/// The limit that counts both, if there is one.
fn counts(plan: &Plan, operation: &Operation, other: &Other<'_>) -> Option<String> {
    if let Change::BuyCoupon { purchase } = &operation.change
        && let PurchaseReason::TopUp(policy) = &purchase.reason
        && other.subject.msisdn().is_some()
        && !other.is_fee
        && other.code.is_none_or(|code| *code == purchase.code)
    {
        return Some(format!("top-up {policy}'s money"));
    }
    if operation.cost.one_off() <= Money::ZERO {
        return None;
    }
    let of_fleet = format!("{}/{}", operation.fleet, GuardKind::SpendPerMonth);
    let of_account = format!("/{}", GuardKind::SpendPerMonth);
    let counts_both = |name: &str| name == of_account || (name == of_fleet && other.subject.msisdn().is_some());
    let guard = plan.guards.iter().find(|guard| guard.account == operation.account && counts_both(&guard.name))?;
    Some(guard.name.clone())
}

/// By the carrier's lists, and by the journal: a list may lag.
fn others<'a>(plan: &Plan, progress: &'a PlanProgress, memory: &'a Memory, observed: &'a Observed) -> Vec<Other<'a>> {
    let since = plan.created_at.0;
    let known = Known::of(progress);
    let ours: BTreeSet<(&Subject, Option<&CouponPurchase>)> =
        progress.operations.values().map(|record| (&record.subject, record.to.purchase.as_deref())).collect();
    let mut others = Vec::new();
    for found in observed.purchases.coupons.iter().flatten() {
        let subject = Subject::Line(found.msisdn);
        // What is found may be what is in doubt.
        let is_ours = known.bought.contains(&found.application) || known.in_doubt.contains(&subject);
        if found.requested_at > since && !found.status.came_to_nothing() && !is_ours {
            others.push(Other { subject, code: found.code.as_ref(), is_fee: false });
        }
    }
    for found in observed.purchases.orders.iter().flatten() {
        let is_ours = known.bought.contains(&found.application) || known.in_doubt.iter().any(|subject| subject.order().is_some());
        if found.requested_at > since && !found.status.came_to_nothing() && !is_ours {
            others.push(Other { subject: Subject::Order(found.application.as_str().into()), code: None, is_fee: false });
        }
    }
    let is_later = |outcome: PurchaseOutcome, sent_at: Option<jiff::Timestamp>| {
        outcome != PurchaseOutcome::NotBought && sent_at.is_some_and(|sent_at| sent_at > since)
    };
    for record in memory.purchases.iter().filter(|record| is_later(record.outcome, record.sent_at)) {
        let subject = Subject::Line(record.msisdn);
        if !ours.contains(&(&subject, Some(&record.purchase))) {
            others.push(Other { subject, code: Some(&record.purchase.code), is_fee: false });
        }
    }
    for record in memory.orders.iter().filter(|record| is_later(record.outcome, record.sent_at)) {
        let subject = Subject::Order(record.name.clone());
        if !ours.iter().any(|(ours, _)| **ours == subject) {
            others.push(Other { subject, code: None, is_fee: false });
        }
    }
    let is_ours = |operation| progress.operations.contains_key(operation);
    let later = |sent_at: Option<jiff::Timestamp>| sent_at.is_some_and(|sent_at| sent_at > since);
    for fee in memory.fees.iter().filter(|fee| later(fee.sent_at) && !is_ours(&fee.operation)) {
        others.push(Other { subject: Subject::Line(fee.msisdn), code: None, is_fee: true });
    }
    others
}

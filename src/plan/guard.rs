//! Guards: the most operations of a kind that a plan may hold for a fleet, and the most money that it and
//! its month may cost at once (DESIGN 3.5). They are data on the plan; who applies it stops at an exceeded
//! one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{Desired, Money, OperationKind, Risk, SpendLimits, Subject};
use crate::plan::purchase::Spent;
use crate::plan::{GuardItem, GuardKind, Operation, Verdict};

/// One fleet's count of lines, and of operations by kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    operations: BTreeMap<OperationKind, u64>,
}

impl Tally {
    pub(crate) fn count(&mut self, kind: OperationKind) {
        *self.operations.entry(kind).or_default() += 1;
    }
}

/// Every limit of the account and of every fleet with its verdict, sorted by fleet and kind.
pub(crate) fn guards(desired: &Desired, tallies: &[Tally], operations: &[Operation], spent: &Spent) -> Vec<GuardItem> {
    let item = |name: String, kind, limit, actual, verdict| GuardItem {
        account: Arc::clone(&desired.account),
        name,
        kind,
        limit,
        actual,
        verdict,
    };
    let mut guards: Vec<GuardItem> = Vec::new();
    for (fleet, tally) in desired.fleets.iter().zip(tallies) {
        for (kind, limit) in &fleet.policy.limits {
            let (limit, actual) = (limit.resolve(tally.lines), tally.operations.get(kind).copied().unwrap_or(0));
            let verdict = if actual > limit { Verdict::Exceeded } else { Verdict::Ok };
            guards.push(item(format!("{}/{kind}", fleet.name), GuardKind::Operations(*kind), limit, actual, verdict));
        }
    }
    let mut money = |name: &str, limits: SpendLimits, before: Money| {
        let SpendLimits { per_plan, per_month } = limits;
        if per_plan.is_none() && per_month.is_none() {
            return;
        }
        let planned = at_once(operations.iter().filter(|operation| name.is_empty() || *operation.fleet == *name));
        for (kind, limit, actual) in
            [(GuardKind::SpendPerPlan, per_plan, planned), (GuardKind::SpendPerMonth, per_month, before.plus(planned))]
        {
            let Some(limit) = limit else { continue };
            // A plan that costs nothing passes, however much was spent before.
            let verdict = if planned > Money::ZERO && actual > limit { Verdict::Exceeded } else { Verdict::Ok };
            guards.push(item(format!("{name}/{kind}"), kind, yen(limit), yen(actual), verdict));
        }
    };
    money("", desired.spend, spent.account);
    for (index, fleet) in desired.fleets.iter().enumerate() {
        money(&fleet.name, fleet.policy.spend, spent.by_fleet(index));
    }
    guards.sort_by(|left, right| left.name.cmp(&right.name));
    guards
}

/// What operations cost at once. A fee that falls away on a line (its termination is cancelled) pays for
/// another on the same line, so that moving a date costs nothing; it pays for no purchase, and for nothing
/// on another line.
fn at_once<'a>(operations: impl Iterator<Item = &'a Operation>) -> Money {
    let mut fees: BTreeMap<&Subject, Money> = BTreeMap::new();
    let mut purchases = Money::ZERO;
    for operation in operations {
        let cost = operation.cost.one_off();
        if operation.change.risk() == Risk::R4 {
            purchases = purchases.plus(cost);
        } else if !cost.is_zero() {
            let fee = fees.entry(&operation.subject).or_default();
            *fee = fee.plus(cost);
        }
    }
    fees.into_values().map(|fee| fee.max(Money::ZERO)).sum::<Money>().plus(purchases)
}

fn yen(amount: Money) -> u64 {
    u64::try_from(amount.0).unwrap_or(0)
}

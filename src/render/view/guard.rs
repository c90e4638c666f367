//! A guard as it is read: what it counts, how much of it, and what would let it pass.

use std::collections::BTreeSet;

use crate::domain::Money;
use crate::plan::{GuardItem, GuardKind, Plan, Verdict};
use crate::render::escape::plain;
use crate::render::view::Count;

/// A guard and the flag that would let it pass.
#[derive(Debug, Clone, Copy)]
pub struct GuardLine<'a> {
    /// The guard.
    pub guard: &'a GuardItem,
    /// The number that an acknowledgement has to name: of its kind in the whole plan, or its amount.
    pub in_plan: u64,
}

impl<'a> GuardLine<'a> {
    /// Every guard of a plan, in its order.
    pub fn all(plan: &'a Plan) -> Vec<Self> {
        let in_plan = |guard: &GuardItem| match guard.kind {
            GuardKind::Operations(kind) => plan.summary.by_kind.get(&kind).copied().unwrap_or(guard.actual),
            GuardKind::SpendPerPlan | GuardKind::SpendPerMonth => guard.actual,
        };
        plan.guards.iter().map(|guard| Self { guard, in_plan: in_plan(guard) }).collect()
    }

    /// The acknowledgements that the exceeded guards of a plan want, whatever else approves it. Guards of one
    /// kind can want a number each: of an account and of its fleets.
    pub(super) fn acks(plan: &'a Plan) -> BTreeSet<(GuardKind, u64)> {
        Self::all(plan).into_iter().filter(Self::is_exceeded).map(|line| (line.guard.kind, line.in_plan)).collect()
    }

    /// Whether it stops an apply.
    pub fn is_exceeded(&self) -> bool {
        match self.guard.verdict {
            Verdict::Ok => false,
            Verdict::Exceeded => true,
        }
    }

    /// Whether it counts money.
    pub fn is_money(&self) -> bool {
        match self.guard.kind {
            GuardKind::Operations(_) => false,
            GuardKind::SpendPerPlan | GuardKind::SpendPerMonth => true,
        }
    }

    /// `kanto-vending/terminate`; `kanto-vending, spend per plan`; `account main, spend per month`. The
    /// account before a fleet only where it is asked for.
    pub fn name(&self, with_account: bool) -> String {
        let (account, name) = (plain(&self.guard.account), plain(&self.guard.name));
        let prefix = if with_account { format!("{account}/") } else { String::new() };
        let what = match self.guard.kind {
            GuardKind::Operations(_) => return format!("{prefix}{name}"),
            GuardKind::SpendPerPlan => "spend per plan",
            GuardKind::SpendPerMonth => "spend per month",
        };
        match name.split_once('/') {
            None | Some(("", _)) => format!("account {account}, {what}"),
            Some((fleet, _)) => format!("{prefix}{fleet}, {what}"),
        }
    }

    /// What the plan holds: `2`, `12,400 JPY`.
    pub fn actual(&self) -> String {
        self.amount(self.guard.actual)
    }

    /// What is allowed.
    pub fn limit(&self) -> String {
        self.amount(self.guard.limit)
    }

    /// `--ack spendPerPlan=12400`.
    pub fn flag(&self) -> String {
        format!("--ack {}={}", self.guard.kind, self.in_plan)
    }

    fn amount(&self, number: u64) -> String {
        if self.is_money() { Money(i64::try_from(number).unwrap_or(i64::MAX)).to_string() } else { Count(number).to_string() }
    }
}

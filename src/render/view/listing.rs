//! All that a plan says besides operations, grouped for reading.

use std::collections::BTreeMap;

use crate::domain::Money;
use crate::plan::{
    BlockedCode, BlockedItem, DriftItem, GuardItem, GuardKind, InDoubtItem, PendingItem, Plan, UnmanagedItem, entry,
};

/// Everything that is no operation.
#[derive(Debug)]
pub struct Listings<'a> {
    /// On its way.
    pub waiting: &'a [PendingItem],
    /// By code, in the order of [`BlockedCode`].
    pub blocked: Vec<BlockedGroup<'a>>,
    /// Lines that nobody declares.
    pub unmanaged: &'a [UnmanagedItem],
    /// What those cost every month.
    pub unmanaged_cost: Money,
    /// Changes by others; empty also without a baseline.
    pub drift: &'a [DriftItem],
    /// Operations whose outcome is unknown.
    pub in_doubt: &'a [InDoubtItem],
    /// Guards that stop the apply.
    pub stops: Vec<GuardStop<'a>>,
}

/// Blocked wishes with the same code.
#[derive(Debug)]
pub struct BlockedGroup<'a> {
    /// The code.
    pub code: BlockedCode,
    /// Sorted by account and MSISDN.
    pub items: Vec<&'a BlockedItem>,
}

/// An exceeded guard and what would let it pass.
#[derive(Debug)]
pub struct GuardStop<'a> {
    /// The guard.
    pub guard: &'a GuardItem,
    /// Operations of its kind in the whole plan: the number that an acknowledgement has to name.
    pub in_plan: u64,
}

impl GuardStop<'_> {
    /// The kind it counts.
    pub fn kind(&self) -> GuardKind {
        self.guard.kind
    }
}

impl<'a> Listings<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let mut blocked: BTreeMap<BlockedCode, Vec<&'a BlockedItem>> = BTreeMap::new();
        for item in &plan.blocked {
            blocked.entry(item.code).or_default().push(item);
        }
        Self {
            waiting: &plan.pending,
            blocked: blocked.into_iter().map(|(code, items)| BlockedGroup { code, items }).collect(),
            unmanaged: &plan.unmanaged,
            unmanaged_cost: plan.unmanaged.iter().map(|item| item.monthly_cost).sum(),
            drift: plan.drift.as_deref().unwrap_or_default(),
            in_doubt: &plan.in_doubt,
            stops: plan
                .guards
                .iter()
                .filter(|guard| guard.verdict == entry::Verdict::Exceeded)
                .map(|guard| GuardStop { guard, in_plan: in_plan(plan, guard) })
                .collect(),
        }
    }
}

/// Operations of a guard's kind in the whole plan; for money, what the guard counts.
fn in_plan(plan: &Plan, guard: &GuardItem) -> u64 {
    match guard.kind {
        GuardKind::Operations(kind) => plan.summary.by_kind.get(&kind).copied().unwrap_or(guard.actual),
        GuardKind::SpendPerPlan | GuardKind::SpendPerMonth => guard.actual,
    }
}

//! All that a plan says besides operations, grouped for reading.

use std::collections::BTreeMap;

use crate::domain::{Money, Subject};
use crate::plan::{
    BlockedCode, BlockedItem, DriftItem, InDoubtItem, PendingItem, Place, Plan, ProtectionItem, UnmanagedItem, WarningCode,
    WarningItem,
};
use crate::render::view::GuardLine;

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
    /// What the journal keeps from the apply on: first the lines that are no longer protected.
    pub protection: Vec<&'a ProtectionItem>,
    /// Changes by others; empty also without a baseline.
    pub drift: &'a [DriftItem],
    /// Changes by others that are ignored for now.
    pub drift_ignored: &'a [DriftItem],
    /// To be read before approving, by code.
    pub warnings: Vec<WarningGroup<'a>>,
    /// Operations whose outcome is unknown.
    pub in_doubt: &'a [InDoubtItem],
    /// Guards that let the plan pass.
    pub holds: Vec<GuardLine<'a>>,
    /// Guards that stop the apply.
    pub stops: Vec<GuardLine<'a>>,
    /// Spend limits that let the plan pass, where it costs money at once.
    pub spend: Vec<GuardLine<'a>>,
}

/// Blocked wishes with the same code.
#[derive(Debug)]
pub struct BlockedGroup<'a> {
    /// The code.
    pub code: BlockedCode,
    /// Sorted by account and MSISDN.
    pub items: Vec<&'a BlockedItem>,
}

/// Warnings with the same code.
#[derive(Debug)]
pub struct WarningGroup<'a> {
    /// The code.
    pub code: WarningCode,
    /// How many.
    pub count: usize,
    /// Those that say the same stand together, in the order of the first of each.
    pub alike: Vec<Alike<'a>>,
}

/// Warnings that say the same of several lines or orders of an account.
#[derive(Debug)]
pub struct Alike<'a> {
    /// The account.
    pub account: &'a str,
    /// What they say.
    pub message: &'a str,
    /// Where the first is declared.
    pub source: &'a Place,
    /// Of what; at least one.
    pub subjects: Vec<&'a Subject>,
}

impl<'a> Listings<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let mut blocked: BTreeMap<BlockedCode, Vec<&'a BlockedItem>> = BTreeMap::new();
        for item in &plan.blocked {
            blocked.entry(item.code).or_default().push(item);
        }
        let guards = GuardLine::all(plan);
        let (stops, passed): (Vec<_>, Vec<_>) = guards.into_iter().partition(GuardLine::is_exceeded);
        let costs_at_once = plan.summary.cost.once > Money::ZERO;
        Self {
            waiting: &plan.pending,
            blocked: blocked.into_iter().map(|(code, items)| BlockedGroup { code, items }).collect(),
            unmanaged: &plan.unmanaged,
            unmanaged_cost: plan.unmanaged.iter().map(|item| item.monthly_cost).sum(),
            protection: lifted_first(&plan.protection),
            drift: plan.drift.as_deref().unwrap_or_default(),
            drift_ignored: &plan.drift_ignored,
            warnings: warnings(&plan.warnings),
            in_doubt: &plan.in_doubt,
            stops,
            spend: passed.iter().filter(|guard| costs_at_once && guard.is_money()).copied().collect(),
            holds: passed,
        }
    }
}

fn lifted_first(items: &[ProtectionItem]) -> Vec<&ProtectionItem> {
    let (protected, lifted): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.protected);
    lifted.into_iter().chain(protected).collect()
}

fn warnings(items: &[WarningItem]) -> Vec<WarningGroup<'_>> {
    let mut groups: BTreeMap<WarningCode, Vec<&WarningItem>> = BTreeMap::new();
    for item in items {
        groups.entry(item.code).or_default().push(item);
    }
    groups.into_iter().map(|(code, items)| WarningGroup { code, count: items.len(), alike: alike(&items) }).collect()
}

fn alike<'a>(items: &[&'a WarningItem]) -> Vec<Alike<'a>> {
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut alike: Vec<Alike<'a>> = Vec::new();
    for WarningItem { account, subject, code: _, message, source } in items.iter().copied() {
        let place = *places.entry((account, message)).or_insert(alike.len());
        match alike.get_mut(place) {
            Some(same) => same.subjects.push(subject),
            None => alike.push(Alike { account, message, source, subjects: vec![subject] }),
        }
    }
    alike
}

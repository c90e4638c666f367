//! Guards: the most operations of a kind that a plan may hold for a fleet (DESIGN 3.5). They are data
//! on the plan; who applies it stops at an exceeded one.

use std::sync::Arc;

use crate::domain::{DesiredFleet, OperationKind};
use crate::plan::{GuardItem, GuardKind, Verdict};

/// One fleet's count of lines, and of operations by kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    operations: std::collections::BTreeMap<OperationKind, u64>,
}

impl Tally {
    pub(crate) fn count(&mut self, kind: OperationKind) {
        *self.operations.entry(kind).or_default() += 1;
    }
}

/// Every limit of every fleet with its verdict, sorted by fleet and kind.
pub(crate) fn guards(account: &Arc<str>, fleets: &[DesiredFleet], tallies: &[Tally]) -> Vec<GuardItem> {
    let mut guards: Vec<GuardItem> = fleets
        .iter()
        .zip(tallies)
        .flat_map(|(fleet, tally)| {
            fleet.policy.limits.iter().map(|(kind, limit)| {
                let (limit, actual) = (limit.resolve(tally.lines), tally.operations.get(kind).copied().unwrap_or(0));
                GuardItem {
                    account: Arc::clone(account),
                    name: format!("{}/{kind}", fleet.name),
                    kind: GuardKind::Operations(*kind),
                    limit,
                    actual,
                    verdict: if actual > limit { Verdict::Exceeded } else { Verdict::Ok },
                }
            })
        })
        .collect();
    guards.sort_by(|left, right| left.name.cmp(&right.name));
    guards
}

//! The last line: what the plan comes to.

use std::fmt;

use crate::count::Count;
use crate::domain::{Money, OperationKind, Risk};
use crate::plan::{Plan, entry};
use crate::render::view::Costs;

/// What a plan comes to. Its `Display` is the last line of a review.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Operations by kind, in the order in which they are named.
    pub kinds: Vec<(OperationKind, u64)>,
    /// Irreversible operations (R5).
    pub irreversible: u64,
    /// Money.
    pub costs: Costs,
    /// Wishes on their way.
    pub waiting: u64,
    /// Wishes that cannot be fulfilled.
    pub blocked: u64,
    /// Operations whose outcome is unknown.
    pub in_doubt: u64,
    /// What a reviewer should know.
    pub warnings: u64,
    /// Guards that stop the apply.
    pub guards_exceeded: u64,
    /// Declared lines that need nothing.
    pub in_sync: u64,
}

/// The order in which the last line names kinds: what begins, what changes, what ends.
const ORDER: [OperationKind; 11] = [
    OperationKind::PlaceOrder,
    OperationKind::BindImei,
    OperationKind::Allocate,
    OperationKind::StartUse,
    OperationKind::Resume,
    OperationKind::BuyCoupon,
    OperationKind::ChangeRatePlan,
    OperationKind::CancelApplication,
    OperationKind::Suspend,
    OperationKind::Deallocate,
    OperationKind::Terminate,
];

impl Verdict {
    /// Counts a plan.
    pub fn new(plan: &Plan) -> Self {
        let summary = &plan.summary;
        Self {
            kinds: ORDER
                .into_iter()
                .filter_map(|kind| Some((kind, *summary.by_kind.get(&kind)?)))
                .filter(|(_, n)| *n > 0)
                .collect(),
            irreversible: summary.by_risk.get(&Risk::R5).copied().unwrap_or(0),
            costs: Costs { once: summary.cost.once, monthly: summary.cost.monthly },
            waiting: count(plan.pending.len()),
            blocked: count(plan.blocked.len()),
            in_doubt: count(plan.in_doubt.len()),
            warnings: count(plan.warnings.len()),
            guards_exceeded: count(plan.guards.iter().filter(|guard| guard.verdict == entry::Verdict::Exceeded).count()),
            in_sync: summary.in_sync,
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// What is left over, such as `2 waiting, 1 blocked`.
    fn rest(&self) -> Vec<String> {
        [(self.waiting, "waiting"), (self.blocked, "blocked"), (self.in_doubt, "in doubt")]
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", Count(n)))
            .chain((self.warnings > 0).then(|| match self.warnings {
                1 => "1 warning".to_owned(),
                more => format!("{} warnings", Count(more)),
            }))
            .chain((self.guards_exceeded > 0).then(|| match self.guards_exceeded {
                1 => "1 guard exceeded".to_owned(),
                more => format!("{} guards exceeded", Count(more)),
            }))
            .collect()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = self.rest().join(", ");
        if self.is_empty() {
            let lines = if self.in_sync == 1 { "line matches" } else { "lines match" };
            write!(f, "No changes. {} {lines}", Count(self.in_sync))?;
        } else {
            let kinds: Vec<String> = self.kinds.iter().map(|(kind, n)| format!("{} {}", Count(*n), to_do(*kind))).collect();
            write!(f, "Plan: {}", kinds.join(", "))?;
            if self.irreversible > 0 {
                write!(f, "; {} irreversible", Count(self.irreversible))?;
            }
            if self.costs.once != Money::ZERO || self.costs.monthly != Money::ZERO {
                write!(f, "; cost {}", self.costs)?;
            }
        }
        if !rest.is_empty() {
            write!(f, "; {rest}")?;
        }
        f.write_str(".")
    }
}

/// What is to be done, after a number.
fn to_do(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Suspend => "to suspend",
        OperationKind::Resume => "to resume",
        OperationKind::ChangeRatePlan => "to change",
        OperationKind::Terminate => "to terminate",
        OperationKind::BindImei => "to bind",
        OperationKind::Allocate => "to allocate",
        OperationKind::Deallocate => "to release",
        OperationKind::StartUse => "to start",
        OperationKind::BuyCoupon => "to buy",
        OperationKind::PlaceOrder => "to order",
        OperationKind::CancelApplication => "to cancel",
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

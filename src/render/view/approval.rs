//! What it takes to approve a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::domain::OperationKind;
use crate::plan::{ApprovalNeed, GuardKind, Plan};
use crate::render::escape::plain;
use crate::render::view::GuardLine;

/// What it takes to approve a plan. Its `Display` names the flags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Approval {
    /// Whether `--yes` (or the prompt) is asked for, besides all else.
    pub wants_yes: bool,
    /// Whether the manifest approves what costs money at once or lasts for ever: that still wants `--yes`.
    pub approved_by_policy: bool,
    /// Kinds whose exact number has to be acknowledged.
    pub acks: BTreeMap<OperationKind, u64>,
    /// Exceeded guards and the numbers that lift them. Not even the plan's id stands in for these.
    pub guards: BTreeSet<(GuardKind, u64)>,
    /// Whether a fleet's mode wants the plan's own id.
    pub wants_plan_id: bool,
    /// That id, which approves everything.
    pub plan_id: String,
}

impl Approval {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut approval = Self { plan_id: plan.plan_id.clone(), guards: GuardLine::acks(plan), ..Self::default() };
        for operation in &plan.operations {
            match operation.approval {
                ApprovalNeed::Yes => approval.wants_yes = true,
                ApprovalNeed::Policy => {
                    approval.wants_yes = true;
                    approval.approved_by_policy = true;
                }
                ApprovalNeed::Ack => {
                    let kind = operation.change.kind();
                    // An acknowledgement names all operations of a kind, also those that policy approves.
                    let in_plan = plan.summary.by_kind.get(&kind).copied().unwrap_or(0);
                    approval.acks.insert(kind, in_plan);
                }
                ApprovalNeed::PlanId => approval.wants_plan_id = true,
            }
        }
        approval
    }

    /// Whether `--yes` suffices, and nothing costs money at once or lasts for ever.
    pub fn is_plain(&self) -> bool {
        !self.approved_by_policy && self.acks.is_empty() && self.guards.is_empty() && !self.wants_plan_id
    }
}

impl fmt::Display for Approval {
    /// `--yes --ack terminate=2 or --approve 7d1f4a0c9be2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut by_id = vec![format!("--approve {}", plain(&self.plan_id))];
        by_id.extend(self.guards.iter().map(|(kind, count)| format!("--ack {kind}={count}")));
        if self.wants_plan_id {
            return f.write_str(&by_id.join(" "));
        }
        let mut acks: BTreeSet<(GuardKind, u64)> = self.guards.clone();
        acks.extend(self.acks.iter().map(|(kind, count)| (GuardKind::Operations(*kind), *count)));
        let yes = self.wants_yes.then(|| "--yes".to_owned());
        let one_by_one: Vec<String> =
            yes.into_iter().chain(acks.iter().map(|(kind, count)| format!("--ack {kind}={count}"))).collect();
        if one_by_one.is_empty() {
            f.write_str(&by_id.join(" "))
        } else {
            write!(f, "{} or {}", one_by_one.join(" "), by_id.join(" "))
        }
    }
}

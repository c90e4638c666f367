//! What it takes to approve a plan.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::OperationKind;
use crate::plan::{ApprovalNeed, Plan};
use crate::render::escape::plain;

/// What it takes to approve a plan. Its `Display` names the flags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Approval {
    /// Whether `--yes` (or the prompt) is asked for, besides all else.
    pub wants_yes: bool,
    /// Kinds whose exact number has to be acknowledged.
    pub acks: BTreeMap<OperationKind, u64>,
    /// Whether a fleet's mode wants the plan's own id.
    pub wants_plan_id: bool,
    /// That id, which approves everything.
    pub plan_id: String,
}

impl Approval {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut approval = Self { plan_id: plan.plan_id.clone(), ..Self::default() };
        for operation in &plan.operations {
            match operation.approval {
                ApprovalNeed::Yes | ApprovalNeed::Policy => approval.wants_yes = true,
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

    /// Whether `--yes` suffices.
    pub fn is_plain(&self) -> bool {
        self.acks.is_empty() && !self.wants_plan_id
    }
}

impl fmt::Display for Approval {
    /// `--yes --ack terminate=2 or --approve 7d1f4a0c9be2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.wants_plan_id && !self.acks.is_empty() {
            if self.wants_yes {
                f.write_str("--yes ")?;
            }
            for (kind, count) in &self.acks {
                write!(f, "--ack {kind}={count} ")?;
            }
            f.write_str("or ")?;
        }
        write!(f, "--approve {}", plain(&self.plan_id))
    }
}

//! What it takes to approve an operation (DESIGN 3.2).

use crate::domain::{Approval, DesiredFleet, Mode, OperationKind};
use crate::plan::ApprovalNeed;

/// The approval that an operation of a kind needs in a fleet. What belongs to no fleet has no policy
/// that could approve it.
pub(crate) fn need(fleet: Option<&DesiredFleet>, kind: OperationKind) -> ApprovalNeed {
    let Some(fleet) = fleet else {
        return if kind.risk().needs_approval() { ApprovalNeed::Ack } else { ApprovalNeed::Yes };
    };
    match fleet.mode {
        Mode::Observe | Mode::Plan => ApprovalNeed::PlanId,
        Mode::Apply if !kind.risk().needs_approval() => ApprovalNeed::Yes,
        Mode::Apply => match fleet.policy.approval.get(&kind).copied().unwrap_or_default() {
            Approval::Auto => ApprovalNeed::Policy,
            Approval::Manual => ApprovalNeed::Ack,
        },
    }
}

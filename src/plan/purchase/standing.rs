//! Whether a line can take a coupon in this plan: it must be in use, or come into use first, and must not
//! be leaving. What happens to its rate plan next month does not matter.

use crate::domain::{ApplicationType, DesiredSim, DesiredState, LineStatus, ObservedSim, Pending, RatePlan};
use crate::plan::Change;
use crate::plan::sequence::Step;

/// What a line is when a coupon's turn comes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Standing<'a> {
    /// In use, on that rate plan.
    Active {
        plan: &'a RatePlan,
        /// The line's own step that has to come first.
        after: Option<usize>,
        /// What the carrier is still carrying out for the line: until then it accepts nothing.
        blocker: Option<&'a Pending>,
    },
    /// To come into use once the carrier has carried this out.
    Coming(&'a Pending),
    /// Not in use: how it is called, and whether it is only going to be so.
    Inactive { status: &'a str, soon: bool },
}

/// `steps` are those that the plan takes for the line.
pub(crate) fn standing<'a>(sim: &DesiredSim, row: Option<&'a ObservedSim>, steps: &'a [Step]) -> Standing<'a> {
    let Some(row) = row else { return Standing::Inactive { status: "missing at the carrier", soon: false } };
    let observed = row.line.as_ref();
    let mut active = observed.is_some_and(|line| line.status == LineStatus::Active);
    let mut status = observed.map_or("not started", |line| line.status.name());
    let mut plan = observed.map(|line| &line.plan);
    let mut after = None;
    let mut soon = false;
    let open = || row.pending().filter(|application| !application.status.is_final());
    for (index, step) in steps.iter().enumerate() {
        match &step.change {
            Change::Suspend => (active, soon, status) = (false, true, LineStatus::Suspended.name()),
            Change::Terminate { .. } => (active, soon, status) = (false, true, LineStatus::Terminated.name()),
            Change::Resume => (active, after) = (true, Some(index)),
            Change::StartUse { plan: started, .. } => (active, plan, after) = (true, Some(started), Some(index)),
            Change::CancelApplication { of: ApplicationType::Terminate, .. } => {
                active = step.to.state.as_deref() == Some(LineStatus::Active.name());
                (status, after) = (LineStatus::Suspended.name(), Some(index));
            }
            Change::CancelApplication { application, .. } => {
                if open().any(|open| open.application == *application && open.status.blocks_line()) {
                    after = Some(index);
                }
            }
            Change::ChangeRatePlan { .. }
            | Change::BindImei { .. }
            | Change::Allocate { .. }
            | Change::Deallocate { .. }
            | Change::BuyCoupon { .. }
            | Change::PlaceOrder { .. } => {}
        }
    }
    let cancelled = |application: &Pending| steps.iter().any(|step| cancels(step, application));
    if open().any(|application| application.kind == ApplicationType::Terminate && !cancelled(application)) {
        return Standing::Inactive { status: LineStatus::TerminationAccepted.name(), soon: false };
    }
    let blocker = open().find(|application| application.status.blocks_line() && !cancelled(application));
    if let (true, Some(leaving)) = (active, sim.state.filter(|state| *state != DesiredState::Active)) {
        return Standing::Inactive { status: leaving.as_str(), soon: true };
    }
    match (plan, blocker) {
        (Some(plan), blocker) if active => Standing::Active { plan, after, blocker },
        (_, Some(blocker)) if sim.state == Some(DesiredState::Active) => Standing::Coming(blocker),
        (_, _) => Standing::Inactive { status, soon },
    }
}

fn cancels(step: &Step, open: &Pending) -> bool {
    if let Change::CancelApplication { application, .. } = &step.change { *application == open.application } else { false }
}

//! The rate plan of a line (DOMAIN 4): a change counts from the 1st of next month, one change may be
//! on its way at a time, and past the cut-off none is accepted.

use super::{Context, Wait};
use crate::domain::{ApplicationType, LineRow, LineStatus, Pending, PendingTarget, RatePlan};
use crate::plan::reason;
use crate::plan::sequence::{Step, Steps};

/// What becomes of a line's rate plan.
#[derive(Debug, Default)]
pub(super) struct PlanPart {
    /// Applications for another plan, to be cancelled while they still block the line: before all else.
    pub(super) cancel_first: Vec<Step>,
    /// The same where they do not block: after the line's state.
    pub(super) then: Vec<Step>,
    pub(super) wait: Option<Wait>,
    /// A change has to be asked for later: if the carrier does not offer it, waiting is in vain.
    pub(super) change_later: bool,
}

/// Whether an application is one for another plan than the wished-for.
fn is_contrary(application: &Pending, wanted: &RatePlan) -> bool {
    application.kind == ApplicationType::PlanChange && application.target != PendingTarget::Plan(wanted.clone())
}

/// `status` is the one in which the change is asked for.
pub(super) fn part(
    context: Context<'_>,
    steps: Steps<'_>,
    line: &LineRow,
    status: &LineStatus,
    wanted: &RatePlan,
    applications: &[&Pending],
) -> PlanPart {
    let changes = || applications.iter().filter(|application| application.kind == ApplicationType::PlanChange);
    let on_its_way = changes().find(|application| !is_contrary(application, wanted));
    let differs = line.plan != *wanted;
    if changes().all(|application| !is_contrary(application, wanted)) {
        return match (on_its_way, differs, context.opens_again) {
            (Some(application), _, _) => PlanPart::waits(Wait::on(application, reason::changes_to(wanted))),
            (None, false, _) => PlanPart::default(),
            (None, true, Some(_)) => past_cut_off(context, wanted),
            (None, true, None) => {
                let change = steps.change_rate_plan(status, &line.plan, wanted, context.next_month);
                PlanPart { then: vec![change], ..PlanPart::default() }
            }
        };
    }
    if let Some(stuck) = changes().find(|application| is_contrary(application, wanted) && coming(application).is_none()) {
        let wait = Wait::on(stuck, reason::waits_for_contrary_change(stuck, wanted));
        return PlanPart { change_later: true, ..PlanPart::waits(wait) };
    }
    if differs && on_its_way.is_none() && context.opens_again.is_some() {
        // Cancelled, the line would stay on a plan that is as wrong as the coming one, and the
        // declared plan would come no sooner.
        return past_cut_off(context, wanted);
    }
    let mut part = PlanPart::default();
    for application in changes().filter(|application| is_contrary(application, wanted)) {
        let Some(coming) = coming(application) else { continue };
        let why = format!("declared {wanted}, but application {} would change it to {coming}", application.application);
        let step = steps.cancel_plan_change(application, &line.plan, coming, why);
        if application.status.blocks_line() {
            part.cancel_first.push(step);
        } else {
            part.then.push(step);
        }
    }
    match on_its_way {
        Some(application) => part.wait = Some(Wait::on(application, reason::changes_to(wanted))),
        None if differs => part.then.push(steps.change_rate_plan(status, &line.plan, wanted, context.next_month)),
        None => {}
    }
    part
}

/// The plan that an application leads to, if it can be cancelled and says so.
fn coming(application: &Pending) -> Option<&RatePlan> {
    match &application.target {
        PendingTarget::Plan(plan) if application.cancellable => Some(plan),
        PendingTarget::Plan(_)
        | PendingTarget::Status(_)
        | PendingTarget::Imei(_)
        | PendingTarget::System(_)
        | PendingTarget::Other(_) => None,
    }
}

fn past_cut_off(context: Context<'_>, wanted: &RatePlan) -> PlanPart {
    let wait = context.opens_again.map(|opens| Wait {
        application: None,
        what: reason::past_cut_off(wanted, opens),
        effective: None,
        not_before: Some(opens),
    });
    PlanPart { wait, change_later: true, ..PlanPart::default() }
}

impl PlanPart {
    fn waits(wait: Wait) -> Self {
        Self { wait: Some(wait), ..Self::default() }
    }
}

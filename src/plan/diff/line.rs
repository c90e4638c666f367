//! A line: a card SIM, or a chip SIM after its start of use.

use jiff::civil::Date;

use super::hold;
use super::rate_plan::{self, PlanPart};
use super::{Context, Outcome, Wait, Wish, bound_otherwise, not_offered, steps_for, unknown_plan};
use crate::domain::{ApplicationType, DesiredState, LineRow, LineStatus, ObservedSim, OperationKind, Pending, RatePlan};
use crate::plan::sequence::{Step, Steps, line_path};
use crate::plan::{BlockedCode, reason, sequence, termination_date};

pub(super) fn diff(context: Context<'_>, wish: Wish<'_>, observed: &ObservedSim, line: &LineRow) -> Outcome {
    let state = wish.sim.state;
    let plan_as_declared = wish.sim.plan.as_ref().is_none_or(|plan| *plan == line.plan);
    let asks_nothing = state.is_none() && plan_as_declared;
    if line.status.is_terminated() {
        return if asks_nothing || state == Some(DesiredState::Terminated) {
            Outcome::InSync
        } else {
            Outcome::Blocked(BlockedCode::Terminated, ended(line))
        };
    }
    if line.system != wish.fleet.system || line.service != wish.fleet.service {
        let message = format!(
            "the line belongs to {}/{}, its fleet to {}/{}",
            line.system, line.service, wish.fleet.system, wish.fleet.service
        );
        return Outcome::Blocked(BlockedCode::WrongSystem, message);
    }
    if let Some(blocked) = bound_otherwise(wish, observed) {
        return blocked;
    }
    match &line.status {
        LineStatus::Unknown(_) | LineStatus::CarrierSuspended if asks_nothing => return Outcome::InSync,
        LineStatus::Unknown(status) => {
            let message = format!("the carrier says {status:?}, which this version does not know: the line is left alone");
            return Outcome::Blocked(BlockedCode::UnknownStatus, message);
        }
        LineStatus::CarrierSuspended => {
            let message = "suspended by the carrier, which alone can lift it: ask the carrier".to_owned();
            return Outcome::Blocked(BlockedCode::CarrierSuspended, message);
        }
        LineStatus::Active
        | LineStatus::Suspended
        | LineStatus::TerminationAccepted
        | LineStatus::Terminated
        | LineStatus::CarrierTerminated => {}
    }
    let applications: Vec<&Pending> = observed.pending().filter(|application| !application.status.is_final()).collect();
    let case = Case { context, wish, line, steps: steps_for(context, line.iccid.as_ref()), applications: &applications };
    if line.status == LineStatus::TerminationAccepted || case.terminations().next().is_some() {
        case.terminating(plan_as_declared)
    } else {
        case.living()
    }
}

fn ended(line: &LineRow) -> String {
    match line.status {
        LineStatus::CarrierTerminated => "terminated by the carrier: declare it Terminated or remove it".to_owned(),
        LineStatus::Active
        | LineStatus::Suspended
        | LineStatus::TerminationAccepted
        | LineStatus::Terminated
        | LineStatus::CarrierSuspended
        | LineStatus::Unknown(_) => "the line is terminated, for good: declare it Terminated or remove it".to_owned(),
    }
}

/// Why a plan change that has to wait would be refused when its time comes.
fn not_on_offer(context: Context<'_>, wish: Wish<'_>, wanted: &RatePlan) -> Option<(BlockedCode, String)> {
    unknown_plan(context, wanted).or_else(|| not_offered(context, wish, OperationKind::ChangeRatePlan))
}

/// A line that is neither over nor frozen.
struct Case<'a> {
    context: Context<'a>,
    wish: Wish<'a>,
    line: &'a LineRow,
    steps: Steps<'a>,
    /// Open applications.
    applications: &'a [&'a Pending],
}

impl<'a> Case<'a> {
    fn terminations(&self) -> impl Iterator<Item = &'a Pending> {
        self.applications.iter().copied().filter(|application| application.kind == ApplicationType::Terminate)
    }

    /// The first application that keeps the carrier from accepting another, those aside that the
    /// steps cancel before anything else.
    fn blocker(&self, cancelled: &[Step]) -> Option<&'a Pending> {
        let is_cancelled = |application: &Pending| {
            cancelled.iter().any(|step| step.precondition.applications.contains(&application.application))
        };
        self.applications.iter().copied().find(|application| application.status.blocks_line() && !is_cancelled(application))
    }

    fn waiting(application: &Pending) -> Outcome {
        Outcome::Work(Vec::new(), vec![Wait::on(application, reason::waits_for(application))])
    }

    /// Active or suspended, and meant to go on being one of them unless declared otherwise.
    fn living(&self) -> Outcome {
        let goal = match self.wish.sim.state {
            None => None,
            Some(DesiredState::Registered | DesiredState::Allocated) => return self.already_started(),
            Some(DesiredState::Active) => Some(LineStatus::Active),
            Some(DesiredState::Suspended) => Some(LineStatus::Suspended),
            Some(DesiredState::Terminated) => match self.hold() {
                Some(last) => return self.hold_until(last, Vec::new(), &self.line.status),
                None => Some(LineStatus::TerminationAccepted),
            },
        };
        if goal.is_none() && self.wish.sim.plan.is_none() {
            return Outcome::InSync;
        }
        self.go_on(Vec::new(), &self.line.status, goal.as_ref())
    }

    /// The last day of the hold that the line is in.
    fn hold(&self) -> Option<Date> {
        hold::last_day(self.wish.sim, self.context.today)
    }

    /// Suspended up to and including that day.
    fn hold_until(&self, last: Date, before: Vec<Step>, from: &LineStatus) -> Outcome {
        let to_suspend = self.go_on(before, from, Some(&LineStatus::Suspended));
        let monthly = self.context.catalogue.fee(&self.line.plan);
        hold::held(self.context, self.wish, last, monthly, to_suspend)
    }

    /// A termination is accepted and not yet in force.
    fn terminating(&self, plan_as_declared: bool) -> Outcome {
        let date = self.line.termination_date.or_else(|| self.terminations().find_map(|application| application.effective));
        let cancellable = self.terminations().next().is_some() && self.terminations().all(|application| application.cancellable);
        let goal = match self.wish.sim.state {
            None if plan_as_declared => return Outcome::InSync,
            None => {
                let message = "a termination is accepted, so the rate plan cannot be changed: declare the line's state";
                return Outcome::Blocked(BlockedCode::Terminated, message.to_owned());
            }
            Some(DesiredState::Registered | DesiredState::Allocated) => return self.already_started(),
            Some(DesiredState::Terminated) => match self.date_to_move_to(date) {
                None => return self.terminates(date, reason::terminates(date)),
                Some((accepted, wanted)) if !cancellable => {
                    return self.terminates(date, reason::terminates_on_other_date(accepted, wanted));
                }
                Some(_) => LineStatus::TerminationAccepted,
            },
            Some(DesiredState::Active | DesiredState::Suspended) if !cancellable => {
                let message = format!("the line {}, which can no longer be cancelled", reason::terminates(date));
                return Outcome::Blocked(BlockedCode::Terminated, message);
            }
            Some(DesiredState::Active) => LineStatus::Active,
            Some(DesiredState::Suspended) => LineStatus::Suspended,
        };
        let before = self.status_before_termination();
        let cancels = self
            .terminations()
            .map(|application| {
                let declared = match (self.wish.sim.state, self.hold(), self.wish.sim.termination_date) {
                    (_, Some(last), _) => reason::declared_held(last),
                    (Some(DesiredState::Terminated), None, Some(wanted)) => format!("end on {wanted}"),
                    (state, None, _) => state.map_or_else(String::new, |state| state.to_string()),
                };
                let why =
                    format!("declared {declared}, but application {} {}", application.application, reason::terminates(date));
                self.steps.cancel_termination(application, (&self.line.status, &before), &self.line.plan, date, why)
            })
            .collect();
        match self.hold() {
            Some(last) => self.hold_until(last, cancels, &before),
            None => self.go_on(cancels, &before, Some(&goal)),
        }
    }

    /// What a cancelled termination leads back to.
    fn status_before_termination(&self) -> LineStatus {
        match (&self.line.status, &self.line.suspend_reason) {
            (LineStatus::Active, _) | (LineStatus::TerminationAccepted, None) => LineStatus::Active,
            (
                LineStatus::Suspended
                | LineStatus::TerminationAccepted
                | LineStatus::Terminated
                | LineStatus::CarrierSuspended
                | LineStatus::CarrierTerminated
                | LineStatus::Unknown(_),
                _,
            ) => LineStatus::Suspended,
        }
    }

    /// The accepted date and the one to move it to, where the declared one asks for that: the line ends
    /// on the declared day, or on the first possible one if that is past. A termination that ends after
    /// the hold leaves the line to be brought back until then, as the hold does.
    fn date_to_move_to(&self, accepted: Option<Date>) -> Option<(Date, Date)> {
        let (today, hold, accepted) = (self.context.today, self.hold(), accepted?);
        let earliest = hold.map_or(today, termination_date::after);
        let in_hold = hold.filter(|last| accepted <= *last).map(|_| earliest);
        let declared = self.wish.sim.termination_date.or(in_hold)?;
        let wanted = declared.max(earliest);
        let as_declared = accepted == wanted || (hold.is_none() && declared <= accepted && accepted <= today);
        (!as_declared).then_some((accepted, wanted))
    }

    fn terminates(&self, date: Option<Date>, what: String) -> Outcome {
        let first = self.terminations().next();
        let what = first.and_then(reason::handed_over).unwrap_or(what);
        let application = first.map(|application| application.application.clone());
        Outcome::Work(Vec::new(), vec![Wait { application, what, effective: date, not_before: None }])
    }

    fn already_started(&self) -> Outcome {
        let message = format!(
            "the chip SIM is in use ({}) and cannot go back to stock: declare it Active, Suspended or Terminated",
            self.line.status
        );
        Outcome::Blocked(BlockedCode::AlreadyStarted, message)
    }

    /// From a status in which the carrier accepts operations to the goal: state first, then the rate
    /// plan. A termination supersedes plan changes, so it leaves them alone.
    fn go_on(&self, before: Vec<Step>, from: &LineStatus, goal: Option<&LineStatus>) -> Outcome {
        let goal_status = goal.unwrap_or(from);
        let Some(path) = line_path(from, goal_status) else {
            let message = format!("no function leads from {from} to {goal_status}");
            return Outcome::Blocked(BlockedCode::UnknownStatus, message);
        };
        let wanted_plan: Option<&RatePlan> =
            self.wish.sim.plan.as_ref().filter(|_| self.wish.sim.state != Some(DesiredState::Terminated));
        if let Some(wanted) = wanted_plan.filter(|_| self.line.plan.as_str().is_empty()) {
            let message = format!("the list does not say which rate plan the line has, and {wanted} is declared");
            return Outcome::Blocked(BlockedCode::RatePlanNotObserved, message);
        }
        let plan = wanted_plan.map_or_else(PlanPart::default, |wanted| {
            rate_plan::part(self.context, self.steps, self.line, goal_status, wanted, self.applications)
        });
        let mut steps = before;
        steps.extend(plan.cancel_first);
        if let Some(application) = self.blocker(&steps) {
            return Self::waiting(application);
        }
        if plan.change_later
            && let Some(wanted) = wanted_plan
            && let Some((code, message)) = not_on_offer(self.context, self.wish, wanted)
        {
            return Outcome::Blocked(code, message);
        }
        let mut at = from.clone();
        for kind in path {
            steps.extend(self.state_step(kind, &mut at));
        }
        steps.extend(plan.then);
        let waits: Vec<Wait> = plan.wait.into_iter().collect();
        if steps.is_empty() && waits.is_empty() { Outcome::InSync } else { Outcome::Work(steps, waits) }
    }

    /// What is declared of the line's state.
    fn declared(&self) -> String {
        let past = self.wish.sim.termination_date.filter(|date| *date < self.context.today);
        match (self.wish.sim.state, self.hold(), past) {
            (None, _, _) => String::new(),
            (Some(_), Some(last), _) => reason::declared_held(last),
            (Some(state @ DesiredState::Terminated), None, Some(date)) => format!("{state} on {date}, which is over"),
            (Some(state), None, _) => state.to_string(),
        }
    }

    /// The step of one kind on the way, and the status it leads to.
    fn state_step(&self, kind: OperationKind, at: &mut LineStatus) -> Option<Step> {
        let why = reason::declared_observed(&self.declared(), self.line.status.name());
        let (step, next) = match kind {
            OperationKind::Suspend => (sequence::suspend(at, &why), LineStatus::Suspended),
            OperationKind::Resume => (sequence::resume(at, why), LineStatus::Active),
            OperationKind::Terminate => {
                let date = self.wish.sim.termination_date.unwrap_or(self.context.today).max(self.context.today);
                (self.steps.terminate(at, &self.line.plan, date, &why), LineStatus::TerminationAccepted)
            }
            OperationKind::ChangeRatePlan
            | OperationKind::BindImei
            | OperationKind::Allocate
            | OperationKind::Deallocate
            | OperationKind::StartUse
            | OperationKind::BuyCoupon
            | OperationKind::PlaceOrder
            | OperationKind::CancelApplication => return None,
        };
        *at = next;
        Some(step)
    }
}

//! One number: what is declared against what is observed.
//!
//! The answer is steps, waits, both, or one reason why the wish cannot be fulfilled. A blocked line
//! gets no step at all: a wish of which one part is impossible (another IMEI is bound, the plan does
//! not exist) is more likely wrong as a whole than right in its rest, and a part of it may be for ever.

mod chip;
mod hold;
mod line;
mod protection;
mod rate_plan;

pub(crate) use chip::shown as chip_state;
pub(crate) use hold::last_day as held_until;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::calendar::{first_of_next_month, jst_date};
use crate::domain::{
    ApplicationNumber, Catalogue, DesiredFleet, DesiredSim, DesiredState, Iccid, Imei, List, Msisdn, ObservedSim, OperationKind,
    Pending, RatePlan,
};
use crate::plan::sequence::{Step, Steps};
use crate::plan::{BlockedCode, Change, Memory, reason};

/// What one number needs.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// Nothing, and it waits for nothing.
    InSync,
    /// What cannot be.
    Blocked(BlockedCode, String),
    /// Steps in their order, each after the one before it; and what it waits for. Not both empty.
    Work(Vec<Step>, Vec<Wait>),
}

/// Something that comes by itself.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) application: Option<ApplicationNumber>,
    pub(crate) what: String,
    pub(crate) effective: Option<Date>,
    pub(crate) not_before: Option<Timestamp>,
}

impl Wait {
    /// For an application, whatever date it may have.
    pub(crate) fn on(application: &Pending, what: String) -> Self {
        let what = reason::handed_over(application).unwrap_or(what);
        Self { application: Some(application.application.clone()), what, effective: application.effective, not_before: None }
    }
}

/// What is the same for all lines of an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) catalogue: &'a Catalogue,
    /// The carrier's date.
    pub(crate) today: Date,
    /// When a plan change accepted today takes effect.
    pub(crate) next_month: Date,
    /// Past the cut-off: when plan changes are accepted again.
    pub(crate) opens_again: Option<Timestamp>,
    /// Lines whose protection is remembered.
    pub(crate) protected: &'a BTreeSet<Msisdn>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue, memory: &'a Memory, now: Timestamp) -> Self {
        let today = jst_date(now);
        let opens_again = catalogue.terms.cut_off.opens_again(now);
        Self { catalogue, today, next_month: first_of_next_month(today), opens_again, protected: &memory.protected }
    }
}

/// One declared number and its fleet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'a> {
    pub(crate) sim: &'a DesiredSim,
    pub(crate) fleet: &'a DesiredFleet,
}

/// A declared number that neither list holds.
pub(crate) fn diff_missing(sim: &DesiredSim) -> Outcome {
    match sim.state {
        Some(DesiredState::Terminated) => Outcome::InSync,
        Some(DesiredState::Registered | DesiredState::Allocated | DesiredState::Active | DesiredState::Suspended) | None => {
            Outcome::Blocked(BlockedCode::LineNotFound, reason::line_not_found(sim.state))
        }
    }
}

/// A declared number that the carrier lists.
pub(crate) fn diff(context: Context<'_>, wish: Wish<'_>, observed: &ObservedSim) -> Outcome {
    let outcome = match (&observed.line, &observed.chip) {
        (None, None) => return diff_missing(wish.sim),
        (Some(line), _) => wrong_card(wish, observed).unwrap_or_else(|| line::diff(context, wish, observed, line)),
        (None, Some(chip)) => wrong_card(wish, observed).unwrap_or_else(|| chip::diff(context, wish, observed, chip)),
    };
    match outcome {
        Outcome::Work(steps, waits) => match veto(context, wish, &steps) {
            Some((code, message)) => Outcome::Blocked(code, message),
            None => Outcome::Work(steps, waits),
        },
        Outcome::InSync | Outcome::Blocked(..) => outcome,
    }
}

/// A number in the wrong list, or under another card than the pinned one.
fn wrong_card(wish: Wish<'_>, observed: &ObservedSim) -> Option<Outcome> {
    let is_chip = observed.chip.is_some() || observed.line.as_ref().is_some_and(|line| line.is_chip);
    match (wish.sim.list, is_chip) {
        (List::Sims, true) => {
            let message = "this is a chip SIM: declare it under chipSims, before and after its start of use";
            return Some(Outcome::Blocked(BlockedCode::WrongList, message.to_owned()));
        }
        (List::ChipSims, false) => {
            let message = "this is a card, not a chip SIM: declare it under sims";
            return Some(Outcome::Blocked(BlockedCode::WrongList, message.to_owned()));
        }
        (List::Sims, false) | (List::ChipSims, true) => {}
    }
    let pinned = wish.sim.iccid?;
    let message = match iccid(observed) {
        Some(found) if found.same_card(&pinned) => return None,
        Some(found) => {
            format!("the number belongs to card {found}, declared is {pinned}: it was reassigned, or two rows are swapped")
        }
        None => format!("the carrier names no card for this number, so it cannot be told whether it is {pinned}"),
    };
    Some(Outcome::Blocked(BlockedCode::IccidMismatch, message))
}

fn iccid(observed: &ObservedSim) -> Option<Iccid> {
    observed.line.as_ref().and_then(|line| line.iccid).or_else(|| observed.chip.as_ref().and_then(|chip| chip.iccid))
}

/// Another device than the declared one is bound. Where the list of chip SIMs names none for a chip
/// that must have one, nothing is known and nothing contradicts.
fn bound_otherwise(wish: Wish<'_>, observed: &ObservedSim) -> Option<Outcome> {
    let wanted = wish.sim.imei?;
    let bound: Imei = observed.chip.as_ref()?.imei?;
    (bound.device() != wanted.device()).then(|| {
        let message = format!("IMEI {bound} is bound and cannot be changed; declared is {wanted}");
        Outcome::Blocked(BlockedCode::ImeiAlreadyBound, message)
    })
}

fn steps_for<'a>(context: Context<'a>, iccid: Option<&'a Iccid>) -> Steps<'a> {
    Steps { catalogue: context.catalogue, today: context.today, iccid: iccid.map(Iccid::as_str) }
}

/// Why steps that are legal for the line must not be taken all the same.
fn veto(context: Context<'_>, wish: Wish<'_>, steps: &[Step]) -> Option<(BlockedCode, String)> {
    if let Some(blocked) = steps.iter().find_map(|step| protection::forbids(context, wish, step.change.kind())) {
        return Some(blocked);
    }
    steps.iter().find_map(|step| {
        let plan = match &step.change {
            Change::ChangeRatePlan { to: plan, .. } | Change::StartUse { plan, .. } => unknown_plan(context, plan),
            Change::Suspend
            | Change::Resume
            | Change::Terminate { .. }
            | Change::BindImei { .. }
            | Change::Allocate { .. }
            | Change::Deallocate { .. }
            | Change::BuyCoupon { .. }
            | Change::PlaceOrder { .. }
            | Change::CancelApplication { .. } => None,
        };
        plan.or_else(|| not_offered(context, wish, step.change.kind()))
    })
}

fn unknown_plan(context: Context<'_>, plan: &RatePlan) -> Option<(BlockedCode, String)> {
    let known = context.catalogue.plans.contains_key(plan);
    (!known).then(|| (BlockedCode::UnknownRatePlan, format!("the carrier has no rate plan {plan}")))
}

fn not_offered(context: Context<'_>, wish: Wish<'_>, kind: OperationKind) -> Option<(BlockedCode, String)> {
    let function = kind.function();
    let DesiredFleet { system, service, .. } = wish.fleet;
    (!context.catalogue.offers(system, service, function)).then(|| {
        let (number, title) = (function.number(), function.title());
        let message = format!("service {service} of {system} does not offer function {number} ({title}), which {kind} needs");
        (BlockedCode::FunctionNotOffered, message)
    })
}

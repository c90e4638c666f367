//! What would have to be declared of a line that is declared already, for its declaration to agree with the carrier. Pure.

use crate::domain::{
    ApplicationType, ChipStatus, DesiredFleet, DesiredSim, DesiredState, Iccid, LineRow, LineStatus, List, ObservedSim,
    Protection, RatePlan,
};
use crate::manifest::export::{Home, PlanWish, Row, declare, is_code};

/// Values to declare, and why others are left to a person.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) edits: Vec<(&'static str, String)>,
    pub(super) left: Vec<String>,
}

impl Decision {
    fn left(why: impl Into<String>) -> Self {
        Self { edits: Vec::new(), left: vec![why.into()] }
    }

    fn edit(&mut self, field: &'static str, value: impl Into<String>) {
        self.edits.push((field, value.into()));
    }
}

/// What to declare of a line.
pub(super) fn decide(sim: &DesiredSim, fleet: &DesiredFleet, seen: &ObservedSim) -> Decision {
    match (sim.iccid, iccid(seen)) {
        (Some(pinned), Some(there)) if !there.same_card(&pinned) => {
            return Decision::left(format!("another card has this number now: {there}; {pinned} is declared"));
        }
        (Some(pinned), None) => {
            return Decision::left(format!("the carrier names no card for it, so nobody can tell whether it is {pinned}"));
        }
        (Some(_), Some(_)) | (None, _) => {}
    }
    let Ok((home, row)) = declare(seen) else {
        // Rows of ended lines leave the list of lines first.
        let has_ended = seen.chip.as_ref().is_some_and(|chip| match &chip.status {
            ChipStatus::Unknown(text) => LineStatus::from_wire(text).is_terminated(),
            ChipStatus::Ordered | ChipStatus::ImeiRegistered | ChipStatus::Allocated | ChipStatus::Active => false,
        });
        if has_ended && sim.list == List::ChipSims && matches!(sim.state, None | Some(DesiredState::Terminated)) {
            return Decision::default();
        }
        let why = "the carrier's lists disagree about it, or its system number cannot be written down";
        return Decision::left(why);
    };
    let is_over = seen.line.as_ref().is_some_and(|line| line.status.is_terminated());
    if row.list != sim.list {
        let (is, list) = match row.list {
            List::Sims => ("a card", "sims"),
            List::ChipSims => ("a chip SIM", "chipSims"),
        };
        return Decision::left(format!("it is {is}: declare it under {list}"));
    }
    if let Some(place) = elsewhere(sim, fleet, &home).filter(|_| !is_over) {
        return Decision::left(place);
    }
    let mut decision = Decision::default();
    if !state(sim, seen, &row, &mut decision) {
        return decision;
    }
    plan(sim, seen, &row, &mut decision);
    if let Some(declared) = sim.imei {
        match row.imei {
            Some(bound) if bound.device() == declared.device() => {}
            Some(bound) => decision.edit("imei", bound.to_string()),
            None if seen.line.is_none() => {
                decision.left.push("no IMEI is bound to it so far: apply binds the declared one, or take it out".to_owned());
            }
            None => {}
        }
    }
    decision
}

fn iccid(seen: &ObservedSim) -> Option<Iccid> {
    seen.line.as_ref().and_then(|line| line.iccid).or_else(|| seen.chip.as_ref().and_then(|chip| chip.iccid))
}

/// That a line belongs to another system number or service than its fleet.
fn elsewhere(sim: &DesiredSim, fleet: &DesiredFleet, home: &Home) -> Option<String> {
    match home {
        Home::Service(system, service) if *system != fleet.system || *service != fleet.service => {
            Some(format!("it belongs to {system}/{service}, its fleet to {}/{}: move it", fleet.system, fleet.service))
        }
        Home::Stock(system) if *system != fleet.system && sim.state.is_some() => {
            Some(format!("it is in the stock of {system}, its fleet's is {}: move it", fleet.system))
        }
        Home::Service(..) | Home::Stock(_) | Home::Nowhere => None,
    }
}

/// Whether the rest of the line is to be looked at.
fn state(sim: &DesiredSim, seen: &ObservedSim, row: &Row, decision: &mut Decision) -> bool {
    let is_protected = sim.protection == Protection::Protected;
    let stops = |state: DesiredState| matches!(state, DesiredState::Suspended | DesiredState::Terminated);
    match (sim.state, row.state) {
        (None, _) => {}
        (Some(DesiredState::Terminated), Some(DesiredState::Terminated)) => {
            if let (Some(declared), Some(accepted)) = (sim.termination_date, row.termination_date)
                && declared != accepted
                && seen.line.as_ref().is_some_and(|line| !line.status.is_terminated())
            {
                decision.edit("terminationDate", accepted.to_string());
            }
            if let (Some(hold), None) = (sim.terminate_after, sim.termination_date) {
                let ends_in_hold = row.termination_date.is_some_and(|date| date <= hold);
                if ends_in_hold {
                    decision.left.push(format!("it is to end within its hold, which lasts until {hold}"));
                }
            }
        }
        (Some(declared), Some(there)) if declared == there => {}
        (Some(DesiredState::Terminated), Some(there)) => {
            decision.left.push(format!("it is {there}, and declared Terminated: apply ends it, or declare another state"));
            return false;
        }
        (Some(_), Some(there)) if is_protected && stops(there) => {
            decision.left.push(format!("it is protected, so it cannot be declared {there}"));
            return false;
        }
        (Some(_), Some(there)) => {
            decision.edit("state", there.as_str());
            if let Some(date) = row.termination_date {
                decision.edit("terminationDate", date.to_string());
            }
        }
        (Some(declared), None) => return carrier_made(declared, is_protected, seen, decision),
    }
    true
}

/// A status that no declaration makes.
fn carrier_made(declared: DesiredState, is_protected: bool, seen: &ObservedSim, decision: &mut Decision) -> bool {
    match seen.line.as_ref().map(|line| &line.status) {
        Some(LineStatus::CarrierTerminated) if declared == DesiredState::Terminated => return true,
        // It is over for good, and so is what was wished for.
        Some(LineStatus::CarrierTerminated) if !is_protected => decision.edit("state", DesiredState::Terminated.as_str()),
        Some(LineStatus::CarrierTerminated) => {
            decision.left.push("the carrier terminated it; it is protected, so it cannot be declared Terminated".to_owned());
        }
        Some(LineStatus::CarrierSuspended) => {
            decision.left.push("the carrier suspended it, and alone can lift that: ask the carrier".to_owned());
        }
        Some(status) => decision.left.push(format!("the carrier says {status}, which no manifest can declare")),
        None => {
            let status = seen.chip.as_ref().map(|chip| chip.status.to_string()).unwrap_or_default();
            decision.left.push(format!("the carrier says {status}, and {declared} is declared: apply goes on from there"));
        }
    }
    false
}

fn plan(sim: &DesiredSim, seen: &ObservedSim, row: &Row, decision: &mut Decision) {
    let (Some(declared), Some(line)) = (&sim.plan, &seen.line) else { return };
    let will_be_terminated = decision.edits.iter().any(|(field, value)| *field == "state" && value == "Terminated");
    if sim.state == Some(DesiredState::Terminated) || will_be_terminated {
        return;
    }
    let there = match &row.plan {
        PlanWish::Is(plan) => Some(plan),
        // Of a line that is to end the plan matters only where its end is not declared.
        PlanWish::Any => Some(&line.plan).filter(|plan| is_code(plan.as_str())),
        PlanWish::Unmanaged if !changes(seen) && is_same(declared, line) => return,
        PlanWish::Unmanaged => None,
    };
    match there {
        Some(there) if there == declared => {}
        Some(there) => decision.edit("ratePlan", there.as_str()),
        None => decision.left.push("its rate plan is about to change in a way that no manifest can declare".to_owned()),
    }
}

fn is_same(declared: &RatePlan, line: &LineRow) -> bool {
    *declared == line.plan
}

fn changes(seen: &ObservedSim) -> bool {
    seen.pending().any(|pending| pending.kind == ApplicationType::PlanChange && !pending.status.is_final())
}

//! Whether a line is as declared.

use jiff::ToSpan;
use jiff::civil::Date;

use super::replay::{Line, Sim};
use super::termination::held;
use crate::domain::{ApplicationType, ChipStatus, DesiredFleet, DesiredSim, DesiredState, LineStatus, List, RatePlan};

/// What a line lacks; `None` where it is as declared and nothing on its way makes it otherwise.
pub(super) fn missed(wish: &DesiredSim, fleet: &DesiredFleet, sim: &Sim, today: Date) -> Option<String> {
    let exists = sim.line.is_some() || sim.chip.is_some();
    if !exists {
        return (wish.state != Some(DesiredState::Terminated)).then(|| "the line does not exist".to_owned());
    }
    if (wish.list == List::ChipSims) != sim.is_chip {
        return Some("the line is declared in the wrong list".to_owned());
    }
    if let Some(pinned) = wish.iccid
        && !sim.iccid.is_some_and(|found| found.same_card(&pinned))
    {
        return Some("the number is another card's".to_owned());
    }
    match &sim.line {
        Some(line) => missed_by_line(wish, fleet, sim, line, today),
        None => missed_by_chip(wish, fleet, sim),
    }
}

fn missed_by_line(wish: &DesiredSim, fleet: &DesiredFleet, sim: &Sim, line: &Line, today: Date) -> Option<String> {
    let over = line.status.is_terminated();
    if wish.state == Some(DesiredState::Terminated) && over {
        return None;
    }
    let plan_is = |plan: &RatePlan| line.plan == *plan;
    let elsewhere = line.home.as_ref().is_some_and(|(system, service)| *system != fleet.system || *service != fleet.service);
    if !over && elsewhere {
        return Some("the line belongs to another system or service".to_owned());
    }
    if !over && wish.imei.zip(sim.imei).is_some_and(|(wanted, bound)| wanted.device() != bound.device()) {
        return Some("another IMEI is bound".to_owned());
    }
    let (state, plan) = (wish.state, wish.plan.as_ref());
    if state.is_none() && plan.is_none_or(plan_is) && sim.open(&ApplicationType::PlanChange).next().is_none() {
        return None;
    }
    if !over && (state.is_some() || plan.is_some()) && sim.applications.iter().any(|open| open.blocks) {
        return Some("an application is in progress".to_owned());
    }
    let ending = sim.is_ending();
    let as_declared = match state {
        None => !over && !ending && matches!(line.status, LineStatus::Active | LineStatus::Suspended),
        Some(DesiredState::Active) => line.status == LineStatus::Active && !ending,
        Some(DesiredState::Suspended) => line.status == LineStatus::Suspended && !ending,
        Some(DesiredState::Terminated) => match held(wish, today) {
            None => ending && ends_in_time(wish, sim, today),
            Some(last) if ending => {
                sim.ends_on().is_none_or(|end| end > last) && ends_in_time(wish, sim, last.saturating_add(1.day()))
            }
            Some(_) => line.status == LineStatus::Suspended,
        },
        Some(DesiredState::Registered | DesiredState::Allocated) => false,
    };
    if !as_declared {
        let shown = if ending { "about to end" } else { line.status.name() };
        // A line about which nothing is declared but a plan it already has may be in any state.
        return (state.is_some() || !plan.is_none_or(plan_is)).then(|| format!("the line is {shown}"));
    }
    let plan = plan.filter(|_| state != Some(DesiredState::Terminated))?;
    let mut changes = sim.open(&ApplicationType::PlanChange).peekable();
    let as_declared = match changes.peek() {
        None => line.plan == *plan,
        Some(_) => changes.all(|change| change.target.as_ref() == Some(plan)),
    };
    (!as_declared).then(|| format!("the plan is not {plan}, nor about to be"))
}

/// The declared day, or the earliest one if that is past; a day between the two that was accepted before
/// is as good.
fn ends_in_time(wish: &DesiredSim, sim: &Sim, earliest: Date) -> bool {
    match (wish.termination_date, sim.ends_on()) {
        (None, _) | (_, None) => true,
        (Some(declared), Some(accepted)) => accepted == declared.max(earliest) || (accepted >= declared && accepted <= earliest),
    }
}

fn missed_by_chip(wish: &DesiredSim, fleet: &DesiredFleet, sim: &Sim) -> Option<String> {
    let status = sim.chip.as_ref()?;
    if let (Some(wanted), Some(bound)) = (wish.imei, sim.imei)
        && wanted.device() != bound.device()
    {
        return Some("another IMEI is bound".to_owned());
    }
    let ended = matches!(status.wire(), "terminated" | "carrierTerminated");
    let in_stock = *status == ChipStatus::Allocated && sim.stock.as_ref() == Some(&fleet.system);
    let as_declared = match wish.state {
        None => wish.imei.is_none() || *status != ChipStatus::Ordered,
        Some(DesiredState::Registered) => *status == ChipStatus::ImeiRegistered,
        Some(DesiredState::Allocated) => in_stock,
        Some(DesiredState::Active | DesiredState::Suspended) => false,
        Some(DesiredState::Terminated) => ended,
    };
    (!as_declared).then(|| format!("the chip SIM is {status}"))
}

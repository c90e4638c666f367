//! The desired state against what the carrier offers: systems, services, rate plans, functions, coupons,
//! devices.

mod coupons;
mod orders;

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Location, codes, did_you_mean};
use crate::domain::{
    Catalogue, ChipStatus, Desired, DesiredSim, DesiredState, Function, LineStatus, List, Observed, ObservedSim, RatePlan,
    ServiceCode, Source, SystemNumber,
};

/// What the carrier does not offer and a declared line needs. One diagnostic for each fleet and thing
/// that is missing, at the first line that needs it: the plan blocks each line for itself.
///
/// A function is needed only where the observed state makes it so: a service that cannot suspend is no
/// problem for a fleet whose lines are all active. The carrier's clock is part of the observation: what is dated too far
/// ahead of it is found here too.
pub fn against_catalogue(desired: &Desired, observed: &Observed) -> Vec<Diagnostic> {
    let catalogue = &observed.catalogue;
    let mut diagnostics: Vec<Diagnostic> = desired
        .fleets
        .iter()
        .filter_map(|fleet| {
            let who = format!("fleet {}", fleet.name);
            unknown_service(desired, catalogue, (&fleet.system, &fleet.service), fleet.source, &who)
        })
        .collect();
    let mut plans: BTreeMap<(u32, &RatePlan), (Source, usize)> = BTreeMap::new();
    let mut functions: BTreeMap<(u32, Function), (Source, usize)> = BTreeMap::new();
    let mut seen = observed.sims.iter().peekable();
    for sim in &desired.sims {
        if let Some(plan) = sim.plan.as_ref().filter(|plan| !catalogue.plans.contains_key(*plan)) {
            note(plans.entry((sim.fleet, plan)).or_insert((sim.source, 0)), sim.source);
        }
        // Both are sorted by number.
        while seen.next_if(|other| other.msisdn < sim.msisdn).is_some() {}
        let Some(other) = seen.peek().filter(|other| other.msisdn == sim.msisdn) else { continue };
        let Some(fleet) = desired.fleet_of(sim) else { continue };
        let Some(service) = catalogue.systems.get(&fleet.system).and_then(|system| system.services.get(&fleet.service)) else {
            continue;
        };
        for function in needed(sim, other).difference(&service.functions) {
            note(functions.entry((sim.fleet, *function)).or_insert((sim.source, 0)), sim.source);
        }
    }
    for ((_, plan), (source, lines)) in plans {
        diagnostics.push(unknown_plan(desired, catalogue, plan, source, &counted(lines)));
    }
    for ((fleet, function), (source, lines)) in functions {
        let service = desired.fleets.get(fleet as usize).map(|fleet| fleet.service.to_string()).unwrap_or_default();
        let message = format!(
            "the service {service} does not offer function {} {} ({}), which is needed here ({})",
            function.number(),
            function.label(),
            function.title(),
            counted(lines)
        );
        diagnostics.push(
            Diagnostic::error(codes::FUNCTION_NOT_OFFERED, place(desired, source), message)
                .help("declare a state that the service can reach, or ask the carrier for the function"),
        );
    }
    coupons::check(desired, observed, &mut diagnostics);
    orders::check(desired, observed, &mut diagnostics);
    diagnostics.extend(super::drift_ignores_too_long(desired, observed.at));
    crate::diag::sort(&mut diagnostics);
    diagnostics
}

fn note(entry: &mut (Source, usize), source: Source) {
    entry.0 = entry.0.min(source);
    entry.1 += 1;
}

fn counted(lines: usize) -> String {
    format!("{lines} line{}", if lines == 1 { "" } else { "s" })
}

fn place(desired: &Desired, source: Source) -> Location {
    Location::new(desired.file_of(source), source.line, source.column, 1)
}

fn unknown_plan(desired: &Desired, catalogue: &Catalogue, plan: &RatePlan, source: Source, who: &str) -> Diagnostic {
    let help = did_you_mean(plan.as_str(), catalogue.plans.keys().map(RatePlan::as_str))
        .map_or_else(|| "simfleet get services lists the rate plans".to_owned(), |meant| format!("did you mean {meant}?"));
    let message = format!("the carrier has no rate plan {plan} ({who})");
    Diagnostic::error(codes::UNKNOWN_RATE_PLAN, place(desired, source), message).help(help)
}

fn unknown_service(
    desired: &Desired,
    catalogue: &Catalogue,
    (number, service): (&SystemNumber, &ServiceCode),
    source: Source,
    who: &str,
) -> Option<Diagnostic> {
    let place = place(desired, source);
    let Some(system) = catalogue.systems.get(number) else {
        let known = catalogue.systems.keys().map(SystemNumber::as_str);
        let help = match did_you_mean(number.as_str(), known.clone()) {
            Some(meant) => format!("did you mean {meant}?"),
            // Lists that a console exported need not say.
            None if catalogue.systems.is_empty() => {
                "no system number is known; with driver: csv say of which the lists are: csv: {systemNumber: …, serviceCode: …}"
                    .to_owned()
            }
            None => format!("the system numbers are {}", known.collect::<Vec<_>>().join(", ")),
        };
        let message = format!("the contractor has no system number {number} ({who})");
        return Some(Diagnostic::error(codes::UNKNOWN_SYSTEM_NUMBER, place, message).at("spec.systemNumber").help(help));
    };
    if system.services.contains_key(service) {
        return None;
    }
    let known = system.services.keys().map(ServiceCode::as_str);
    let help = did_you_mean(service.as_str(), known.clone()).map_or_else(
        || format!("its services are {}", known.collect::<Vec<_>>().join(", ")),
        |meant| format!("did you mean {meant}?"),
    );
    let message = format!("the system number {number} has no service {service} ({who})");
    Some(Diagnostic::error(codes::UNKNOWN_SERVICE, place, message).at("spec.serviceCode").help(help))
}

/// The functions without which a line cannot get from its observed to its desired state. What is
/// impossible for other reasons needs none: the plan blocks it.
fn needed(sim: &DesiredSim, observed: &ObservedSim) -> BTreeSet<Function> {
    let mut functions = BTreeSet::new();
    match (&observed.line, &observed.chip) {
        (Some(line), _) => {
            functions.extend(match (sim.state, &line.status) {
                (Some(DesiredState::Active), LineStatus::Suspended) => Some(Function::Resume),
                (Some(DesiredState::Suspended), LineStatus::Active) => Some(Function::Suspend),
                (Some(DesiredState::Terminated), LineStatus::Active | LineStatus::Suspended) => Some(Function::Terminate),
                (_, _) => None,
            });
            let stays =
                matches!(line.status, LineStatus::Active | LineStatus::Suspended) && sim.state != Some(DesiredState::Terminated);
            if stays && sim.plan.as_ref().is_some_and(|plan| *plan != line.plan) {
                functions.insert(Function::ChangePlan);
            }
        }
        (None, Some(chip)) if sim.list == List::ChipSims => functions.extend(chip_functions(sim.state, &chip.status)),
        (None, Some(_) | None) => {}
    }
    functions
}

fn chip_functions(desired: Option<DesiredState>, status: &ChipStatus) -> Vec<Function> {
    let mut functions = Vec::new();
    let goal = match desired {
        Some(DesiredState::Registered) => 1,
        Some(DesiredState::Allocated) => 2,
        Some(DesiredState::Active | DesiredState::Suspended) => 3,
        Some(DesiredState::Terminated) | None => return functions,
    };
    let stage = match status {
        ChipStatus::Ordered => 0,
        ChipStatus::ImeiRegistered => 1,
        ChipStatus::Allocated => 2,
        ChipStatus::Active | ChipStatus::Unknown(_) => return functions,
    };
    let steps = [Function::BindImei, Function::Allocate, Function::StartUse];
    functions
        .extend(steps.into_iter().enumerate().filter(|(step, _)| (stage..goal).contains(step)).map(|(_, function)| function));
    if stage == 2 && goal == 1 {
        functions.push(Function::Deallocate);
    }
    if desired == Some(DesiredState::Suspended) {
        functions.push(Function::Suspend);
    }
    functions
}

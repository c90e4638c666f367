//! Lines that are declared already.

use std::collections::BTreeSet;

use super::decide::{Decision, decide};
use super::{Merged, devices, left};
use crate::domain::{Desired, DesiredSim, DesiredState, Observed};
use crate::manifest::edit::Edit;

/// What is to change of lines that are declared, and the devices that are declared in the end.
pub(super) fn known_lines(desired: &Desired, observed: &Observed, merged: &mut Merged) -> (Vec<Edit>, BTreeSet<String>) {
    let mut decisions: Vec<(&DesiredSim, Decision)> = Vec::with_capacity(desired.sims.len());
    for sim in &desired.sims {
        let seen = observed.sims.binary_search_by_key(&sim.msisdn, |seen| seen.msisdn).ok();
        let seen = seen.and_then(|at| observed.sims.get(at));
        if seen.is_none() && sim.state != Some(DesiredState::Terminated) {
            merged.gone.push(sim.msisdn);
        }
        let decision = seen.zip(desired.fleet_of(sim)).map(|(seen, fleet)| decide(sim, fleet, seen));
        decisions.push((sim, decision.unwrap_or_default()));
    }
    let declared = devices::settle(&mut decisions);
    let mut edits = Vec::new();
    for (sim, Decision { edits: of_line, left: reasons }) in decisions {
        merged.left.extend(reasons.into_iter().map(|why| left(desired, sim.msisdn, sim.source, why)));
        edits.extend(of_line.into_iter().map(|(field, value)| Edit {
            file: desired.file_of(sim.source).into(),
            line: sim.source.line,
            column: sim.source.column,
            msisdn: sim.msisdn,
            field,
            value,
        }));
    }
    (edits, declared)
}

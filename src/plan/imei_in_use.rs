//! IMEIs that cannot be bound because another chip SIM has them: an IMEI names one device.

use std::collections::BTreeMap;

use crate::domain::{Imei, Msisdn, ObservedSim, Subject};
use crate::plan::Change;
use crate::plan::sequence::Step;

/// Which chip SIM has the IMEI that a chain of steps would bind, in the order of the chains.
///
/// Either a live chip SIM is bound to it, or another chain binds it too: which of the two is right
/// cannot be told here, so both are stopped. `shares`: whether a chip SIM's fleet has boards with two
/// SIMs; where the fleets of both do, there is nothing to stop.
pub(crate) fn holders(
    chains: &[(&Subject, &[Step])],
    observed: &[&ObservedSim],
    shares: &dyn Fn(Msisdn) -> bool,
) -> Vec<Option<Msisdn>> {
    let mut wanted: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (_, chain)) in chains.iter().enumerate() {
        if let Some(imei) = bound_by(chain) {
            wanted.entry(imei.device()).or_default().push(index);
        }
    }
    let mut holders = vec![None; chains.len()];
    if wanted.is_empty() {
        return holders;
    }
    let subject = |index: usize| chains.get(index).and_then(|(subject, _)| subject.msisdn());
    for indices in wanted.values().filter(|indices| indices.len() > 1) {
        // Of those that may share it with nobody, the first two: each of the others is in conflict with one.
        let alone: Vec<usize> =
            indices.iter().copied().filter(|index| subject(*index).is_some_and(|chip| !shares(chip))).take(2).collect();
        for index in indices {
            let rivals = if alone.contains(index) { indices.as_slice() } else { alone.as_slice() };
            let other = rivals.iter().find(|other| *other != index).and_then(|other| subject(*other));
            if let (Some(slot), Some(other)) = (holders.get_mut(*index), other) {
                *slot = Some(other);
            }
        }
    }
    for sim in observed.iter().filter(|sim| is_live(sim)) {
        let Some(bound) = sim.chip.as_ref().and_then(|chip| chip.imei) else { continue };
        for index in wanted.get(bound.device()).into_iter().flatten() {
            let may = subject(*index).is_some_and(|chip| chip == sim.msisdn || (shares(chip) && shares(sim.msisdn)));
            if let (Some(slot), false) = (holders.get_mut(*index), may) {
                *slot = Some(sim.msisdn);
            }
        }
    }
    holders
}

fn bound_by(chain: &[Step]) -> Option<&Imei> {
    chain.iter().find_map(|step| match &step.change {
        Change::BindImei { imei } => Some(imei),
        Change::Suspend
        | Change::Resume
        | Change::ChangeRatePlan { .. }
        | Change::Terminate { .. }
        | Change::Allocate { .. }
        | Change::Deallocate { .. }
        | Change::StartUse { .. }
        | Change::BuyCoupon { .. }
        | Change::PlaceOrder { .. }
        | Change::CancelApplication { .. } => None,
    })
}

/// A chip SIM whose line is over sets its device free.
fn is_live(sim: &ObservedSim) -> bool {
    match (&sim.line, &sim.chip) {
        (Some(line), _) => !line.status.is_terminated(),
        (None, Some(chip)) => !crate::domain::LineStatus::from_wire(chip.status.wire()).is_terminated(),
        (None, None) => false,
    }
}

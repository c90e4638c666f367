//! What drift is measured against from now on.

use std::collections::BTreeSet;

use crate::domain::{Desired, Msisdn, Observed};
use crate::plan::{Confirmed, Plan, drift};

/// Values that are to be remembered: those of declared lines that are seen for the first time, and those that changed
/// on lines which are as they are declared. A line that differs keeps its baseline, so that what somebody else did
/// stands in its fleet's conditions until it is undone or declared.
pub fn news(plan: &Plan, observed: &Observed, known: Option<&Confirmed>, desired: &Desired) -> Confirmed {
    let differs: BTreeSet<Msisdn> = plan
        .operations
        .iter()
        .filter_map(|operation| operation.subject.msisdn())
        .chain(plan.blocked.iter().filter_map(|item| item.subject.msisdn()))
        .chain(plan.pending.iter().filter_map(|item| item.subject.msisdn()))
        .chain(plan.in_doubt.iter().filter_map(|item| item.subject.msisdn()))
        .collect();
    let is_declared = |msisdn: &Msisdn| desired.sims.binary_search_by_key(msisdn, |sim| sim.msisdn).is_ok();
    drift::baseline(observed)
        .into_iter()
        .filter(|(key, value)| match known.and_then(|known| known.get(key)) {
            None => is_declared(&key.0),
            Some(before) => before != value && !differs.contains(&key.0) && is_declared(&key.0),
        })
        .collect()
}

//! What an apply remembers of what it saw.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{agrees, baseline};
use crate::domain::{Desired, DesiredSim, Msisdn, Observed, ObservedSim};
use crate::plan::{Confirmed, Plan, digest};

/// Values that count as confirmed from an apply on: those of declared lines that are seen for the first time, and
/// those that changed and are as declared, or that nobody declares. What is declared otherwise keeps its baseline,
/// so that what somebody else did is drift until it is undone or declared.
pub fn news(desired: &Desired, observed: &Observed, known: Option<&Confirmed>) -> Confirmed {
    let sims: BTreeMap<Msisdn, &DesiredSim> = desired.sims.iter().map(|sim| (sim.msisdn, sim)).collect();
    baseline(observed)
        .into_iter()
        .filter(|((msisdn, field), value)| {
            let Some(sim) = sims.get(msisdn) else { return false };
            match known.and_then(|known| known.get(&(*msisdn, Arc::clone(field)))) {
                None => true,
                Some(before) => before != value && declared(sim, field).is_none_or(|wish| agrees(field, wish, value)),
            }
        })
        .collect()
}

/// The same for a plan that was stored, which does not hold what is declared: values that changed count where it plans
/// the whole of the manifests, finds nothing to say of their line, and nothing has changed since.
pub fn news_of_plan(plan: &Plan, account: &str, observed: &Observed, known: Option<&Confirmed>) -> Confirmed {
    let subjects = || {
        let operations = plan.operations.iter().map(|operation| (&operation.account, &operation.subject));
        let blocked = plan.blocked.iter().map(|item| (&item.account, &item.subject));
        operations.chain(blocked).chain(plan.pending.iter().map(|item| (&item.account, &item.subject)))
    };
    let busy: BTreeSet<(&str, Msisdn)> =
        subjects().filter_map(|(account, subject)| Some((&**account, subject.msisdn()?))).collect();
    let unmanaged: BTreeSet<Msisdn> =
        plan.unmanaged.iter().filter(|item| *item.account == *account).map(|item| item.msisdn).collect();
    let declared: u64 = plan.accounts.iter().map(|section| section.desired.lines).sum();
    let said = plan.summary.in_sync.saturating_add(u64::try_from(busy.len()).unwrap_or(u64::MAX));
    let rows: Vec<&ObservedSim> = observed.sims.iter().collect();
    let section = plan.accounts.iter().find(|section| *section.name == *account);
    let is_current = section.is_some_and(|section| section.observed.digest == digest::observed(observed, &rows));
    let all_is_said = said == declared && is_current;
    baseline(observed)
        .into_iter()
        .filter(|((msisdn, field), value)| match known.and_then(|known| known.get(&(*msisdn, Arc::clone(field)))) {
            None => !unmanaged.contains(msisdn),
            Some(before) => before != value && all_is_said && !busy.contains(&(account, *msisdn)),
        })
        .collect()
}

/// What is declared of a field; `None` where it is not managed.
pub(super) fn declared<'a>(sim: &'a DesiredSim, field: &str) -> Option<&'a str> {
    match field {
        "state" => sim.state.map(crate::domain::DesiredState::as_str),
        "ratePlan" => sim.plan.as_ref().map(crate::domain::RatePlan::as_str),
        "imei" => sim.imei.as_ref().map(crate::domain::Imei::as_str),
        // The fleet's, for all of its lines: no line declares it.
        _ => None,
    }
}

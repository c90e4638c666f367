//! Finds what differs from a baseline, line by line. Pure.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Bearing, agrees, bearing, drift, news};
use crate::domain::{
    ApplicationNumber, ApplicationType, Desired, DesiredSim, LineStatus, List, Msisdn, Observed, ObservedSim, Pending,
    PendingTarget,
};
use crate::plan::Confirmed;

/// What is compared with what.
pub struct Scan<'a, 'f> {
    /// The lines: those that are declared.
    pub desired: &'a Desired,
    /// What the carrier has.
    pub observed: &'a Observed,
    /// What it had, as far as that is known.
    pub baseline: &'a Confirmed,
    /// Lines with an operation in doubt: nobody can say yet what is ours.
    pub doubted: &'f BTreeSet<Msisdn>,
    /// Applications that are no news: our own, and those that the baseline shows.
    pub known: &'f dyn Fn(&ApplicationNumber) -> bool,
    /// The lines that are asked for.
    pub selected: &'f dyn Fn(&DesiredSim) -> bool,
    /// The day (JST) on which ignores hold or do not.
    pub today: Date,
}

/// Something that changed, or is about to, and that nobody here asked for.
#[derive(Debug, Clone)]
pub struct Outside<'a> {
    /// The line, as declared.
    pub sim: &'a DesiredSim,
    /// The line, as observed; `None` where the carrier's lists do not hold it.
    pub row: Option<&'a ObservedSim>,
    /// `imei`, `ratePlan`, `state` or `systemNumber`.
    pub field: Arc<str>,
    /// What it was.
    pub baseline: Arc<str>,
    /// What it is, or will be.
    pub observed: Arc<str>,
    /// The application that it waits for, where it is still to come.
    pub pending: Option<&'a Pending>,
    /// How the ignores of its fleet bear on it.
    pub bearing: Bearing<'a>,
}

impl Outside<'_> {
    /// What is declared of the field; `None` where it is not.
    pub fn declared(&self) -> Option<&str> {
        news::declared(self.sim, &self.field)
    }

    /// Whether it is, or was, a chip SIM.
    pub fn is_chip(&self) -> bool {
        self.sim.list == List::ChipSims
    }

    /// From when on it counts, where it is still to come and the carrier says when.
    pub fn effective(&self) -> Option<Date> {
        self.pending.and_then(|pending| pending.effective)
    }
}

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Scanned<'a> {
    /// What is drift, sorted by line and field.
    pub outside: Vec<Outside<'a>>,
    /// What an ignore keeps apart, sorted so too.
    pub ignored: Vec<Outside<'a>>,
    /// Lines that were compared.
    pub lines: u64,
    /// Lines that the baseline does not know.
    pub unknown: Vec<Msisdn>,
    /// Lines that cannot be judged while an operation is in doubt.
    pub in_doubt: Vec<Msisdn>,
}

/// Compares the declared lines with their baseline.
pub fn scan<'a>(scan: &Scan<'a, '_>) -> Scanned<'a> {
    let Scan { desired, observed, baseline, doubted, known, selected, today } = scan;
    let mut found = Scanned::default();
    let first: Arc<str> = "".into();
    for sim in desired.sims.iter().filter(|sim| selected(sim)) {
        if doubted.contains(&sim.msisdn) {
            found.in_doubt.push(sim.msisdn);
            continue;
        }
        let row = observed.get(sim.msisdn);
        let of_line = || {
            let from = baseline.range((sim.msisdn, Arc::clone(&first))..);
            from.take_while(|((msisdn, _), _)| *msisdn == sim.msisdn).map(|((_, field), value)| (field, value))
        };
        if of_line().next().is_none() {
            found.unknown.push(sim.msisdn);
            continue;
        }
        found.lines += 1;
        let outside = |field: Arc<str>, baseline, observed, pending| {
            let bearing = bearing(desired, sim, &field, *today);
            Outside { sim, row, field, baseline, observed, pending, bearing }
        };
        let mut of_this: Vec<Outside<'a>> = drift(&desired.account, sim.msisdn, row, of_line())
            .map(|item| outside(item.field, item.baseline, item.observed, None))
            .collect();
        for (field, value) in of_line() {
            let Some(row) = row else { break };
            let is_told = of_this.iter().any(|told| told.field == *field);
            let coming = row.pending().filter(|pending| !known(&pending.application)).find_map(|pending| {
                let target = leads_to(pending, field)?;
                (!agrees(field, value, &target)).then_some((pending, target))
            });
            if let Some((pending, observed)) = coming.filter(|(pending, target)| !is_told && !is_declared(sim, pending, target)) {
                of_this.push(outside(Arc::clone(field), Arc::clone(value), observed, Some(pending)));
            }
        }
        of_this.sort_by(|left, right| left.field.cmp(&right.field));
        let (drifted, ignored): (Vec<_>, Vec<_>) = of_this.into_iter().partition(|change| change.bearing.counts());
        found.outside.extend(drifted);
        found.ignored.extend(ignored);
    }
    found
}

/// The value that an open application leads a field to.
fn leads_to(pending: &Pending, field: &str) -> Option<Arc<str>> {
    match (&pending.target, &pending.kind, field) {
        (PendingTarget::Plan(plan), ApplicationType::PlanChange, "ratePlan") => Some(plan.as_str().into()),
        // An accepted termination is a status already.
        (PendingTarget::Status(status), ApplicationType::Suspend | ApplicationType::Resume, "state") => {
            Some(LineStatus::from_wire(status).name().into())
        }
        (
            PendingTarget::Plan(_)
            | PendingTarget::Status(_)
            | PendingTarget::Imei(_)
            | PendingTarget::System(_)
            | PendingTarget::Other(_),
            _,
            _,
        ) => None,
    }
}

/// A plan change that is declared too is intended, whoever asked for it: pending is as good as done (DOMAIN 4).
fn is_declared(sim: &DesiredSim, pending: &Pending, target: &str) -> bool {
    pending.kind == ApplicationType::PlanChange && sim.plan.as_ref().is_some_and(|plan| plan.as_str() == target)
}

//! Drift: an observed value differs from the last confirmed one, and no operation of ours explains it.
//!
//! A plan lists it beside its operations. [`scan()`] looks further: it also finds what others have asked for and is
//! still on its way. [`bearing()`] tells what a drift ignore keeps apart, [`explain()`] who it was, [`accept()`] what would have to be declared for it to be right, and
//! [`news()`] what an apply remembers of what it saw.

mod accept;
mod document;
mod explain;
mod ignore;
mod news;
mod scan;

use std::sync::Arc;

pub use accept::{NotAcceptable, Wanted, accept};
pub use document::{
    Acceptance, AcceptedChange, BaselineKind, DRIFT_FORMAT_VERSION, DriftAccount, DriftEntry, DriftReport, DriftSummary,
    IgnoreReview, IgnoreState, LeftChange,
};
pub use explain::{Cause, Ours, attributed, explain, kinds, kinds_of};
pub use ignore::{Bearing, bearing, reviews};
pub use news::{news, news_of_plan};
pub use scan::{Outside, Scan, Scanned, scan};

use crate::domain::identifier::ReportedImei;
use crate::domain::{ApplicationType, LineStatus, Msisdn, Observed, ObservedSim, PendingTarget};
use crate::plan::{Confirmed, DriftItem, diff};

/// The fields that drift is measured in, by name.
pub const FIELDS: [&str; 4] = ["imei", "ratePlan", "state", "systemNumber"];

/// What stands under a number when the carrier's lists do not hold it.
pub(crate) const MISSING: &str = "missing";

/// An observation as the baseline of a later one.
pub fn baseline(observed: &Observed) -> Confirmed {
    let names = FIELDS.map(Arc::<str>::from);
    observed
        .sims
        .iter()
        .flat_map(|sim| names.iter().filter_map(|name| Some(((sim.msisdn, Arc::clone(name)), value(sim, name)?.into()))))
        .collect()
}

/// The value of a field: states in the names of manifests where they have one.
fn value<'a>(sim: &'a ObservedSim, field: &str) -> Option<&'a str> {
    match (field, &sim.line, &sim.chip) {
        ("state", Some(line), _) => Some(line.status.name()),
        ("state", None, Some(chip)) => Some(diff::chip_state(&chip.status)),
        ("ratePlan", Some(line), _) => Some(line.plan.as_str()),
        ("systemNumber", Some(line), _) => Some(line.system.as_str()),
        ("systemNumber", None, Some(chip)) => chip.system.as_ref().map(crate::domain::SystemNumber::as_str),
        ("imei", _, Some(chip)) => chip.imei.as_ref().map(crate::domain::Imei::as_str),
        _ => None,
    }
}

/// The drift of one declared number against what is confirmed of it.
pub(crate) fn drift<'a>(
    account: &'a Arc<str>,
    msisdn: Msisdn,
    sim: Option<&'a ObservedSim>,
    confirmed: impl Iterator<Item = (&'a Arc<str>, &'a Arc<str>)> + 'a,
) -> impl Iterator<Item = DriftItem> + 'a {
    confirmed.filter_map(move |(field, baseline)| {
        let observed = match sim {
            Some(sim) => value(sim, field)?,
            None if **field == *"state" && **baseline != *"Terminated" => MISSING,
            None => return None,
        };
        if agrees(field, baseline, observed) || sim.is_some_and(|sim| is_on_its_way(sim, field, baseline)) {
            return None;
        }
        Some(DriftItem {
            account: Arc::clone(account),
            msisdn,
            field: Arc::clone(field),
            baseline: Arc::clone(baseline),
            observed: observed.into(),
            by: None,
            ignore: None,
        })
    })
}

fn agrees(field: &str, baseline: &str, observed: &str) -> bool {
    match field {
        // A journal confirms what was asked for, and an accepted termination comes to its end by itself.
        "state" => {
            let ended = |name: &str| {
                [LineStatus::TerminationAccepted, LineStatus::Terminated].iter().any(|status| is_named(status, name))
            };
            baseline.eq_ignore_ascii_case(observed) || (ended(baseline) && ended(observed))
        }
        "imei" => match (ReportedImei::parse(baseline), ReportedImei::parse(observed)) {
            (Ok(Some(baseline)), Ok(Some(observed))) => baseline.device() == observed.device(),
            _ => baseline == observed,
        },
        _ => baseline == observed,
    }
}

fn is_named(status: &LineStatus, name: &str) -> bool {
    status.name().eq_ignore_ascii_case(name)
}

/// A plan change that was confirmed and waits for the 1st.
fn is_on_its_way(sim: &ObservedSim, field: &str, baseline: &str) -> bool {
    field == "ratePlan"
        && sim.pending().any(|application| {
            application.kind == ApplicationType::PlanChange
                && matches!(&application.target, PendingTarget::Plan(plan) if plan.as_str() == baseline)
        })
}

//! Who made the changes that a plan lists as drift.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::carrier::{Carrier, ObserveError, observe};
use crate::domain::calendar::jst_date;
use crate::domain::{ApplicationNumber, Desired, Msisdn, Observed};
use crate::plan::AccountPlan;
use crate::plan::drift::{Bearing, Ours, Outside, attributed, kinds_of};

/// Whether there is anything to ask for: without drift nothing is. What is ignored is not asked for, or a change that is
/// left alone for months would cost a request every time.
pub fn has_drift(plan: &AccountPlan) -> bool {
    plan.drift.as_ref().is_some_and(|drift| !drift.is_empty())
}

/// Fills in who made the changes that a plan lists as drift, by the rules of `simfleet drift`, from one list of the carrier's
/// applications: of the one line, or of all lines from the day before the first of the changes on. What that does not tell
/// stays `None`; `simfleet drift` looks further. `own` are the applications that the journal knows as ours.
///
/// The plan's operations and ids do not depend on it.
pub async fn attribute_drift(
    carrier: &dyn Carrier,
    desired: &Desired,
    observed: &Observed,
    plan: &mut AccountPlan,
    own: BTreeSet<ApplicationNumber>,
) -> Result<(), ObserveError> {
    let Some(drift) = plan.drift.as_mut().filter(|drift| !drift.is_empty()) else { return Ok(()) };
    let changes: Vec<Outside<'_>> = drift
        .iter()
        .filter_map(|item| {
            Some(Outside {
                sim: desired.sim(item.msisdn)?,
                row: observed.get(item.msisdn),
                field: Arc::clone(&item.field),
                baseline: Arc::clone(&item.baseline),
                observed: Arc::clone(&item.observed),
                pending: None,
                bearing: Bearing::None,
            })
        })
        .collect();
    let lines: BTreeSet<Msisdn> = changes.iter().map(|change| change.sim.msisdn).collect();
    let lines: Vec<Msisdn> = lines.into_iter().collect();
    let traces = match (lines.as_slice(), first_day(&changes)) {
        // A carrier keeps applications for years: without a day only one line's are few.
        ([_, _, ..], None) | ([], _) => Vec::new(),
        (lines, from) => observe::observe_traces_once(carrier, lines, &kinds_of(&changes), from).await?,
    };
    let ours = Ours { applications: own, since: None };
    let mut causes = attributed(changes, traces, &ours).into_iter().peekable();
    for item in drift {
        let is_its = |(change, _): &(Outside<'_>, _)| change.sim.msisdn == item.msisdn && change.field == item.field;
        item.by = causes.next_if(is_its).and_then(|(_, cause)| cause.by());
    }
    Ok(())
}

/// The day (JST) before the first of the lines' last changes, as far as they tell.
fn first_day(changes: &[Outside<'_>]) -> Option<Date> {
    let updated = changes.iter().filter_map(|change| change.row?.line.as_ref()?.updated_at);
    jst_date(updated.min()?).yesterday().ok()
}

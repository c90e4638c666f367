//! What `DriftDetected` says.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::facts::Facts;
use super::matter::Said;
use super::reasons;
use crate::api::ConditionStatus;
use crate::render::drift::words::by_whom;

/// The most ignores that are named.
const NAMED: usize = 5;

/// Whether somebody else changed lines, who, and what of it is ignored.
pub(super) fn said(facts: &Facts, has_baseline: bool) -> Said {
    let (lines, apart) = (facts.counts.drifted, facts.counts.drift_ignored);
    match (lines, apart, has_baseline) {
        (0, 0, true) => Said::no(reasons::NO_DRIFT),
        (0, 0, false) => Said::new(ConditionStatus::Unknown, reasons::NO_BASELINE, ""),
        (0, ..) => Said::new(ConditionStatus::False, reasons::DRIFT_IGNORED, ignored(facts)),
        (lines, ..) => {
            let (were, them) = if lines == 1 { ("line was", "it") } else { ("lines were", "them") };
            let by = facts.drifted_by.iter().map(|(by, count)| format!("{count} {}", by_whom(by.as_deref())));
            let by = by.collect::<Vec<_>>().join(", ");
            let changed = format!("{lines} {were} changed by somebody else ({by}); `simfleet plan --from-cluster` shows {them}");
            let expired = (!facts.expired.is_empty()).then(|| format!("ignore expired: {}", named(&facts.expired, "on")));
            let apart = (apart > 0).then(|| ignored(facts));
            let message = std::iter::once(changed).chain(expired).chain(apart).collect::<Vec<_>>().join("; ");
            Said::new(ConditionStatus::True, reasons::CHANGED_OUTSIDE, message)
        }
    }
}

fn ignored(facts: &Facts) -> String {
    let (lines, were) = (facts.counts.drift_ignored, if facts.counts.drift_ignored == 1 { "line was" } else { "lines were" });
    format!("{lines} {were} changed by somebody else and ignored: {}", named(&facts.ignored, "until"))
}

/// `until 2027-01-31 by team-kiosk, until …, and 3 more`.
fn named(ignores: &BTreeSet<(Date, Arc<str>)>, word: &str) -> String {
    let shown = ignores.iter().take(NAMED).map(|(until, owner)| format!("{word} {until} by {owner}"));
    let more = ignores.len().checked_sub(NAMED).filter(|more| *more > 0).map(|more| format!("and {more} more"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

//! The words that all formats share.

use crate::plan::drift::{BaselineKind, DriftAccount, DriftEntry, DriftReport};
use crate::render::view::Count;

/// The verdict, in one line.
pub(super) fn verdict(report: &DriftReport) -> String {
    let summary = &report.summary;
    if summary.changes == 0 {
        let (noun, verb) = if summary.lines == 1 { ("line", "is as it was") } else { ("lines", "are as they were") };
        return format!("No drift. {} {noun} {verb}.", Count(summary.lines));
    }
    let changes = if summary.changes == 1 { "change" } else { "changes" };
    let lines = if summary.drifted == 1 { "line" } else { "lines" };
    let by: Vec<String> =
        summary.by_whom.iter().map(|(by, count)| format!("{} {}", Count(*count), by_whom(Some(by.as_ref())))).collect();
    format!(
        "Drift: {} {changes} on {} of {} {lines}; {}.",
        Count(summary.changes),
        Count(summary.drifted),
        Count(summary.lines),
        by.join(", ")
    )
}

/// Who did it.
pub(super) fn by_whom(by: Option<&str>) -> String {
    match by {
        Some("console") => "in the console".to_owned(),
        Some("api") => "by another client of the API".to_owned(),
        Some("carrier") => "by the carrier".to_owned(),
        Some("unknown") | None => "by nobody knows whom".to_owned(),
        Some(other) => format!("by {other}"),
    }
}

/// By which application and when, where the carrier shows one.
pub(super) fn application(entry: &DriftEntry) -> Option<String> {
    let number = entry.application_no.as_ref()?;
    let at = entry.at.map(|at| format!(" at {at}")).unwrap_or_default();
    Some(format!("application {number}{at}"))
}

/// When it counts, where it is still to come.
pub(super) fn coming(entry: &DriftEntry) -> Option<String> {
    entry.pending.then(|| entry.effective_date.map_or_else(|| "on its way".to_owned(), |date| format!("from {date} on")))
}

/// What an account was compared with.
pub(super) fn compared_with(account: &DriftAccount) -> String {
    match (account.baseline, account.baseline_at) {
        (BaselineKind::Journal, _) => "the last confirmed values in the journal".to_owned(),
        (BaselineKind::Snapshot, Some(at)) => format!("the snapshot of {at}"),
        (BaselineKind::Snapshot, None) => "the snapshot".to_owned(),
    }
}

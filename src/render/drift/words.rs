//! The words that all formats share.

use crate::plan::DriftIgnoreNote;
use crate::plan::drift::{BaselineKind, DriftAccount, DriftEntry, DriftReport, IgnoreReview, IgnoreState};
use crate::render::view::Count;

/// The verdict, in one line.
pub(super) fn verdict(report: &DriftReport) -> String {
    let summary = &report.summary;
    if summary.changes == 0 && summary.ignored > 0 {
        let changes = if summary.ignored == 1 { "change is" } else { "changes are" };
        let lines = if summary.lines == 1 { "line" } else { "lines" };
        return format!("No drift. {} {lines} compared; {} {changes} ignored.", Count(summary.lines), Count(summary.ignored));
    }
    if summary.changes == 0 {
        let (noun, verb) = if summary.lines == 1 { ("line", "is as it was") } else { ("lines", "are as they were") };
        return format!("No drift. {} {noun} {verb}.", Count(summary.lines));
    }
    let changes = if summary.changes == 1 { "change" } else { "changes" };
    let lines = if summary.lines == 1 { "line" } else { "lines" };
    let by: Vec<String> =
        summary.by_whom.iter().map(|(by, count)| format!("{} {}", Count(*count), by_whom(Some(by.as_ref())))).collect();
    let ignored = if summary.ignored > 0 { format!("; {} more ignored", Count(summary.ignored)) } else { String::new() };
    format!(
        "Drift: {} {changes} on {} of {} {lines}; {}{ignored}.",
        Count(summary.changes),
        Count(summary.drifted),
        Count(summary.lines),
        by.join(", ")
    )
}

/// Who did it.
pub(crate) fn by_whom(by: Option<&str>) -> String {
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

/// That an ignore holds. May hold text of others: escape it.
pub(crate) fn ignored(note: &DriftIgnoreNote) -> String {
    let DriftIgnoreNote { owner, until, reason, source: _ } = note;
    let reason = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("ignored until {until} by {owner}{reason}")
}

/// That an ignore holds no more. May hold text of others: escape it.
pub(crate) fn expired(note: &DriftIgnoreNote) -> String {
    format!("ignore expired on {} (owner {})", note.until, note.owner)
}

/// What is to be said of an ignore itself, if anything, beside the changes that count. May hold text of others: escape it.
pub(super) fn review(review: &IgnoreReview, drift: &[DriftEntry]) -> Option<String> {
    let IgnoreReview { account, owner, until, state, changes, matches_nothing, source, .. } = review;
    // What another ignore holds for, or held for longer, is that one's affair.
    let is_its =
        |entry: &&DriftEntry| entry.account == *account && entry.ignore.as_ref().is_some_and(|ignore| ignore.source == *source);
    let counting = drift.iter().filter(is_its).count();
    let is_over = match state {
        IgnoreState::Expired => Some(format!("expired on {until}")),
        IgnoreState::ExpiresSoon => Some(format!("expires on {until}")),
        IgnoreState::Active => None,
    };
    let about = match (*matches_nothing, state) {
        (true, _) => Some("matches nothing: remove it".to_owned()),
        (false, IgnoreState::Expired) if *changes == 0 => Some("renew it, or remove it".to_owned()),
        (false, IgnoreState::Expired) => Some(match counting {
            0 => "another ignore is about the same: remove it".to_owned(),
            1 => "1 change counts as drift again: renew it, or put that right".to_owned(),
            many => format!("{} changes count as drift again: renew it, or put them right", Count::from(many)),
        }),
        (false, IgnoreState::ExpiresSoon | IgnoreState::Active) => None,
    };
    let said: Vec<String> = is_over.into_iter().chain(about).collect();
    (!said.is_empty()).then(|| format!("owner {owner}: {}", said.join("; ")))
}

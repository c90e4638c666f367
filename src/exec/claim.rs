//! Which application is ours, when the answer that named it was lost. Pure.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use crate::carrier::wire::Application;
use crate::domain::{ApplicationNumber, ApplicationStatus, ApplicationType, OperationKind, Subject};
use crate::exec::journal::OperationRecord;

/// What became of one line of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// On its way.
    Open,
    /// Completed, or scheduled for its date.
    Settled,
    /// Refused or cancelled, with the carrier's code.
    Failed(String),
}

/// What an application says of one line. An operation that cancels has succeeded when the application
/// is cancelled, any other when it is completed or scheduled.
pub(crate) fn progress(application: &Application, subject: &Subject, kind: OperationKind) -> Progress {
    let item = application.items.iter().find(|item| *subject == item.msisdn);
    let status = item.map_or(&application.status, |item| &item.status);
    let code = || item.and_then(|item| item.error_code.clone()).unwrap_or_else(|| status.wire().to_owned());
    if kind == OperationKind::CancelApplication {
        return match application.status {
            ApplicationStatus::Cancelled => Progress::Settled,
            ApplicationStatus::Completed
            | ApplicationStatus::PartiallyCompleted
            | ApplicationStatus::Rejected
            | ApplicationStatus::Partial => Progress::Failed(application.status.wire().to_owned()),
            ApplicationStatus::Accepted
            | ApplicationStatus::Processing
            | ApplicationStatus::Scheduled
            | ApplicationStatus::Arranging
            | ApplicationStatus::Shipped
            | ApplicationStatus::Unknown(_) => Progress::Open,
        };
    }
    if kind == OperationKind::PlaceOrder {
        return placed(&application.status);
    }
    match status {
        ApplicationStatus::Completed | ApplicationStatus::Scheduled => Progress::Settled,
        // "Partially" is said of the whole: done for some rows, and ours is not named among them.
        ApplicationStatus::Rejected
        | ApplicationStatus::Cancelled
        | ApplicationStatus::PartiallyCompleted
        | ApplicationStatus::Partial => Progress::Failed(code()),
        ApplicationStatus::Accepted
        | ApplicationStatus::Processing
        | ApplicationStatus::Arranging
        | ApplicationStatus::Shipped
        | ApplicationStatus::Unknown(_) => Progress::Open,
    }
}

/// An order is placed, and paid for, as soon as it is accepted; what becomes of it then takes days, and is
/// the order's affair.
fn placed(status: &ApplicationStatus) -> Progress {
    match status {
        ApplicationStatus::Rejected | ApplicationStatus::Cancelled => Progress::Failed(status.wire().to_owned()),
        ApplicationStatus::Accepted
        | ApplicationStatus::Processing
        | ApplicationStatus::Scheduled
        | ApplicationStatus::Arranging
        | ApplicationStatus::Shipped
        | ApplicationStatus::Completed
        | ApplicationStatus::PartiallyCompleted
        | ApplicationStatus::Partial => Progress::Settled,
        ApplicationStatus::Unknown(_) => Progress::Open,
    }
}

/// The application that an operation of unknown outcome became: of its type, for its line, with its
/// target, newer than what was known before the call, and nobody else's.
pub(crate) fn claim<'a>(
    record: &OperationRecord,
    applications: &'a [Application],
    claimed: &[ApplicationNumber],
) -> Option<&'a Application> {
    let wanted = ApplicationType::of(record.kind)?;
    applications
        .iter()
        .filter(|application| application.kind == wanted)
        .filter(|application| application.items.iter().any(|item| record.subject == item.msisdn))
        .filter(|application| has_target(record, application))
        .filter(|application| is_newer(record, application))
        .filter(|application| claimed.iter().all(|taken| taken.as_str() != application.application_no))
        .min_by(|left, right| compare_numbers(&left.application_no, &right.application_no))
}

/// Whether it asks for what was asked for. Only plan changes of one line differ in it: everything else
/// of one type leads to one place.
fn has_target(record: &OperationRecord, application: &Application) -> bool {
    match (&record.to.rate_plan, &application.target) {
        (Some(plan), Some(target)) if record.kind == OperationKind::ChangeRatePlan => plan.as_str() == target,
        (_, _) => true,
    }
}

/// Whether it came after the call: by its number, or by its time. Either is enough, because to miss our
/// own application is worse than to claim one that leads the same line to the same place.
fn is_newer(record: &OperationRecord, application: &Application) -> bool {
    let by_number = record
        .newest_before
        .as_ref()
        .is_some_and(|newest| compare_numbers(&application.application_no, newest.as_str()) == Ordering::Greater);
    let by_time = match record.sent_at {
        // Without a number to compare with, the same second counts as after: times have no fraction.
        Some(sent) if record.newest_before.is_none() => application.requested_at.0 >= sent,
        Some(sent) => application.requested_at.0 > sent,
        None => record.newest_before.is_none(),
    };
    by_number || by_time
}

/// Application numbers grow: a longer one is newer, and among equally long ones the later in text.
pub(crate) fn compare_numbers(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Whether so much of the carrier's time has passed since a call that it will not be done any more.
pub(crate) fn window_passed(record: &OperationRecord, now: Option<Timestamp>, window: SignedDuration) -> bool {
    match (record.sent_at, now) {
        (Some(sent), Some(now)) => now.duration_since(sent) >= window,
        (None, _) | (_, None) => false,
    }
}

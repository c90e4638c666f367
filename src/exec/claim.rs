//! Which application is ours, when the answer that named it was lost. Pure.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::carrier::convert::order_from_wire;
use crate::carrier::wire::Application;
use crate::domain::{ApplicationNumber, ApplicationStatus, ApplicationType, HandOver, OperationKind, OrderContent, Subject};
use crate::exec::journal::OperationRecord;
use crate::exec::{evidence, follow};

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
            | ApplicationStatus::Partial
            // An order that is being made up goes its way.
            | ApplicationStatus::Arranging
            | ApplicationStatus::Shipped => Progress::Failed(application.status.wire().to_owned()),
            ApplicationStatus::Accepted
            | ApplicationStatus::Processing
            | ApplicationStatus::Scheduled
            | ApplicationStatus::Unknown(_) => Progress::Open,
        };
    }
    if kind == OperationKind::PlaceOrder {
        // A person who was asked to place it has not placed it.
        let is_step = HandOver::of(&ApplicationNumber::new(application.application_no.as_str())).is_some();
        return if is_step { Progress::Open } else { placed(&application.status) };
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

/// Whether an operation of unknown outcome became an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Claim<'a> {
    /// None is there (yet).
    Nothing,
    /// This one.
    This(&'a Application),
    /// Nobody can tell which, or whether: the sentence is for people, who can.
    Unclear(String),
}

/// The application that an operation of unknown outcome became: of its type, for its line or of its
/// content, with its target, newer than what was known before the call, and nobody else's.
///
/// Of several, those that are reversible take the first: all lead the line to one place. What costs money
/// or cannot be undone is left in doubt.
pub(crate) fn claim<'a>(record: &OperationRecord, applications: &'a [Application], claimed: &[ApplicationNumber]) -> Claim<'a> {
    let free = |application: &&Application| is_free(record, application, claimed);
    let by_number = |left: &&Application, right: &&Application| compare_numbers(&left.application_no, &right.application_no);
    let mut found: Vec<&Application> =
        applications.iter().filter(free).filter(|application| could_be(record, application)).collect();
    // Pages are no snapshot: a row may come twice.
    found.sort_by(by_number);
    found.dedup_by(|left, right| left.application_no == right.application_no);
    match found.as_slice() {
        [only] if follow::tells_whose(only) => Claim::This(only),
        [first, ..] if !record.kind.risk().needs_approval() => Claim::This(first),
        [] => similar(record, applications.iter().filter(free)),
        several => Claim::Unclear(format!(
            "any of these applications may be this operation: {}; {}",
            several.iter().map(|application| application.application_no.as_str()).collect::<Vec<_>>().join(", "),
            choose(record)
        )),
    }
}

/// Why an application cannot be what an operation in doubt became, whatever a person says; `None` where it can.
///
/// An order of the same goods for another address or day can: the carrier may have written it in its own way.
pub fn contradiction(record: &OperationRecord, application: &Application) -> Option<String> {
    let number = &application.application_no;
    if record.kind == OperationKind::CancelApplication {
        let meant = record.from.application.as_ref().filter(|meant| meant.as_str() != number)?;
        return Some(format!("the operation cancels application {meant}, not {number}"));
    }
    if ApplicationType::of(record.kind).as_ref() != Some(&application.kind) {
        return Some(format!("application {number} is of another kind: {}", application.kind));
    }
    if record.kind == OperationKind::PlaceOrder {
        let is_it = could_be(record, application) || similar(record, std::iter::once(application)) != Claim::Nothing;
        return (!is_it).then(|| format!("application {number} orders something else"));
    }
    if follow::tells_whose(application) && application.items.iter().all(|item| record.subject != item.msisdn) {
        return Some(format!("application {number} is of another line"));
    }
    if !could_be(record, application) {
        return Some(format!("application {number} asks for {}", application.target.as_deref().unwrap_or_default()));
    }
    (!is_newer(record, application)).then(|| format!("application {number} is older than the operation"))
}

/// Whether an application is of the operation's type, came after its call, and is nobody else's.
pub(crate) fn is_free(record: &OperationRecord, application: &Application, claimed: &[ApplicationNumber]) -> bool {
    ApplicationType::of(record.kind).as_ref() == Some(&application.kind)
        && is_newer(record, application)
        && claimed.iter().all(|taken| taken.as_str() != application.application_no)
}

/// Whether an application asks for what was asked for, as far as it says. Plan changes and coupons of one
/// line differ in their target, orders in their content; everything else of one type leads to one place.
fn could_be(record: &OperationRecord, application: &Application) -> bool {
    let target = application.target.as_deref();
    if record.kind == OperationKind::PlaceOrder {
        let content = record.to.placement.as_deref().map(|placement| &placement.content);
        return content.is_some_and(|content| evidence::is_order_on_the_wire(content, application));
    }
    let asked_for = match (&record.to.rate_plan, record.to.purchase.as_deref()) {
        (Some(plan), _) if record.kind == OperationKind::ChangeRatePlan => target.is_none_or(|target| plan.as_str() == target),
        (_, Some(purchase)) => evidence::is_coupon(purchase, target),
        (_, None) => true,
    };
    // One that does not say for which line may be for this one.
    let line = !follow::tells_whose(application) || application.items.iter().any(|item| record.subject == item.msisdn);
    asked_for && line
}

/// An order of the same goods under another address or day is most likely ours as the carrier writes it:
/// to call that "not done" would order twice.
fn similar<'a>(record: &OperationRecord, free: impl Iterator<Item = &'a Application>) -> Claim<'a> {
    let Some(placement) = record.to.placement.as_deref() else { return Claim::Nothing };
    let goods = |content: OrderContent| {
        let OrderContent { system_number, service_code, rate_plan, form_factor, quantity, devices, .. } = content;
        (system_number, service_code, rate_plan, form_factor, quantity, devices)
    };
    let same_goods = |application: &&Application| {
        let found = application.order.as_ref().map(|order| goods(order_from_wire(&order.request)));
        found == Some(goods(placement.content.clone().normalised()))
    };
    let numbers: BTreeSet<&str> = free.filter(same_goods).map(|application| application.application_no.as_str()).collect();
    if numbers.is_empty() {
        return Claim::Nothing;
    }
    let numbers = numbers.into_iter().collect::<Vec<_>>().join(", ");
    Claim::Unclear(format!(
        "application {numbers} orders the same goods to another address or for another day; {}",
        choose(record)
    ))
}

/// Part of every note by which a person has to choose, and of no other.
const CHOOSE: &str = "a person has to say which, if any:";

fn choose(record: &OperationRecord) -> String {
    let id = &record.id;
    format!("{CHOOSE} `simfleet ops resolve {id} --outcome done --application NO`, or `--outcome not-done`")
}

/// Whether a note says that applications were found, and that only a person can tell which of them it is: no
/// time that passes settles that.
pub(crate) fn asks_a_person(note: &str) -> bool {
    note.contains(CHOOSE)
}

/// Whether it came after the call: by its number, or by its time. Either is enough, because to miss our
/// own application is worse than to claim one that leads the same line to the same place.
///
/// Where no number was known before the call, the carrier had no application at all, and every one came after it. Its
/// time decides nothing then: between two answers we go by our own clock, and the carrier's may be slower.
fn is_newer(record: &OperationRecord, application: &Application) -> bool {
    let newer_than = |newest: &ApplicationNumber| compare_numbers(&application.application_no, newest.as_str()).is_gt();
    let by_number = record.newest_before.as_ref().is_none_or(newer_than);
    let by_time = record.sent_at.is_some_and(|sent| application.requested_at.0 > sent);
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

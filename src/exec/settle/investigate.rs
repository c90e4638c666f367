//! Finds out, by reading, what became of operations of unknown outcome.

use jiff::{SignedDuration, Timestamp};

use crate::carrier::error::CarrierError;
use crate::carrier::observe::ObserveError;
use crate::carrier::query::ApplicationQuery;
use crate::carrier::routes::Carrier;
use crate::carrier::wire::{Application, Line};
use crate::domain::calendar::{jst_date, rfc3339};
use crate::domain::{ApplicationNumber, ApplicationType, LineStatus, OperationKind};
use crate::exec::claim::{Claim, Progress, claim, compare_numbers, is_free, progress, window_passed};
use crate::exec::follow;
use crate::exec::journal::OperationRecord;
use crate::exec::machine::Finding;

/// Beyond so many operations of one type, the list of that type is read instead of the lines' own.
const SINGLE_READS: usize = 3;

/// An operation of unknown outcome.
#[derive(Debug, Clone)]
pub(crate) struct Suspect {
    /// As the journal has it.
    pub(crate) record: OperationRecord,
    /// Applications of its line that belong to other operations.
    pub(crate) claimed: Vec<ApplicationNumber>,
}

/// What can be found out, for each suspect in turn.
///
/// "Not done" is concluded from a list that was asked for when the window had passed: an older list says
/// nothing of what arrived since, however late the clock is by now.
pub(crate) async fn investigate(carrier: &dyn Carrier, suspects: &[Suspect], window: SignedDuration) -> Vec<Finding> {
    let mut as_of = carrier.now();
    let mut findings = look(carrier, suspects, as_of, window).await;
    let ripe = |suspect: &Suspect, at| window_passed(&suspect.record, at, window);
    let now = carrier.now();
    let missed = suspects
        .iter()
        .zip(&findings)
        .any(|(suspect, finding)| matches!(finding, Finding::Open(_)) && !ripe(suspect, as_of) && ripe(suspect, now));
    if missed {
        // The clock has moved on with the answers.
        as_of = now;
        findings = look(carrier, suspects, as_of, window).await;
    }
    findings
}

async fn look(carrier: &dyn Carrier, suspects: &[Suspect], as_of: Option<Timestamp>, window: SignedDuration) -> Vec<Finding> {
    let mut findings = vec![Finding::Open(String::new()); suspects.len()];
    let mut kinds: Vec<OperationKind> = suspects.iter().map(|suspect| suspect.record.kind).collect();
    kinds.sort();
    kinds.dedup();
    for kind in kinds {
        let places: Vec<usize> =
            suspects.iter().enumerate().filter(|(_, suspect)| suspect.record.kind == kind).map(|(place, _)| place).collect();
        let shared = if places.len() > SINGLE_READS { Some(list_of_kind(carrier, kind, suspects).await) } else { None };
        for place in places {
            let (Some(suspect), Some(slot)) = (suspects.get(place), findings.get_mut(place)) else { continue };
            let nothing = || conclude(&suspect.record, as_of, window);
            *slot = match one(carrier, suspect, shared.as_ref()).await {
                Ok(finding) => finding.unwrap_or_else(nothing),
                Err(error) => Finding::Open(unreadable(&error)),
            };
        }
    }
    findings
}

type Listed = Result<Vec<Application>, ObserveError>;

fn unreadable(error: &ObserveError) -> String {
    format!("the carrier's applications cannot be read: {error}")
}

async fn list_of_kind(carrier: &dyn Carrier, kind: OperationKind, suspects: &[Suspect]) -> Listed {
    let of_kind = || suspects.iter().filter(|suspect| suspect.record.kind == kind);
    // The day before the first call: the carrier may have noted it on the other side of midnight.
    let first = of_kind().map(|suspect| suspect.record.sent_at).min().flatten();
    let from = first.and_then(|first| jst_date(first).yesterday().ok());
    let query = ApplicationQuery { kind: ApplicationType::of(kind), from, ..ApplicationQuery::default() };
    let free = |application: &Application| of_kind().any(|suspect| is_free(&suspect.record, application, &suspect.claimed));
    follow::complete(carrier, &query, free).await
}

async fn list_of_line(carrier: &dyn Carrier, suspect: &Suspect) -> Listed {
    let Suspect { record, claimed } = suspect;
    let kind = ApplicationType::of(record.kind);
    let query = ApplicationQuery { kind, msisdn: record.subject.msisdn(), ..ApplicationQuery::default() };
    follow::complete(carrier, &query, |application| is_free(record, application, claimed)).await
}

/// What the carrier shows of it; `None` where it shows nothing.
async fn one(carrier: &dyn Carrier, suspect: &Suspect, shared: Option<&Listed>) -> Result<Option<Finding>, ObserveError> {
    let record = &suspect.record;
    if record.kind == OperationKind::CancelApplication {
        return Ok(cancelled(carrier, record).await?);
    }
    let own;
    let applications = match shared {
        Some(Ok(applications)) => applications,
        Some(Err(error)) => return Ok(Some(Finding::Open(unreadable(error)))),
        None => {
            own = list_of_line(carrier, suspect).await?;
            &own
        }
    };
    match claim(record, applications, &suspect.claimed) {
        Claim::This(application) => Ok(Some(Finding::Application(Box::new(application.clone())))),
        Claim::Unclear(note) => Ok(Some(Finding::Open(note))),
        Claim::Nothing => Ok(by_state(carrier, suspect).await?),
    }
}

/// Nothing was found: that means something only after the window.
fn conclude(record: &OperationRecord, as_of: Option<Timestamp>, window: SignedDuration) -> Finding {
    let sent = record.sent_at.map(rfc3339).unwrap_or_default();
    if window_passed(record, as_of, window) {
        return Finding::NotDone(format!(
            "the carrier has no application for it, {} minutes after it was sent",
            window.as_mins()
        ));
    }
    let until = super::settled_by(record, window).map(rfc3339).unwrap_or_default();
    Finding::Open(format!("sent at {sent}, no application for it so far; \"not done\" can be concluded at {until}"))
}

/// A cancellation makes no application of its own: the one it was to cancel tells.
async fn cancelled(carrier: &dyn Carrier, record: &OperationRecord) -> Result<Option<Finding>, CarrierError> {
    let Some(number) = &record.from.application else { return Ok(None) };
    let application = match carrier.application(number).await {
        Ok(application) => application,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(match progress(&application, &record.subject, record.kind) {
        Progress::Settled | Progress::Failed(_) => Some(Finding::Application(Box::new(application))),
        Progress::Open => None,
    })
}

/// R2 and R3 lead to a state that the line itself shows: reached (or on its way) is as good as done. A purchase
/// leads to none: that a line has traffic says nothing of who bought it.
async fn by_state(carrier: &dyn Carrier, suspect: &Suspect) -> Result<Option<Finding>, CarrierError> {
    let record = &suspect.record;
    let reached: fn(&Line, &OperationRecord) -> bool = match record.kind {
        OperationKind::Suspend => |line, _| line.status == LineStatus::Suspended,
        OperationKind::Resume => |line, _| line.status == LineStatus::Active,
        OperationKind::ChangeRatePlan => {
            |line, record| record.to.rate_plan.as_ref().is_some_and(|plan| plan.as_str() == line.plan_code)
        }
        OperationKind::Terminate
        | OperationKind::BindImei
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::StartUse
        | OperationKind::BuyCoupon
        | OperationKind::PlaceOrder
        | OperationKind::CancelApplication => return Ok(None),
    };
    let Some(msisdn) = record.subject.msisdn() else { return Ok(None) };
    let line = carrier.line(msisdn).await?;
    if reached(&line, record) {
        return Ok(Some(Finding::Done("the line is in the wished-for state".to_owned())));
    }
    let wanted = ApplicationType::of(record.kind);
    let ours = line.pending.iter().find(|pending| {
        Some(&pending.kind) == wanted.as_ref()
            && record.to.rate_plan.as_ref().is_none_or(|plan| plan.as_str() == pending.target)
            && suspect.claimed.iter().all(|claimed| claimed.as_str() != pending.application_no)
            && record
                .newest_before
                .as_ref()
                .is_none_or(|newest| compare_numbers(&pending.application_no, newest.as_str()).is_gt())
    });
    match ours {
        Some(pending) => {
            let number = ApplicationNumber::new(pending.application_no.as_str());
            Ok(Some(Finding::Application(Box::new(carrier.application(&number).await?))))
        }
        None => Ok(None),
    }
}

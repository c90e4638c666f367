//! An operation in doubt, settled by what a person saw in the carrier's console: which decisions are taken, and how they
//! are written. Whoever asks the person (`simfleet ops resolve`, an annotation) brings the decision here.

use crate::carrier::error::CarrierError;
use crate::carrier::routes::Carrier;
use crate::domain::{ApplicationNumber, HandOver};
use crate::exec::audit::AuditEvent;
use crate::exec::contradiction;
use crate::exec::handover::is_handed_over;
use crate::exec::journal::{Journal, JournalError, OperationRecord, RecordState, Resolution};
use crate::plan::OpId;

/// What a person says of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It was done.
    Done,
    /// It was not done: it may be sent again, and paid again.
    NotDone,
    /// It was done, and became this application.
    Became(ApplicationNumber),
}

impl Decision {
    /// The application that is named.
    pub fn application(&self) -> Option<&ApplicationNumber> {
        match self {
            Self::Done | Self::NotDone => None,
            Self::Became(application) => Some(application),
        }
    }

    /// What it settles.
    pub fn resolution(&self) -> Resolution {
        match self {
            Self::NotDone => Resolution::NotDone,
            Self::Done | Self::Became(_) => Resolution::Done,
        }
    }
}

/// Why a decision is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing to decide.
    #[error("it is {}, not in doubt", .0.as_str())]
    NotInDoubt(RecordState),
    /// A list will show it, and until one does an old list would have it done again.
    #[error("a list that is exported after it was done shows it, and confirms it")]
    ListsTell,
    /// The application belongs to another operation.
    #[error("application {application} is operation {owner} already")]
    Taken {
        /// The application.
        application: ApplicationNumber,
        /// The operation that it belongs to.
        owner: OpId,
    },
    /// The carrier does not know the application.
    #[error("the carrier has no application {0}")]
    Absent(ApplicationNumber),
    /// No list shows a purchase that was handed over: the carrier's number tells it from every other one.
    #[error("it is done under a number that the carrier gave it, and none was named")]
    NumberNeeded,
    /// The number of a check-list's step is ours.
    #[error("{0} is a step of a check-list, not a number of the carrier")]
    IsAStep(ApplicationNumber),
    /// What the carrier shows of the application does not fit.
    #[error("{0}")]
    Contradicts(String),
}

/// What the journal says against a decision.
pub fn check(journal: &Journal, record: &OperationRecord, decision: &Decision) -> Result<Result<(), Refused>, JournalError> {
    let of_console = journal.carrier()?.is_some_and(|carrier| carrier.is_console());
    // Where nobody can be asked, a person's answer is all there is: a wrong one can be taken back.
    let was_answered = of_console && record.state == RecordState::Resolved && record.kind.is_purchase();
    if !record.state.is_in_doubt() && !is_handed_over(record) && !was_answered {
        return Ok(Err(Refused::NotInDoubt(record.state)));
    }
    if of_console && decision.resolution() == Resolution::Done && !record.kind.is_purchase() {
        return Ok(Err(Refused::ListsTell));
    }
    if of_console && *decision == Decision::Done {
        return Ok(Err(Refused::NumberNeeded));
    }
    let Some(application) = decision.application() else { return Ok(Ok(())) };
    if HandOver::of(application).is_some() {
        return Ok(Err(Refused::IsAStep(application.clone())));
    }
    // The journal alone knows which applications are other operations'.
    let owner = journal.owner(application, record)?;
    Ok(owner.map_or(Ok(()), |owner| Err(Refused::Taken { application: application.clone(), owner })))
}

/// What the carrier says against the application that a decision names: a mistyped number would be taken for the
/// purchase.
pub async fn look_up(
    carrier: &dyn Carrier,
    record: &OperationRecord,
    application: &ApplicationNumber,
) -> Result<Result<(), Refused>, CarrierError> {
    let found = match carrier.application(application).await {
        Ok(found) => found,
        Err(error) if error.is_not_found() => return Ok(Err(Refused::Absent(application.clone()))),
        Err(error) => return Err(error),
    };
    Ok(contradiction(record, &found).map_or(Ok(()), |why| Err(Refused::Contradicts(why))))
}

/// Writes a decision about operations: about all of them or none.
pub fn write(journal: &Journal, records: &[OperationRecord], decision: &Decision) -> Result<(), JournalError> {
    let decided = |record: &OperationRecord| AuditEvent::Decided {
        operation: record.into(),
        decision: decision.resolution().as_str().to_owned(),
        application: decision.application().cloned(),
    };
    journal.audit(&records.iter().map(decided).collect::<Vec<_>>())?;
    journal.together(|entry| {
        records.iter().try_for_each(|record| match decision.application() {
            Some(application) => entry.resolved_as(record, application, NOTE),
            None => entry.resolved(record, decision.resolution(), NOTE),
        })
    })
}

/// What the journal says of it from then on.
const NOTE: &str = "settled by hand";

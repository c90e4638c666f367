//! Operations that are handed over to a person (driver `csv`) instead of being sent.
//!
//! The journal takes them as accepted, under the number of the step that holds them: handed over is not done. They are
//! confirmed when an exported list shows them, and planned again only if somebody says that they were not done.
//!
//! **Handed over at most once.** The intent is in the journal before the files are there; the files appear all at once,
//! under the name of their plan; then the journal says so. Where a run dies in between, its files are found and
//! taken for what they are.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::carrier::console::HandedOver;
use crate::domain::{HandOver, Subject};
use crate::exec::journal::{Journal, JournalError, OperationRecord, PlanKey, RecordState, Sent};
use crate::plan::{OpId, Operation, Plan, Request};

/// Why nothing was handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// The journal cannot be written: without it nothing is handed over.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The files cannot be written.
    #[error("the files for the console cannot be written")]
    Files(#[source] std::io::Error),
    /// The plan has no part for the account.
    #[error("the plan has no account {0:?}")]
    NoAccount(String),
    /// Something of a line was handed over before and no list shows it yet.
    #[error("{subject}: {kind} was handed over already ({number}) and no exported list shows it yet; nothing was handed over")]
    Open {
        /// The line.
        subject: Subject,
        /// What of it.
        kind: String,
        /// The step.
        number: String,
    },
}

/// What is handed over, and where.
pub struct ToHandOver<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Whose part of it.
    pub account: &'a str,
    /// Whether the plan comes from a file.
    pub stored: bool,
    /// The folder's name.
    pub folder: &'a str,
    /// The step of each operation.
    pub steps: &'a [(OpId, u32)],
    /// When.
    pub at: Timestamp,
}

/// A name for the folder of a plan, that no earlier hand-over had: `plan-…`, and `plan-…-2` if what was handed over
/// first was not done.
pub fn folder(plan_id: &str, journal: &Journal) -> Result<String, JournalError> {
    let numbers = journal.own_applications()?;
    let used: BTreeSet<&str> = numbers.iter().filter_map(|number| Some(HandOver::of(number)?.folder)).collect();
    let again = (2..).map(|nth: u32| format!("{plan_id}-{nth}"));
    let names = std::iter::once(plan_id.to_owned()).chain(again);
    // There are fewer used names than names.
    Ok(names.take(used.len() + 1).find(|name| !used.contains(name.as_str())).unwrap_or_else(|| plan_id.to_owned()))
}

/// Hands over. `write` makes the files appear, all at once, or finds that they are there.
pub fn hand_over(
    what: &ToHandOver<'_>,
    journal: &mut Journal,
    write: impl FnOnce() -> std::io::Result<()>,
) -> Result<(), HandOverError> {
    let ToHandOver { plan, account, stored, folder, steps, at } = *what;
    let mut key = PlanKey::of(plan, account).ok_or_else(|| HandOverError::NoAccount(account.to_owned()))?;
    if !stored {
        key = journal.fresh_key(&key)?;
    }
    let operations: Vec<&Operation> = plan.operations.iter().filter(|operation| *operation.account == *account).collect();
    let requests: Vec<&Request> = plan.requests.iter().filter(|request| *request.account == *account).collect();
    let open = journal.open_operations()?;
    if let Some(record) = open.iter().find(|record| operations.iter().any(|operation| operation.subject == record.subject)) {
        return Err(HandOverError::Open {
            subject: record.subject.clone(),
            kind: record.kind.to_string(),
            number: record.application.as_ref().map(ToString::to_string).unwrap_or_default(),
        });
    }
    journal.together(|entry| entry.begin(&key, Some(at), &requests, &operations))?;
    if let Err(error) = write() {
        journal.together(|entry| {
            operations.iter().try_for_each(|operation| entry.discarded(&operation.id, "the files could not be written"))
        })?;
        return Err(HandOverError::Files(error));
    }
    journal.together(|entry| {
        let ids = operations.iter().map(|operation| operation.id.clone()).collect();
        entry.sent(&Sent { ids, newest_before: None, at: Some(at) })?;
        for (id, step) in steps {
            entry.acked(id, &HandOver { folder, step: *step }.number())?;
        }
        requests.iter().try_for_each(|request| entry.request_ended(&key, &request.id))
    })?;
    Ok(())
}

/// What was handed over and is not known to be done.
pub fn handed_over(journal: &Journal) -> Result<Vec<HandedOver>, JournalError> {
    Ok(journal.open_operations()?.iter().filter_map(of_record).collect())
}

/// Whether an operation was handed over and nobody knows yet that it was done.
pub fn is_handed_over(record: &OperationRecord) -> bool {
    of_record(record).is_some()
}

fn of_record(record: &OperationRecord) -> Option<HandedOver> {
    let number = record.application.clone().filter(|number| HandOver::of(number).is_some())?;
    if record.state != RecordState::Acked {
        return None;
    }
    let to = &record.to;
    let target = to
        .rate_plan
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| to.imei.map(|imei| imei.to_string()))
        .or_else(|| to.system_number.as_ref().map(ToString::to_string))
        .unwrap_or_default();
    Some(HandedOver {
        number,
        kind: record.kind,
        msisdn: record.subject.msisdn()?,
        target,
        leaves: record.from.system_number.as_ref().map(ToString::to_string),
        effective: to.termination_date,
        at: record.sent_at.unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

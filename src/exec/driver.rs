//! Applying one account's part of a plan: what is known already, what is begun, and the run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::SignedDuration;

use crate::carrier::error::CarrierError;
use crate::carrier::routes::Carrier;
use crate::domain::Risk;
use crate::exec::clock::CarrierClock;
use crate::exec::event::{Event, EventSink};
use crate::exec::journal::{Journal, JournalError, OperationRecord, PlanKey, RecordState, Resolution};
use crate::exec::keeper::KeepError;
use crate::exec::keeping::Outcomes;
use crate::exec::machine::{Input, Known, Machine, Settings};
use crate::exec::run::Run;
use crate::exec::settle::SETTLE_WINDOW;
use crate::exec::{ApplyReport, Outcome, Stop, Waiter, scope};
use crate::plan::{OpId, Operation, Plan, Request};

/// How to apply.
#[derive(Debug, Clone)]
pub struct ApplyOptions {
    /// Whether the plan comes from a file: then what an interrupted apply of it has done counts.
    pub stored: bool,
    /// Only these operations; all where it is `None`. What they depend on must be among them.
    pub only: Option<BTreeSet<OpId>>,
    /// Requests on their way at the same time.
    pub parallelism: usize,
    /// How long the last operations are followed to their end (`--wait`); `None`: accepted is enough.
    pub wait: Option<Duration>,
    /// How much of the carrier's time must pass before "not done" is concluded.
    pub settle_window: SignedDuration,
    /// How long an unknown outcome is looked into before the apply ends in doubt. With `wait`, and on a
    /// virtual clock, at least the settle window.
    pub settle_patience: Duration,
    /// Everything else.
    pub settings: Settings,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        Self {
            stored: false,
            only: None,
            parallelism: 16,
            wait: None,
            settle_window: SETTLE_WINDOW,
            settle_patience: Duration::from_mins(1),
            settings: Settings::default(),
        }
    }
}

/// Why an apply could not go on. What was sent stands in the journal.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The journal cannot be written: without it nothing is sent.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The carrier did not answer what had to be known first.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// What costs money could not be recorded beside the journal, or somebody else did. Nothing was sent without; the
    /// journal is not to be used any more.
    #[error(transparent)]
    Kept(#[from] KeepError),
    /// The plan has no part for the account.
    #[error("the plan has no account {0:?}")]
    NoAccount(String),
}

/// Applies one account's part of a plan. Approval and the gate are behind it.
#[expect(clippy::too_many_arguments, reason = "each is a part of the outside world that a test replaces")]
pub async fn apply(
    plan: &Plan,
    account: &str,
    carrier: &dyn Carrier,
    journal: &mut Journal,
    options: &ApplyOptions,
    waiter: &dyn Waiter,
    events: &mut dyn EventSink,
    stop: Stop,
) -> Result<ApplyReport, ExecError> {
    let mut key = PlanKey::of(plan, account).ok_or_else(|| ExecError::NoAccount(account.to_owned()))?;
    if !options.stored {
        key = journal.fresh_key(&key)?;
    }
    let wanted = |operation: &&Operation| {
        *operation.account == *account && options.only.as_ref().is_none_or(|only| only.contains(&operation.id))
    };
    let operations: Vec<Operation> = plan.operations.iter().filter(wanted).cloned().collect();
    let requests: Vec<&Request> = plan.requests.iter().filter(|request| *request.account == *account).collect();
    let known = known(journal, &key, &operations)?;
    let to_perform: Vec<&Operation> = operations.iter().filter(|operation| !known.contains_key(&operation.id)).collect();
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    events.take(&Event::Started { operations: count(to_perform.len()), requests: count(requests.len()) });
    journal.together(|entry| entry.begin(&key, carrier.now(), &requests, &to_perform))?;
    let idle = to_perform.is_empty();

    let mut effects = Vec::new();
    let machine = Machine::new(operations, &requests, &known, settings(options, waiter), waiter.now(), &mut effects);
    let mut run = Run {
        carrier,
        journal,
        waiter,
        events,
        key,
        machine,
        newest: None,
        clock: CarrierClock::default(),
        window: options.settle_window,
        outcomes: Outcomes::default(),
    };
    run.write(&effects, &[])?;
    if !idle && let Err(error) = run.read_newest().await {
        run.handle(Input::Stop { why: error.to_string(), fatal: true })?;
    }
    let stopped = run.run(stop).await?;
    Ok(run.report(account, stopped))
}

fn settings(options: &ApplyOptions, waiter: &dyn Waiter) -> Settings {
    let window = Duration::try_from(options.settle_window).unwrap_or_default() + Duration::from_mins(2);
    let patience = if waiter.is_virtual() || options.wait.is_some() {
        options.settle_patience.max(options.wait.unwrap_or(window).min(window))
    } else {
        options.settle_patience
    };
    Settings {
        parallelism: options.parallelism,
        wait_until: options.wait.map(|wait| waiter.now().saturating_add(wait)),
        settle_patience: patience,
        ..options.settings
    }
}

/// What an interrupted apply of the same plan has done, and which lines are in doubt.
fn known(journal: &Journal, key: &PlanKey, operations: &[Operation]) -> Result<BTreeMap<OpId, Known>, JournalError> {
    let mut known: BTreeMap<OpId, Known> = BTreeMap::new();
    for (id, record) in journal.progress(key)?.operations {
        known.extend(known_of(&record).map(|known| (id, known)));
    }
    // Whatever a plan says: what was bought under a name is never bought under it again.
    for operation in operations.iter().filter(|operation| operation.change.risk() == Risk::R4) {
        if !known.contains_key(&operation.id)
            && let Some(bought) = journal.bought_before(operation)?.as_ref().and_then(known_of)
        {
            known.insert(operation.id.clone(), bought);
        }
    }
    // An operation of unknown outcome stands between its line and everything else, whosever plan it was.
    let doubtful: BTreeMap<_, _> = journal
        .open_operations()?
        .into_iter()
        .filter(|record| matches!(record.state, RecordState::Sent | RecordState::Unknown))
        .flat_map(|record| scope::of_record(&record).map(move |scope| (scope, record.id.clone())).collect::<Vec<_>>())
        .collect();
    for operation in operations.iter().filter(|_| !doubtful.is_empty()) {
        if let Some(id) = scope::of(operation).find_map(|scope| doubtful.get(&scope))
            && !known.contains_key(&operation.id)
        {
            let of = operation.subject.order().map_or("of this line", |_| "of this or an equal order");
            let note = format!("{id} {of} is in doubt, and nothing is sent for it before that is settled");
            known.insert(operation.id.clone(), Known::Ended(Outcome::InDoubt { note }));
        }
    }
    Ok(known)
}

fn known_of(record: &OperationRecord) -> Option<Known> {
    let (application, effective) = (record.application.clone(), record.effective);
    let note = || record.note.clone().unwrap_or_default();
    match (record.state, record.resolution) {
        (RecordState::Confirmed, _) | (RecordState::Resolved, Some(Resolution::Done)) => {
            Some(Known::Ended(Outcome::Confirmed { application, effective }))
        }
        (RecordState::Acked, _) => application.map(Known::Accepted),
        (RecordState::Rejected, _) => Some(Known::Ended(Outcome::Rejected { code: String::new(), message: note() })),
        (RecordState::Sent | RecordState::Unknown, _) => Some(Known::Ended(Outcome::InDoubt { note: note() })),
        (RecordState::Intended | RecordState::Discarded | RecordState::Resolved, _) => None,
    }
}

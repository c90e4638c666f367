//! What an earlier run left open: accepted operations are followed, unknown ones are claimed, concluded
//! or left in doubt. By reading only; nothing is sent again here.

mod investigate;
mod memory;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::carrier::error::CarrierError;
use crate::carrier::routes::Carrier;
use crate::domain::ApplicationNumber;
use crate::domain::calendar::jst_date;
use crate::exec::claim::{Progress, asks_a_person, progress};
use crate::exec::driver::ExecError;
use crate::exec::journal::{Journal, JournalError, OperationRecord, RecordState, Resolution};
use crate::exec::machine::Finding;
use crate::exec::{Waiter, follow};

pub use crate::plan::SETTLE_WINDOW;
pub(crate) use investigate::{Suspect, investigate};
pub use memory::{memory_after, unclear_in};

/// How to settle.
#[derive(Debug, Clone, Copy)]
pub struct SettleOptions {
    /// How much of the carrier's time must pass before "not done" is concluded.
    pub window: SignedDuration,
    /// How long to wait for what cannot be settled at once; none by default. On a virtual clock, where
    /// waiting is free, at least the window.
    pub patience: Duration,
}

impl Default for SettleOptions {
    fn default() -> Self {
        Self { window: SETTLE_WINDOW, patience: Duration::ZERO }
    }
}

/// What became of an open operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The operation and its attempt, as the journal had it.
    pub record: OperationRecord,
    /// What became of it.
    pub verdict: SettledAs,
}

/// What became of an open operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettledAs {
    /// It became this application, which is still on its way.
    Accepted(ApplicationNumber),
    /// Completed or scheduled.
    Confirmed {
        /// The application; none where the line was found in the wished-for state.
        application: Option<ApplicationNumber>,
        /// From when on it counts.
        effective: Option<Date>,
    },
    /// The carrier took it, and refused it after all.
    Rejected {
        /// The application that came to nothing.
        application: ApplicationNumber,
        /// Why.
        note: String,
    },
    /// There is no trace of it, and the settle window has passed.
    NotDone(String),
}

/// What [`settle`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettleReport {
    /// What is settled now.
    pub settled: Vec<Settlement>,
    /// Operations that are still in doubt.
    pub in_doubt: u64,
}

/// What [`look`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// What became of open operations.
    pub settled: Vec<Settlement>,
    /// What stays in doubt whatever time passes, because several applications may be it.
    pub unclear: Vec<Unclear>,
}

/// An operation in doubt of which a person has to say what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// The operation and its attempt, as the journal has it.
    pub record: OperationRecord,
    /// The applications that it may be, and how to say which.
    pub note: String,
}

/// Settles what can be settled, and writes it into the journal. Before planning: an operation in doubt
/// blocks its line.
pub async fn settle(
    carrier: &dyn Carrier,
    journal: &mut Journal,
    options: &SettleOptions,
    waiter: &dyn Waiter,
) -> Result<SettleReport, ExecError> {
    let begin = waiter.now();
    let window = Duration::try_from(options.window).unwrap_or_default() + Duration::from_mins(2);
    let patience = if waiter.is_virtual() { options.patience.max(window) } else { options.patience };
    let mut report = SettleReport::default();
    let mut pause = Duration::from_secs(2);
    loop {
        journal.heartbeat()?;
        let Looked { settled, unclear } = look(carrier, journal, options.window).await?;
        journal.carrier_is_at(carrier.now());
        write(journal, &settled)?;
        note(journal, &unclear)?;
        journal.keep_changes().await??;
        report.settled.extend(settled);
        let open = journal.open_operations()?;
        report.in_doubt = u64::try_from(open.iter().filter(|record| is_in_doubt(record)).count()).unwrap_or(u64::MAX);
        let spent = waiter.now().saturating_sub(begin);
        if report.in_doubt == 0 || spent >= patience {
            return Ok(report);
        }
        waiter.wait(pause.min(patience.saturating_sub(spent))).await;
        pause = (pause * 2).min(Duration::from_secs(30));
    }
}

/// Finds out what became of the journal's open operations, and writes nothing: what `plan` does.
pub fn look<'c>(
    carrier: &'c dyn Carrier,
    journal: &Journal,
    window: SignedDuration,
) -> impl Future<Output = Result<Looked, ExecError>> + Send + use<'c> {
    // The journal is read before anything is awaited: it is for one thread at a time.
    let open = open(journal);
    async move {
        let (suspects, accepted) = open?;
        look_into(carrier, suspects, accepted, window).await
    }
}

fn open(journal: &Journal) -> Result<(Vec<Suspect>, Vec<OperationRecord>), JournalError> {
    let (doubtful, accepted): (Vec<_>, Vec<_>) = journal.open_operations()?.into_iter().partition(is_in_doubt);
    let suspect = |record: OperationRecord| Ok(Suspect { claimed: journal.claims(&record)?, record });
    Ok((doubtful.into_iter().map(suspect).collect::<Result<_, JournalError>>()?, accepted))
}

async fn look_into(
    carrier: &dyn Carrier,
    suspects: Vec<Suspect>,
    accepted: Vec<OperationRecord>,
    window: SignedDuration,
) -> Result<Looked, ExecError> {
    let mut settlements = follow_accepted(carrier, accepted).await?;
    let findings = investigate(carrier, &suspects, window).await;
    let mut unclear = Vec::new();
    settlements.extend(suspects.into_iter().zip(findings).filter_map(|(suspect, finding)| {
        let verdict = match finding {
            Finding::Application(application) => {
                let number = ApplicationNumber::new(application.application_no.as_str());
                match progress(&application, &suspect.record.subject, suspect.record.kind) {
                    Progress::Open => SettledAs::Accepted(number),
                    Progress::Settled => {
                        SettledAs::Confirmed { application: Some(number), effective: application.effective_date }
                    }
                    Progress::Failed(code) => refused(number, &code),
                }
            }
            Finding::Done(_) => SettledAs::Confirmed { application: None, effective: None },
            Finding::NotDone(note) => SettledAs::NotDone(note),
            Finding::Open(note) => {
                if asks_a_person(&note) {
                    unclear.push(Unclear { record: suspect.record, note });
                }
                return None;
            }
        };
        Some(Settlement { record: suspect.record, verdict })
    }));
    Ok(Looked { settled: settlements, unclear })
}

async fn follow_accepted(carrier: &dyn Carrier, records: Vec<OperationRecord>) -> Result<Vec<Settlement>, CarrierError> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut numbers: Vec<ApplicationNumber> = records.iter().filter_map(|record| record.application.clone()).collect();
    numbers.sort();
    numbers.dedup();
    let since = records.iter().map(|record| record.sent_at).min().flatten().map(jst_date);
    let applications: BTreeMap<String, _> = follow::read(carrier, &numbers, since)
        .await?
        .into_iter()
        .map(|application| (application.application_no.clone(), application))
        .collect();
    Ok(records
        .into_iter()
        .filter_map(|record| {
            let number = record.application.clone()?;
            let application = applications.get(number.as_str())?;
            let verdict = match progress(application, &record.subject, record.kind) {
                Progress::Open => return None,
                Progress::Settled => SettledAs::Confirmed { application: Some(number), effective: application.effective_date },
                Progress::Failed(code) => refused(number, &code),
            };
            Some(Settlement { record, verdict })
        })
        .collect())
}

fn refused(application: ApplicationNumber, code: &str) -> SettledAs {
    let note = format!("{code}: application {application} was not carried out");
    SettledAs::Rejected { application, note }
}

/// Writes settlements into the journal, all at once.
pub fn write(journal: &Journal, settlements: &[Settlement]) -> Result<(), JournalError> {
    if settlements.is_empty() {
        return Ok(());
    }
    journal.together(|entry| {
        for Settlement { record, verdict } in settlements {
            match verdict {
                SettledAs::Accepted(application) => entry.acked(record, application)?,
                SettledAs::Confirmed { application: Some(application), effective } => {
                    entry.acked(record, application)?;
                    entry.confirmed(record, *effective)?;
                }
                SettledAs::Confirmed { application: None, effective: _ } => {
                    entry.resolved(record, Resolution::Done, "the line is in the wished-for state")?;
                }
                SettledAs::Rejected { application, note } => {
                    // The application is noted, so that it is never taken for another attempt's.
                    entry.acked(record, application)?;
                    entry.rejected(record, note)?;
                }
                SettledAs::NotDone(note) => entry.resolved(record, Resolution::NotDone, note)?,
            }
        }
        Ok(())
    })
}

/// Writes into the journal what an operation in doubt may be, where it does not say so already.
pub fn note(journal: &Journal, unclear: &[Unclear]) -> Result<(), JournalError> {
    let news: Vec<&Unclear> = unclear.iter().filter(|found| found.record.note.as_ref() != Some(&found.note)).collect();
    if news.is_empty() {
        return Ok(());
    }
    journal.together(|entry| news.iter().try_for_each(|Unclear { record, note }| entry.unknown(record, note)))
}

/// When an operation in doubt can be concluded at the latest, on the carrier's clock; `None` where only a person can
/// tell.
pub fn settled_by(record: &OperationRecord, window: SignedDuration) -> Option<Timestamp> {
    if record.asks_a_person() {
        return None;
    }
    record.sent_at?.checked_add(window).ok()
}

fn is_in_doubt(record: &OperationRecord) -> bool {
    matches!(record.state, RecordState::Sent | RecordState::Unknown)
}

//! What an earlier run left open: accepted operations are followed, unknown ones are claimed, concluded
//! or left in doubt. By reading only; nothing is sent again here.

mod investigate;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::carrier::error::CarrierError;
use crate::carrier::routes::Carrier;
use crate::domain::calendar::jst_date;
use crate::domain::{ApplicationNumber, Msisdn};
use crate::exec::claim::{Progress, progress};
use crate::exec::driver::ExecError;
use crate::exec::journal::{Journal, JournalError, OperationRecord, RecordState, Resolution};
use crate::exec::machine::Finding;
use crate::exec::{Waiter, follow};
use crate::plan::Memory;

pub(crate) use investigate::{Suspect, investigate};

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

/// How much of the carrier's time must pass before "not done" is concluded (DESIGN 3.5).
pub const SETTLE_WINDOW: SignedDuration = SignedDuration::from_mins(15);

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
    /// The carrier refused it after all.
    Rejected(String),
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
        let settlements = look(carrier, journal, options.window).await?;
        write(journal, &settlements)?;
        report.settled.extend(settlements);
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
pub async fn look(carrier: &dyn Carrier, journal: &Journal, window: SignedDuration) -> Result<Vec<Settlement>, ExecError> {
    let open = journal.open_operations()?;
    let (doubtful, accepted): (Vec<_>, Vec<_>) = open.into_iter().partition(is_in_doubt);
    let mut settlements = follow_accepted(carrier, accepted).await?;
    let mut suspects = Vec::new();
    for record in doubtful {
        let claimed = journal.claims(&record)?;
        suspects.push(Suspect { record, claimed });
    }
    let findings = investigate(carrier, &suspects, window).await;
    settlements.extend(suspects.into_iter().zip(findings).filter_map(|(suspect, finding)| {
        let verdict = match finding {
            Finding::Application(application) => {
                let number = ApplicationNumber::new(application.application_no.as_str());
                match progress(&application, &suspect.record.subject, suspect.record.kind) {
                    Progress::Open => SettledAs::Accepted(number),
                    Progress::Settled => {
                        SettledAs::Confirmed { application: Some(number), effective: application.effective_date }
                    }
                    Progress::Failed(code) => SettledAs::Rejected(format!("{code}: application {number} was not carried out")),
                }
            }
            Finding::Done(_) => SettledAs::Confirmed { application: None, effective: None },
            Finding::NotDone(note) => SettledAs::NotDone(note),
            Finding::Open(_) => return None,
        };
        Some(Settlement { record: suspect.record, verdict })
    }));
    Ok(settlements)
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
                Progress::Failed(code) => SettledAs::Rejected(format!("{code}: application {number} was not carried out")),
            };
            Some(Settlement { record, verdict })
        })
        .collect())
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
                SettledAs::Rejected(note) => entry.rejected(record, note)?,
                SettledAs::NotDone(note) => entry.resolved(record, Resolution::NotDone, note)?,
            }
        }
        Ok(())
    })
}

/// The planner's memory, as it will be when settlements are written.
pub fn memory_after(mut memory: Memory, settlements: &[Settlement]) -> Memory {
    for Settlement { record, verdict } in settlements {
        memory.in_doubt.retain(|doubtful| doubtful.id != record.id);
        if let SettledAs::Confirmed { .. } = verdict
            && let Some(msisdn) = record.subject.msisdn()
        {
            let confirmed = memory.confirmed.get_or_insert_default();
            let mut put = |field: &str, value: Option<Arc<str>>| {
                let key: (Msisdn, Arc<str>) = (msisdn, field.into());
                if let Some(value) = value {
                    confirmed.insert(key, value);
                }
            };
            put("state", record.to.state.clone());
            put("ratePlan", record.to.rate_plan.as_ref().map(|plan| plan.as_str().into()));
            put("imei", record.to.imei.map(|imei| imei.as_str().into()));
            put("systemNumber", record.to.system_number.as_ref().map(|system| system.as_str().into()));
            if record.from.system_number.is_some() && record.to.system_number.is_none() {
                confirmed.remove(&(msisdn, "systemNumber".into()));
            }
        }
    }
    memory
}

/// When an operation in doubt can be concluded at the latest, on the carrier's clock.
pub fn settled_by(record: &OperationRecord, window: SignedDuration) -> Option<Timestamp> {
    record.sent_at?.checked_add(window).ok()
}

fn is_in_doubt(record: &OperationRecord) -> bool {
    matches!(record.state, RecordState::Sent | RecordState::Unknown)
}

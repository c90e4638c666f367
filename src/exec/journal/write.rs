//! Writing the journal. Every method is one transaction, synced to the disk when it returns: a bulk
//! request of 3,000 rows is written at once, not row by row.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Journal, JournalError, OperationRecord, PlanKey, RecordState, Resolution};
use crate::domain::{ApplicationNumber, Msisdn, Protection};
use crate::plan::{OpId, Operation, Request, Values};

/// What is known at the moment before a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The operations in the request.
    pub ids: Vec<OpId>,
    /// The newest application number known.
    pub newest_before: Option<ApplicationNumber>,
    /// The carrier's clock, as its last answer showed it.
    pub at: Option<Timestamp>,
}

/// Which attempt at an operation is meant.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    pub(super) id: &'a OpId,
    pub(super) number: Option<u32>,
}

impl<'a> From<&'a OpId> for Attempt<'a> {
    /// The latest.
    fn from(id: &'a OpId) -> Self {
        Self { id, number: None }
    }
}

impl<'a> From<&'a OperationRecord> for Attempt<'a> {
    /// This one.
    fn from(record: &'a OperationRecord) -> Self {
        Self { id: &record.id, number: Some(record.attempt) }
    }
}

/// The rows of an [`Attempt`], whose two fields are the first two parameters.
pub(super) const MEANT: &str = "op_id = ?1 AND attempt = coalesce(?2, (SELECT max(attempt) FROM operations WHERE op_id = ?1))";

impl Journal {
    /// One transaction, in which the lock is checked.
    pub(super) fn transaction<T>(&self, action: impl FnOnce(&Self) -> Result<T, JournalError>) -> Result<T, JournalError> {
        self.sql(|db| db.execute_batch("BEGIN IMMEDIATE"))?;
        let done = self.hold().and_then(|()| action(self));
        match done.and_then(|value| self.tell().map(|()| value)) {
            Ok(value) => {
                self.sql(|db| db.execute_batch("COMMIT"))?;
                self.settle_changes(true);
                Ok(value)
            }
            Err(error) => {
                self.tell_nothing();
                self.settle_changes(false);
                self.sql(|db| db.execute_batch("ROLLBACK"))?;
                Err(error)
            }
        }
    }

    /// Several changes as one.
    pub fn together<T>(&self, action: impl FnOnce(&Entry<'_>) -> Result<T, JournalError>) -> Result<T, JournalError> {
        self.transaction(|journal| action(&Entry(journal)))
    }

    /// After opening: what was only intended is discarded, what was sent is unknown.
    pub(super) fn recover(&self) -> Result<(), JournalError> {
        let open: i64 = self.sql(|db| {
            db.query_row("SELECT count(*) FROM operations WHERE state IN ('intended', 'sent')", [], |row| row.get(0))
        })?;
        if open == 0 {
            return Ok(());
        }
        self.transaction(|journal| {
            let left = journal.select("state IN ('intended', 'sent') ORDER BY seq", [])?;
            journal.sql(|db| {
                db.execute("UPDATE operations SET state = 'discarded' WHERE state = 'intended'", [])?;
                db.execute(
                    "UPDATE operations SET state = 'unknown', note = 'the run that sent it ended before the answer came' \
                     WHERE state = 'sent'",
                    [],
                )
            })?;
            left.iter().filter(|record| record.state == RecordState::Sent).for_each(|record| journal.note_change(&record.id));
            left.iter().try_for_each(|record| journal.tell_outcome(record.into()))
        })
    }
}

/// Changes inside one transaction.
#[derive(Debug)]
pub struct Entry<'j>(&'j Journal);

impl Entry<'_> {
    /// A plan is being applied: its requests are known, its operations intended. Requests that an
    /// earlier apply of the same plan has ended stay ended.
    pub fn begin(
        &self,
        plan: &PlanKey,
        at: Option<Timestamp>,
        requests: &[&Request],
        operations: &[&Operation],
    ) -> Result<(), JournalError> {
        let values = |values: &Values| serde_json::to_string(values).unwrap_or_else(|_| "{}".to_owned());
        self.0.sql(|db| {
            db.prepare_cached("INSERT INTO plans VALUES (?1, ?2) ON CONFLICT (plan) DO NOTHING")?
                .execute((&plan.0, at.map(Timestamp::as_second)))?;
            let mut insert =
                db.prepare_cached("INSERT INTO requests VALUES (?1, ?2, 0) ON CONFLICT (plan, request) DO NOTHING")?;
            for request in requests {
                insert.execute((&plan.0, &*request.id.0))?;
            }
            let mut insert = db.prepare_cached(
                "INSERT INTO operations (op_id, attempt, plan, request, kind, subject, from_values, to_values, state, amount) \
                 VALUES (?1, (SELECT coalesce(max(attempt), 0) + 1 FROM operations WHERE op_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, \
                 'intended', ?8)",
            )?;
            for operation in operations {
                insert.execute((
                    &*operation.id.0,
                    &plan.0,
                    &*operation.request.0,
                    operation.change.kind().as_str(),
                    operation.subject.to_string(),
                    values(&operation.from),
                    values(&operation.to),
                    operation.cost.one_off().0,
                ))?;
            }
            Ok(())
        })?;
        self.0.carrier_is_at(at);
        self.0.tell_requests(plan, requests);
        operations.iter().try_for_each(|operation| self.0.tell_intent(&operation.id))
    }

    /// A request is about to be sent. **Must be on the disk before the call.**
    pub fn sent(&self, sent: &Sent) -> Result<(), JournalError> {
        let Sent { ids, newest_before, at } = sent;
        self.0.sql(|db| {
            let mut update = db.prepare_cached(&format!(
                "UPDATE operations SET state = 'sent', newest_before = ?3, sent_at = ?4, note = NULL WHERE {MEANT}"
            ))?;
            for id in ids {
                update.execute((
                    &*id.0,
                    None::<u32>,
                    newest_before.as_ref().map(ApplicationNumber::as_str),
                    at.map(Timestamp::as_second),
                ))?;
            }
            Ok(())
        })?;
        for id in ids {
            self.0.note_change(id);
        }
        self.0.tell_call(sent)
    }

    /// The carrier accepted it.
    pub fn acked<'a>(&self, attempt: impl Into<Attempt<'a>>, application: &ApplicationNumber) -> Result<(), JournalError> {
        let attempt = attempt.into();
        self.0.sql(|db| {
            db.prepare_cached(&format!("UPDATE operations SET state = 'acked', application = ?3, note = NULL WHERE {MEANT}"))?
                .execute((&*attempt.id.0, attempt.number, application.as_str()))
        })?;
        self.0.note_change(attempt.id);
        self.0.tell_outcome(attempt)
    }

    /// The carrier said that it was not done, and it will be tried again.
    pub fn not_done<'a>(&self, attempt: impl Into<Attempt<'a>>, note: &str) -> Result<(), JournalError> {
        self.ended(attempt.into(), RecordState::Intended, note)
    }

    /// The carrier refused it.
    pub fn rejected<'a>(&self, attempt: impl Into<Attempt<'a>>, note: &str) -> Result<(), JournalError> {
        self.ended(attempt.into(), RecordState::Rejected, note)
    }

    /// Nobody knows whether it was done.
    pub fn unknown<'a>(&self, attempt: impl Into<Attempt<'a>>, note: &str) -> Result<(), JournalError> {
        self.ended(attempt.into(), RecordState::Unknown, note)
    }

    /// It was never sent, and will not be.
    pub fn discarded<'a>(&self, attempt: impl Into<Attempt<'a>>, note: &str) -> Result<(), JournalError> {
        self.ended(attempt.into(), RecordState::Discarded, note)
    }

    /// It is completed or scheduled: what it changed is the line's last confirmed value from now on.
    pub fn confirmed<'a>(&self, attempt: impl Into<Attempt<'a>>, effective: Option<Date>) -> Result<(), JournalError> {
        let attempt = attempt.into();
        self.0.sql(|db| {
            db.prepare_cached(&format!("UPDATE operations SET state = 'confirmed', effective = ?3, note = NULL WHERE {MEANT}"))?
                .execute((&*attempt.id.0, attempt.number, effective.map(|date| date.to_string())))
        })?;
        self.0.note_change(attempt.id);
        self.0.tell_outcome(attempt)?;
        self.confirm_values_of(attempt)
    }

    /// An unknown outcome is settled.
    pub fn resolved<'a>(&self, attempt: impl Into<Attempt<'a>>, resolution: Resolution, note: &str) -> Result<(), JournalError> {
        let attempt = attempt.into();
        self.state(attempt, RecordState::Resolved, note)?;
        self.0.sql(|db| {
            db.prepare_cached(&format!("UPDATE operations SET resolution = ?3 WHERE {MEANT}"))?.execute((
                &*attempt.id.0,
                attempt.number,
                resolution.as_str(),
            ))
        })?;
        self.0.tell_outcome(attempt)?;
        match resolution {
            Resolution::Done => self.confirm_values_of(attempt),
            Resolution::NotDone => Ok(()),
        }
    }

    /// Somebody looked into an unknown outcome, and it became this application.
    pub fn resolved_as<'a>(
        &self,
        attempt: impl Into<Attempt<'a>>,
        application: &ApplicationNumber,
        note: &str,
    ) -> Result<(), JournalError> {
        let attempt = attempt.into();
        self.0.sql(|db| {
            db.prepare_cached(&format!("UPDATE operations SET application = ?3 WHERE {MEANT}"))?
                .execute((&*attempt.id.0, attempt.number, application.as_str()))
                .map(|_| ())
        })?;
        self.resolved(attempt, Resolution::Done, note)
    }

    /// Nothing more will be sent for a request of a plan.
    pub fn request_ended(&self, plan: &PlanKey, request: &crate::plan::RequestId) -> Result<(), JournalError> {
        self.0.sql(|db| {
            db.prepare_cached("UPDATE requests SET ended = 1 WHERE plan = ?1 AND request = ?2")?
                .execute((&plan.0, &*request.0))
                .map(|_| ())
        })
    }

    /// Values that were seen and count as confirmed: what drift is measured against from now on.
    pub fn remember<'v>(&self, values: impl IntoIterator<Item = (Msisdn, &'v str, &'v str)>) -> Result<(), JournalError> {
        self.0.sql(|db| {
            let mut upsert = db.prepare_cached(
                "INSERT INTO confirmed VALUES (?1, ?2, ?3) \
                 ON CONFLICT (msisdn, field) DO UPDATE SET value = ?3 WHERE value <> ?3",
            )?;
            for (msisdn, field, value) in values {
                upsert.execute((msisdn.as_str(), field, value))?;
            }
            Ok(())
        })
    }

    /// Which lines are declared protected: kept from now on, whoever declares them, until a line is declared
    /// as not protected. Where nothing is said, what is kept stays.
    pub fn protect(&self, lines: impl IntoIterator<Item = (Msisdn, Protection)>) -> Result<(), JournalError> {
        self.0.sql(|db| {
            let mut add = db.prepare_cached("INSERT INTO protected VALUES (?1) ON CONFLICT (msisdn) DO NOTHING")?;
            let mut remove = db.prepare_cached("DELETE FROM protected WHERE msisdn = ?1")?;
            for (msisdn, protection) in lines {
                let changed = match protection {
                    Protection::Protected => add.execute([msisdn.as_str()])?,
                    Protection::Lifted => remove.execute([msisdn.as_str()])?,
                    Protection::Unsaid => 0,
                };
                if changed > 0 {
                    self.0.tell_protection(msisdn, protection == Protection::Protected);
                }
            }
            Ok(())
        })
    }

    fn confirm_values_of(&self, attempt: Attempt<'_>) -> Result<(), JournalError> {
        let attempts = self.0.attempts(attempt.id)?;
        let meant = |record: &&OperationRecord| attempt.number.is_none_or(|number| record.attempt == number);
        let Some(record) = attempts.iter().rev().find(meant) else { return Ok(()) };
        let Some(msisdn) = record.subject.msisdn() else { return Ok(()) };
        let values: Vec<_> = record.to.lasting().collect();
        self.remember(values.iter().filter_map(|(field, value)| Some((msisdn, *field, value.as_deref()?))))?;
        // What an operation takes away (a system number, by a deallocation) has no value any more.
        if record.from.system_number.is_some() && record.to.system_number.is_none() {
            self.forget(msisdn, "systemNumber")?;
        }
        Ok(())
    }

    fn forget(&self, msisdn: Msisdn, field: &str) -> Result<(), JournalError> {
        self.0.sql(|db| {
            db.prepare_cached("DELETE FROM confirmed WHERE msisdn = ?1 AND field = ?2")?
                .execute((msisdn.as_str(), field))
                .map(|_| ())
        })
    }

    fn ended(&self, attempt: Attempt<'_>, state: RecordState, note: &str) -> Result<(), JournalError> {
        self.state(attempt, state, note)?;
        self.0.tell_outcome(attempt)
    }

    fn state(&self, attempt: Attempt<'_>, state: RecordState, note: &str) -> Result<(), JournalError> {
        self.0.note_change(attempt.id);
        self.0.sql(|db| {
            db.prepare_cached(&format!("UPDATE operations SET state = ?3, note = ?4 WHERE {MEANT}"))?
                .execute((&*attempt.id.0, attempt.number, state.as_str(), note))
                .map(|_| ())
        })
    }
}

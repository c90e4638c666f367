//! What the journal tells the audit log: every change of an operation, before the transaction that holds it
//! is committed (see [`crate::exec::audit`]).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;

use super::write::{Attempt, MEANT};
use super::{Holder, Journal, JournalError, JournalOptions, Mode, OperationRecord, PlanKey, RecordState, Resolution, Sent};
use crate::domain::Msisdn;
use crate::exec::audit::{AuditEvent, AuditLog, Head, OperationRef, OutcomeName, values};
use crate::plan::{OpId, Request};

/// Made in journals of any age, by the first that tells an audit log.
const AUDIT: &str = "
CREATE TABLE IF NOT EXISTS audit (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  file TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL
);
";

/// What a transaction has to tell, and what a request looks like on the wire.
#[derive(Debug, Default)]
pub(super) struct Told {
    events: RefCell<Vec<AuditEvent>>,
    requests: RefCell<BTreeMap<(String, String), Wire>>,
}

/// A request on the wire.
#[derive(Debug, Clone)]
struct Wire {
    function: u8,
    method: String,
    path: String,
}

impl Journal {
    /// Records what is no change of an operation: a plan, an approval, a refusal. On the disk when it returns.
    pub fn audit(&self, events: &[AuditEvent]) -> Result<(), JournalError> {
        let Mode::Writing(options, _) = &self.mode else { return Ok(()) };
        match &options.audit {
            Some(log) => Ok(log.append((options.clock)(), events)?),
            None => Ok(()),
        }
    }

    /// The audit log that this journal writes to.
    pub fn audit_log(&self) -> Option<&AuditLog> {
        match &self.mode {
            Mode::ReadOnly => None,
            Mode::Writing(options, _) => options.audit.as_deref(),
        }
    }

    /// The last record that was written to the audit log through this journal.
    pub fn audit_head(&self) -> Option<Head> {
        self.audit_log()?.head()
    }

    /// The last record of the audit log that a transaction of this journal knows, and the file it was in.
    pub fn known_audit(&self) -> Result<Option<(PathBuf, Head)>, JournalError> {
        self.sql(|db| {
            if !db.table_exists(None, "audit")? {
                return Ok(None);
            }
            db.query_row("SELECT file, seq, hash FROM audit", [], |row| {
                Ok((
                    PathBuf::from(row.get::<_, String>(0)?),
                    Head { seq: row.get::<_, i64>(1)?.cast_unsigned(), hash: row.get(2)? },
                ))
            })
            .optional()
        })
    }

    /// On opening, inside the transaction that takes the lock: from whom it was taken, and a log that does not
    /// hold what it held when this journal was written last.
    pub(super) fn tell_opening(&self, options: &JournalOptions, from: Option<&Holder>) -> Result<(), JournalError> {
        let Some(log) = &options.audit else { return Ok(()) };
        self.sql(|db| db.execute_batch(AUDIT))?;
        let events: Vec<AuditEvent> =
            self.gap(log)?.into_iter().chain(from.map(|from| AuditEvent::Takeover { from: from.into() })).collect();
        if events.is_empty() {
            return Ok(());
        }
        log.append((options.clock)(), &events)?;
        self.remember_audit(log)
    }

    fn gap(&self, log: &AuditLog) -> Result<Option<AuditEvent>, JournalError> {
        let (end, path) = (log.end()?, log.path());
        let Some((file, known)) = self.known_audit()? else { return Ok(None) };
        // A log that was begun elsewhere, by others, has its own numbers.
        let is_comparable = file == path || end.is_none();
        let is_there = end.is_some_and(|end| end.seq > known.seq || end == known);
        if !is_comparable || is_there {
            return Ok(None);
        }
        let Head { seq: known_seq, hash: known_hash } = known;
        tracing::warn!(
            "the audit log {} ends before record {known_seq}, which the journal knows: it was moved away or cut, and says so",
            path.display()
        );
        Ok(Some(AuditEvent::Gap { file: file.display().to_string(), known_seq, known_hash }))
    }

    /// The carrier's clock, for the records to come.
    pub fn carrier_is_at(&self, at: Option<Timestamp>) {
        if let Some(log) = self.audit_log() {
            log.carrier_is_at(at);
        }
    }

    /// At the end of a transaction, before its commit: what it has to tell is on the disk.
    pub(super) fn tell(&self) -> Result<(), JournalError> {
        let events = std::mem::take(&mut *self.told.events.borrow_mut());
        if events.is_empty() {
            return Ok(());
        }
        self.audit(&events)?;
        self.audit_log().map_or(Ok(()), |log| self.remember_audit(log))
    }

    /// Inside a transaction: the log's last record of ours is known to the journal.
    fn remember_audit(&self, log: &AuditLog) -> Result<(), JournalError> {
        let Some(head) = log.head() else { return Ok(()) };
        self.sql(|db| {
            db.prepare_cached(
                "INSERT INTO audit VALUES (1, ?1, ?2, ?3) ON CONFLICT (one) DO UPDATE SET file = ?1, seq = ?2, hash = ?3",
            )?
            .execute((log.path().display().to_string(), head.seq.cast_signed(), head.hash))
            .map(|_| ())
        })
    }

    /// A transaction that is rolled back tells nothing.
    pub(super) fn tell_nothing(&self) {
        self.told.events.borrow_mut().clear();
    }

    pub(super) fn tell_requests(&self, plan: &PlanKey, requests: &[&Request]) {
        if self.audit_log().is_none() {
            return;
        }
        self.told.requests.borrow_mut().extend(requests.iter().map(|request| {
            let wire = Wire { function: request.function, method: request.method.clone(), path: request.path.clone() };
            ((plan.0.clone(), request.id.0.to_string()), wire)
        }));
    }

    pub(super) fn tell_intent(&self, id: &OpId) -> Result<(), JournalError> {
        self.tell_of(id.into(), |record| {
            let (from, to) = (values(&record.from), values(&record.to));
            let (request, risk, amount) = (record.request.0.to_string(), record.kind.risk(), record.amount);
            AuditEvent::Intent { operation: record.into(), request, risk, from, to, amount }
        })
    }

    pub(super) fn tell_call(&self, sent: &Sent) -> Result<(), JournalError> {
        if self.audit_log().is_none() {
            return Ok(());
        }
        self.carrier_is_at(sent.at);
        let mut records = Vec::with_capacity(sent.ids.len());
        for id in &sent.ids {
            records.extend(self.meant(id.into())?);
        }
        let Some(first) = records.first() else { return Ok(()) };
        let (plan, request) = (first.plan.0.clone(), first.request.0.to_string());
        let requests = self.told.requests.borrow();
        let wire = requests.get(&(plan.clone(), request.clone()));
        self.told.events.borrow_mut().push(AuditEvent::Call {
            function: wire.map_or_else(|| first.kind.function().number(), |wire| wire.function),
            method: wire.map_or_else(|| "POST".to_owned(), |wire| wire.method.clone()),
            path: wire.map(|wire| wire.path.clone()).unwrap_or_default(),
            operations: records.iter().map(|record| OperationRef { plan: None, ..record.into() }).collect(),
            newest_before: sent.newest_before.clone(),
            plan,
            request,
        });
        Ok(())
    }

    /// What is known of an operation now, as its row has it.
    pub(super) fn tell_outcome(&self, attempt: Attempt<'_>) -> Result<(), JournalError> {
        self.tell_of(attempt, |record| AuditEvent::Outcome {
            operation: record.into(),
            outcome: outcome(record),
            application: record.application.clone(),
            effective: record.effective,
            note: record.note.clone(),
        })
    }

    pub(super) fn tell_protection(&self, msisdn: Msisdn, protected: bool) {
        if self.audit_log().is_some() {
            self.told.events.borrow_mut().push(AuditEvent::Protection { msisdn, protected });
        }
    }

    fn tell_of(&self, attempt: Attempt<'_>, event: impl FnOnce(&OperationRecord) -> AuditEvent) -> Result<(), JournalError> {
        if self.audit_log().is_some()
            && let Some(record) = self.meant(attempt)?
        {
            self.told.events.borrow_mut().push(event(&record));
        }
        Ok(())
    }

    fn meant(&self, attempt: Attempt<'_>) -> Result<Option<OperationRecord>, JournalError> {
        let Attempt { id, number } = attempt;
        Ok(self.select(MEANT, (&*id.0, number))?.pop())
    }
}

fn outcome(record: &OperationRecord) -> OutcomeName {
    match (record.state, record.resolution) {
        // Back to be sent again: that is said only after a refusal for now.
        (RecordState::Intended, _) => OutcomeName::NotDone,
        (RecordState::Acked, _) => OutcomeName::Accepted,
        (RecordState::Confirmed, _) => OutcomeName::Confirmed,
        (RecordState::Rejected, _) => OutcomeName::Rejected,
        (RecordState::Resolved, Some(Resolution::NotDone)) => OutcomeName::ResolvedNotDone,
        (RecordState::Resolved, Some(Resolution::Done) | None) => OutcomeName::ResolvedDone,
        (RecordState::Discarded, _) => OutcomeName::Discarded,
        (RecordState::Sent | RecordState::Unknown, _) => OutcomeName::Unknown,
    }
}

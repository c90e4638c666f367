//! What of a journal is kept elsewhere, and how a journal begins from that (see [`crate::exec::keeper`]).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Journal, JournalError, Mode, OperationRecord, RecordState};
use crate::domain::{ApplicationNumber, ApplicationType, Money, Msisdn, OperationKind, Risk};
use crate::exec::keeper::{KeepError, Keeper};
use crate::plan::{Confirmed, OpId};

/// Operations that a keeper has to hear of.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// By the transaction under way.
    pending: RefCell<BTreeSet<OpId>>,
    /// By those that were committed.
    committed: RefCell<BTreeSet<OpId>>,
}

/// No journal comes so far; a greater number in a record is a mistake.
const LAST_PLACE: i64 = 1 << 48;

impl Journal {
    /// Where records are kept beside this journal.
    pub(crate) fn keeper(&self) -> Option<Arc<dyn Keeper>> {
        match &self.mode {
            Mode::ReadOnly => None,
            Mode::Writing(options, _) => options.keeper.clone(),
        }
    }

    /// The real clock of whoever writes it.
    pub(crate) fn real_time(&self) -> Option<Timestamp> {
        match &self.mode {
            Mode::ReadOnly => None,
            Mode::Writing(options, _) => Some((options.clock)()),
        }
    }

    /// Inside a transaction: an operation changes.
    pub(super) fn note_change(&self, id: &OpId) {
        if self.keeper().is_some() {
            self.changed.pending.borrow_mut().insert(id.clone());
        }
    }

    /// At the end of a transaction.
    pub(super) fn settle_changes(&self, committed: bool) {
        let pending = std::mem::take(&mut *self.changed.pending.borrow_mut());
        if committed {
            self.changed.committed.borrow_mut().extend(pending);
        }
    }

    /// The latest records of operations that changed since this was asked last and that are kept, the earliest first.
    /// Whoever takes them keeps them, or gives them back ([`Journal::put_back`]).
    pub fn take_changed(&self) -> Result<Vec<OperationRecord>, JournalError> {
        let ids = std::mem::take(&mut *self.changed.committed.borrow_mut());
        let mut records = Vec::new();
        for id in &ids {
            // A new attempt that has not left says nothing yet, and what became of the one before still counts.
            for record in self.attempts(id)?.into_iter().rev() {
                if self.is_kept(&record)? {
                    records.push(record);
                    break;
                }
            }
        }
        records.sort_by_key(|record| record.sequence);
        Ok(records)
    }

    /// These could not be kept: they are still to be.
    pub fn put_back<'r>(&self, records: impl IntoIterator<Item = &'r OperationRecord>) {
        self.changed.committed.borrow_mut().extend(records.into_iter().map(|record| record.id.clone()));
    }

    /// Keeps what changed, once. What cannot be kept now is kept later; the error is that somebody else is at work.
    pub(crate) async fn keep_changes(&mut self) -> Result<Result<(), KeepError>, JournalError> {
        let Some(keeper) = self.keeper() else { return Ok(Ok(())) };
        let records = self.take_changed()?;
        if records.is_empty() {
            return Ok(Ok(()));
        }
        let not_kept = keeper.keep(records).await;
        let mut lost = Ok(());
        for failed in not_kept {
            if failed.error.is_lost() {
                lost = Err(failed.error);
            } else {
                tracing::warn!(operation = %failed.record.id, error = %failed.error, "its outcome is recorded later");
                self.put_back([&failed.record]);
            }
        }
        Ok(lost)
    }

    /// What costs money at once, and what takes such a cost away again. What never left this machine needs no record.
    fn is_kept(&self, record: &OperationRecord) -> Result<bool, JournalError> {
        let has_left = match record.state {
            RecordState::Intended | RecordState::Discarded => record.sent_at.is_some(),
            RecordState::Sent
            | RecordState::Acked
            | RecordState::Confirmed
            | RecordState::Rejected
            | RecordState::Unknown
            | RecordState::Resolved => true,
        };
        if !has_left {
            return Ok(false);
        }
        if record.amount > Money::ZERO || record.kind.risk() == Risk::R4 {
            return Ok(true);
        }
        let cancels_termination =
            record.kind == OperationKind::CancelApplication && record.from.application_type == Some(ApplicationType::Terminate);
        if !cancels_termination {
            return Ok(false);
        }
        let fees = self.select("kind = 'terminate' AND amount > 0 AND subject = ?1 LIMIT 1", [record.subject.to_string()])?;
        Ok(!fees.is_empty())
    }

    /// A journal in memory begins with what was kept of an earlier one: records, the last confirmed values, and the
    /// lines that are protected. What was sent is unknown from now on, as after every other end of a process.
    pub fn restore(
        &self,
        records: impl IntoIterator<Item = OperationRecord>,
        confirmed: &Confirmed,
        protected: &BTreeSet<Msisdn>,
    ) -> Result<(), JournalError> {
        let mut records: Vec<OperationRecord> = records.into_iter().collect();
        // Two that were written by different processes may have the same place.
        records.sort_by(|left, right| (left.sequence, left.sent_at, &left.id).cmp(&(right.sequence, right.sent_at, &right.id)));
        self.transaction(|journal| {
            let mut place = 0;
            for record in &records {
                // What is begun from now on comes after all of them.
                place = record.sequence.min(LAST_PLACE).max(place + 1);
                journal.insert(record, place)?;
            }
            journal.sql(|db| {
                let mut insert = db.prepare("INSERT INTO confirmed VALUES (?1, ?2, ?3)")?;
                for ((msisdn, field), value) in confirmed {
                    insert.execute((msisdn.as_str(), &**field, &**value))?;
                }
                let mut insert = db.prepare("INSERT INTO protected VALUES (?1)")?;
                for msisdn in protected {
                    insert.execute([msisdn.as_str()])?;
                }
                Ok(())
            })
        })?;
        self.recover()
    }

    fn insert(&self, record: &OperationRecord, place: i64) -> Result<(), JournalError> {
        let OperationRecord {
            id,
            attempt,
            sequence: _,
            plan,
            request,
            kind,
            subject,
            from,
            to,
            state,
            resolution,
            application,
            newest_before,
            sent_at,
            effective,
            note,
            amount,
        } = record;
        let values = |values| serde_json::to_string(values).unwrap_or_else(|_| "{}".to_owned());
        self.sql(|db| {
            db.prepare_cached(
                "INSERT INTO operations (seq, op_id, attempt, plan, request, kind, subject, from_values, to_values, state, resolution, \
                 application, newest_before, sent_at, effective, note, amount) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .execute(rusqlite::params![
                place,
                &*id.0,
                attempt,
                plan.0,
                &*request.0,
                kind.as_str(),
                subject.to_string(),
                values(from),
                values(to),
                state.as_str(),
                resolution.map(super::Resolution::as_str),
                application.as_ref().map(ApplicationNumber::as_str),
                newest_before.as_ref().map(ApplicationNumber::as_str),
                sent_at.map(Timestamp::as_second),
                effective.map(|date| date.to_string()),
                note,
                amount.0,
            ])
            .map(|_| ())
        })
    }
}

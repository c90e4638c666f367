//! Reading the journal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::Row;

use super::{Journal, JournalError, OperationRecord, PlanKey, PlanProgress, RecordState, Resolution};
use crate::domain::{ApplicationNumber, Money, OperationKind, Subject};
use crate::plan::{OpId, RequestId};

const COLUMNS: &str = "op_id, attempt, plan, request, kind, subject, from_values, to_values, state, resolution, application, \
     newest_before, sent_at, effective, note, amount, seq";

/// Which operations to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OperationFilter {
    /// Only in these states; empty for all.
    pub states: Vec<RecordState>,
    /// Only of this line or order.
    pub subject: Option<Subject>,
    /// At most so many, the newest first.
    pub limit: Option<u32>,
}

impl Journal {
    /// Operations, the newest first (`ops list`).
    pub fn operations(&self, filter: &OperationFilter) -> Result<Vec<OperationRecord>, JournalError> {
        let states: Vec<String> = filter.states.iter().map(|state| format!("'{}'", state.as_str())).collect();
        let by_state = if states.is_empty() { "1".to_owned() } else { format!("state IN ({})", states.join(", ")) };
        let subject = filter.subject.as_ref().map(ToString::to_string);
        self.select(
            &format!("{by_state} AND (?1 IS NULL OR subject = ?1) ORDER BY seq DESC LIMIT ?2"),
            (subject, filter.limit.map_or(-1, i64::from)),
        )
    }

    /// Every attempt at an operation, the oldest first (`ops show`).
    pub fn attempts(&self, id: &OpId) -> Result<Vec<OperationRecord>, JournalError> {
        self.select("op_id = ?1 ORDER BY attempt", [&*id.0])
    }

    /// What a run may have left open: sent, acknowledged or unknown.
    pub fn open_operations(&self) -> Result<Vec<OperationRecord>, JournalError> {
        self.select("state IN ('sent', 'acked', 'unknown') ORDER BY seq", [])
    }

    /// The applications that operations of ours became. What one of them cancelled may be anybody's.
    pub fn own_applications(&self) -> Result<BTreeSet<ApplicationNumber>, JournalError> {
        let numbers = self.sql(|db| {
            db.prepare("SELECT application FROM operations WHERE application IS NOT NULL AND kind <> 'cancelApplication'")?
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(numbers.into_iter().map(|number| ApplicationNumber::new(number.as_str())).collect())
    }

    /// How far the apply of a plan has come.
    pub fn progress(&self, plan: &PlanKey) -> Result<PlanProgress, JournalError> {
        let (requests, open): (i64, i64) = self.sql(|db| {
            db.query_row("SELECT count(*), count(*) FILTER (WHERE ended = 0) FROM requests WHERE plan = ?1", [&plan.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })?;
        let records = self.select("plan = ?1 AND state NOT IN ('intended', 'discarded') ORDER BY seq", [&plan.0])?;
        let operations: BTreeMap<_, _> = records.into_iter().map(|record| (record.id.clone(), record)).collect();
        Ok(PlanProgress { is_used: requests > 0 && open == 0, operations, protected: self.protected()? })
    }

    /// A key for a plan that was just made: the same changes may have been planned and applied before in
    /// the same second of the carrier's clock, and are to be done again.
    pub fn fresh_key(&self, plan: &PlanKey) -> Result<PlanKey, JournalError> {
        let prefix = format!("{}#", plan.0);
        let before: i64 = self.sql(|db| {
            db.query_row("SELECT count(*) FROM plans WHERE substr(plan, 1, length(?1)) = ?1", [&prefix], |row| row.get(0))
        })?;
        Ok(PlanKey(format!("{prefix}{}", before + 1)))
    }

    /// When the latest apply began, on the carrier's clock; `None` where nothing was applied.
    pub fn last_begun(&self) -> Result<Option<Timestamp>, JournalError> {
        let second: Option<i64> = self.sql(|db| db.query_row("SELECT max(started_at) FROM plans", [], |row| row.get(0)))?;
        Ok(second.and_then(|second| Timestamp::from_second(second).ok()))
    }

    /// When the oldest operation that is on its way was sent.
    pub fn oldest_accepted(&self) -> Result<Option<Timestamp>, JournalError> {
        let second: Option<i64> =
            self.sql(|db| db.query_row("SELECT min(sent_at) FROM operations WHERE state = 'acked'", [], |row| row.get(0)))?;
        Ok(second.and_then(|second| Timestamp::from_second(second).ok()))
    }

    pub(super) fn select(&self, condition: &str, values: impl rusqlite::Params) -> Result<Vec<OperationRecord>, JournalError> {
        let rows = self.sql(|db| {
            db.prepare_cached(&format!("SELECT {COLUMNS} FROM operations WHERE {condition}"))?
                .query_map(values, RawRecord::read)?
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        rows.into_iter()
            .map(|raw| {
                let name = format!("operation {}", raw.id);
                raw.record().ok_or_else(|| self.corrupt(&name))
            })
            .collect()
    }

    pub(super) fn corrupt(&self, what: &str) -> JournalError {
        JournalError::Corrupt { file: self.file.clone(), what: what.to_owned() }
    }
}

/// A row as SQLite holds it.
struct RawRecord {
    id: String,
    attempt: u32,
    plan: String,
    request: String,
    kind: String,
    subject: String,
    from: String,
    to: String,
    state: String,
    resolution: Option<String>,
    application: Option<String>,
    newest_before: Option<String>,
    sent_at: Option<i64>,
    effective: Option<String>,
    note: Option<String>,
    amount: i64,
    sequence: i64,
}

impl RawRecord {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            attempt: row.get(1)?,
            plan: row.get(2)?,
            request: row.get(3)?,
            kind: row.get(4)?,
            subject: row.get(5)?,
            from: row.get(6)?,
            to: row.get(7)?,
            state: row.get(8)?,
            resolution: row.get(9)?,
            application: row.get(10)?,
            newest_before: row.get(11)?,
            sent_at: row.get(12)?,
            effective: row.get(13)?,
            note: row.get(14)?,
            amount: row.get(15)?,
            sequence: row.get(16)?,
        })
    }

    fn record(self) -> Option<OperationRecord> {
        Some(OperationRecord {
            id: OpId(self.id.into()),
            attempt: self.attempt,
            sequence: self.sequence,
            plan: PlanKey(self.plan),
            request: RequestId(self.request.into()),
            kind: OperationKind::from_name(&self.kind)?,
            subject: Subject::parse(&self.subject)?,
            from: serde_json::from_str(&self.from).ok()?,
            to: serde_json::from_str(&self.to).ok()?,
            state: RecordState::from_name(&self.state)?,
            resolution: match self.resolution {
                Some(name) => Some(Resolution::from_name(&name)?),
                None => None,
            },
            application: self.application.map(|number| ApplicationNumber::new(number.as_str())),
            newest_before: self.newest_before.map(|number| ApplicationNumber::new(number.as_str())),
            sent_at: match self.sent_at {
                Some(second) => Some(Timestamp::from_second(second).ok()?),
                None => None,
            },
            effective: match self.effective {
                Some(text) => Some(text.parse().ok()?),
                None => None,
            },
            note: self.note,
            amount: Money(self.amount),
        })
    }
}

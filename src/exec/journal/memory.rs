//! The journal as the planner sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Journal, JournalError, OperationRecord, RecordState};
use crate::domain::Msisdn;
use crate::domain::name::Interner;
use crate::plan::{DoubtfulOperation, Memory};

impl Journal {
    /// What a plan has to know: operations in doubt, the last confirmed values, what was bought, and which
    /// lines are protected.
    pub fn memory(&self) -> Result<Memory, JournalError> {
        let mut names = Interner::default();
        let mut confirmed: BTreeMap<(Msisdn, Arc<str>), Arc<str>> = BTreeMap::new();
        let rows = self.sql(|db| {
            db.prepare("SELECT msisdn, field, value FROM confirmed")?
                .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        for (msisdn, field, value) in rows {
            let msisdn = Msisdn::parse(&msisdn).map_err(|_| self.corrupt("a number"))?;
            confirmed.insert((msisdn, names.intern(&field)), names.intern(&value));
        }
        let open = self.open_operations()?;
        // What an accepted operation changes is neither the old value for sure nor the new one.
        for record in open.iter().filter(|record| record.state == RecordState::Acked) {
            for field in changed_fields(record) {
                if let Some(msisdn) = record.subject.msisdn() {
                    confirmed.remove(&(msisdn, Arc::from(field)));
                }
            }
        }
        let in_doubt = open.iter().filter_map(doubtful).collect();
        let confirmed = (!confirmed.is_empty()).then_some(confirmed);
        let protected = self.protected()?;
        let (purchases, orders, fees) = (self.purchases()?, self.orders()?, self.fees()?);
        Ok(Memory { in_doubt, confirmed, purchases, orders, fees, protected })
    }

    /// Lines whose protection is kept.
    pub(super) fn protected(&self) -> Result<BTreeSet<Msisdn>, JournalError> {
        let rows = self.sql(|db| {
            db.prepare("SELECT msisdn FROM protected")?
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        rows.iter().map(|msisdn| Msisdn::parse(msisdn).map_err(|_| self.corrupt("a number"))).collect()
    }
}

/// The fields that an operation changes, to a value or, a system number, to none.
fn changed_fields(record: &OperationRecord) -> impl Iterator<Item = &'static str> {
    let released = record.from.system_number.as_ref().map(|_| "systemNumber");
    record.to.lasting().filter_map(|(field, value)| value.map(|_| field)).chain(released)
}

/// An operation that is in doubt, as the planner sees it.
fn doubtful(record: &OperationRecord) -> Option<DoubtfulOperation> {
    match record.state {
        RecordState::Sent | RecordState::Unknown => {}
        RecordState::Intended
        | RecordState::Acked
        | RecordState::Confirmed
        | RecordState::Rejected
        | RecordState::Resolved
        | RecordState::Discarded => return None,
    }
    Some(DoubtfulOperation {
        id: record.id.clone(),
        kind: record.kind,
        subject: record.subject.clone(),
        since: record.sent_at.unwrap_or(Timestamp::UNIX_EPOCH),
        asks_a_person: record.asks_a_person(),
        note: record.note.clone().unwrap_or_else(|| "it is being sent right now, or the run that sent it died".to_owned()),
    })
}

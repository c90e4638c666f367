//! A log as one run writes it.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::chain::{Head, digest};
use super::event::{Actor, AuditEvent};
use super::file::{AuditError, LogFile};
use crate::domain::CarrierIdentity;
use crate::domain::calendar::rfc3339;

/// A log that a run writes to.
#[derive(Debug)]
pub struct AuditLog {
    file: RefCell<LogFile>,
    actor: Actor,
    carrier: CarrierIdentity,
    /// The run's id, from its first record on.
    run: RefCell<Option<String>>,
    head: RefCell<Option<Head>>,
    carrier_time: Cell<Option<Timestamp>>,
}

impl AuditLog {
    /// Opens or makes it. Nothing is written before the first record.
    pub fn open(file: &Path, actor: Actor, carrier: CarrierIdentity) -> Result<Self, AuditError> {
        Ok(Self {
            file: RefCell::new(LogFile::open(file)?),
            actor,
            carrier,
            run: RefCell::default(),
            head: RefCell::default(),
            carrier_time: Cell::default(),
        })
    }

    /// Where the log of a journal is unless somebody says otherwise: `<journal>.audit.jsonl`.
    pub fn beside(journal: &Path) -> PathBuf {
        let mut name = journal.as_os_str().to_owned();
        name.push(".audit.jsonl");
        PathBuf::from(name)
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.file.borrow().path().to_owned()
    }

    /// The last record that is in it, whoever wrote it.
    pub fn end(&self) -> Result<Option<Head>, AuditError> {
        self.file.borrow().head()
    }

    /// The last record that this run has written; none before the first.
    pub fn head(&self) -> Option<Head> {
        self.head.borrow().clone()
    }

    /// The carrier's clock, for the records to come.
    pub fn carrier_is_at(&self, at: Option<Timestamp>) {
        if at.is_some() {
            self.carrier_time.set(at);
        }
    }

    /// Appends records, all with one write and one sync. When it returns they are on the disk.
    pub fn append(&self, at: Timestamp, events: &[AuditEvent]) -> Result<(), AuditError> {
        if events.is_empty() {
            return Ok(());
        }
        let begun = self.run.borrow().clone();
        let run = begun.clone().unwrap_or_else(|| self.id(at));
        let record = |event: &AuditEvent| self.record(at, &run, event);
        let first = begun.is_none().then(|| AuditEvent::Run { actor: self.actor.clone(), carrier: self.carrier.clone() });
        let records = first.iter().chain(events).map(record).collect();
        let head = self.file.borrow_mut().append(records, |bytes, sha256| record(&AuditEvent::Torn { bytes, sha256 }))?;
        *self.run.borrow_mut() = Some(run);
        *self.head.borrow_mut() = Some(head);
        Ok(())
    }

    fn record(&self, at: Timestamp, run: &str, event: &AuditEvent) -> Map<String, Value> {
        let mut fields = match serde_json::to_value(event) {
            Ok(Value::Object(fields)) => fields,
            // An event is a struct of texts and numbers: it always becomes an object.
            Ok(_) | Err(_) => Map::new(),
        };
        fields.insert("at".to_owned(), format!("{at:.3}").into());
        fields.insert("run".to_owned(), run.into());
        if let Some(carrier_time) = self.carrier_time.get() {
            fields.insert("carrierAt".to_owned(), rfc3339(carrier_time).into());
        }
        fields
    }

    /// Names a run: no two of them are the same process of the same machine at the same moment, on the
    /// same account.
    fn id(&self, at: Timestamp) -> String {
        let Actor { host, pid, .. } = &self.actor;
        let CarrierIdentity { host: carrier, contractor_id } = &self.carrier;
        let text = format!("{host}\n{pid}\n{at}\n{carrier}\n{contractor_id}");
        format!("run-{}", digest(text.as_bytes()).get(..16).unwrap_or_default())
    }
}

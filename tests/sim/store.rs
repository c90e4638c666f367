//! A model of what outlives a process that has no disk: records with a version each, as an API server keeps objects. It
//! shares no code with the controller's keeper.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::exec::journal::{OperationRecord, RecordState};
use simfleet::exec::keeper::{KeepError, Keeper, Keeping, NotKept};
use simfleet::exec::{Holder, Journal, JournalOptions};
use simfleet::plan::{Confirmed, OpId};

use crate::sim::drive::{Rng, turn};
use crate::sim::identity;
use crate::sim::world::World;

/// What is kept of an operation.
#[derive(Debug, Clone)]
struct Stored {
    /// Another one after every write.
    version: u64,
    /// As it was before its latest call.
    sent: OperationRecord,
    /// What became of that call, where that is known.
    outcome: Option<OperationRecord>,
}

/// How a write goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteFault {
    /// It is not done.
    Away,
    /// It is done, and the answer is lost.
    Lost,
    /// It takes so many seconds.
    Slow(u64),
}

/// The records of one account.
#[derive(Debug, Default)]
pub(crate) struct Store {
    kept: BTreeMap<OpId, Stored>,
    /// What happens to the next writes.
    pub(crate) script: Vec<Option<WriteFault>>,
    /// What happens to the others: with a chance of so many per cent, something.
    chaos: Option<(Rng, u32)>,
    pub(crate) writes: u32,
}

impl Store {
    pub(crate) fn chaotic(seed: u64, percent: u32) -> Self {
        Self { chaos: Some((Rng::new(seed), percent)), ..Self::default() }
    }

    pub(crate) fn calm_down(&mut self) {
        self.chaos = None;
    }

    pub(crate) fn records(&self) -> Vec<OperationRecord> {
        self.kept.values().map(|stored| stored.outcome.clone().unwrap_or_else(|| stored.sent.clone())).collect()
    }

    fn fault(&mut self) -> Option<WriteFault> {
        self.writes += 1;
        if !self.script.is_empty() {
            return self.script.remove(0);
        }
        let (rng, percent) = self.chaos.as_mut()?;
        let strikes = rng.chance(*percent);
        strikes.then(|| *rng.pick(&[WriteFault::Away, WriteFault::Lost, WriteFault::Slow(5), WriteFault::Slow(400)]))
    }
}

/// One process's way to the records.
#[derive(Debug)]
struct StoreKeeper {
    store: Arc<Mutex<Store>>,
    world: Arc<Mutex<World>>,
    known: Mutex<BTreeMap<OpId, u64>>,
}

impl StoreKeeper {
    async fn write(&self, record: &OperationRecord) -> Result<(), KeepError> {
        turn().await;
        let fault = self.store.lock().unwrap().fault();
        if let Some(WriteFault::Slow(seconds)) = fault {
            self.world.lock().unwrap().advance(Duration::from_secs(seconds));
        }
        if fault == Some(WriteFault::Away) {
            return Err(KeepError::Away("no answer".to_owned()));
        }
        let written = self.put(record);
        turn().await;
        match fault {
            Some(WriteFault::Lost) => Err(KeepError::Away("the answer is lost".to_owned())),
            _ => written,
        }
    }

    fn put(&self, record: &OperationRecord) -> Result<(), KeepError> {
        let (mut store, mut known) = (self.store.lock().unwrap(), self.known.lock().unwrap());
        let is_sent = record.state == RecordState::Sent;
        let found = store.kept.get(&record.id).map(|stored| stored.version);
        if found != known.get(&record.id).copied() {
            return Err(KeepError::Lost(format!("{} has version {found:?}", record.id)));
        }
        let version = found.unwrap_or_default() + 1;
        match (store.kept.get_mut(&record.id), is_sent) {
            (_, true) => {
                store.kept.insert(record.id.clone(), Stored { version, sent: record.clone(), outcome: None });
            }
            (Some(stored), false) => {
                stored.version = version;
                stored.outcome = Some(record.clone());
            }
            // Nothing was sent, and nothing is known of it.
            (None, false) => return Ok(()),
        }
        known.insert(record.id.clone(), version);
        Ok(())
    }
}

impl Keeper for StoreKeeper {
    fn keep(&self, records: Vec<OperationRecord>) -> Keeping<'_> {
        Box::pin(async move {
            let mut not_kept = Vec::new();
            for record in records {
                if let Err(error) = self.write(&record).await {
                    not_kept.push(NotKept { record, error });
                }
            }
            not_kept
        })
    }
}

/// The journal of a process that begins with what is kept.
pub(crate) fn restored(store: &Arc<Mutex<Store>>, world: &Arc<Mutex<World>>, pid: u32) -> Journal {
    let (known, records) = {
        let store = store.lock().unwrap();
        (store.kept.iter().map(|(id, stored)| (id.clone(), stored.version)).collect(), store.records())
    };
    let keeper = StoreKeeper { store: Arc::clone(store), world: Arc::clone(world), known: Mutex::new(known) };
    let clock = Arc::clone(world);
    let options = JournalOptions::new(Holder { host: "sim".to_owned(), pid }, move || clock.lock().unwrap().now);
    let options = JournalOptions { keeper: Some(Arc::new(keeper)), lease: Duration::from_hours(24 * 365), ..options };
    let journal = Journal::in_memory(&identity(), options).unwrap();
    journal.restore(records, &Confirmed::new(), &BTreeSet::new()).unwrap();
    journal
}

//! The emulator's inside: store, clock and what is kept in memory, shared by the HTTP server and the
//! library's callers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, TransactionBehavior};

use crate::domain::Msisdn;
use crate::emulator::clock::{Clock, Pace};
use crate::emulator::error::{Error, Outcome};
use crate::emulator::faults::Faults;
use crate::emulator::listing::Keys;
use crate::emulator::options::Options;
use crate::emulator::store::{Store, journal, meta, services};
use crate::emulator::world::{self, World};

/// How long a token is good for, in real time (DOMAIN 5).
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// How old the traffic figures are. Set from outside; gone when the process ends.
#[derive(Debug, Default)]
struct Metering {
    lag: SignedDuration,
    pinned: BTreeMap<Msisdn, Timestamp>,
}

/// Everything an emulator is.
pub(crate) struct Core {
    /// Settings.
    pub(crate) options: Options,
    /// The rows.
    pub(crate) store: Store,
    /// Faults that are set; gone when the process ends.
    pub(crate) faults: Mutex<Faults>,
    /// Cached keys of lists.
    pub(crate) keys: Keys,
    clock: Mutex<Clock>,
    metering: Mutex<Metering>,
    tokens: Mutex<BTreeMap<String, Timestamp>>,
    /// When something happens next by itself, in virtual seconds.
    next_event: AtomicI64,
}

impl Core {
    /// Opens a store, or makes a world in memory.
    pub(crate) fn open(path: Option<&Path>, options: Options) -> Result<Self, Error> {
        let store = Store::open(path)?;
        let real = (options.real_time)();
        let clock = {
            let db = store.writer();
            if services::all(&db)?.is_empty() {
                services::ensure(&db, services::DEFAULT_SYSTEM, services::DEFAULT_SERVICE)?;
            }
            let clock = match meta::get(&db, "clock")? {
                Some(text) => {
                    let stored: Clock = serde_json::from_str(&text).map_err(|error| Error::Corrupt(error.to_string()))?;
                    stored.reopened(journal::latest(&db)?, real)
                }
                None => Clock::new(Pace::default(), real),
            };
            let clock = options.pace.map_or(clock, |pace| clock.paced(pace, real));
            save_clock(&db, &clock)?;
            clock
        };
        Ok(Self {
            options,
            store,
            faults: Mutex::default(),
            keys: Keys::default(),
            clock: Mutex::new(clock),
            metering: Mutex::default(),
            tokens: Mutex::default(),
            next_event: AtomicI64::new(i64::MIN),
        })
    }

    /// The real time.
    pub(crate) fn real(&self) -> Timestamp {
        (self.options.real_time)()
    }

    /// The virtual time, in whole seconds.
    pub(crate) fn now(&self) -> Timestamp {
        let clock = *locked(&self.clock);
        clock.now(self.real())
    }

    /// The clock's pace.
    pub(crate) fn pace(&self) -> Pace {
        locked(&self.clock).pace()
    }

    /// The faults that are set.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    /// Until when a line's traffic figures count: now, less what somebody set.
    pub(crate) fn usage_as_of(&self, msisdn: Msisdn, now: Timestamp) -> Timestamp {
        let metering = locked(&self.metering);
        let latest = now.checked_sub(metering.lag).unwrap_or(now);
        metering.pinned.get(&msisdn).map_or(latest, |at| latest.min(*at))
    }

    /// Sets how old all figures are, and until when those of some lines count (`None`: up to now).
    pub(crate) fn meter(&self, lag: Option<SignedDuration>, lines: impl Iterator<Item = (Msisdn, Option<Timestamp>)>) {
        let mut metering = locked(&self.metering);
        metering.lag = lag.unwrap_or(metering.lag);
        for (msisdn, as_of) in lines {
            match as_of {
                Some(at) => metering.pinned.insert(msisdn, at),
                None => metering.pinned.remove(&msisdn),
            };
        }
    }

    /// All figures are up to date.
    pub(crate) fn unmeter(&self) {
        *locked(&self.metering) = Metering::default();
    }

    /// Brings the world to now and reads it.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection, Timestamp) -> Outcome<T>) -> Outcome<T> {
        let now = self.now();
        if now.as_second() >= self.next_event.load(Ordering::Acquire) {
            let mut db = self.store.writer();
            self.catch_up(&mut db, now)?;
        }
        self.store.read(|db| read(db, now))
    }

    /// Brings the world to now and changes it, all or nothing.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&World<'_>) -> Outcome<T>) -> Outcome<T> {
        let mut db = self.store.writer();
        let now = self.now();
        if now.as_second() >= self.next_event.load(Ordering::Acquire) {
            self.catch_up(&mut db, now)?;
        }
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&World::new(&transaction, now, &self.options))?;
        let next = world::next_event(&transaction)?;
        transaction.commit()?;
        self.next_event.store(next, Ordering::Release);
        Ok(result)
    }

    /// Moves the clock, and with it the world. Other changes may go with it.
    pub(crate) fn move_clock<T>(
        &self,
        to: impl FnOnce(&Clock, Timestamp) -> Outcome<Clock>,
        change: impl FnOnce(&World<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let mut db = self.store.writer();
        let real = self.real();
        let clock = to(&locked(&self.clock), real)?;
        let now = clock.now(real);
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        save_clock(&transaction, &clock)?;
        world::catch_up(&transaction, now, &self.options)?;
        let result = change(&World::new(&transaction, now, &self.options))?;
        world::catch_up(&transaction, now, &self.options)?;
        let next = world::next_event(&transaction)?;
        transaction.commit()?;
        *locked(&self.clock) = clock;
        self.next_event.store(next, Ordering::Release);
        Ok(result)
    }

    fn catch_up(&self, db: &mut Connection, now: Timestamp) -> Outcome<()> {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        world::catch_up(&transaction, now, &self.options)?;
        let next = world::next_event(&transaction)?;
        transaction.commit()?;
        self.next_event.store(next, Ordering::Release);
        Ok(())
    }

    /// Writes down a call that changed nothing. It need not reach the disk before the answer goes out:
    /// what the operating system has outlives the process.
    pub(crate) fn note(&self, call: &journal::Call) -> Result<(), Error> {
        let db = self.store.writer();
        db.pragma_update(None, "synchronous", "NORMAL")?;
        let result = journal::add(&db, call, true);
        db.pragma_update(None, "synchronous", "FULL")?;
        Ok(result?)
    }

    /// A new token and its end, in real time.
    pub(crate) fn new_token(&self) -> Result<(String, Timestamp), Error> {
        // SQLite's generator is seeded by the operating system, which is random enough for a token.
        let token: String = self.store.writer().query_row("SELECT lower(hex(randomblob(24)))", [], |row| row.get(0))?;
        let real = self.real();
        let end = real.checked_add(TOKEN_LIFE).unwrap_or(Timestamp::MAX);
        let mut tokens = locked(&self.tokens);
        tokens.retain(|_, end| *end > real);
        tokens.insert(token.clone(), end);
        Ok((token, end))
    }

    /// Whether a token is good.
    pub(crate) fn knows_token(&self, token: &str) -> bool {
        let real = self.real();
        locked(&self.tokens).get(token).is_some_and(|end| *end > real)
    }
}

fn save_clock(db: &Connection, clock: &Clock) -> Result<(), Error> {
    let text = serde_json::to_string(clock).map_err(|error| Error::Corrupt(error.to_string()))?;
    Ok(meta::set(db, "clock", &text)?)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

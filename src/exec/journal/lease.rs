//! The lock: who may send for this account.
//!
//! On one machine the operating system's lock on a file beside the journal says at once whether the
//! holder lives. Between machines a lease with an expiry does.

use std::fs::{File, TryLockError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::OptionalExtension as _;

use super::{Journal, JournalError, JournalOptions, Mode};

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)
    }
}

/// A lock that is held, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// By whom.
    pub holder: Holder,
    /// Since when, to the millisecond. Every holding has another one.
    pub since: Timestamp,
    /// Until when, unless it is renewed.
    pub expires_at: Timestamp,
}

/// Why the lock could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Whose it is; `None` where somebody is taking it at this moment.
    pub lease: Option<Lease>,
    /// Whether the holder is on this machine: then the lock goes with its process, not with the clock.
    pub here: bool,
}

impl Held {
    /// What to do about it.
    pub(super) fn way_out(&self) -> String {
        match &self.lease {
            None => "try again in a moment".to_owned(),
            Some(_) if self.here => "wait until it ends, or end that process: its lock goes with it".to_owned(),
            Some(lease) => format!(
                "wait until it ends; if that machine is gone, apply again after {}: the lock is taken over then, and what was \
                 sent is settled first",
                seconds(lease.expires_at)
            ),
        }
    }
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(Lease { holder, since, expires_at }) = &self.lease else { return f.write_str("it is just beginning") };
        write!(f, "{holder}, since {}", seconds(*since))?;
        if self.here { Ok(()) } else { write!(f, "; its lock expires at {}, unless it is renewed", seconds(*expires_at)) }
    }
}

fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How long somebody whom the journal does not name yet is waited for, and how often that is looked at.
const NAMELESS: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(20);

/// Takes the operating system's lock if nobody has it. Its holder writes its name a moment after it took it and
/// removes it a moment before it gives it back: then whoever comes would be refused and not told by whom, so it
/// waits until there is a name, or the lock.
pub(super) fn lock(file: &File, named: impl Fn() -> bool) -> std::io::Result<bool> {
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if waited >= NAMELESS || named() => return Ok(false),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
            Err(TryLockError::Error(source)) => return Err(source),
        }
        waited += LOOK;
    }
}

/// Whether the lock may be taken by somebody on this machine. `locked` is whether the operating system gave us
/// its lock, which a living process of this machine would hold.
fn may_take(lease: Option<&Lease>, host: &str, now: Timestamp, locked: bool) -> bool {
    match lease {
        None => locked,
        Some(lease) if lease.holder.host == host => locked,
        Some(lease) => locked && now >= lease.expires_at,
    }
}

impl Journal {
    /// The lease as it stands.
    pub fn lease(&self) -> Result<Option<Lease>, JournalError> {
        self.sql(|db| {
            db.prepare_cached("SELECT host, pid, since, expires_at FROM lease")?
                .query_row([], |row| {
                    Ok(Lease {
                        holder: Holder { host: row.get(0)?, pid: row.get(1)? },
                        since: Timestamp::from_millisecond(row.get(2)?).unwrap_or(Timestamp::MIN),
                        expires_at: Timestamp::from_second(row.get(3)?).unwrap_or(Timestamp::MAX),
                    })
                })
                .optional()
        })
    }

    /// Takes the lock, and tells since when it is ours.
    pub(super) fn acquire(&self, options: &JournalOptions, locked: bool) -> Result<Timestamp, JournalError> {
        let held = |lease: Option<Lease>| {
            let here = lease.as_ref().is_none_or(|lease| lease.holder.host == options.holder.host);
            Err(JournalError::Held(Box::new(Held { lease, here })))
        };
        if !locked {
            // A living process of this machine has it. It may be stuck in a write, which is not waited for.
            return held(self.lease()?);
        }
        self.sql(|db| db.execute_batch("BEGIN IMMEDIATE"))?;
        let outcome = self.lease().and_then(|lease| {
            let now = (options.clock)();
            if !may_take(lease.as_ref(), &options.holder.host, now, locked) {
                return held(lease);
            }
            if let Some(lease) = &lease {
                tracing::warn!(holder = %lease.holder, "taking over the lock of a run that did not end cleanly");
            }
            self.tell_opening(options, lease.as_ref().map(|lease| &lease.holder))?;
            // Later than any before, also where a machine's clock is behind: two holdings are never taken for one.
            let after = lease.map_or(i64::MIN, |lease| lease.since.as_millisecond().saturating_add(1));
            let since = Timestamp::from_millisecond(now.as_millisecond().max(after)).unwrap_or(now);
            self.sql(|db| db.execute("DELETE FROM lease", []).map(|_| ()))?;
            self.write_lease(&Lease { holder: options.holder.clone(), since, expires_at: expiry(now, options.lease) })?;
            Ok(since)
        });
        self.sql(|db| db.execute_batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }))?;
        outcome
    }

    fn write_lease(&self, lease: &Lease) -> Result<(), JournalError> {
        let Lease { holder, since, expires_at } = lease;
        self.sql(|db| {
            db.prepare_cached("INSERT INTO lease VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT (one) DO UPDATE SET expires_at = ?4")?
                .execute((&holder.host, holder.pid, since.as_millisecond(), expires_at.as_second()))
                .map(|_| ())
        })
    }

    /// Inside a transaction: the lock must still be ours. Renews it when a third of it has passed.
    ///
    /// Somebody may have taken it over, done the same work and given it back: then it is nobody's, and all the
    /// same not ours any more.
    pub(super) fn hold(&self) -> Result<(), JournalError> {
        let Mode::Writing(options, since) = &self.mode else {
            return Err(self.corrupt("a write to a journal opened for reading"));
        };
        let now = (options.clock)();
        match self.lease()? {
            Some(lease) if lease.holder == options.holder && lease.since == *since => {
                let left = Duration::try_from(lease.expires_at.duration_since(now)).unwrap_or(Duration::ZERO);
                if left < options.lease.mul_f64(2.0 / 3.0) {
                    self.write_lease(&Lease { expires_at: expiry(now, options.lease), ..lease })?;
                }
                Ok(())
            }
            Some(lease) => Err(JournalError::Lost(Some(lease.holder))),
            None => Err(JournalError::Lost(None)),
        }
    }

    /// Whether the lock would have to be renewed before anything is done: somebody may have taken it over.
    pub(crate) fn is_expired(&self) -> Result<bool, JournalError> {
        let Mode::Writing(options, _) = &self.mode else { return Ok(true) };
        Ok(self.lease()?.is_none_or(|lease| (options.clock)() >= lease.expires_at))
    }

    /// Keeps the lock while there is nothing to write.
    pub fn heartbeat(&self) -> Result<(), JournalError> {
        self.transaction(|_| Ok(()))
    }

    /// Gives the lock back.
    pub fn release(self) -> Result<(), JournalError> {
        self.transaction(|journal| journal.sql(|db| db.execute("DELETE FROM lease", []).map(|_| ())))
    }
}

fn expiry(now: Timestamp, lease: Duration) -> Timestamp {
    SignedDuration::try_from(lease).ok().and_then(|lease| now.checked_add(lease).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_taken_over_only_from_the_dead() {
        let holder = |host: &str, pid| Holder { host: host.to_owned(), pid };
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let lease = |host, pid| Some(Lease { holder: holder(host, pid), since: at(0), expires_at: at(100) });
        for (lease, now, locked, expected) in [
            (None, 0, true, true),
            (None, 0, false, false),
            (lease("here", 2), 0, true, true),
            (lease("here", 2), 200, false, false),
            (lease("there", 2), 99, true, false),
            (lease("there", 2), 100, true, true),
            // A process of the same number is another one, as in two containers of one name.
            (lease("here", 1), 0, false, false),
        ] {
            assert_eq!(may_take(lease.as_ref(), "here", at(now), locked), expected, "{lease:?} {now} {locked}");
        }
    }
}

//! The lock: who may send for this account.
//!
//! On one machine the operating system's lock on a file beside the journal says at once whether the
//! holder lives. Between machines a lease with an expiry does.

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
    /// Until when, unless it is renewed.
    pub expires_at: Timestamp,
}

/// Whether `me` may take the lock. `locked` is whether the operating system gave us its lock, which a
/// living process of this machine would hold.
fn may_take(lease: Option<&Lease>, me: &Holder, now: Timestamp, locked: bool) -> bool {
    match lease {
        None => locked,
        Some(lease) if lease.holder == *me => true,
        Some(lease) if lease.holder.host == me.host => locked,
        Some(lease) => locked && now >= lease.expires_at,
    }
}

impl Journal {
    /// The lease as it stands.
    pub fn lease(&self) -> Result<Option<Lease>, JournalError> {
        self.sql(|db| {
            db.query_row("SELECT host, pid, expires_at FROM lease", [], |row| {
                Ok(Lease {
                    holder: Holder { host: row.get(0)?, pid: row.get(1)? },
                    expires_at: Timestamp::from_second(row.get(2)?).unwrap_or(Timestamp::MAX),
                })
            })
            .optional()
        })
    }

    pub(super) fn acquire(&self, options: &JournalOptions, locked: bool) -> Result<(), JournalError> {
        self.sql(|db| db.execute_batch("BEGIN IMMEDIATE"))?;
        let outcome = self.lease().and_then(|lease| {
            let now = (options.clock)();
            if may_take(lease.as_ref(), &options.holder, now, locked) {
                let from = lease.map(|lease| lease.holder).filter(|holder| *holder != options.holder);
                if let Some(holder) = &from {
                    tracing::warn!(%holder, "taking over the lock of a run that did not end cleanly");
                }
                self.tell_opening(options, from.as_ref())?;
                self.write_lease(&options.holder, now, options.lease)
            } else {
                let nobody = Holder { host: "this machine".to_owned(), pid: 0 };
                let (holder, until) = lease.map_or((nobody, None), |lease| (lease.holder, Some(lease.expires_at)));
                // On one machine the lock goes with the process, not with the clock.
                let until = until.filter(|_| holder.host != options.holder.host);
                Err(JournalError::Held { holder, until })
            }
        });
        self.sql(|db| db.execute_batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }))?;
        outcome
    }

    fn write_lease(&self, holder: &Holder, now: Timestamp, lease: Duration) -> Result<(), JournalError> {
        let expires_at =
            SignedDuration::try_from(lease).ok().and_then(|lease| now.checked_add(lease).ok()).unwrap_or(Timestamp::MAX);
        self.sql(|db| {
            db.prepare_cached(
                "INSERT INTO lease VALUES (1, ?1, ?2, ?3, ?4) \
                 ON CONFLICT (one) DO UPDATE SET host = ?1, pid = ?2, expires_at = ?4, \
                 since = CASE WHEN host = ?1 AND pid = ?2 THEN since ELSE ?3 END",
            )?
            .execute((&holder.host, holder.pid, now.as_second(), expires_at.as_second()))
            .map(|_| ())
        })
    }

    /// Inside a transaction: the lock must still be ours. Renews it when a third of it has passed.
    pub(super) fn hold(&self) -> Result<(), JournalError> {
        let Mode::Writing(options) = &self.mode else { return Err(self.corrupt("a write to a journal opened for reading")) };
        let now = (options.clock)();
        match self.lease()? {
            Some(lease) if lease.holder == options.holder => {
                let left = Duration::try_from(lease.expires_at.duration_since(now)).unwrap_or(Duration::ZERO);
                if left < options.lease.mul_f64(2.0 / 3.0) {
                    self.write_lease(&options.holder, now, options.lease)?;
                }
                Ok(())
            }
            Some(lease) => Err(JournalError::Lost(lease.holder)),
            None => self.write_lease(&options.holder, now, options.lease),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_taken_over_only_from_the_dead() {
        let holder = |host: &str, pid| Holder { host: host.to_owned(), pid };
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let me = holder("here", 1);
        let lease = |host, pid| Some(Lease { holder: holder(host, pid), expires_at: at(100) });
        for (lease, now, locked, expected) in [
            (None, 0, true, true),
            (None, 0, false, false),
            (lease("here", 2), 0, true, true),
            (lease("here", 2), 200, false, false),
            (lease("there", 2), 99, true, false),
            (lease("there", 2), 100, true, true),
            (lease("here", 1), 0, true, true),
        ] {
            assert_eq!(may_take(lease.as_ref(), &me, at(now), locked), expected, "{lease:?} {now} {locked}");
        }
    }
}

//! Keeps the journal's lock while something else takes its time.

use std::pin::pin;
use std::time::Duration;

use crate::exec::{Journal, JournalError, Waiter};

/// The lock is renewed at least this often, so that it never expires under a living holder.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(30);

/// Awaits something that knows nothing of these journals (an observation, a person's answer), and keeps their locks
/// meanwhile. The error is a lock that was lost: what was awaited is given up, for nothing may be done with it.
///
/// A virtual waiter's time stands still while an answer of its carrier is awaited, and nothing is renewed: for
/// what takes real time, wait for real.
pub async fn keep<'j, T>(
    journals: impl IntoIterator<Item = &'j mut Journal>,
    waiter: &dyn Waiter,
    work: impl Future<Output = T>,
) -> Result<T, JournalError> {
    let journals: Vec<&mut Journal> = journals.into_iter().collect();
    let renew = || journals.iter().try_for_each(|journal| journal.heartbeat());
    let mut work = pin!(work);
    loop {
        let beat = async { if waiter.is_virtual() { std::future::pending().await } else { waiter.wait(HEARTBEAT).await } };
        tokio::select! {
            biased;
            done = &mut work => {
                renew()?;
                return Ok(done);
            }
            () = beat => renew()?,
        }
    }
}

/// Awaits something that concerns other journals, and keeps the locks of these meanwhile. A lock that is lost is
/// told by whoever uses its journal next: what is awaited has nothing to do with it.
pub async fn keep_others<'j, T>(journals: impl IntoIterator<Item = &'j mut Journal>, work: impl Future<Output = T>) -> T {
    let journals: Vec<&mut Journal> = journals.into_iter().collect();
    let mut work = pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(HEARTBEAT) => {
                for journal in &journals {
                    if let Err(error) = journal.heartbeat() {
                        tracing::warn!(%error, journal = %journal.path().display(), "the lock could not be renewed");
                    }
                }
            }
        }
    }
}

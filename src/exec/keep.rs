//! Keeps the journal's lock while something else takes its time.

use std::pin::pin;
use std::time::Duration;

use crate::exec::{Journal, JournalError, Waiter};

/// The lock is renewed at least this often, so that it never expires under a living holder.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(30);

/// Awaits something that knows nothing of the journal (an observation), and keeps the lock meanwhile. The error
/// is a lock that was lost: what was awaited is given up, for nothing may be done with it.
pub async fn keep<T>(journal: &mut Journal, waiter: &dyn Waiter, work: impl Future<Output = T>) -> Result<T, JournalError> {
    let mut work = pin!(work);
    loop {
        // On a virtual clock time stands still while an answer is awaited.
        let beat = async { if waiter.is_virtual() { std::future::pending().await } else { waiter.wait(HEARTBEAT).await } };
        tokio::select! {
            biased;
            done = &mut work => {
                journal.heartbeat()?;
                return Ok(done);
            }
            () = beat => journal.heartbeat()?,
        }
    }
}

//! How the executor waits: for real, or by moving an embedded carrier's clock.

use std::pin::Pin;
use std::time::Duration;

/// A wait.
pub type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Waits.
pub trait Waiter: Send + Sync {
    /// Time since any fixed moment. Grows at least by what was waited for.
    fn now(&self) -> Duration;

    /// Waits so long. It may wait less; it must let [`Waiter::now`] grow.
    fn wait(&self, time: Duration) -> Waiting<'_>;

    /// Whether waiting costs no real time. Then the executor is patient: it waits as long as the
    /// carrier's rules need, and never while an answer is on its way.
    fn is_virtual(&self) -> bool {
        false
    }
}

/// Waits on tokio's clock, which tests can pause.
#[derive(Debug, Clone, Copy)]
pub struct RealWaiter {
    start: tokio::time::Instant,
}

impl RealWaiter {
    /// Counts from now.
    pub fn new() -> Self {
        Self { start: tokio::time::Instant::now() }
    }
}

impl Default for RealWaiter {
    fn default() -> Self {
        Self::new()
    }
}

impl Waiter for RealWaiter {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wait(&self, time: Duration) -> Waiting<'_> {
        Box::pin(tokio::time::sleep(time))
    }
}

//! Whether the process is alive, and whether it does its work.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::controller::watch::Watches;

/// What probes ask.
#[derive(Debug)]
pub struct Health {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    beat: Instant,
    watches: Option<Watches>,
}

impl Default for Health {
    fn default() -> Self {
        Self { state: Mutex::new(State { beat: Instant::now(), watches: None }) }
    }
}

impl Health {
    /// The loop says so often that it turns.
    pub const BEAT: Duration = Duration::from_secs(5);

    /// A loop that was not heard of for so long hangs. Turns run beside it and may take as long as they like.
    const SILENCE: Duration = Duration::from_mins(1);

    /// The loop turns.
    pub fn beat(&self) {
        self.state().beat = Instant::now();
    }

    /// The watches, once they have begun.
    pub fn watches(&self, watches: Watches) {
        self.state().watches = Some(watches);
    }

    /// Whether the loop turns. Where it does not, only a restart helps.
    pub fn is_alive(&self) -> bool {
        self.state().beat.elapsed() < Self::SILENCE
    }

    /// Whether every watch has told what there is.
    pub fn has_seen_all(&self) -> bool {
        self.state().watches.as_ref().is_some_and(Watches::is_complete)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What an emulator is opened with.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::calendar::CutOff;
use crate::emulator::clock::Pace;

/// Reads the real time. Injected, so that a test or a simulation can hold it still.
pub type RealTime = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Settings of an emulator. [`Options::default`] is the account `demo`, a rate limit, no control plane.
#[derive(Clone)]
pub struct Options {
    /// The contractor id (契約者ID).
    pub contractor_id: String,
    /// Its password.
    pub password: String,
    /// Whether `/_emu/*` is answered (to loopback peers only).
    pub control: bool,
    /// Requests a second and the burst before it, in real time; `None` switches the limit off.
    pub rate_limit: Option<RateLimit>,
    /// The pace of the virtual clock; `None` keeps what the store says (a new store: real).
    pub pace: Option<Pace>,
    /// When plan changes stop being accepted in a month.
    pub cut_off: CutOff,
    /// The most rows a bulk request takes.
    pub bulk_limit: u32,
    /// Charged when a line is terminated, in whole yen.
    pub termination_fee: i64,
    /// Where real time comes from.
    pub real_time: RealTime,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Tokens that come back every second.
    pub per_second: u32,
    /// The size of the bucket.
    pub burst: u32,
}

impl Default for RateLimit {
    /// Ten a second with a burst of twenty (DOMAIN 6).
    fn default() -> Self {
        Self { per_second: 10, burst: 20 }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            contractor_id: "demo".to_owned(),
            password: "demo".to_owned(),
            control: false,
            rate_limit: Some(RateLimit::default()),
            pace: None,
            cut_off: CutOff::default(),
            bulk_limit: 3_000,
            termination_fee: 1_000,
            real_time: Arc::new(real_time),
        }
    }
}

/// Not derived: a password is never printed.
impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("contractor_id", &self.contractor_id)
            .field("control", &self.control)
            .field("rate_limit", &self.rate_limit)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "the emulator is a shell: its real clock and its tokens start here")]
fn real_time() -> Timestamp {
    Timestamp::now()
}

//! When to try again: exponential backoff with jitter, bounded.

use std::time::Duration;

use crate::carrier::error::{CarrierError, RetryClass};

/// How often and how patiently a call is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first one counted.
    pub tries: u32,
    /// The first pause; each one after it is twice as long.
    pub first: Duration,
    /// No pause is longer, unless the carrier asks for it.
    pub longest: Duration,
    /// A Retry-After beyond this ends the tries: somebody should hear of it.
    pub patience: Duration,
}

/// How many times as often a call is tried again that was only refused for its rate.
const PATIENCE_WHEN_LIMITED: u32 = 5;

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { tries: 6, first: Duration::from_millis(500), longest: Duration::from_secs(20), patience: Duration::from_mins(5) }
    }
}

impl RetryPolicy {
    /// Never again.
    pub const ONCE: Self = Self { tries: 1, first: Duration::ZERO, longest: Duration::ZERO, patience: Duration::ZERO };

    /// How long to wait before the next try, or `None` where there is none.
    ///
    /// `failed` counts the tries that failed (from 1); `jitter` is a random number in `0.0..1.0`.
    /// Only failures that left nothing done are tried again.
    pub fn pause(&self, error: &CarrierError, failed: u32, jitter: f64) -> Option<Duration> {
        let tries = match error.class() {
            RetryClass::Transient => self.tries,
            // Somebody else spends the same budget (a plan beside a long apply): there is a turn for everybody.
            RetryClass::RateLimited => self.tries.saturating_sub(1).saturating_mul(PATIENCE_WHEN_LIMITED).saturating_add(1),
            RetryClass::Conflict | RetryClass::Rejected | RetryClass::Auth | RetryClass::UnknownOutcome => 0,
        };
        if failed >= tries {
            return None;
        }
        let pause = self.backoff(failed, jitter);
        match error.retry_after() {
            Some(asked) if asked > self.patience => None,
            // Everybody was told the same moment: the jitter keeps them apart.
            Some(asked) => Some(asked + pause.min(Duration::from_secs(1)).mul_f64(jitter.clamp(0.0, 1.0))),
            None => Some(pause),
        }
    }

    /// The pause after so many failures: between half of and the whole of the doubled first pause.
    pub fn backoff(&self, failed: u32, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(2u32.saturating_pow(failed.saturating_sub(1))).min(self.longest);
        doubled.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// A small deterministic source of jitter (`SplitMix64`). Not for secrets.
#[derive(Debug, Clone, Copy)]
pub struct Jitter(u64);

impl Jitter {
    /// The same seed gives the same jitter.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number in `0.0..1.0`.
    pub fn draw(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        // 32 bits are exact in an f64, and enough for jitter.
        f64::from(u32::try_from(mixed >> 32).unwrap_or(0)) / 4_294_967_296.0
    }
}

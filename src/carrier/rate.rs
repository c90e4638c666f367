//! One rate budget for everything that is sent to an account: reads, writes and tokens.
//!
//! [`Bucket`] is the arithmetic, with time as an argument; [`Limiter`] waits on tokio's clock (which
//! tests can pause).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The declared budget (`CarrierAccount` `spec.rateLimit`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLimit {
    /// Requests a second in the long run.
    pub requests_per_second: f64,
    /// Requests at once after a pause.
    pub burst: u32,
}

impl Default for RateLimit {
    /// The carrier's default (DOMAIN 6).
    fn default() -> Self {
        Self { requests_per_second: 10.0, burst: 20 }
    }
}

impl RateLimit {
    /// No limit worth the name: for a carrier in this process.
    pub const NONE: Self = Self { requests_per_second: 1e6, burst: 1_000_000 };

    /// How long so many requests take at least, from a full bucket: what [`Bucket`] makes of them.
    pub fn time_for(self, requests: u64) -> Duration {
        let bucket = Bucket::new(self);
        let places = u32::try_from(requests.saturating_sub(1)).unwrap_or(u32::MAX);
        bucket.interval.saturating_mul(places).saturating_sub(bucket.slack)
    }
}

/// A token bucket that hands out places in the future: a caller waits until its place has come.
///
/// Times are durations since any fixed moment.
#[derive(Debug, Clone)]
pub struct Bucket {
    interval: Duration,
    /// How far ahead of the steady pace a burst may run.
    slack: Duration,
    /// The steady pace's next place. The classical "theoretical arrival time" (GCRA, ITU-T I.371).
    next: Duration,
    paused_until: Duration,
}

impl Bucket {
    /// A full bucket. A tenth of the burst (at least one request, where there are two) is kept back:
    /// requests that leave evenly arrive in clumps, and a carrier counts arrivals.
    pub fn new(limit: RateLimit) -> Self {
        // Rounded up: nanoseconds too few would add up.
        let interval = Duration::from_secs_f64(1.0 / limit.requests_per_second.clamp(1e-3, 1e6)) + Duration::from_nanos(1);
        let kept_back = if limit.burst < 2 { 0 } else { limit.burst.div_ceil(10) };
        let burst = limit.burst.saturating_sub(kept_back).max(1);
        Self { interval, slack: interval.saturating_mul(burst - 1), next: Duration::ZERO, paused_until: Duration::ZERO }
    }

    /// Takes the next place and says when it is.
    pub fn take(&mut self, now: Duration) -> Duration {
        let place = self.next.max(now);
        self.next = place.saturating_add(self.interval);
        place.saturating_sub(self.slack).max(now).max(self.paused_until)
    }

    /// Nobody goes before this moment (Retry-After). Places taken for an earlier one wait too, and
    /// whatever was saved up is gone: the carrier's own bucket is empty.
    pub fn pause_until(&mut self, until: Duration) {
        self.paused_until = self.paused_until.max(until);
        self.next = self.next.max(until.saturating_add(self.slack));
    }

    /// Requests that may go at once now.
    pub fn left(&self, now: Duration) -> u32 {
        if now < self.paused_until {
            return 0;
        }
        // As `take` has it: the k-th place from here is at `place + k * interval - slack`.
        let place = self.next.max(now);
        now.saturating_add(self.slack).checked_sub(place).map_or(0, |spare| {
            u32::try_from(spare.as_nanos() / self.interval.as_nanos().max(1)).unwrap_or(u32::MAX).saturating_add(1)
        })
    }

    /// Until when everything is paused.
    pub fn paused_until(&self) -> Duration {
        self.paused_until
    }
}

/// A [`Bucket`] that several tasks wait on.
#[derive(Debug)]
pub struct Limiter {
    bucket: Mutex<Bucket>,
    start: Instant,
}

impl Limiter {
    /// A full bucket, from now on.
    pub fn new(limit: RateLimit) -> Self {
        Self { bucket: Mutex::new(Bucket::new(limit)), start: Instant::now() }
    }

    /// Waits for a place.
    pub async fn acquire(&self) {
        let mut place = self.with(Bucket::take);
        loop {
            tokio::time::sleep_until(self.start + place).await;
            // Somebody may have been told to come later while we waited.
            let paused = self.with(|bucket, _| bucket.paused_until());
            if paused <= place {
                return;
            }
            place = paused;
        }
    }

    /// Requests that may go at once now.
    pub fn left(&self) -> u32 {
        self.with(|bucket, now| bucket.left(now))
    }

    /// The carrier said to come again after this time: that holds for everybody.
    pub fn pause_for(&self, time: Duration) {
        self.with(|bucket, now| bucket.pause_until(now.saturating_add(time)));
    }

    fn with<T>(&self, action: impl FnOnce(&mut Bucket, Duration) -> T) -> T {
        let now = self.start.elapsed();
        action(&mut self.bucket.lock().unwrap_or_else(PoisonError::into_inner), now)
    }
}

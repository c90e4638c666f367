//! The carrier's rate limit: a token bucket in real time.

use std::time::{Duration, Instant};

use crate::emulator::options::RateLimit;

/// A bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    limit: RateLimit,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(limit: RateLimit, now: Instant) -> Self {
        Self { limit, tokens: f64::from(limit.burst), filled: now }
    }

    /// Takes a token, or tells how long it takes until there is one.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.tokens = (self.tokens + passed * f64::from(self.limit.per_second)).min(f64::from(self.limit.burst));
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / f64::from(self.limit.per_second.max(1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_counts() {
        let start = Instant::now();
        let mut bucket = Bucket::new(RateLimit { per_second: 10, burst: 20 }, start);
        assert!((0..20).all(|_| bucket.take(start).is_ok()));
        assert!(bucket.take(start).is_err());
        assert!(bucket.take(start + Duration::from_millis(101)).is_ok());
        assert!(bucket.take(start + Duration::from_millis(101)).is_err());
    }
}

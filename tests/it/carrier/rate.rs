//! The rate budget: never exceeded, and used to the full.

use std::time::Duration;

use proptest::prelude::*;
use simfleet::carrier::error::{Call, CarrierError, Failure, Refusal};
use simfleet::carrier::rate::{Bucket, Limiter, RateLimit};
use simfleet::carrier::retry::{Jitter, RetryPolicy};
use simfleet::carrier::wire::ErrorBody;

/// The carrier's own bucket, as DOMAIN 6 has it. Shares no code with ours.
struct CarrierBucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    at: Duration,
}

impl CarrierBucket {
    fn takes(&mut self, now: Duration) -> bool {
        self.tokens = (self.tokens + now.saturating_sub(self.at).as_secs_f64() * self.rate).min(self.burst);
        self.at = now;
        let takes = self.tokens >= 1.0 - 1e-6;
        self.tokens -= 1.0;
        takes
    }
}

proptest! {
    #[test]
    fn the_carrier_never_sees_too_much_and_a_busy_caller_wastes_nothing(
        rate in 0.5f64..200.0, burst in 1u32..100, pauses in prop::collection::vec(0u64..3_000, 1..200),
    ) {
        let limit = RateLimit { requests_per_second: rate, burst };
        let mut ours = Bucket::new(limit);
        let mut theirs = CarrierBucket { rate, burst: f64::from(burst), tokens: f64::from(burst), at: Duration::ZERO };
        let mut now = Duration::ZERO;
        for pause in &pauses {
            now = ours.take(now);
            prop_assert!(theirs.takes(now), "at {now:?}");
            if *pause < 1_000 {
                now += Duration::from_millis(*pause);
            }
        }
        // From here on the caller is always there: the budget is used to 95 % and more.
        let begin = now;
        let busy = 1_000;
        for _ in 0..busy {
            now = ours.take(now);
            prop_assert!(theirs.takes(now));
        }
        let possible = now.saturating_sub(begin).as_secs_f64() * rate;
        prop_assert!(f64::from(busy) >= possible * 0.95, "{busy} of {possible}");
    }

    #[test]
    fn pauses_grow_and_stay_within_bounds(failed in 1u32..20, jitter in 0.0f64..1.0) {
        let policy = RetryPolicy::default();
        let pause = policy.backoff(failed, jitter);
        prop_assert!(pause <= policy.longest && pause >= policy.first / 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_holds_for_everybody() {
    let limiter = Limiter::new(RateLimit { requests_per_second: 10.0, burst: 20 });
    let start = tokio::time::Instant::now();
    limiter.acquire().await;
    let waiting = limiter.acquire();
    limiter.pause_for(Duration::from_secs(7));
    waiting.await;
    assert_eq!(start.elapsed(), Duration::from_secs(7));
    for _ in 0..10 {
        limiter.acquire().await;
    }
    // The carrier's bucket was empty, so nothing had been saved up.
    assert!(start.elapsed() >= Duration::from_millis(7_900), "{:?}", start.elapsed());
}

#[test]
fn only_what_left_nothing_done_is_tried_again() {
    let refused = |call, status, seconds: Option<u64>| {
        let refusal = Refusal::new(status, ErrorBody::default(), seconds.map(Duration::from_secs));
        CarrierError::new(call, Failure::Refused(Box::new(refusal)))
    };
    let (read, write) = (Call::read("/v1/sims"), Call::mutation("/v1/sims/{msisdn}/suspend"));
    let policy = RetryPolicy::default();
    let again = |error: &CarrierError, failed| policy.pause(error, failed, 0.5).is_some();
    for (status, for_read, for_write) in [
        (400, false, false),
        (401, false, false),
        (403, false, false),
        (404, false, false),
        (409, false, false),
        (413, false, false),
        (429, true, true),
        (500, true, false),
        (502, true, false),
        (503, true, true),
        (504, true, false),
    ] {
        assert_eq!(
            (again(&refused(read, status, None), 1), again(&refused(write, status, None), 1)),
            (for_read, for_write),
            "{status}"
        );
    }
    for (failure, for_write) in
        [(Failure::Unreachable, true), (Failure::Interrupted, false), (Failure::TimedOut(Duration::from_secs(1)), false)]
    {
        assert!(again(&CarrierError::new(read, failure.clone()), 1));
        assert_eq!(again(&CarrierError::new(write, failure), 1), for_write);
    }
    assert!(!again(&refused(read, 503, None), policy.tries), "bounded");
    assert!(again(&refused(read, 429, None), policy.tries), "a full budget gives everybody a turn");
    assert!(!again(&refused(read, 429, None), policy.tries * 5), "bounded too");
    assert!(!again(&refused(read, 503, Some(3_600)), 1), "an hour of maintenance is somebody's to know");
    assert!(policy.pause(&refused(read, 429, Some(30)), 1, 0.0).unwrap() >= Duration::from_secs(30));
}

#[test]
fn jitter_is_even_and_the_same_for_the_same_seed() {
    let draw = |seed| {
        let mut jitter = Jitter::new(seed);
        (0..1_000).map(|_| jitter.draw()).collect::<Vec<_>>()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let sum: f64 = draw(3).iter().sum();
    assert!((400.0..600.0).contains(&sum), "{sum}");
    assert!(draw(4).iter().all(|number| (0.0..1.0).contains(number)));
}

//! Random fleets, wishes, faults, crashes and edits, by seed, planned by the real planner.
//!
//! A few hundred seeds; 12,000 with `SIMFLEET_SIM=long`; one with `SIMFLEET_SIM=seed:NUMBER`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::sim::history;
use crate::sim::reached::Reached;

/// Seeds of a short run.
const FEW: u64 = 400;

/// Seeds of a long run.
const MANY: u64 = 12_000;

/// The test, for whoever has to repeat a seed.
const NAME: &str = "sim::random::whatever_happens_everything_is_bought_once";

fn seeds() -> std::ops::Range<u64> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where a test asks how long it may take")]
    let wanted = std::env::var("SIMFLEET_SIM").unwrap_or_default();
    match wanted.strip_prefix("seed:").map(|seed| seed.parse::<u64>().unwrap()) {
        Some(seed) => seed..seed + 1,
        None if wanted == "long" => 0..MANY,
        None => 0..FEW,
    }
}

/// Plays seeds until none is left, and gives those that broke a law.
fn work(next: &AtomicU64, end: u64) -> (Reached, Vec<u64>) {
    let (mut reached, mut broken) = (Reached::default(), Vec::new());
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return (reached, broken);
        }
        if catch_unwind(AssertUnwindSafe(|| history::play(seed, &mut reached))).is_err() {
            eprintln!(
                "seed {seed} breaks a law; to repeat it: SIMFLEET_SIM=seed:{seed} cargo test --all-features --test it -- {NAME} --nocapture"
            );
            broken.push(seed);
        }
    }
}

#[test]
fn whatever_happens_everything_is_bought_once() {
    let seeds = seeds();
    let next = AtomicU64::new(seeds.start);
    let begin = Instant::now();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let mut reached = Reached::default();
    let mut broken = Vec::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(|| work(&next, seeds.end))).collect();
        for thread in threads {
            let (part, of_part) = thread.join().unwrap();
            reached.merge(part);
            broken.extend(of_part);
        }
    });
    eprintln!("{} seeds in {:.1} s: {reached}", seeds.end - seeds.start, begin.elapsed().as_secs_f64());
    broken.sort_unstable();
    assert!(broken.is_empty(), "{} of {} seeds break a law: {broken:?}", broken.len(), seeds.end - seeds.start);
    if seeds.end - seeds.start > 1 {
        // The simulation must not have become harmless.
        assert_eq!(reached.missing(), vec![], "no seed has come by these");
    }
}

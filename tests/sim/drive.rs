//! Polls a future by hand: deterministic, and it can be stopped at any point at which it waits, which is what
//! a crash is, or a sleep.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

thread_local! {
    /// Waits that are left until the process stops. (Polls would not do: a set of futures polls its own.)
    static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
    /// Whether it has stopped.
    static STOPPED: Cell<bool> = const { Cell::new(false) };
}

/// Runs to the end, or for so many waits: then the future is dropped, and `None` comes back.
pub(crate) fn drive<F: Future>(waits: Option<u32>, future: F) -> Option<F::Output> {
    run(&mut pin!(future), waits)
}

/// Runs for so many waits at most, and leaves the future where it is: a process that sleeps.
pub(crate) fn run<F: Future>(future: &mut Pin<&mut F>, waits: Option<u32>) -> Option<F::Output> {
    LEFT.set(waits.unwrap_or(u32::MAX));
    STOPPED.set(false);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        if STOPPED.get() {
            return None;
        }
    }
    panic!("it hangs");
}

/// How many waits are left of those that the latest run was allowed.
pub(crate) fn left() -> u32 {
    LEFT.get()
}

/// Gives other futures a turn, so that calls interleave and a crash can fall between two steps.
pub(crate) async fn turn() {
    let mut given = false;
    std::future::poll_fn(|context| {
        if given && LEFT.get() > 0 {
            LEFT.set(LEFT.get().saturating_sub(1));
            return Poll::Ready(());
        }
        STOPPED.set(STOPPED.get() || given);
        given = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A small deterministic generator (`SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x5851_F42D)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// Whether something with a chance of so many per cent happens.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.next() % 100 < u64::from(percent)
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

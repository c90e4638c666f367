//! What the carrier's clock shows, between two answers that tell it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Older knowledge is refreshed before something is sent.
const FRESH: Duration = Duration::from_secs(30);

/// The carrier's clock, as it was last read, and when that was by the clock of the waiter.
///
/// An unknown outcome is judged by the carrier's time since its call. After an outage the clock was last read long
/// ago, and a call must not seem to be as old as that: its settle window would be over before it has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct CarrierClock(Option<(Timestamp, Duration)>);

impl CarrierClock {
    /// The carrier has just answered, and its clock showed this.
    pub(super) fn read(&mut self, shown: Option<Timestamp>, now: Duration) {
        self.0 = shown.map(|shown| (shown, now));
    }

    /// The carrier may have answered, or not: a clock that shows something else was read.
    pub(super) fn glance(&mut self, shown: Option<Timestamp>, now: Duration) {
        if shown != self.0.map(|(shown, _)| shown) {
            self.read(shown, now);
        }
    }

    /// Whether it should be read before something is sent.
    pub(super) fn is_old(&self, now: Duration) -> bool {
        self.0.is_none_or(|(_, read)| now.saturating_sub(read) > FRESH)
    }

    /// What it shows by now; `None` where it was never read.
    pub(super) fn at(&self, now: Duration) -> Option<Timestamp> {
        let (shown, read) = self.0?;
        let since = SignedDuration::try_from(now.saturating_sub(read)).ok()?;
        shown.checked_add(since).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_while_the_carrier_says_nothing() {
        let shown = |second| Some(Timestamp::from_second(second).unwrap());
        let now = Duration::from_secs;
        let mut clock = CarrierClock::default();
        assert!(clock.is_old(now(0)));
        assert_eq!(clock.at(now(0)), None);
        clock.glance(shown(5_000), now(100));
        assert!(!clock.is_old(now(130)));
        // Twenty minutes of failed polls show what was shown before: nothing was read.
        for minute in 1..20 {
            clock.glance(shown(5_000), now(100 + minute * 60));
        }
        assert!(clock.is_old(now(131)));
        assert_eq!(clock.at(now(1_300)), shown(6_200));
        // An answer, of a clock that stands still or of one that went on.
        clock.read(shown(5_000), now(1_300));
        assert_eq!((clock.is_old(now(1_300)), clock.at(now(1_310))), (false, shown(5_010)));
        clock.glance(shown(6_203), now(1_310));
        assert_eq!(clock.at(now(1_310)), shown(6_203));
    }
}

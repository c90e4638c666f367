//! The virtual clock: real, frozen, or accelerated. Pure; the shell passes the real time in.

use std::fmt;
use std::str::FromStr;

use jiff::civil::date;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::{in_jst, jst_midnight};

/// How fast virtual time goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As fast as real time.
    #[default]
    Real,
    /// Not at all: it moves only when it is advanced or set.
    Frozen,
    /// So many virtual seconds a real second.
    Accelerated(u32),
}

/// Why a text is no pace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a clock is `real`, `frozen` or a factor such as `x60`, not {0:?}")]
pub struct PaceError(String);

impl FromStr for Pace {
    type Err = PaceError;

    fn from_str(text: &str) -> Result<Self, PaceError> {
        match text {
            "real" => Ok(Self::Real),
            "frozen" => Ok(Self::Frozen),
            other => other
                .strip_prefix(['x', 'X', '×'])
                .and_then(|factor| factor.parse().ok())
                .filter(|factor| *factor > 0)
                .map(Self::Accelerated)
                .ok_or_else(|| PaceError(text.to_owned())),
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.pad("real"),
            Self::Frozen => f.pad("frozen"),
            Self::Accelerated(factor) => write!(f, "x{factor}"),
        }
    }
}

impl Serialize for Pace {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pace {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A virtual clock, anchored at a pair of moments that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clock {
    pace: Pace,
    real: Timestamp,
    virtual_: Timestamp,
}

impl Clock {
    /// A clock that shows the real time now.
    pub(crate) fn new(pace: Pace, real: Timestamp) -> Self {
        Self { pace, real, virtual_: real }
    }

    /// The virtual time, in whole seconds: the world knows nothing finer.
    pub(crate) fn now(&self, real: Timestamp) -> Timestamp {
        let passed = real.duration_since(self.real);
        let passed = match self.pace {
            Pace::Real => passed,
            Pace::Frozen => SignedDuration::ZERO,
            Pace::Accelerated(factor) => {
                passed.checked_mul(i32::try_from(factor).unwrap_or(i32::MAX)).unwrap_or(SignedDuration::MAX)
            }
        };
        let exact = self.virtual_.checked_add(passed).unwrap_or(Timestamp::MAX).clamp(Timestamp::UNIX_EPOCH, latest());
        Timestamp::from_second(exact.as_second()).unwrap_or(exact)
    }

    /// The pace.
    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }

    /// The same time, from now on at another pace.
    #[must_use]
    pub(crate) fn paced(&self, pace: Pace, real: Timestamp) -> Self {
        Self { pace, real, virtual_: self.now(real) }
    }

    /// Another time, at the same pace.
    #[must_use]
    pub(crate) fn set(&self, to: Timestamp, real: Timestamp) -> Self {
        Self { pace: self.pace, real, virtual_: to }
    }

    /// Moved on by a span; days and months are those of the JST calendar. `None` if that leaves the calendar.
    pub(crate) fn advanced(&self, span: Span, real: Timestamp) -> Option<Self> {
        let to = in_jst(self.now(real)).checked_add(span).ok()?.timestamp();
        Some(self.set(to, real))
    }

    /// The clock of a world that was closed: an accelerated one stood still meanwhile, at the latest
    /// moment on record.
    #[must_use]
    pub(crate) fn reopened(&self, latest: Option<Timestamp>, real: Timestamp) -> Self {
        match self.pace {
            Pace::Real | Pace::Frozen => *self,
            Pace::Accelerated(_) => self.set(latest.map_or(self.virtual_, |at| at.max(self.virtual_)), real),
        }
    }
}

/// The end of virtual time: far enough from the calendar's own end that no due date falls off it.
fn latest() -> Timestamp {
    jst_midnight(date(9000, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn paces_are_read_as_they_are_written() {
        for text in ["real", "frozen", "x60"] {
            assert_eq!(text.parse::<Pace>().unwrap().to_string(), text);
        }
        assert!("x0".parse::<Pace>().is_err());
        assert!("fast".parse::<Pace>().is_err());
    }

    #[test]
    fn an_accelerated_clock_multiplies_and_a_frozen_one_stands() {
        let start = at("2026-11-01T00:00:00Z");
        let later = at("2026-11-01T00:00:10Z");
        assert_eq!(Clock::new(Pace::Accelerated(60), start).now(later), at("2026-11-01T00:10:00Z"));
        assert_eq!(Clock::new(Pace::Frozen, start).now(later), start);
        assert_eq!(Clock::new(Pace::Real, start).now(later), later);
    }

    #[test]
    fn months_are_added_by_the_jst_calendar() {
        let clock = Clock::new(Pace::Frozen, at("2026-01-30T15:30:00Z"));
        let moved = clock.advanced("P1M".parse().unwrap(), clock.real).unwrap();
        assert_eq!(moved.now(clock.real), at("2026-02-27T15:30:00Z"));
    }
}

//! What single lines told of their connection (functions 4 and 11): one request a line, so only those that
//! somebody needs are here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::Msisdn;
use crate::domain::calendar::YearMonth;
use crate::domain::identifier::ReportedImei;

/// What is to be read of single lines, a request each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedReadings {
    /// Lines whose session matters.
    pub sessions: BTreeSet<Msisdn>,
    /// Lines whose traffic matters.
    pub traffic: BTreeSet<Msisdn>,
    /// Whether the list of suspensions matters.
    pub suspensions: bool,
}

impl WantedReadings {
    /// Requests for single lines.
    pub fn requests(&self) -> u64 {
        let count = |lines: &BTreeSet<Msisdn>| u64::try_from(lines.len()).unwrap_or(u64::MAX);
        count(&self.sessions).saturating_add(count(&self.traffic))
    }
}

/// What was read of single lines. A line that is not in a map was not asked; an error says why an answer is
/// missing, and is never read as "no session" or "no traffic".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readings {
    /// Sessions (function 11).
    pub sessions: BTreeMap<Msisdn, Result<SessionReading, Arc<str>>>,
    /// Traffic (function 4).
    pub traffic: BTreeMap<Msisdn, Result<TrafficReading, Arc<str>>>,
    /// When a suspension was last applied for, by anybody (function 10), as far as the list still tells.
    pub suspended_at: BTreeMap<Msisdn, Timestamp>,
}

/// The session of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionReading {
    /// When the network saw it last.
    pub last: LastSeen,
    /// The device that it was seen in; zeros and nonsense are unknown.
    pub imei: Option<ReportedImei>,
}

/// When a line was last seen in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastSeen {
    /// It is connected.
    Online,
    /// It was connected until then.
    At(Timestamp),
    /// There never was a session.
    Never,
    /// There was a session, and the carrier does not say when.
    Unsaid,
}

/// The traffic of a line in this month and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficReading {
    /// The month that was the current one.
    pub month: YearMonth,
    /// Bytes in that month so far.
    pub this_month: Option<u64>,
    /// Bytes in the month before.
    pub last_month: Option<u64>,
    /// How fresh the figures are.
    pub as_of: Timestamp,
}

impl TrafficReading {
    /// The bytes of the last full month; `None` while its figures may still grow.
    pub fn full_month(&self) -> Option<u64> {
        self.last_month.filter(|_| self.as_of >= self.month.begins())
    }

    /// The bytes of the current month so far; `None` where the figures are older than the month.
    pub fn so_far(&self) -> Option<u64> {
        self.this_month.filter(|_| self.as_of >= self.month.begins())
    }
}

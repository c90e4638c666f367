//! What the seeds have come by. A simulation that comes by nothing proves nothing, so everything is counted,
//! and nothing may be missing.

use std::collections::BTreeMap;

use simfleet::domain::{ApplicationType, OperationKind};

use crate::sim::point::Point;
use crate::sim::wishes::Edit;
use crate::sim::world::ListFault;

/// Something that a seed can come by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// A run of the program.
    Run,
    /// A wait of the program, at which it could have crashed.
    Wait,
    /// A crash before anything was written.
    CrashBeforeIntent,
    /// A crash with an operation of this kind at this point.
    Crash(OperationKind, Point),
    /// A crash with a request on its way.
    Orphan,
    /// The next run has lost the journal.
    LostJournal,
    /// A process began with what was kept of another one's journal.
    Restored,
    /// Another machine took the journal over, from a process that slept and woke up.
    Takeover,
    /// The sleeper woke up and learned that it had nothing more to say.
    Awoken,
    /// A run that ended in doubt.
    InDoubt,
    /// A doubt that only a person could settle. Too seldom to be expected of a few hundred seeds.
    Person,
    /// A run that ended with an error.
    Failed,
    /// A stored plan, applied.
    Stored,
    /// A stored plan, refused.
    StoredRefused,
    /// An edit of the files between two runs.
    Edited(Edit),
    /// A list that was wrong.
    List(ListFault),
    /// Something was paid for, or done for good.
    Bought(ApplicationType),
    /// An operation that the carrier had refused before.
    NextAttempt,
    /// Top-ups that counted against a cap.
    Capped,
    /// A month that ended.
    MonthEnd,
    /// The same carrier, which does not say which coupon it sold.
    Untold,
}

impl Mark {
    /// Everything that there is.
    fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Run,
            Self::Wait,
            Self::CrashBeforeIntent,
            Self::Orphan,
            Self::LostJournal,
            Self::Restored,
            Self::Takeover,
            Self::Awoken,
            Self::InDoubt,
            Self::Failed,
            Self::Stored,
            Self::StoredRefused,
            Self::NextAttempt,
            Self::Capped,
            Self::MonthEnd,
            Self::Untold,
        ];
        for kind in OperationKind::ALL.into_iter().filter(|kind| kind.risk().needs_approval()) {
            all.push(Self::Bought(ApplicationType::of(kind).unwrap()));
            all.extend(Point::OPEN.map(|point| Self::Crash(kind, point)));
        }
        all.extend(Edit::ALL.map(Self::Edited));
        all.extend([ListFault::Doubled, ListFault::Lags, ListFault::Short].map(Self::List));
        all
    }
}

/// How often each was come by.
#[derive(Debug, Default)]
pub(crate) struct Reached(BTreeMap<Mark, u64>);

impl Reached {
    pub(crate) fn hit(&mut self, mark: Mark) {
        self.add(mark, 1);
    }

    pub(crate) fn add(&mut self, mark: Mark, times: u64) {
        if times > 0 {
            *self.0.entry(mark).or_default() += times;
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (mark, times) in other.0 {
            self.add(mark, times);
        }
    }

    /// What no seed has come by.
    pub(crate) fn missing(&self) -> Vec<Mark> {
        Mark::all().into_iter().filter(|mark| !self.0.contains_key(mark)).collect()
    }
}

impl std::fmt::Display for Reached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(mark, times)| format!("{mark:?} {times}")).collect();
        f.write_str(&parts.join(", "))
    }
}

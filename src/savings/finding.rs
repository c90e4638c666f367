//! What is found.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Thresholds;
use super::wanted::{Reading, Sample};
use crate::domain::calendar::YearMonth;
use crate::domain::identifier::ReportedImei;
use crate::domain::{Imei, LineStatus, Money, Msisdn, RatePlan, ServiceCode, SystemNumber};

/// All that was found in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Savings {
    /// The account's name.
    pub account: Arc<str>,
    /// The carrier's time of the observation.
    pub at: Timestamp,
    /// The current month; the last full one is the one before.
    pub month: YearMonth,
    /// From when on something is a finding.
    pub thresholds: Thresholds,
    /// Sums.
    pub totals: Totals,
    /// The largest saving first; then by kind and line.
    pub findings: Vec<Finding>,
    /// What could not be judged, by line. In no finding and no sum of savings.
    pub unknown: Vec<Unknown>,
    /// Lines whose traffic says nothing about their plan.
    pub unjudged: Unjudged,
    /// What was left out by a limit.
    pub sample: Option<Sample>,
}

/// Sums over the lines in question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Lines that are billed.
    pub lines: u64,
    /// Those on a plan without a known price: in no sum.
    pub unpriced: u64,
    /// What they cost a month.
    pub monthly: Money,
    /// What could be saved a month. A line counts once, with the largest of its findings.
    pub saving: Money,
    /// What ending a line costs once, where that is known.
    pub termination_fee: Option<Money>,
    /// Lines and sums of each kind of finding. A line may be in several.
    pub kinds: BTreeMap<FindingKind, KindTotal>,
}

/// The sums of one kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KindTotal {
    /// Lines.
    pub lines: u64,
    /// What they cost a month.
    pub monthly: Money,
    /// What they would save a month.
    pub saving: Money,
}

/// A kind of finding, in the order in which equal savings are listed: a device in the wrong hands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Seen in another device than the bound one.
    OtherDevice,
    /// In use, and without a session for long.
    Idle,
    /// Suspended, and billed in full.
    Suspended,
    /// A cheaper plan would have held the traffic.
    UnderPlan,
    /// More traffic than the plan holds.
    OverPlan,
    /// No fleet declares it.
    Unmanaged,
}

impl FindingKind {
    /// Every kind, in order.
    pub const ALL: [Self; 6] = [Self::OtherDevice, Self::Idle, Self::Suspended, Self::UnderPlan, Self::OverPlan, Self::Unmanaged];

    /// The name in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OtherDevice => "otherDevice",
            Self::Idle => "idle",
            Self::Suspended => "suspended",
            Self::UnderPlan => "underPlan",
            Self::OverPlan => "overPlan",
            Self::Unmanaged => "unmanaged",
        }
    }
}

impl std::fmt::Display for FindingKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// One finding about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line.
    pub subject: Subject,
    /// What ending it, or its cheaper plan, would save a month. Never negative; zero where nobody can tell.
    pub saving: Money,
    /// What was found.
    pub matter: Matter,
}

/// A line, as the carrier and the manifests describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The key.
    pub msisdn: Msisdn,
    /// Its name in the manifests.
    pub name: Option<Arc<str>>,
    /// Its labels in the manifests.
    pub labels: Option<Arc<BTreeMap<String, String>>>,
    /// The fleet that declares it.
    pub fleet: Option<Arc<str>>,
    /// Its system number.
    pub system: SystemNumber,
    /// Its service.
    pub service: ServiceCode,
    /// Its rate plan.
    pub plan: RatePlan,
    /// Its status.
    pub status: LineStatus,
    /// Its fee; `None` where the catalogue has no price for its plan.
    pub monthly: Option<Money>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// Seen in another device: the first 14 digits differ.
    OtherDevice {
        /// Bound for ever.
        bound: Imei,
        /// Seen in the network.
        seen: ReportedImei,
    },
    /// No session for long.
    Idle {
        /// The end of the last one; `None` if there never was one.
        last_seen: Option<Timestamp>,
        /// From when on the days count: the last session, or the beginning of the contract.
        since: Timestamp,
        /// Whole days since then.
        days: u32,
    },
    /// Suspended, and billed in full.
    Suspended {
        /// From when on.
        since: Since,
    },
    /// A cheaper plan of the same family would have held the traffic.
    UnderPlan {
        /// What the plan holds, in bytes.
        quota: u64,
        /// The traffic of the last full month.
        last_month: u64,
        /// The traffic of this month so far.
        this_month: Option<u64>,
        /// The cheapest plan that would do.
        cheaper: SmallerPlan,
    },
    /// More traffic than the plan holds.
    OverPlan {
        /// What the plan holds, in bytes.
        quota: u64,
        /// The traffic of the last full month, where it is known.
        last_month: Option<u64>,
        /// The traffic of this month so far.
        this_month: Option<u64>,
        /// The cheapest plan of the family that would hold it, if there is one.
        larger: Option<LargerPlan>,
    },
    /// No fleet declares it.
    Unmanaged,
}

impl Matter {
    /// Its kind.
    pub fn kind(&self) -> FindingKind {
        match self {
            Self::OtherDevice { .. } => FindingKind::OtherDevice,
            Self::Idle { .. } => FindingKind::Idle,
            Self::Suspended { .. } => FindingKind::Suspended,
            Self::UnderPlan { .. } => FindingKind::UnderPlan,
            Self::OverPlan { .. } => FindingKind::OverPlan,
            Self::Unmanaged => FindingKind::Unmanaged,
        }
    }
}

/// A plan that costs less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmallerPlan {
    /// Its code.
    pub plan: RatePlan,
    /// Its fee.
    pub monthly: Money,
}

/// A plan that holds more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LargerPlan {
    /// Its code.
    pub plan: RatePlan,
    /// Its fee.
    pub monthly: Money,
}

/// Since when something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// It was applied for then.
    At(Timestamp),
    /// Nothing has changed since then: it is so since that moment or longer.
    AtLeast(Timestamp),
    /// The carrier does not tell.
    Unsaid,
}

/// Something that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// What is missing.
    pub what: Reading,
    /// Why.
    pub why: UnknownWhy,
    /// Of which line.
    pub msisdn: Msisdn,
}

/// Why something is unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnknownWhy {
    /// The carrier did not answer, or not what it should.
    Failed(Arc<str>),
    /// The line's service does not offer the function.
    NotOffered,
    /// There was a session, and the carrier does not say when.
    NoTime,
    /// There never was a session, and the carrier does not say how long the line has been open.
    NoOpeningDate,
    /// The figures end before this month began.
    Stale,
}

/// Active lines whose traffic says nothing about their plan, by the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unjudged {
    /// On pay-as-you-go plans: their quota is a ceiling, and what traffic costs is in no catalogue.
    pub pay_as_you_go: u64,
    /// On plans that the catalogue has no price or no quota for.
    pub unpriced: u64,
    /// Their plan is about to change.
    pub changing: u64,
    /// Opened since the last full month began: nothing is said of what is too large for them.
    pub young: u64,
}

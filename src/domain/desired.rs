//! What a team declared for one carrier account, proven valid and sorted: the planner's input.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::YearMonth;
use crate::domain::{
    CouponCode, DriftIgnore, Iccid, Imei, Money, Msisdn, OperationKind, OrderContent, RatePlan, ServiceCode, SystemNumber,
};

/// Every declared SIM of one account, over all fleets and files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desired {
    /// The account's name (`CarrierAccount` `metadata.name`).
    pub account: Arc<str>,
    /// The most money that a plan, and a month, may cost the whole account.
    pub spend: SpendLimits,
    /// The fleets, sorted by name.
    pub fleets: Vec<DesiredFleet>,
    /// Sorted by MSISDN, one entry a number.
    pub sims: Vec<DesiredSim>,
    /// Coupons to buy by name, sorted by name and fleet.
    pub grants: Vec<DesiredGrant>,
    /// Coupons to buy when traffic runs out, sorted by fleet and name.
    pub top_ups: Vec<DesiredTopUp>,
    /// Orders, sorted by name.
    pub orders: Vec<DesiredOrder>,
    /// Whether an order that was placed and is no longer declared is to be cancelled while that is open,
    /// instead of going on (`--cancel-removed-orders`). No file says so.
    pub cancel_removed_orders: bool,
    /// The files that [`Source::file`] counts, as the user named them.
    pub files: Vec<Arc<str>>,
}

/// One `SimFleet`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredFleet {
    /// `metadata.name`.
    pub name: Arc<str>,
    /// The system number of its lines; chip stock is allocated to it.
    pub system: SystemNumber,
    /// The service of its lines.
    pub service: ServiceCode,
    /// How far simfleet may go.
    pub mode: Mode,
    /// Limits and approvals.
    pub policy: Policy,
    /// Where it is declared.
    pub source: Source,
}

/// How far simfleet may go with a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Mode {
    /// Reports; no operations.
    Observe,
    /// Plans; applying always wants `--approve PLAN_ID`.
    #[default]
    Plan,
    /// Plans and applies.
    Apply,
}

/// A fleet's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What to do with lines of the fleet's system and service that nobody declares.
    pub unmanaged: Unmanaged,
    /// Guards by kind. Kinds that are not here have none.
    pub limits: BTreeMap<OperationKind, Limit>,
    /// Approval of R4 and R5 kinds. Kinds that are not here are `Manual`.
    pub approval: BTreeMap<OperationKind, Approval>,
    /// The most money that the fleet may cost at once.
    pub spend: SpendLimits,
    /// Lets several chip SIMs have one IMEI (boards with two SIMs).
    pub allow_duplicate_imei: bool,
    /// Changes by others that are not reported as drift for a while, in the order of the manifest.
    pub drift_ignores: Vec<DriftIgnore>,
}

/// The most money to be paid at once (R4, and fees), in whole yen. Absent: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpendLimits {
    /// By one plan.
    pub per_plan: Option<Money>,
    /// In a calendar month (JST), with what was spent before; operations in doubt count as spent.
    pub per_month: Option<Money>,
}

impl Default for Policy {
    /// DESIGN 3.5: suspend 10 %, change rate plan 30 %, terminate 0, others without a limit.
    fn default() -> Self {
        Self {
            unmanaged: Unmanaged::Report,
            limits: BTreeMap::from([
                (OperationKind::Suspend, Limit::Percent(10)),
                (OperationKind::ChangeRatePlan, Limit::Percent(30)),
                (OperationKind::Terminate, Limit::Count(0)),
            ]),
            approval: BTreeMap::new(),
            spend: SpendLimits::default(),
            allow_duplicate_imei: false,
            drift_ignores: Vec::new(),
        }
    }
}

/// What to do with lines that nobody declares. They are never touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Unmanaged {
    /// List them in the plan.
    #[default]
    Report,
    /// Leave them out of the plan.
    Ignore,
}

/// A guard: the most operations of a kind in one plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// So many.
    Count(u32),
    /// So many per cent of the fleet's declared lines, rounded up, at least 10.
    Percent(u32),
}

impl Limit {
    /// The number it means for a fleet of so many declared lines.
    pub fn resolve(self, declared: u64) -> u64 {
        match self {
            Self::Count(count) => u64::from(count),
            Self::Percent(percent) => (declared * u64::from(percent)).div_ceil(100).max(10),
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// Whether the reviewed manifest itself approves a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Approval {
    /// Needs `--ack KIND=N` or `--approve PLAN_ID`.
    #[default]
    Manual,
    /// The manifest approves it.
    Auto,
}

/// One declared SIM or chip SIM. An absent field is not managed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredSim {
    /// The key.
    pub msisdn: Msisdn,
    /// Index into [`Desired::fleets`].
    pub fleet: u32,
    /// The list it stands in.
    pub list: List,
    /// The wished-for state, defaults applied.
    pub state: Option<DesiredState>,
    /// The wished-for rate plan, defaults applied.
    pub plan: Option<RatePlan>,
    /// The IMEI to bind (chip SIMs).
    pub imei: Option<Imei>,
    /// Pins the card: another one under this number is a reassigned number.
    pub iccid: Option<Iccid>,
    /// The day at whose end the line is to end. Absent: today.
    pub termination_date: Option<Date>,
    /// Until the end of this day a line that is declared `Terminated` is only suspended: a hold, in
    /// which it can still be brought back. Absent: it is terminated at once.
    pub terminate_after: Option<Date>,
    /// Whether it may be suspended or terminated at all.
    pub protection: Protection,
    /// What people call it; stays on our side.
    pub name: Option<Arc<str>>,
    /// For grouping and selecting; stays on our side.
    pub labels: Option<Arc<BTreeMap<String, String>>>,
    /// Where it is declared.
    pub source: Source,
}

/// Whether a line may be suspended or terminated. What was applied once is remembered, also when the
/// line leaves the file: only `protected: false` lifts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Protection {
    /// Nothing is said: what is remembered counts.
    #[default]
    Unsaid,
    /// `protected: true`, on the line or its fleet.
    Protected,
    /// `protected: false` on the line.
    Lifted,
}

/// A named grant of coupons (`spec.coupons`): an event, bought at most once per line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredGrant {
    /// Index into [`Desired::fleets`].
    pub fleet: u32,
    /// Unique among the grants of a line.
    pub name: Arc<str>,
    /// The month it is for (JST); outside it nothing is bought.
    pub month: YearMonth,
    /// The coupon.
    pub code: CouponCode,
    /// The lines that get it, sorted, each once.
    pub msisdns: Vec<Msisdn>,
    /// Where it is declared.
    pub source: Source,
}

/// A policy that buys coupons for the lines of a fleet when traffic runs out (`spec.topUps`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredTopUp {
    /// Index into [`Desired::fleets`].
    pub fleet: u32,
    /// Unique in the fleet.
    pub name: Arc<str>,
    /// The coupon.
    pub code: CouponCode,
    /// Buys when fewer bytes than this are left.
    pub below: u64,
    /// The most coupons per line and month.
    pub per_line: u32,
    /// The most money per month, operations in doubt counted as spent.
    pub spend: Money,
    /// Where it is declared.
    pub source: Source,
}

/// A `SimOrder`: an event, placed at most once, never derived from counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredOrder {
    /// `metadata.name`.
    pub name: Arc<str>,
    /// What is ordered.
    pub content: OrderContent,
    /// `state: Cancelled`: to be cancelled while that is open, and never placed.
    pub cancelled: bool,
    /// Where it is declared.
    pub source: Source,
}

/// The list of a `SimFleet` in which a number is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// `spec.sims`: cards.
    Sims,
    /// `spec.chipSims`: chip SIMs, before and after their start of use.
    ChipSims,
}

/// A state to declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DesiredState {
    /// IMEI bound, in no stock (chip SIMs).
    Registered,
    /// In the fleet's system number's stock (chip SIMs).
    Allocated,
    /// In use.
    Active,
    /// Communication stopped, still billed.
    Suspended,
    /// Ended: a tombstone.
    Terminated,
}

impl DesiredState {
    /// The name in manifests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "Registered",
            Self::Allocated => "Allocated",
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Terminated => "Terminated",
        }
    }
}

impl std::fmt::Display for DesiredState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place in a manifest or roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Source {
    /// Index into [`Desired::files`].
    pub file: u32,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Source {
    /// Of what stands in no file.
    pub const NOWHERE: Self = Self { file: u32::MAX, line: 0, column: 0 };
}

impl Desired {
    /// What is declared of a number.
    pub fn sim(&self, msisdn: Msisdn) -> Option<&DesiredSim> {
        self.sims.binary_search_by_key(&msisdn, |sim| sim.msisdn).ok().and_then(|at| self.sims.get(at))
    }

    /// The fleet of a SIM. `None` only for an index that the compiler of manifests never makes.
    pub fn fleet_of(&self, sim: &DesiredSim) -> Option<&DesiredFleet> {
        self.fleets.get(usize::try_from(sim.fleet).ok()?)
    }

    /// The name of a source's file.
    pub fn file_of(&self, source: Source) -> &str {
        usize::try_from(source.file).ok().and_then(|index| self.files.get(index)).map_or("", |name| name)
    }
}

//! An independent judge of plans. It knows nothing of how a plan is made: it replays every operation on
//! the line as it was observed, under the carrier's rules, and looks at what comes out.
//!
//! Used by the tests, before a plan is shown, and before one is applied. No violation is ever expected.

mod books;
mod goal;
mod money;
mod order;
mod purchase;
mod replay;
mod requests;
mod spend;
mod termination;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::calendar::jst_date;
use crate::domain::{
    Approval, Desired, DesiredFleet, DesiredSim, Imei, Mode, Msisdn, Observed, ObservedSim, OperationKind, OrderApplication,
};
use crate::plan::{AccountPlan, ApprovalNeed, BlockedCode, Memory, OpId, Operation, Part, Verdict, WarningCode};
use books::Books;
use replay::{Rules, Sim};

/// A fault of a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The line, where it is one's.
    pub msisdn: Option<Msisdn>,
    /// The operation, where it is one's.
    pub operation: Option<OpId>,
    /// What is wrong, for people.
    pub message: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(msisdn) = self.msisdn {
            write!(f, "{}: ", msisdn.masked())?;
        }
        if let Some(operation) = &self.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Judges a plan for a whole account.
pub fn check(desired: &Desired, observed: &Observed, memory: &Memory, now: Timestamp, plan: &AccountPlan) -> Vec<Violation> {
    check_only(desired, observed, memory, now, plan, Part::ALL)
}

/// Judges a plan for a part of an account ([`crate::plan::plan_only`]).
pub fn check_only(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    now: Timestamp,
    plan: &AccountPlan,
    part: Part<'_>,
) -> Vec<Violation> {
    let selected = part.lines;
    let mut judge = Judge::new(desired, observed, memory, now, plan);
    judge.nothing_without_reason(selected);
    if observed.complete {
        for sim in desired.sims.iter().filter(|sim| selected(sim)) {
            judge.line(sim);
        }
        judge.in_sync(selected);
        judge.caps();
    } else if !plan.operations.is_empty() {
        judge.fault(None, None, "operations rest on an incomplete observation");
    }
    judge.guards();
    judge.told_of_days();
    judge.protection(selected);
    let comes_first = |operation: &Operation| {
        let row = operation.subject.msisdn().and_then(|msisdn| judge.row(msisdn));
        purchase::comes_before_purchases(operation, row)
    };
    let mut violations = Vec::new();
    requests::check(plan, observed.catalogue.terms.bulk_limit, &comes_first, &mut violations);
    judge.violations.extend(violations);
    order::check(desired, observed, memory, now, plan, part, &mut judge.violations);
    judge.violations.sort();
    judge.violations
}

struct Judge<'a> {
    desired: &'a Desired,
    /// Sorted by number.
    observed: Vec<&'a ObservedSim>,
    plan: &'a AccountPlan,
    rules: Rules<'a>,
    books: Books<'a>,
    memory: &'a Memory,
    /// The carrier's orders, as far as they were read.
    orders: &'a [OrderApplication],
    doubted: BTreeSet<Msisdn>,
    /// Lines whose protection the journal remembers.
    protected: &'a BTreeSet<Msisdn>,
    operations: BTreeMap<Msisdn, Vec<&'a Operation>>,
    blocked: BTreeMap<Msisdn, BTreeSet<BlockedCode>>,
    /// Lines that are blocked as a whole, not only what would be bought for them.
    stopped: BTreeSet<Msisdn>,
    /// How often the plan warns that a coupon of the line ends soon.
    warned: BTreeMap<Msisdn, usize>,
    waiting: BTreeSet<Msisdn>,
    /// Devices bound to live chip SIMs, as observed.
    devices: BTreeMap<String, Vec<Msisdn>>,
    /// The chip SIMs to which the plan binds a device.
    planned_devices: BTreeMap<&'a str, Vec<Msisdn>>,
    /// Lines of fleets that have boards with two SIMs.
    sharing: BTreeSet<Msisdn>,
    violations: Vec<Violation>,
}

impl<'a> Judge<'a> {
    fn new(desired: &'a Desired, observed: &'a Observed, memory: &'a Memory, now: Timestamp, plan: &'a AccountPlan) -> Self {
        let mut blocked: BTreeMap<Msisdn, BTreeSet<BlockedCode>> = BTreeMap::new();
        for item in &plan.blocked {
            if let Some(msisdn) = item.subject.msisdn() {
                blocked.entry(msisdn).or_default().insert(item.code);
            }
        }
        let mut warned: BTreeMap<Msisdn, usize> = BTreeMap::new();
        for item in plan.warnings.iter().filter(|item| item.code == WarningCode::CouponEndsSoon) {
            if let Some(msisdn) = item.subject.msisdn() {
                *warned.entry(msisdn).or_default() += 1;
            }
        }
        let mut operations: BTreeMap<Msisdn, Vec<&Operation>> = BTreeMap::new();
        for operation in &plan.operations {
            if let Some(msisdn) = operation.subject.msisdn() {
                operations.entry(msisdn).or_default().push(operation);
            }
        }
        let mut planned_devices: BTreeMap<&str, Vec<Msisdn>> = BTreeMap::new();
        for operation in &plan.operations {
            if let (Some(imei), Some(msisdn)) = (imei_of(operation), operation.subject.msisdn()) {
                planned_devices.entry(imei.device()).or_default().push(msisdn);
            }
        }
        let shares = |sim: &&DesiredSim| desired.fleet_of(sim).is_some_and(|fleet| fleet.policy.allow_duplicate_imei);
        let mut devices: BTreeMap<String, Vec<Msisdn>> = BTreeMap::new();
        if !planned_devices.is_empty() {
            for sim in &observed.sims {
                let over = sim.line.as_ref().is_some_and(|line| line.status.is_terminated())
                    || sim.chip.as_ref().is_some_and(|chip| {
                        sim.line.is_none() && matches!(chip.status.wire(), "terminated" | "carrierTerminated")
                    });
                if let (false, Some(imei)) = (over, sim.chip.as_ref().and_then(|chip| chip.imei)) {
                    devices.entry(imei.device().to_owned()).or_default().push(sim.msisdn);
                }
            }
        }
        let mut rows: Vec<&ObservedSim> = observed.sims.iter().collect();
        rows.sort_by_key(|sim| sim.msisdn);
        Self {
            desired,
            observed: rows,
            plan,
            rules: Rules {
                catalogue: &observed.catalogue,
                today: jst_date(now),
                cut_off_passed: observed.catalogue.terms.cut_off.is_passed(now),
            },
            books: Books::open(desired, observed, memory, now),
            memory,
            orders: observed.purchases.orders.as_deref().unwrap_or_default(),
            doubted: memory.in_doubt.iter().filter_map(|operation| operation.subject.msisdn()).collect(),
            protected: &memory.protected,
            operations,
            stopped: purchase::stopped(desired, observed, &blocked),
            blocked,
            warned,
            waiting: plan.pending.iter().filter_map(|item| item.subject.msisdn()).collect(),
            devices,
            planned_devices,
            sharing: desired.sims.iter().filter(shares).map(|sim| sim.msisdn).collect(),
            violations: Vec::new(),
        }
    }

    fn row(&self, msisdn: Msisdn) -> Option<&'a ObservedSim> {
        let index = self.observed.binary_search_by_key(&msisdn, |row| row.msisdn).ok()?;
        self.observed.get(index).copied()
    }

    /// Whether a line is blocked as a whole.
    fn is_stopped(&self, msisdn: Msisdn) -> bool {
        self.stopped.contains(&msisdn)
    }

    fn fault(&mut self, msisdn: Option<Msisdn>, operation: Option<&Operation>, message: impl Into<String>) {
        let operation = operation.map(|operation| operation.id.clone());
        self.violations.push(Violation { msisdn, operation, message: message.into() });
    }

    /// Operations only for lines that are declared, selected, not blocked and not in doubt.
    fn nothing_without_reason(&mut self, selected: &dyn Fn(&DesiredSim) -> bool) {
        let mut declared: Vec<(Msisdn, bool)> = self.desired.sims.iter().map(|sim| (sim.msisdn, selected(sim))).collect();
        declared.sort_unstable();
        let is_declared = |msisdn| declared.binary_search_by_key(&msisdn, |(declared, _)| *declared).ok();
        let is_selected =
            |msisdn| is_declared(msisdn).and_then(|index| declared.get(index)).is_some_and(|(_, selected)| *selected);
        let plan = self.plan;
        for operation in &plan.operations {
            let Some(msisdn) = operation.subject.msisdn() else { continue };
            let why = if !is_selected(msisdn) {
                "the line is not declared, or not selected"
            } else if self.is_stopped(msisdn) {
                "the line is blocked"
            } else if self.doubted.contains(&msisdn) {
                "an operation on the line is in doubt"
            } else {
                continue;
            };
            self.fault(Some(msisdn), Some(operation), why);
        }
        for item in &plan.unmanaged {
            if is_declared(item.msisdn).is_some() {
                self.fault(Some(item.msisdn), None, "reported as unmanaged, but declared");
            }
        }
    }

    fn line(&mut self, sim: &DesiredSim) {
        let msisdn = sim.msisdn;
        let Some(fleet) = self.desired.fleet_of(sim) else { return };
        if self.doubted.contains(&msisdn) && !self.blocked.get(&msisdn).is_some_and(|codes| codes.contains(&BlockedCode::InDoubt))
        {
            self.fault(Some(msisdn), None, "an operation on the line is in doubt, and the plan does not say so");
        }
        let row = self.row(msisdn);
        let mut state = Sim::observed(row);
        let mut planned = self.operations.remove(&msisdn).unwrap_or_default();
        planned.sort_by_key(|operation| operation.wave);
        for operation in &planned {
            self.permitted(sim, fleet, operation);
            self.precondition(&state, operation);
            let cost = money::expected(self.rules.catalogue, &state, &operation.change);
            if cost != (operation.cost.one_off(), operation.cost.every_month()) {
                self.fault(Some(msisdn), Some(operation), format!("costs {cost:?} by the catalogue, not {:?}", operation.cost));
            }
            if let Err(why) = state.apply(self.rules, fleet, &operation.change) {
                self.fault(Some(msisdn), Some(operation), why);
                return;
            }
        }
        self.hold(sim, fleet, &state);
        self.purchases(sim, fleet, &planned, row, &state);
        let excused = self.is_stopped(msisdn) || self.waiting.contains(&msisdn);
        if !excused && let Some(why) = goal::missed(sim, fleet, &state, self.rules.today) {
            self.fault(Some(msisdn), None, format!("after the plan {why}"));
        }
    }

    /// Whether the fleet lets this happen to the line at all, and the plan says what it takes.
    fn permitted(&mut self, sim: &DesiredSim, fleet: &DesiredFleet, operation: &Operation) {
        let kind = operation.change.kind();
        let msisdn = Some(sim.msisdn);
        self.may_stop(sim, operation);
        if !self.rules.catalogue.offers(&fleet.system, &fleet.service, kind.function()) {
            self.fault(msisdn, Some(operation), format!("the service does not offer function {}", kind.function().number()));
        }
        let auto = fleet.policy.approval.get(&kind) == Some(&Approval::Auto);
        let expected = match (fleet.mode, kind.risk().needs_approval()) {
            (Mode::Observe, _) => {
                self.fault(msisdn, Some(operation), "the fleet is only observed");
                return;
            }
            (Mode::Plan, _) => ApprovalNeed::PlanId,
            (Mode::Apply, false) => ApprovalNeed::Yes,
            (Mode::Apply, true) if auto => ApprovalNeed::Policy,
            (Mode::Apply, true) => ApprovalNeed::Ack,
        };
        if operation.approval != expected {
            self.fault(msisdn, Some(operation), format!("approval is {:?}, not {expected:?}", operation.approval));
        }
        if operation.fleet != fleet.name || operation.account != self.desired.account {
            self.fault(msisdn, Some(operation), "names another fleet or account than the line's");
        }
        if let Some(imei) = imei_of(operation) {
            let holders = self.devices.get(imei.device()).into_iter().chain(self.planned_devices.get(imei.device())).flatten();
            let may_share = |holder: &Msisdn| self.sharing.contains(&sim.msisdn) && self.sharing.contains(holder);
            if holders.into_iter().any(|holder| *holder != sim.msisdn && !may_share(holder)) {
                self.fault(msisdn, Some(operation), "the IMEI is another chip SIM's");
            }
        }
    }

    /// What the operation says it rests on must be so when its turn comes.
    fn precondition(&mut self, state: &Sim, operation: &Operation) {
        let precondition = &operation.precondition;
        let mut wrong = Vec::new();
        let mut differs = |field: &str, expected: Option<&str>, found: &str| {
            if expected.is_some_and(|expected| expected != found) {
                wrong.push(format!("{field} is {found:?}"));
            }
        };
        differs("status", precondition.status.as_deref(), state.status());
        differs("ratePlan", precondition.rate_plan.as_ref().map(crate::domain::RatePlan::as_str), state.plan());
        differs("imei", precondition.imei.as_deref(), state.imei.as_ref().map_or("", Imei::as_str));
        differs("systemNumber", precondition.system_number.as_deref(), state.system());
        for application in &precondition.applications {
            if !state.applications.iter().any(|open| open.number == *application) {
                wrong.push(format!("application {application} is not open"));
            }
        }
        if !wrong.is_empty() {
            self.fault(
                operation.subject.msisdn(),
                Some(operation),
                format!("its precondition never holds: {}", wrong.join(", ")),
            );
        }
    }

    fn in_sync(&mut self, selected: &dyn Fn(&DesiredSim) -> bool) {
        let busy: BTreeSet<Msisdn> = self.plan.operations.iter().filter_map(|operation| operation.subject.msisdn()).collect();
        let quiet = self
            .desired
            .sims
            .iter()
            .filter(|sim| selected(sim) && self.desired.fleet_of(sim).is_some())
            .filter(|sim| {
                !busy.contains(&sim.msisdn) && !self.blocked.contains_key(&sim.msisdn) && !self.waiting.contains(&sim.msisdn)
            })
            .count();
        if u64::try_from(quiet) != Ok(self.plan.in_sync) {
            self.fault(None, None, format!("{quiet} lines need nothing, the plan says {}", self.plan.in_sync));
        }
    }

    fn guards(&mut self) {
        self.spend_guards();
        let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
        for sim in self.desired.sims.iter().filter(|_| self.plan.observed.complete) {
            *lines.entry(sim.fleet).or_default() += 1;
        }
        let mut counts: BTreeMap<(&str, OperationKind), u64> = BTreeMap::new();
        for operation in &self.plan.operations {
            *counts.entry((&operation.fleet, operation.change.kind())).or_default() += 1;
        }
        for (index, fleet) in (0..).zip(&self.desired.fleets) {
            for (kind, limit) in &fleet.policy.limits {
                let actual = counts.get(&(&*fleet.name, *kind)).copied().unwrap_or(0);
                let limit = limit.resolve(lines.get(&index).copied().unwrap_or(0));
                let verdict = if actual > limit { Verdict::Exceeded } else { Verdict::Ok };
                let name = format!("{}/{kind}", fleet.name);
                let said = self.plan.guards.iter().find(|guard| guard.name == name);
                let right = said.is_some_and(|guard| (guard.limit, guard.actual, guard.verdict) == (limit, actual, verdict));
                if !right {
                    self.fault(None, None, format!("guard {name} should count {actual} of {limit}, it is {said:?}"));
                }
            }
        }
    }
}

fn imei_of(operation: &Operation) -> Option<&Imei> {
    if let crate::plan::Change::BindImei { imei } = &operation.change { Some(imei) } else { None }
}

//! One observed number as the line that declares it.
//!
//! A line declares what is there, or what is already on its way there (an accepted suspension, a
//! plan change, a termination): declared otherwise, the plan would undo it. What only the carrier can
//! change is not declared at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::{
    ApplicationType, ChipRow, ChipStatus, DesiredSim, DesiredState, Iccid, Imei, LineRow, LineStatus, List, Msisdn, ObservedSim,
    Pending, PendingTarget, Protection, RatePlan, ServiceCode, SystemNumber,
};

/// The longest code that a manifest takes.
pub(super) const MAX_CODE: usize = 64;

/// A declared line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) struct Row {
    pub(in crate::manifest) msisdn: Msisdn,
    pub(in crate::manifest) list: List,
    pub(in crate::manifest) imei: Option<Imei>,
    /// `None`: not managed.
    pub(in crate::manifest) state: Option<DesiredState>,
    pub(in crate::manifest) plan: PlanWish,
    pub(in crate::manifest) termination_date: Option<Date>,
    pub(in crate::manifest) own: Own,
}

/// What only we know of a line: no carrier tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::manifest) struct Own {
    pub(in crate::manifest) iccid: Option<Iccid>,
    pub(in crate::manifest) name: Option<Arc<str>>,
    pub(in crate::manifest) labels: Option<Arc<BTreeMap<String, String>>>,
    pub(in crate::manifest) protected: Option<bool>,
}

impl Row {
    /// With what is declared of the line and no carrier knows, which is also what is not managed. `is_line`: it is one, not a
    /// chip SIM in stock, whose rate plan means nothing before it is started and is needed for that.
    pub(super) fn keep(&mut self, declared: &DesiredSim, is_line: bool) {
        if declared.state.is_none() && self.state.is_some() {
            self.leave_state();
            if declared.imei.is_none() {
                self.imei = None;
            }
        }
        if declared.plan.is_none() && is_line && matches!(self.plan, PlanWish::Is(_)) {
            self.plan = PlanWish::Unmanaged;
        }
        self.own = Own {
            iccid: declared.iccid,
            name: declared.name.clone(),
            labels: declared.labels.clone().filter(|labels| !labels.is_empty()),
            protected: match declared.protection {
                Protection::Unsaid => None,
                Protection::Protected => Some(true),
                Protection::Lifted => Some(false),
            },
        };
        if self.own.protected == Some(true) {
            self.protect();
        }
    }

    /// A protected line cannot be declared stopped: that it is, is left unsaid.
    pub(in crate::manifest) fn protect(&mut self) {
        if matches!(self.state, Some(DesiredState::Suspended | DesiredState::Terminated)) {
            self.leave_state();
        }
    }

    /// Says nothing of the state. Where a rate plan does not matter beside it, a default would matter without it.
    fn leave_state(&mut self) {
        self.state = None;
        self.termination_date = None;
        if self.plan == PlanWish::Any {
            self.plan = PlanWish::Unmanaged;
        }
    }
}

/// The rate plan of a declared line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) enum PlanWish {
    /// Declared.
    Is(RatePlan),
    /// It has none that matters: a default may apply.
    Any,
    /// Not managed: no default may apply.
    Unmanaged,
}

/// Where a line belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) enum Home {
    /// A line.
    Service(SystemNumber, ServiceCode),
    /// A chip SIM in a system number's stock.
    Stock(SystemNumber),
    /// A chip SIM that belongs to the contractor, but to no system number yet.
    Nowhere,
}

/// Why a number is not declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::manifest) enum LeftOut {
    /// The list of chip SIMs calls it started, but the list of lines does not hold it.
    StartedWithoutLine,
    /// Its system number or service cannot be written into a manifest.
    Unnamed,
}

/// The declaration of a number, and where it belongs.
pub(in crate::manifest) fn declare(sim: &ObservedSim) -> Result<(Home, Row), LeftOut> {
    match (&sim.line, &sim.chip) {
        (Some(line), _) => {
            if !is_code(line.system.as_str()) || !is_code(line.service.as_str()) {
                return Err(LeftOut::Unnamed);
            }
            Ok((Home::Service(line.system.clone(), line.service.clone()), of_line(sim, line)))
        }
        (None, Some(chip)) => of_chip(sim, chip),
        (None, None) => Err(LeftOut::StartedWithoutLine),
    }
}

/// Whether a manifest takes a code.
pub(in crate::manifest) fn is_code(code: &str) -> bool {
    !code.trim().is_empty() && code.chars().count() <= MAX_CODE
}

fn open(sim: &ObservedSim) -> impl Iterator<Item = &Pending> {
    sim.pending().filter(|application| !application.status.is_final())
}

fn of_line(sim: &ObservedSim, line: &LineRow) -> Row {
    let is_chip = sim.chip.is_some() || line.is_chip;
    let row = Row {
        msisdn: sim.msisdn,
        list: if is_chip { List::ChipSims } else { List::Sims },
        // The device of an ended line may have a new chip SIM.
        imei: sim.chip.as_ref().filter(|_| !line.status.is_terminated()).and_then(|chip| chip.imei),
        state: None,
        plan: PlanWish::Unmanaged,
        termination_date: None,
        own: Own::default(),
    };
    let termination = || open(sim).find(|application| application.kind == ApplicationType::Terminate);
    match &line.status {
        LineStatus::CarrierSuspended | LineStatus::CarrierTerminated | LineStatus::Unknown(_) => {
            // With a plan change on its way neither plan can be declared: the line is not ours to change.
            let changes = open(sim).any(|application| application.kind == ApplicationType::PlanChange);
            let plan = if changes { PlanWish::Unmanaged } else { wish(&line.plan) };
            Row { plan, ..row }
        }
        LineStatus::Terminated => terminated(row, line.termination_date),
        LineStatus::TerminationAccepted => {
            terminated(row, line.termination_date.or_else(|| termination().and_then(|application| application.effective)))
        }
        LineStatus::Active | LineStatus::Suspended => match termination() {
            Some(application) => terminated(row, line.termination_date.or(application.effective)),
            None => Row { state: Some(living(sim, &line.status)), plan: coming_plan(sim, line), ..row },
        },
    }
}

/// A tombstone: it stays true when the carrier no longer lists the line.
fn terminated(mut row: Row, date: Option<Date>) -> Row {
    row.state = Some(DesiredState::Terminated);
    row.plan = PlanWish::Any;
    row.termination_date = date;
    row
}

/// The state that a line in use has, or is about to have.
fn living(sim: &ObservedSim, status: &LineStatus) -> DesiredState {
    let now = if *status == LineStatus::Suspended { DesiredState::Suspended } else { DesiredState::Active };
    open(sim)
        .filter(|application| application.status.blocks_line())
        .find_map(|application| match application.kind {
            ApplicationType::Suspend => Some(DesiredState::Suspended),
            ApplicationType::Resume => Some(DesiredState::Active),
            ApplicationType::PlanChange
            | ApplicationType::Coupon
            | ApplicationType::Terminate
            | ApplicationType::Order
            | ApplicationType::ImeiRegistration
            | ApplicationType::Allocation
            | ApplicationType::Deallocation
            | ApplicationType::Activation
            | ApplicationType::Unknown(_) => None,
        })
        .unwrap_or(now)
}

/// The plan that a line has, or is about to have.
fn coming_plan(sim: &ObservedSim, line: &LineRow) -> PlanWish {
    let mut changes = open(sim).filter(|application| application.kind == ApplicationType::PlanChange);
    let Some(first) = changes.next() else { return wish(&line.plan) };
    // Two that contradict each other: whichever were declared, the plan would cancel the other.
    if changes.any(|other| other.target != first.target) {
        return PlanWish::Unmanaged;
    }
    match &first.target {
        PendingTarget::Plan(plan) => wish(plan),
        PendingTarget::Status(_) | PendingTarget::Imei(_) | PendingTarget::System(_) | PendingTarget::Other(_) => {
            PlanWish::Unmanaged
        }
    }
}

fn wish(plan: &RatePlan) -> PlanWish {
    if is_code(plan.as_str()) { PlanWish::Is(plan.clone()) } else { PlanWish::Unmanaged }
}

/// A chip SIM before its start of use.
fn of_chip(sim: &ObservedSim, chip: &ChipRow) -> Result<(Home, Row), LeftOut> {
    let coming = open(sim).find(|application| application.status.blocks_line());
    let coming = coming.map(|application| (&application.kind, &application.target));
    let mut row = Row {
        msisdn: sim.msisdn,
        list: List::ChipSims,
        imei: chip.imei,
        state: None,
        plan: PlanWish::Any,
        termination_date: None,
        own: Own::default(),
    };
    let mut stock = chip.system.clone();
    match &chip.status {
        ChipStatus::Ordered => {
            row.imei = None;
            if let Some((ApplicationType::ImeiRegistration, PendingTarget::Imei(imei))) = coming {
                row.imei = Some(*imei);
                row.state = Some(DesiredState::Registered);
            }
        }
        ChipStatus::ImeiRegistered => {
            row.state = Some(DesiredState::Registered);
            if let Some((ApplicationType::Allocation, PendingTarget::System(system))) = coming {
                row.state = Some(DesiredState::Allocated);
                stock = Some(system.clone());
            }
        }
        ChipStatus::Allocated => match coming {
            // Allocated to nobody: nothing can be said about it.
            _ if stock.is_none() => {}
            Some((ApplicationType::Deallocation, _)) => row.state = Some(DesiredState::Registered),
            Some((ApplicationType::Activation, target)) => {
                row.state = Some(DesiredState::Active);
                row.plan = match target {
                    PendingTarget::Plan(plan) => wish(plan),
                    PendingTarget::Status(_) | PendingTarget::Imei(_) | PendingTarget::System(_) | PendingTarget::Other(_) => {
                        PlanWish::Unmanaged
                    }
                };
            }
            Some(_) | None => row.state = Some(DesiredState::Allocated),
        },
        ChipStatus::Active => return Err(LeftOut::StartedWithoutLine),
        // The list of chip SIMs may name a started one by its line's status.
        ChipStatus::Unknown(text) if !matches!(LineStatus::from_wire(text), LineStatus::Unknown(_)) => {
            return Err(LeftOut::StartedWithoutLine);
        }
        ChipStatus::Unknown(_) => {}
    }
    match stock {
        Some(system) if !is_code(system.as_str()) => Err(LeftOut::Unnamed),
        Some(system) => Ok((Home::Stock(system), row)),
        None => Ok((Home::Nowhere, row)),
    }
}

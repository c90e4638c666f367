//! One line under the carrier's rules (DOMAIN 3 and 4): what each operation does, and when it is refused.

use jiff::civil::Date;

use crate::domain::transition::{chip_after, line_after};
use crate::domain::{
    ApplicationNumber, ApplicationType, Catalogue, ChipStatus, DesiredFleet, Iccid, Imei, LineStatus, ObservedSim, PendingTarget,
    RatePlan, ServiceCode, SystemNumber,
};
use crate::plan::Change;

#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) today: Date,
    pub(super) cut_off_passed: bool,
}

/// A number between two operations.
#[derive(Debug, Clone, Default)]
pub(super) struct Sim {
    pub(super) line: Option<Line>,
    pub(super) chip: Option<ChipStatus>,
    pub(super) is_chip: bool,
    pub(super) imei: Option<Imei>,
    pub(super) iccid: Option<Iccid>,
    /// The stock an unstarted chip SIM is in.
    pub(super) stock: Option<SystemNumber>,
    pub(super) applications: Vec<Open>,
}

#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) status: LineStatus,
    pub(super) plan: RatePlan,
    pub(super) home: Option<(SystemNumber, ServiceCode)>,
    pub(super) termination_date: Option<Date>,
    /// A line in termination that was suspended before goes back to that.
    was_suspended: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Empty for one that the plan itself makes.
    pub(super) number: ApplicationNumber,
    pub(super) kind: ApplicationType,
    pub(super) target: Option<RatePlan>,
    pub(super) blocks: bool,
    cancellable: bool,
    effective: Option<Date>,
}

impl Sim {
    pub(super) fn observed(sim: Option<&ObservedSim>) -> Self {
        let Some(sim) = sim else { return Self::default() };
        let applications = sim
            .pending()
            .filter(|open| !open.status.is_final())
            .map(|open| Open {
                number: open.application.clone(),
                kind: open.kind.clone(),
                target: if let PendingTarget::Plan(plan) = &open.target { Some(plan.clone()) } else { None },
                blocks: open.status.blocks_line(),
                cancellable: open.cancellable,
                effective: open.effective,
            })
            .collect();
        Self {
            line: sim.line.as_ref().map(|line| Line {
                status: line.status.clone(),
                plan: line.plan.clone(),
                home: Some((line.system.clone(), line.service.clone())),
                termination_date: line.termination_date,
                was_suspended: line.suspend_reason.is_some(),
            }),
            chip: sim.chip.as_ref().map(|chip| chip.status.clone()),
            is_chip: sim.chip.is_some() || sim.line.as_ref().is_some_and(|line| line.is_chip),
            imei: sim.chip.as_ref().and_then(|chip| chip.imei),
            iccid: sim.line.as_ref().and_then(|line| line.iccid).or(sim.chip.as_ref().and_then(|chip| chip.iccid)),
            stock: sim.chip.as_ref().and_then(|chip| chip.system.clone()),
            applications,
        }
    }

    pub(super) fn status(&self) -> &str {
        match (&self.line, &self.chip) {
            (Some(line), _) => line.status.wire(),
            (None, Some(chip)) => chip.wire(),
            (None, None) => "",
        }
    }

    pub(super) fn plan(&self) -> &str {
        self.line.as_ref().map_or("", |line| line.plan.as_str())
    }

    pub(super) fn system(&self) -> &str {
        self.stock.as_ref().map_or("", SystemNumber::as_str)
    }

    pub(super) fn open(&self, kind: &ApplicationType) -> impl Iterator<Item = &Open> {
        self.applications.iter().filter(move |open| open.kind == *kind)
    }

    /// The day at whose end it ends, where a termination is accepted.
    pub(super) fn ends_on(&self) -> Option<Date> {
        let line = self.line.as_ref()?;
        line.termination_date.or_else(|| self.open(&ApplicationType::Terminate).find_map(|open| open.effective))
    }

    /// A line whose termination the carrier has accepted, under whatever status it is shown.
    pub(super) fn is_ending(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.status == LineStatus::TerminationAccepted)
            || self.open(&ApplicationType::Terminate).next().is_some()
    }

    /// Performs a change or says why the carrier refuses it.
    pub(super) fn apply(&mut self, rules: Rules<'_>, fleet: &DesiredFleet, change: &Change) -> Result<(), String> {
        let cancels = if let Change::CancelApplication { application, .. } = change { Some(application) } else { None };
        if let Some(open) = self.applications.iter().find(|open| open.blocks && cancels != Some(&open.number)) {
            return Err(format!("application {} is in progress", open.number));
        }
        match change {
            Change::BindImei { .. } | Change::Allocate { .. } | Change::Deallocate { .. } | Change::StartUse { .. } => {
                self.apply_to_chip(rules, fleet, change)
            }
            Change::CancelApplication { application, of } => self.cancel(application, of),
            Change::PlaceOrder { .. } => Err("an order is no line's".to_owned()),
            Change::Suspend
            | Change::Resume
            | Change::ChangeRatePlan { .. }
            | Change::Terminate { .. }
            | Change::BuyCoupon { .. } => self.apply_to_line(rules, fleet, change),
        }
    }

    fn apply_to_line(&mut self, rules: Rules<'_>, fleet: &DesiredFleet, change: &Change) -> Result<(), String> {
        if self.is_ending() {
            return Err("a termination is accepted".to_owned());
        }
        let changes_plan = self.open(&ApplicationType::PlanChange).next().is_some();
        let Some(line) = self.line.as_mut() else { return Err("there is no such line".to_owned()) };
        if line.home.as_ref().is_some_and(|(system, service)| *system != fleet.system || *service != fleet.service) {
            return Err("the line belongs to another system or service than its fleet".to_owned());
        }
        let kind = change.kind();
        let next = line_after(&line.status, kind).ok_or_else(|| format!("{kind} is refused while {}", line.status))?.clone();
        match change {
            Change::ChangeRatePlan { from, to } => {
                if changes_plan {
                    return Err("another plan change is on its way".to_owned());
                }
                if rules.cut_off_passed {
                    return Err("the cut-off has passed".to_owned());
                }
                if *from != line.plan || !rules.catalogue.plans.contains_key(to) {
                    return Err(format!("the plan is {}, and {to} is asked for", line.plan));
                }
                self.applications.push(Open {
                    number: "".into(),
                    kind: ApplicationType::PlanChange,
                    target: Some(to.clone()),
                    blocks: false,
                    cancellable: true,
                    effective: None,
                });
            }
            Change::Terminate { date } => {
                if *date < rules.today {
                    return Err(format!("{date} is past"));
                }
                line.termination_date = Some(*date);
                line.was_suspended = line.status == LineStatus::Suspended;
                line.status = next;
                self.applications.retain(|open| open.kind != ApplicationType::PlanChange);
            }
            Change::BuyCoupon { purchase } => {
                let plan = rules.catalogue.plans.get(&line.plan);
                if plan.and_then(|plan| plan.coupons.get(&purchase.code).copied().flatten()).is_none() {
                    return Err(format!("{} takes no {}, or nobody knows its price", line.plan, purchase.code));
                }
                line.status = next;
            }
            Change::Suspend
            | Change::Resume
            | Change::BindImei { .. }
            | Change::Allocate { .. }
            | Change::Deallocate { .. }
            | Change::StartUse { .. }
            | Change::PlaceOrder { .. }
            | Change::CancelApplication { .. } => line.status = next,
        }
        Ok(())
    }

    fn apply_to_chip(&mut self, rules: Rules<'_>, fleet: &DesiredFleet, change: &Change) -> Result<(), String> {
        let (None, Some(status)) = (&self.line, &self.chip) else { return Err("there is no unstarted chip SIM".to_owned()) };
        let kind = change.kind();
        let next = chip_after(status, kind).ok_or_else(|| format!("{kind} is refused while {status}"))?.clone();
        match change {
            Change::BindImei { imei } => {
                if self.imei.is_some_and(|bound| bound.device() != imei.device()) {
                    return Err("another IMEI is bound".to_owned());
                }
                self.imei = Some(*imei);
            }
            Change::Allocate { system } => {
                if *system != fleet.system {
                    return Err(format!("{system} is not the fleet's system number"));
                }
                self.stock = Some(system.clone());
            }
            Change::Deallocate { system } => {
                if self.stock.as_ref() != Some(system) {
                    return Err(format!("it is not in the stock of {system}"));
                }
                self.stock = None;
            }
            Change::StartUse { system, plan } => {
                if self.stock.as_ref() != Some(system) || *system != fleet.system || !rules.catalogue.plans.contains_key(plan) {
                    return Err(format!("it cannot be started from {system} with {plan}"));
                }
                self.line = Some(Line {
                    status: LineStatus::Active,
                    plan: plan.clone(),
                    home: None,
                    termination_date: None,
                    was_suspended: false,
                });
            }
            Change::Suspend
            | Change::Resume
            | Change::ChangeRatePlan { .. }
            | Change::Terminate { .. }
            | Change::BuyCoupon { .. }
            | Change::PlaceOrder { .. }
            | Change::CancelApplication { .. } => return Err(format!("{kind} is nothing for an unstarted chip SIM")),
        }
        self.chip = Some(next);
        Ok(())
    }

    fn cancel(&mut self, number: &ApplicationNumber, of: &ApplicationType) -> Result<(), String> {
        let found = self.applications.iter().position(|open| open.number == *number && open.kind == *of && open.cancellable);
        let Some(index) = found else { return Err(format!("application {number} ({of}) cannot be cancelled")) };
        self.applications.remove(index);
        if *of == ApplicationType::Terminate
            && self.open(&ApplicationType::Terminate).next().is_none()
            && let Some(line) = self.line.as_mut()
        {
            line.termination_date = None;
            if line.status == LineStatus::TerminationAccepted {
                line.status = if line.was_suspended { LineStatus::Suspended } else { LineStatus::Active };
            }
        }
        Ok(())
    }
}

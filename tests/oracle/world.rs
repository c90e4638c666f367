//! The effects of operations on an observation, as if the carrier had carried each out at once and
//! completely. Pure; it takes any operation and judges none.

use jiff::Timestamp;
use jiff::civil::Date;

use simfleet::domain::calendar::{first_of_next_month, jst_date};
use simfleet::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, ChipStatus, CouponApplication, CouponCode, DesiredSim, LineRow,
    LineStatus, Observed, ObservedSim, Pending, PendingTarget, RatePlan, RequestedVia, ServiceCode, SystemNumber,
};
use simfleet::plan::{Change, Operation};

/// Performs one operation. `service` is that of the fleet, in which started chip SIMs become lines.
pub(super) fn apply(observed: &mut Observed, operation: &Operation, service: &ServiceCode, now: Timestamp) {
    let today = jst_date(now);
    let Ok(index) = observed.sims.binary_search_by_key(&operation.subject.msisdn(), |sim| Some(sim.msisdn)) else {
        panic!("{operation:?} is for a number that does not exist");
    };
    let sim = &mut observed.sims[index];
    match &operation.change {
        Change::Suspend => {
            line(sim).status = LineStatus::Suspended;
            line(sim).suspend_reason = Some("paused".into());
        }
        Change::Resume => {
            line(sim).status = LineStatus::Active;
            line(sim).suspend_reason = None;
        }
        Change::ChangeRatePlan { to, .. } => {
            let date = first_of_next_month(today);
            open(sim, operation, ApplicationType::PlanChange, PendingTarget::Plan(to.clone()), date);
        }
        Change::Terminate { date } => {
            close(sim, |application| application.kind == ApplicationType::PlanChange);
            line(sim).status = LineStatus::TerminationAccepted;
            line(sim).termination_date = Some(*date);
            open(sim, operation, ApplicationType::Terminate, PendingTarget::Status("terminated".into()), *date);
        }
        Change::BindImei { imei } => {
            let chip = sim.chip.as_mut().unwrap();
            (chip.imei, chip.status) = (Some(*imei), ChipStatus::ImeiRegistered);
        }
        Change::Allocate { system } => {
            let chip = sim.chip.as_mut().unwrap();
            (chip.system, chip.status) = (Some(system.clone()), ChipStatus::Allocated);
        }
        Change::Deallocate { .. } => {
            let chip = sim.chip.as_mut().unwrap();
            (chip.system, chip.status) = (None, ChipStatus::ImeiRegistered);
        }
        Change::StartUse { system, plan } => start(sim, system, service, plan),
        Change::BuyCoupon { purchase } => buy(observed, operation, purchase.code.clone(), now),
        Change::PlaceOrder { .. } => panic!("{operation:?}: nothing was to be ordered"),
        Change::CancelApplication { application, of } => {
            close(sim, |open| open.application == *application);
            if *of == ApplicationType::Terminate {
                let line = line(sim);
                line.termination_date = None;
                line.status = if line.suspend_reason.is_some() { LineStatus::Suspended } else { LineStatus::Active };
            }
        }
    }
}

/// The application number that an operation gets.
pub(super) fn number_of(operation: &Operation) -> ApplicationNumber {
    format!("N-{}", operation.id).as_str().into()
}

fn buy(observed: &mut Observed, operation: &Operation, code: CouponCode, now: Timestamp) {
    let coupons = observed.purchases.coupons.as_mut().unwrap();
    coupons.push(CouponApplication {
        msisdn: operation.subject.msisdn().unwrap(),
        application: number_of(operation),
        code: Some(code),
        status: ApplicationStatus::Completed,
        requested_at: now,
        via: RequestedVia::Api,
    });
    coupons.sort();
}

fn line(sim: &mut ObservedSim) -> &mut LineRow {
    sim.line.as_mut().unwrap()
}

fn start(sim: &mut ObservedSim, system: &SystemNumber, service: &ServiceCode, plan: &RatePlan) {
    let chip = sim.chip.as_mut().unwrap();
    chip.status = ChipStatus::Active;
    sim.line = Some(LineRow {
        iccid: chip.iccid,
        imsi: None,
        imei: chip.imei.map(Into::into),
        is_chip: true,
        system: system.clone(),
        service: service.clone(),
        plan: plan.clone(),
        status: LineStatus::Active,
        label: "".into(),
        suspend_reason: None,
        traffic_remaining: None,
        pending: Box::default(),
        opened_at: None,
        termination_date: None,
        updated_at: None,
        version: 1,
    });
}

/// Both lists show the applications of a started chip SIM.
fn open(sim: &mut ObservedSim, operation: &Operation, kind: ApplicationType, target: PendingTarget, effective: Date) {
    let application = Pending {
        application: number_of(operation),
        kind,
        status: ApplicationStatus::Scheduled,
        target,
        effective: Some(effective),
        cancellable: true,
    };
    for pending in rows(sim) {
        *pending = pending.iter().cloned().chain([application.clone()]).collect();
    }
}

fn close(sim: &mut ObservedSim, which: impl Fn(&Pending) -> bool) {
    for pending in rows(sim) {
        *pending = pending.iter().filter(|application| !which(application)).cloned().collect();
    }
}

fn rows(sim: &mut ObservedSim) -> impl Iterator<Item = &mut Box<[Pending]>> {
    let of_line = sim.line.as_mut().map(|line| &mut line.pending);
    of_line.into_iter().chain(sim.chip.as_mut().map(|chip| &mut chip.pending))
}

/// Moves a declared line to another place in the files.
pub(super) fn elsewhere(sim: &mut DesiredSim, line: u32) {
    (sim.source.file, sim.source.line, sim.source.column) = (1, line, 7);
}

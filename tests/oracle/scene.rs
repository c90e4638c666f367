//! Models and wishes as the planner takes them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use simfleet::domain::calendar::{first_of_next_month, jst_date};
use simfleet::domain::identifier::luhn_digit;
use simfleet::domain::{
    ApplicationStatus, ApplicationType, CarrierIdentity, Catalogue, ChipRow, ChipStatus, Desired, DesiredFleet, DesiredSim,
    Function, Iccid, Imei, LineRow, LineStatus, List, Mode, Money, Msisdn, Observed, ObservedSim, Pending, PendingTarget,
    PlanPrice, Policy, Protection, Purchases, RatePlan, Service, ServiceTerms, Source, System, SystemNumber,
};

use super::carrier::{Model, Openness, Status, TERMINATION_FEE, Terms};
use super::purchase::coupons;
use super::verdict::Wish;

pub(super) const SERVICE: &str = "m2m-lte";

pub(super) fn system(number: u8) -> SystemNumber {
    SystemNumber::new(format!("S000000{number}"))
}

pub(super) fn rate_plan(number: u8) -> RatePlan {
    RatePlan::new(["fixed-3mb", "fixed-1gb", "none-such"][usize::from(number)])
}

/// Numbers of cards and of chip SIMs, one of each for every index.
pub(super) fn msisdn(is_chip: bool, index: usize) -> Msisdn {
    let text = if is_chip { format!("0201{index:07}") } else { format!("080{index:08}") };
    Msisdn::parse(&text).unwrap()
}

/// Device 0 or 1 of a line; no two lines share one.
pub(super) fn imei(index: usize, device: u8) -> Imei {
    let payload = format!("35{:012}", index * 4 + usize::from(device));
    Imei::parse(&format!("{payload}{}", char::from(luhn_digit(payload.as_bytes())))).unwrap()
}

/// The card under a number, or another one.
pub(super) fn iccid(index: usize, right: bool) -> Iccid {
    Iccid::parse(&format!("8981{}{index:014}", u8::from(!right))).unwrap()
}

/// Noon of the 10th, or of the month's last day when plan changes are past their cut-off.
pub(super) fn now(cut_off_passed: bool) -> Timestamp {
    let text = if cut_off_passed { "2026-11-30T12:00:00+09:00" } else { "2026-11-10T12:00:00+09:00" };
    text.parse().unwrap()
}

pub(super) fn catalogue(missing: Option<u8>, bulk_limit: u32) -> Catalogue {
    let functions: BTreeSet<Function> = Function::ALL.into_iter().filter(|function| Some(function.number()) != missing).collect();
    let services = BTreeMap::from([(SERVICE.into(), Service { functions })]);
    let price = |plan, monthly| {
        (rate_plan(plan), PlanPrice { monthly: Some(Money(monthly)), coupons: coupons(plan), ..PlanPrice::default() })
    };
    Catalogue {
        systems: [0, 1].map(|number| (system(number), System { services: services.clone() })).into(),
        plans: BTreeMap::from([price(0, 300), price(1, 500)]),
        terms: ServiceTerms { bulk_limit, termination_fee: Some(Money(TERMINATION_FEE)), ..ServiceTerms::default() },
        ..Catalogue::default()
    }
}

pub(super) fn observed(now: Timestamp, catalogue: Catalogue, mut sims: Vec<ObservedSim>) -> Observed {
    sims.sort_by_key(|sim| sim.msisdn);
    let carrier = CarrierIdentity { host: "carrier.example.jp:443".into(), contractor_id: "demo".into() };
    Observed { carrier, at: now, complete: true, sims, catalogue, purchases: Purchases::default() }
}

/// One fleet a system number, both of which apply.
pub(super) fn desired(mut sims: Vec<DesiredSim>) -> Desired {
    sims.sort_by_key(|sim| sim.msisdn);
    let fleet = |number| DesiredFleet {
        name: format!("fleet-{number}").into(),
        system: system(number),
        service: SERVICE.into(),
        mode: Mode::Apply,
        policy: Policy::default(),
        source: Source::default(),
    };
    Desired {
        account: "main".into(),
        fleets: vec![fleet(0), fleet(1)],
        sims,
        files: vec!["fleet.yaml".into()],
        ..Desired::default()
    }
}

/// What the two lists say of a model.
pub(super) fn rows(index: usize, model: &Model, today: Date) -> Option<ObservedSim> {
    if model.status == Status::Missing {
        return None;
    }
    let pending = pending(index, model, today);
    let card = Some(iccid(index, true));
    let line = model.is_line().then(|| LineRow {
        iccid: card,
        imsi: None,
        imei: None,
        is_chip: model.is_chip,
        system: system(model.home),
        service: SERVICE.into(),
        plan: rate_plan(model.plan),
        status: line_status(model.status),
        label: "".into(),
        suspend_reason: (model.was_suspended || model.status == Status::Suspended).then(|| "paused".into()),
        traffic_remaining: None,
        pending: pending.clone(),
        opened_at: None,
        termination_date: model.ending.map(|ending| day(today, ending.day)),
        updated_at: None,
        version: 1,
    });
    let chip = model.is_chip.then(|| ChipRow {
        iccid: card,
        imei: model.device.map(|device| imei(index, device)),
        system: if model.is_line() { Some(system(model.home)) } else { model.stock.map(system) },
        status: chip_status(model),
        label: "".into(),
        pending,
        ordered_at: None,
        activated_at: None,
        version: 1,
    });
    Some(ObservedSim { msisdn: msisdn(model.is_chip, index), line, chip })
}

fn line_status(status: Status) -> LineStatus {
    match status {
        Status::Active => LineStatus::Active,
        Status::Suspended => LineStatus::Suspended,
        Status::Ending => LineStatus::TerminationAccepted,
        Status::Ended => LineStatus::Terminated,
        Status::CarrierSuspended => LineStatus::CarrierSuspended,
        Status::CarrierEnded => LineStatus::CarrierTerminated,
        Status::Missing | Status::Ordered | Status::Registered | Status::Allocated | Status::Strange => {
            LineStatus::Unknown("frozen".into())
        }
    }
}

fn chip_status(model: &Model) -> ChipStatus {
    match model.status {
        Status::Ordered => ChipStatus::Ordered,
        Status::Registered => ChipStatus::ImeiRegistered,
        Status::Allocated => ChipStatus::Allocated,
        Status::Active => ChipStatus::Active,
        Status::Missing
        | Status::Suspended
        | Status::Ending
        | Status::Ended
        | Status::CarrierSuspended
        | Status::CarrierEnded
        | Status::Strange => ChipStatus::Unknown(line_status(model.status).wire().into()),
    }
}

fn pending(index: usize, model: &Model, today: Date) -> Box<[Pending]> {
    let application = |what: &str| format!("A{index}-{what}").as_str().into();
    let status = |open| match open {
        Openness::Scheduled | Openness::Fixed => ApplicationStatus::Scheduled,
        Openness::Accepted => ApplicationStatus::Accepted,
        Openness::Processing => ApplicationStatus::Processing,
    };
    let change = model.change.map(|change| Pending {
        application: application("plan"),
        kind: ApplicationType::PlanChange,
        status: status(change.open),
        target: PendingTarget::Plan(rate_plan(change.to)),
        effective: Some(first_of_next_month(today)),
        cancellable: change.open.cancellable(),
    });
    let ending = model.ending.map(|ending| Pending {
        application: application("end"),
        kind: ApplicationType::Terminate,
        status: status(ending.open),
        target: PendingTarget::Status("terminated".into()),
        effective: Some(day(today, ending.day)),
        cancellable: ending.open.cancellable(),
    });
    let busy = model.busy.then(|| Pending {
        application: application("busy"),
        kind: if model.is_line() { ApplicationType::Suspend } else { ApplicationType::Allocation },
        status: ApplicationStatus::Processing,
        target: PendingTarget::Status("suspended".into()),
        effective: None,
        cancellable: false,
    });
    change.into_iter().chain(ending).chain(busy).collect()
}

pub(super) fn day(today: Date, offset: i8) -> Date {
    today.checked_add(i32::from(offset).days()).unwrap()
}

/// What is declared of a model's number, in fleet 0.
pub(super) fn declared(index: usize, model: &Model, wish: &Wish, today: Date) -> DesiredSim {
    DesiredSim {
        msisdn: msisdn(model.is_chip, index),
        fleet: 0,
        list: if wish.as_chip { List::ChipSims } else { List::Sims },
        state: wish.state,
        plan: wish.plan.map(rate_plan),
        imei: wish.device.map(|device| imei(index, device)),
        iccid: wish.pin.map(|right| iccid(index, right)),
        termination_date: wish.day.map(|offset| day(today, offset)),
        terminate_after: wish.hold.map(|offset| day(today, offset)),
        protection: if wish.protected { Protection::Protected } else { Protection::Unsaid },
        name: None,
        labels: None,
        source: Source { file: 0, line: u32::try_from(index).unwrap() + 1, column: 1 },
    }
}

/// A live chip SIM, declared by nobody, that has the device a line is to be bound to.
pub(super) fn holder(index: usize, device: u8) -> ObservedSim {
    let model = Model { is_chip: true, status: Status::Registered, ..Model::MISSING };
    let mut sim = rows(index, &model, Date::constant(2026, 11, 10)).unwrap();
    sim.msisdn = Msisdn::parse(&format!("0209{index:07}")).unwrap();
    sim.chip.as_mut().unwrap().imei = Some(imei(index, device));
    sim
}

/// A whole world: each model with what is declared of it.
pub(super) fn world(pairs: &[(Model, Wish)], terms: Terms, bulk_limit: u32) -> (Desired, Observed, Timestamp) {
    let now = now(terms.cut_off_passed);
    let today = jst_date(now);
    let mut sims: Vec<ObservedSim> =
        pairs.iter().enumerate().filter_map(|(index, (model, _))| rows(index, model, today)).collect();
    if terms.device_taken {
        sims.extend(pairs.iter().enumerate().filter_map(|(index, (_, wish))| wish.device.map(|device| holder(index, device))));
    }
    let wishes = pairs.iter().enumerate().map(|(index, (model, wish))| declared(index, model, wish, today)).collect();
    (desired(wishes), observed(now, catalogue(terms.missing, bulk_limit), sims), now)
}

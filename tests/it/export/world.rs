//! Random observations: every state, every open application, and what only a carrier could make of it.

use jiff::Timestamp;
use proptest::prelude::*;
use simfleet::domain::identifier::luhn_digit;
use simfleet::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, CarrierIdentity, Catalogue, ChipRow, ChipStatus, Function, Imei,
    LineRow, LineStatus, Money, Msisdn, Observed, ObservedSim, Pending, PendingTarget, PlanPrice, Purchases, RatePlan, Service,
    ServiceCode, System, SystemNumber,
};

pub(crate) const PLANS: [&str; 4] = ["fixed-500mb", "fixed-1gb", "payg-0", "特別"];
const SYSTEMS: [&str; 2] = ["S0001234", "S0005678"];
const SERVICES: [&str; 2] = ["m2m-lte", "m2m-5g"];

/// The carrier's clock: an ordinary day, or one on which plan changes are closed.
pub(crate) fn now(is_last_day: bool) -> Timestamp {
    let text = if is_last_day { "2026-11-30T12:00:00+09:00" } else { "2026-11-20T12:00:00+09:00" };
    text.parse().expect("a time")
}

/// What chance decides about one number.
#[derive(Debug, Clone)]
pub(crate) struct Lot {
    kind: u8,
    status: usize,
    system: usize,
    service: usize,
    plan: usize,
    application: usize,
    application_status: usize,
    target: usize,
    has_imei: bool,
    has_date: bool,
}

pub(crate) fn lots(count: usize) -> impl Strategy<Value = Vec<Lot>> {
    let lot = (
        0..4_u8,
        0..8_usize,
        0..2_usize,
        0..2_usize,
        0..4_usize,
        0..16_usize,
        0..4_usize,
        0..4_usize,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(kind, status, system, service, plan, application, application_status, target, has_imei, has_date)| Lot {
            kind,
            status,
            system,
            service,
            plan,
            application,
            application_status,
            target,
            has_imei,
            has_date,
        });
    prop::collection::vec(lot, count)
}

/// The observation that the lots make.
pub(crate) fn observed(lots: &[Lot], at: Timestamp) -> Observed {
    Observed {
        carrier: CarrierIdentity { host: "carrier.example.jp".into(), contractor_id: "demo".into() },
        at,
        complete: true,
        sims: lots.iter().zip(1..).map(|(lot, n)| sim(lot, n)).collect(),
        catalogue: catalogue(),
        purchases: Purchases::default(),
    }
}

fn catalogue() -> Catalogue {
    let service = Service { functions: Function::ALL.into_iter().collect() };
    let services = || SERVICES.iter().map(|code| (ServiceCode::from(*code), service.clone())).collect();
    Catalogue {
        systems: SYSTEMS.iter().map(|number| (SystemNumber::from(*number), System { services: services() })).collect(),
        plans: PLANS
            .iter()
            .map(|code| (RatePlan::from(*code), PlanPrice { monthly: Some(Money(900)), ..PlanPrice::default() }))
            .collect(),
        ..Catalogue::default()
    }
}

/// A card, a chip SIM in stock, a started chip SIM, or a chip SIM that only the list of lines knows.
fn sim(lot: &Lot, n: u32) -> ObservedSim {
    let line = |is_chip| Some(line(lot, n, is_chip));
    let (line, chip) = match lot.kind {
        0 => (line(false), None),
        1 => (None, Some(chip(lot, n))),
        2 => (line(true), Some(ChipRow { status: ChipStatus::Active, pending: Box::default(), ..chip(lot, n) })),
        _ => (line(true), None),
    };
    ObservedSim { msisdn: Msisdn::parse(&format!("080{n:08}")).expect("a number"), line, chip }
}

fn line(lot: &Lot, n: u32, is_chip: bool) -> LineRow {
    let status = LineStatus::ALL.get(lot.status).cloned().unwrap_or_else(|| LineStatus::Unknown("隔離".into()));
    LineRow {
        iccid: None,
        imsi: None,
        imei: None,
        is_chip,
        system: pick(&SYSTEMS, lot.system).into(),
        service: pick(&SERVICES, lot.service).into(),
        plan: pick(&PLANS, lot.plan).into(),
        label: status.label().into(),
        termination_date: (status == LineStatus::TerminationAccepted && lot.has_date)
            .then(|| "2026-11-30".parse().expect("a date")),
        pending: if status.is_terminated() { Box::default() } else { line_application(lot, n, &status).into_iter().collect() },
        status,
        suspend_reason: None,
        traffic_remaining: None,
        opened_at: None,
        updated_at: None,
        version: 1,
    }
}

/// An application that the carrier would accept in that status, and a few odd ones.
fn line_application(lot: &Lot, n: u32, status: &LineStatus) -> Option<Pending> {
    let (kind, target) = match lot.application {
        0 if *status == LineStatus::Active => (ApplicationType::Suspend, PendingTarget::Status("suspended".into())),
        0 if *status == LineStatus::Suspended => (ApplicationType::Resume, PendingTarget::Status("active".into())),
        1..=3 => (ApplicationType::PlanChange, PendingTarget::Plan(pick(&PLANS, lot.target).into())),
        4 => (ApplicationType::PlanChange, PendingTarget::Other("?".into())),
        5 => (ApplicationType::Unknown("lottery".into()), PendingTarget::Other("?".into())),
        6 => (ApplicationType::Terminate, PendingTarget::Status("terminated".into())),
        _ if *status == LineStatus::TerminationAccepted => {
            (ApplicationType::Terminate, PendingTarget::Status("terminated".into()))
        }
        _ => return None,
    };
    Some(pending(lot, n, kind, target))
}

fn chip(lot: &Lot, n: u32) -> ChipRow {
    let status = ChipStatus::ALL
        .get(lot.status)
        .cloned()
        .unwrap_or_else(|| ChipStatus::Unknown(if lot.has_date { "terminated" } else { "mislaid" }.into()));
    let in_stock = status == ChipStatus::Allocated;
    ChipRow {
        iccid: None,
        imei: (status != ChipStatus::Ordered && lot.has_imei).then(|| imei(if lot.target == 0 { 7 } else { n })),
        system: (in_stock && lot.application != 15).then(|| pick(&SYSTEMS, lot.system).into()),
        label: status.label().into(),
        pending: chip_application(lot, n, &status).into_iter().collect(),
        status,
        ordered_at: None,
        activated_at: None,
        version: 1,
    }
}

fn chip_application(lot: &Lot, n: u32, status: &ChipStatus) -> Option<Pending> {
    if lot.application > 7 {
        return None;
    }
    let system = || PendingTarget::System(pick(&SYSTEMS, lot.target).into());
    let (kind, target) = match status {
        ChipStatus::Ordered => (ApplicationType::ImeiRegistration, PendingTarget::Imei(imei(n))),
        ChipStatus::ImeiRegistered => (ApplicationType::Allocation, system()),
        ChipStatus::Allocated if lot.has_date => (ApplicationType::Deallocation, system()),
        ChipStatus::Allocated => (ApplicationType::Activation, PendingTarget::Plan(pick(&PLANS, lot.target).into())),
        ChipStatus::Active | ChipStatus::Unknown(_) => return None,
    };
    Some(pending(lot, n, kind, target))
}

fn pending(lot: &Lot, n: u32, kind: ApplicationType, target: PendingTarget) -> Pending {
    let statuses =
        [ApplicationStatus::Accepted, ApplicationStatus::Processing, ApplicationStatus::Scheduled, ApplicationStatus::Completed];
    Pending {
        application: ApplicationNumber::new(format!("A{n:07}")),
        kind,
        status: statuses.get(lot.application_status).cloned().unwrap_or(ApplicationStatus::Accepted),
        target,
        effective: lot.has_date.then(|| "2026-12-01".parse().expect("a date")),
        cancellable: lot.has_imei,
    }
}

fn imei(n: u32) -> Imei {
    let device = format!("35693803{n:06}");
    let check = char::from(luhn_digit(device.as_bytes()));
    Imei::parse(&format!("{device}{check}")).expect("an IMEI")
}

fn pick<'a>(texts: &[&'a str], index: usize) -> &'a str {
    texts.get(index % texts.len()).copied().unwrap_or_default()
}

//! One wish, one carrier, and one run of the program, for what is enumerated rather than drawn.
//!
//! What is irreversible is planned by the real planner. What is bought is planned here, by the few rules that
//! the executor relies on, so that the executor is judged by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use simfleet::carrier::observe::observe_purchases;
use simfleet::carrier::wire::ChipSim;
use simfleet::carrier::{ObserveOptions, observe};
use simfleet::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, ChipStatus, Desired, DesiredFleet, DesiredSim, DesiredState, List,
    Mode, Msisdn, Observed, Policy, PurchaseReason, RatePlan, Source, Subject, Wants,
};
use simfleet::exec::{ApplyOptions, ExitCode, Journal, SettleOptions, Silent, Stop, apply, settle::settle};
use simfleet::plan::{Memory, Operation, PurchaseOutcome, assemble, plan};

use crate::exec::handmade;
use crate::sim::carrier::{SimCarrier, SimWaiter};
use crate::sim::fleet::{PLANS, iccid, imei, wish};
use crate::sim::identity;
use crate::sim::world::{Sim, World, line};

/// What is wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Grant,
    TopUp,
    Order,
    Terminate,
    BindImei,
    StartUse,
}

impl Kind {
    /// Whether it is bought: then the carrier protects nobody against a second one.
    pub(crate) fn is_bought(self) -> bool {
        matches!(self, Self::Grant | Self::TopUp | Self::Order)
    }

    fn application(self) -> ApplicationType {
        match self {
            Self::Grant | Self::TopUp => ApplicationType::Coupon,
            Self::Order => ApplicationType::Order,
            Self::Terminate => ApplicationType::Terminate,
            Self::BindImei => ApplicationType::ImeiRegistration,
            Self::StartUse => ApplicationType::Activation,
        }
    }

    /// How often it was accepted by the carrier.
    pub(crate) fn count(self, world: &World) -> usize {
        let kind = self.application();
        if self.is_bought() {
            world.ledger.iter().filter(|paid| paid.kind == kind).count()
        } else {
            world.accepted.iter().filter(|(accepted, _)| *accepted == kind).count()
        }
    }
}

fn msisdn() -> Msisdn {
    Msisdn::parse("08000000001").unwrap()
}

/// A world with what the wish is about, on a carrier that protects nothing by itself.
pub(crate) fn world(kind: Kind) -> World {
    let sim = match kind {
        Kind::BindImei | Kind::StartUse => Sim { line: None, chip: Some(chip(kind == Kind::StartUse)) },
        Kind::Grant | Kind::TopUp | Kind::Order | Kind::Terminate => {
            Sim { line: Some(line(msisdn(), &iccid(1), None, "card", PLANS[0])), chip: None }
        }
    };
    let start: Timestamp = "2026-11-10T10:00:00+09:00".parse().unwrap();
    World { protects: false, ..World::new(start, BTreeMap::from([(msisdn(), sim)])) }
}

fn chip(allocated: bool) -> ChipSim {
    ChipSim {
        msisdn: msisdn(),
        iccid: iccid(1),
        imei: allocated.then(|| imei(1).to_string()),
        system_no: allocated.then(|| "S0001234".to_owned()),
        status: if allocated { ChipStatus::Allocated } else { ChipStatus::Ordered },
        status_label: String::new(),
        pending: Vec::new(),
        ordered_at: None,
        activated_at: None,
        version: 1,
    }
}

fn desired(kind: Kind) -> Desired {
    let of = |list, state| DesiredSim { imei: (list == List::ChipSims).then(|| imei(1)), ..wish(msisdn(), list, state) };
    let sims = match kind {
        Kind::Grant | Kind::TopUp | Kind::Order => Vec::new(),
        Kind::Terminate => {
            let date = Some("2026-11-30".parse().unwrap());
            vec![DesiredSim { termination_date: date, ..of(List::Sims, DesiredState::Terminated) }]
        }
        Kind::BindImei => vec![of(List::ChipSims, DesiredState::Registered)],
        Kind::StartUse => {
            vec![DesiredSim { plan: Some(RatePlan::from(PLANS[0])), ..of(List::ChipSims, DesiredState::Active) }]
        }
    };
    let fleet = DesiredFleet {
        name: "fleet".into(),
        system: "S0001234".into(),
        service: "m2m-lte".into(),
        mode: Mode::Apply,
        policy: Policy::default(),
        source: Source::default(),
    };
    Desired { account: "main".into(), fleets: vec![fleet], sims, files: vec!["sim.yaml".into()], ..Desired::default() }
}

/// What is to be bought, by what the journal remembers and what the carrier shows; `None` where it was bought, or
/// may have been.
fn to_buy(kind: Kind, memory: &Memory, observed: &Observed) -> Option<Operation> {
    let known = match kind {
        Kind::Grant | Kind::TopUp => memory.purchases.first().map(|known| (known.outcome, known.refused, known.purchase.attempt)),
        Kind::Order => memory.orders.first().map(|known| (known.outcome, known.refused, known.placement.attempt)),
        Kind::Terminate | Kind::BindImei | Kind::StartUse => return None,
    };
    let attempt = match known {
        Some((PurchaseOutcome::Bought | PurchaseOutcome::InDoubt, _, _)) => return None,
        Some((PurchaseOutcome::NotBought, refused, attempt)) => attempt + u32::from(refused),
        None => 1,
    };
    let operation = match kind {
        Kind::TopUp => handmade::bought(msisdn(), PurchaseReason::TopUp("low".into()), "2026-11", "add-100mb", 1, attempt),
        Kind::Order => handmade::order("expansion", 5, attempt),
        Kind::Grant | Kind::Terminate | Kind::BindImei | Kind::StartUse => handmade::coupon(msisdn(), "firmware", attempt),
    };
    // Whoever bought it: another machine, or this one before it lost its journal.
    if evidence(&operation, observed).is_empty() { Some(operation) } else { None }
}

fn evidence(operation: &Operation, observed: &Observed) -> Vec<ApplicationNumber> {
    let bought = |status: &ApplicationStatus| !matches!(status, ApplicationStatus::Rejected | ApplicationStatus::Cancelled);
    match operation.subject {
        Subject::Line(_) => {
            let coupons = observed.purchases.coupons.as_ref().unwrap().iter();
            coupons.filter(|coupon| bought(&coupon.status)).map(|coupon| coupon.application.clone()).collect()
        }
        Subject::Order(_) => {
            let orders = observed.purchases.orders.as_ref().unwrap().iter();
            orders.filter(|order| bought(&order.status)).map(|order| order.application.clone()).collect()
        }
    }
}

/// What one run of the program came to.
pub(crate) struct Ran {
    pub(crate) operations: usize,
    pub(crate) exit: ExitCode,
}

/// One run of the program: settle, observe, plan, apply.
pub(crate) async fn run(world: &Arc<Mutex<World>>, kind: Kind, journal: &mut Journal, patient: bool) -> Result<Ran, String> {
    let carrier = SimCarrier::new(Arc::clone(world), identity());
    let waiter = SimWaiter { world: Arc::clone(world), patient };
    let wait = patient.then_some(Duration::from_mins(30));
    let options = ApplyOptions { wait, ..ApplyOptions::default() };
    settle(&carrier, journal, &SettleOptions::default(), &waiter).await.map_err(|error| error.to_string())?;
    let mut observed = observe(&carrier, &ObserveOptions::default()).await.map_err(|error| error.to_string())?;
    let wants = Wants { coupons_from: Some("2026-11-01".parse().unwrap()), orders: true, ..Wants::default() };
    observe_purchases(&carrier, &mut observed, &wants).await.map_err(|error| error.to_string())?;
    let memory = journal.memory().map_err(|error| error.to_string())?;
    let mut document = assemble(vec![plan(&desired(kind), &observed, &memory, observed.at)], observed.at);
    if let Some(operation) = to_buy(kind, &memory, &observed) {
        document = handmade::document(document, vec![operation]);
    }
    let report = apply(&document, "main", &carrier, journal, &options, &waiter, &mut Silent, Stop::never())
        .await
        .map_err(|error| error.to_string())?;
    Ok(Ran { operations: document.operations.len(), exit: report.exit_code() })
}

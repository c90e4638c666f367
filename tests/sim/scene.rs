//! One wish, and one carrier, for what is enumerated rather than drawn. The real planner plans it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use simfleet::carrier::wire::{ChipSim, Line};
use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{
    ApplicationType, ChipStatus, Desired, DesiredFleet, DesiredGrant, DesiredOrder, DesiredSim, DesiredState, DesiredTopUp, List,
    Mode, Money, Msisdn, OperationKind, Policy, RatePlan, Source,
};
use simfleet::exec::Journal;

use crate::exec::handmade::content;
use crate::sim::fleet::{PLANS, iccid, imei, wish};
use crate::sim::program::{self, Manner, Ran};
use crate::sim::wishes::{ENOUGH, LITTLE};
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
    /// The wishes that lead to an operation of a kind. Every kind that costs money or cannot be undone has one, which a
    /// test of the matrix makes sure of.
    pub(crate) fn of(kind: OperationKind) -> &'static [Self] {
        match kind {
            OperationKind::BuyCoupon => &[Self::Grant, Self::TopUp],
            OperationKind::PlaceOrder => &[Self::Order],
            OperationKind::Terminate => &[Self::Terminate],
            OperationKind::BindImei => &[Self::BindImei],
            OperationKind::StartUse => &[Self::StartUse],
            OperationKind::Suspend
            | OperationKind::Resume
            | OperationKind::ChangeRatePlan
            | OperationKind::Allocate
            | OperationKind::Deallocate
            | OperationKind::CancelApplication => &[],
        }
    }

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
    let left = if kind == Kind::TopUp { LITTLE } else { 4 * ENOUGH };
    let sim = match kind {
        Kind::BindImei | Kind::StartUse => Sim { line: None, chip: Some(chip(kind == Kind::StartUse)) },
        Kind::Grant | Kind::TopUp | Kind::Order | Kind::Terminate => {
            let line = line(msisdn(), &iccid(1), None, "card", PLANS[0]);
            Sim { line: Some(Line { traffic_remaining_bytes: Some(left), ..line }), chip: None }
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

/// The files that wish for it.
pub(crate) fn desired(kind: Kind) -> Desired {
    let of = |list, state| DesiredSim { imei: (list == List::ChipSims).then(|| imei(1)), ..wish(msisdn(), list, state) };
    let month = YearMonth::parse("2026-11").unwrap();
    let source = Source::default();
    let sims = match kind {
        Kind::Grant | Kind::TopUp => vec![of(List::Sims, DesiredState::Active)],
        Kind::Order => Vec::new(),
        Kind::Terminate => {
            let date = Some("2026-11-30".parse().unwrap());
            vec![DesiredSim { termination_date: date, ..of(List::Sims, DesiredState::Terminated) }]
        }
        Kind::BindImei => vec![of(List::ChipSims, DesiredState::Registered)],
        Kind::StartUse => {
            vec![DesiredSim { plan: Some(RatePlan::from(PLANS[0])), ..of(List::ChipSims, DesiredState::Active) }]
        }
    };
    let grant =
        DesiredGrant { fleet: 0, name: "firmware".into(), month, code: "add-100mb".into(), msisdns: vec![msisdn()], source };
    let (name, code, spend) = ("low".into(), "add-100mb".into(), Money(9_000));
    // The caps would allow a second one.
    let top_up = DesiredTopUp { fleet: 0, name, code, below: ENOUGH, per_line: 3, spend, source };
    let order = DesiredOrder { name: "expansion".into(), content: content(5), cancelled: false, source };
    let fleet = DesiredFleet {
        name: "fleet".into(),
        system: "S0001234".into(),
        service: "m2m-lte".into(),
        mode: Mode::Apply,
        policy: Policy::default(),
        source,
    };
    Desired {
        account: "main".into(),
        fleets: vec![fleet],
        sims,
        grants: (kind == Kind::Grant).then_some(grant).into_iter().collect(),
        top_ups: (kind == Kind::TopUp).then_some(top_up).into_iter().collect(),
        orders: (kind == Kind::Order).then_some(order).into_iter().collect(),
        files: vec!["sim.yaml".into()],
        ..Desired::default()
    }
}

/// One run of the program. `patient` is whether it waits for the end of everything.
pub(crate) async fn run(world: &Arc<Mutex<World>>, kind: Kind, journal: &mut Journal, patient: bool) -> Result<Ran, String> {
    let manner = if patient { Manner::QUIET } else { Manner { patient, wait: None, parallelism: 1 } };
    program::run(world, &desired(kind), journal, manner).await
}

//! A carrier to plan against, made by hand, and worlds made by chance: fleets in every mode, whose lines want every
//! kind of operation.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use simfleet::controller::object::{AccountView, Object};
use simfleet::controller::{Accepted, accept};
use simfleet::domain::calendar::jst_midnight;
use simfleet::domain::{
    CarrierIdentity, Catalogue, ChipRow, ChipStatus, Function, LineRow, LineStatus, Money, Msisdn, Observed, ObservedSim,
    OrderPrices, PlanPrice, Purchases, RatePlan, Service, ServiceCode, System, SystemNumber,
};
use simfleet::plan::{Memory, Plan, assemble, plan};

use super::view::{fleet_of, order, view};

pub(super) fn line(number: &str, status: LineStatus) -> ObservedSim {
    let row = LineRow {
        iccid: None,
        imsi: None,
        imei: None,
        is_chip: false,
        system: SystemNumber::from("S0001234"),
        service: ServiceCode::from("m2m-lte"),
        plan: RatePlan::from("fixed-1gb"),
        label: status.label().into(),
        status,
        suspend_reason: None,
        traffic_remaining: None,
        pending: Box::default(),
        opened_at: None,
        termination_date: None,
        updated_at: None,
        version: 1,
    };
    ObservedSim { msisdn: Msisdn::parse(number).expect("a number"), line: Some(row), chip: None }
}

/// A chip SIM as it was delivered.
pub(super) fn chip(number: &str) -> ObservedSim {
    let row = ChipRow {
        iccid: None,
        imei: None,
        system: None,
        status: ChipStatus::Ordered,
        label: ChipStatus::Ordered.label().into(),
        pending: Box::default(),
        ordered_at: None,
        activated_at: None,
        version: 1,
    };
    ObservedSim { msisdn: Msisdn::parse(number).expect("a number"), line: None, chip: Some(row) }
}

pub(super) fn now() -> jiff::Timestamp {
    jst_midnight(jiff::civil::date(2026, 11, 22))
}

pub(super) fn observed(mut sims: Vec<ObservedSim>) -> Observed {
    sims.sort_by_key(|sim| sim.msisdn);
    let services = BTreeMap::from([(
        ServiceCode::from("m2m-lte"),
        Service { functions: Function::ALL.into_iter().collect::<BTreeSet<_>>() },
    )]);
    let price = |yen| PlanPrice { monthly: Some(Money(yen)), ..PlanPrice::default() };
    Observed {
        carrier: CarrierIdentity { host: "carrier.example.jp".into(), contractor_id: "demo".into() },
        at: now(),
        complete: true,
        sims,
        catalogue: Catalogue {
            systems: BTreeMap::from([(SystemNumber::from("S0001234"), System { services })]),
            plans: BTreeMap::from([(RatePlan::from("fixed-1gb"), price(800)), (RatePlan::from("fixed-500mb"), price(500))]),
            orders: OrderPrices { cards: BTreeMap::from([("nano".into(), Money(300))]), devices: BTreeMap::new() },
            ..Catalogue::default()
        },
        purchases: Purchases { coupons: Some(Vec::new()), orders: Some(Vec::new()), usage_as_of: BTreeMap::new() },
    }
}

pub(super) fn planned(accepted: &Accepted, observed: &Observed, memory: &Memory) -> Plan {
    assemble(vec![plan(&accepted.desired, observed, memory, now())], now())
}

/// A world made by chance.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) view: AccountView,
    pub(super) observed: Observed,
}

impl World {
    pub(super) fn accepted(&self) -> Accepted {
        accept(&self.view)
    }

    pub(super) fn plan(&self) -> Plan {
        planned(&self.accepted(), &self.observed, &Memory::default())
    }
}

const IMEIS: [&str; 3] = ["490154203237518", "356938035643809", "352099001761481"];

fn status_of(nth: u8) -> LineStatus {
    match nth {
        0 => LineStatus::Suspended,
        1 => LineStatus::CarrierSuspended,
        2 => LineStatus::Terminated,
        _ => LineStatus::Active,
    }
}

/// One fleet with a few lines, each with its wish and what it is.
fn fleets() -> impl Strategy<Value = (Value, Vec<(u8, u8)>, bool)> {
    let mode = prop::sample::select(vec!["Apply", "Apply", "Plan", "Observe"]);
    let auto = any::<[bool; 3]>();
    let lines = prop::collection::vec((0..4_u8, 0..8_u8), 0..4);
    let limit = prop::option::of(0..3_u8);
    (mode, auto, lines, any::<bool>(), limit, prop::bool::weighted(0.1)).prop_map(
        |(mode, [terminate, bind, start], lines, chip, limit, paused)| {
            let auto = |yes| if yes { "Auto" } else { "Manual" };
            let mut spec = json!({
                "mode": mode,
                "paused": paused,
                "policy": {"approval": {"terminate": auto(terminate), "bindImei": auto(bind), "startUse": auto(start)}, "limits": {"terminate": 9}},
            });
            if let Some(limit) = limit {
                spec["policy"]["limits"] = json!({"terminate": limit, "suspend": limit});
            }
            (spec, lines, chip)
        },
    )
}

pub(super) fn worlds() -> impl Strategy<Value = World> {
    (prop::collection::vec(fleets(), 1..4), 0..3_i64).prop_map(|(fleets, orders)| {
        let mut sims = Vec::new();
        let mut objects: Vec<Object> = Vec::new();
        for (nth, (mut spec, lines, has_chip)) in fleets.into_iter().enumerate() {
            let mut declared = Vec::new();
            for (at, (wish, is)) in lines.into_iter().enumerate() {
                let number = format!("0800000{nth:02}{at:02}");
                let wish = ["Active", "Suspended", "Terminated", "Active"][usize::from(wish)];
                declared.push(
                    json!({"msisdn": number, "state": wish, "ratePlan": if at == 0 { "fixed-500mb" } else { "fixed-1gb" }}),
                );
                // The seventh is not there at all.
                if is != 7 {
                    sims.push(line(&number, status_of(is)));
                }
            }
            spec["sims"] = json!(declared);
            if has_chip {
                let number = format!("0200000{nth:02}99").replacen("0200", "0201", 1);
                spec["chipSims"] = json!([{"msisdn": number, "imei": IMEIS[nth], "state": "Active", "ratePlan": "fixed-1gb"}]);
                sims.push(chip(&number));
            }
            objects.push(fleet_of(&format!("fleet-{nth}"), i64::try_from(nth).expect("few"), spec));
        }
        // Orders of one content would wait for one another.
        let orders = (0..orders)
            .map(|nth| {
                let mut order = order(&format!("order-{nth}"), nth);
                order.document = order.document.replace("\"quantity\":50", &format!("\"quantity\":{}", nth + 1)).into();
                order
            })
            .collect();
        World { view: view(objects, orders, Vec::new()), observed: observed(sims) }
    })
}

//! Random small fleets, as they are and as they are wished for.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use simfleet::carrier::wire::ChipSim;
use simfleet::domain::identifier::luhn_digit;
use simfleet::domain::{
    ChipStatus, Desired, DesiredFleet, DesiredSim, DesiredState, Imei, LineStatus, List, Mode, Msisdn, Policy, Protection,
    RatePlan, Source,
};

use crate::sim::drive::Rng;
use crate::sim::world::{Sim, World, line};

pub(crate) const PLANS: [&str; 2] = ["fixed-500mb", "fixed-1gb"];

pub(crate) fn imei(number: usize) -> Imei {
    let payload = format!("35693803{number:06}");
    Imei::parse(&format!("{payload}{}", char::from(luhn_digit(payload.as_bytes())))).unwrap()
}

pub(crate) fn iccid(number: usize) -> String {
    let payload = format!("898110002231{number:06}");
    format!("{payload}{}", char::from(luhn_digit(payload.as_bytes())))
}

/// A world of up to eight lines, and what is wished for them.
pub(crate) fn random(rng: &mut Rng, start: Timestamp) -> (World, Desired) {
    let mut sims = BTreeMap::new();
    let mut wishes = Vec::new();
    for number in 0..=rng.below(8) {
        let card = rng.chance(50);
        let prefix = if card { "0800000" } else { "0201000" };
        let msisdn = Msisdn::parse(&format!("{prefix}{number:04}")).unwrap();
        let (sim, wish) = if card { random_card(rng, msisdn, number) } else { random_chip(rng, msisdn, number) };
        sims.insert(msisdn, sim);
        wishes.push(wish);
    }
    wishes.sort_by_key(|wish| wish.msisdn);
    let fleet = DesiredFleet {
        name: "fleet".into(),
        system: "S0001234".into(),
        service: "m2m-lte".into(),
        mode: Mode::Apply,
        policy: Policy::default(),
        source: Source::default(),
    };
    let desired = Desired {
        account: "main".into(),
        fleets: vec![fleet],
        sims: wishes,
        files: vec!["sim.yaml".into()],
        ..Desired::default()
    };
    (World::new(start, sims), desired)
}

pub(crate) fn wish(msisdn: Msisdn, list: List, state: DesiredState) -> DesiredSim {
    DesiredSim {
        msisdn,
        fleet: 0,
        list,
        state: Some(state),
        plan: None,
        imei: None,
        iccid: None,
        termination_date: None,
        terminate_after: None,
        protection: Protection::Unsaid,
        name: None::<Arc<str>>,
        labels: None,
        source: Source::default(),
    }
}

fn random_card(rng: &mut Rng, msisdn: Msisdn, number: usize) -> (Sim, DesiredSim) {
    let plan: &str = rng.pick::<&str>(&PLANS);
    let mut row = line(msisdn, &iccid(number), None, "card", plan);
    row.status = rng.pick(&[LineStatus::Active, LineStatus::Suspended]).clone();
    let state = *rng.pick(&[DesiredState::Active, DesiredState::Suspended, DesiredState::Terminated]);
    let mut wish = wish(msisdn, List::Sims, state);
    if state == DesiredState::Terminated {
        wish.termination_date = Some("2026-11-30".parse().unwrap());
    } else {
        wish.plan = Some(RatePlan::from(*rng.pick(&PLANS)));
    }
    (Sim { line: Some(row), chip: None }, wish)
}

fn random_chip(rng: &mut Rng, msisdn: Msisdn, number: usize) -> (Sim, DesiredSim) {
    let imei = imei(number);
    let status = rng.pick(&[ChipStatus::Ordered, ChipStatus::ImeiRegistered, ChipStatus::Allocated]).clone();
    let chip = ChipSim {
        msisdn,
        iccid: iccid(number),
        imei: (status != ChipStatus::Ordered).then(|| imei.to_string()),
        system_no: (status == ChipStatus::Allocated).then(|| "S0001234".to_owned()),
        status,
        status_label: String::new(),
        pending: Vec::new(),
        ordered_at: None,
        activated_at: None,
        version: 1,
    };
    let state = *rng.pick(&[DesiredState::Registered, DesiredState::Allocated, DesiredState::Active, DesiredState::Active]);
    let mut wish = wish(msisdn, List::ChipSims, state);
    wish.imei = Some(imei);
    if state == DesiredState::Active {
        wish.plan = Some(RatePlan::from(*rng.pick(&PLANS)));
    }
    (Sim { line: None, chip: Some(chip) }, wish)
}

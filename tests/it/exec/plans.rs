//! Small desired states, and plans made from them by the real planner.

use std::collections::BTreeMap;

use simfleet::domain::{
    Desired, DesiredFleet, DesiredSim, DesiredState, Imei, List, Mode, Msisdn, Observed, Policy, Protection, RatePlan, Source,
};
use simfleet::plan::{Memory, Plan, assemble, plan};

pub(crate) fn msisdn(text: &str) -> Msisdn {
    Msisdn::parse(text).unwrap()
}

pub(crate) fn card(number: &str, state: DesiredState, plan: Option<&str>) -> DesiredSim {
    DesiredSim {
        msisdn: msisdn(number),
        fleet: 0,
        list: List::Sims,
        state: Some(state),
        plan: plan.map(RatePlan::from),
        imei: None,
        iccid: None,
        termination_date: None,
        terminate_after: None,
        protection: Protection::Unsaid,
        name: None,
        labels: None,
        source: Source::default(),
    }
}

pub(crate) fn chip(number: &str, imei: &str, state: DesiredState, plan: Option<&str>) -> DesiredSim {
    DesiredSim { list: List::ChipSims, imei: Some(Imei::parse(imei).unwrap()), ..card(number, state, plan) }
}

pub(crate) fn desired(mut sims: Vec<DesiredSim>) -> Desired {
    sims.sort_by_key(|sim| sim.msisdn);
    let fleet = DesiredFleet {
        name: "fleet".into(),
        system: "S0001234".into(),
        service: "m2m-lte".into(),
        mode: Mode::Apply,
        policy: Policy { limits: BTreeMap::new(), ..Policy::default() },
        source: Source::default(),
    };
    Desired { account: "main".into(), fleets: vec![fleet], sims, files: vec!["fleet.yaml".into()], ..Desired::default() }
}

pub(crate) fn planned(desired: &Desired, observed: &Observed, memory: &Memory) -> Plan {
    assemble(vec![plan(desired, observed, memory, observed.at)], observed.at)
}

//! The desired state against what the carrier offers.

use std::collections::{BTreeMap, BTreeSet};

use simfleet::domain::calendar::jst_midnight;
use simfleet::domain::{
    CarrierIdentity, Catalogue, Function, LineRow, LineStatus, Msisdn, Observed, ObservedSim, PlanPrice, Purchases, RatePlan,
    Service, ServiceCode, System, SystemNumber,
};
use simfleet::manifest::against_catalogue;

use super::{fleet, read_files};

fn line(number: &str, status: LineStatus) -> ObservedSim {
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

/// A carrier whose only service cannot suspend.
fn observed(sims: Vec<ObservedSim>) -> Observed {
    let functions: BTreeSet<Function> = Function::ALL.into_iter().filter(|function| *function != Function::Suspend).collect();
    let services = BTreeMap::from([(ServiceCode::from("m2m-lte"), Service { functions })]);
    Observed {
        carrier: CarrierIdentity { host: "carrier.example.jp".into(), contractor_id: "demo".into() },
        at: jst_midnight(jiff::civil::date(2026, 11, 22)),
        complete: true,
        sims,
        catalogue: Catalogue {
            systems: BTreeMap::from([(SystemNumber::from("S0001234"), System { services })]),
            plans: BTreeMap::from([(RatePlan::from("fixed-1gb"), PlanPrice::default())]),
            ..Catalogue::default()
        },
        purchases: Purchases::default(),
    }
}

fn found(fleet: &str, observed: &Observed) -> Vec<String> {
    let compiled = read_files(&[("a.yaml", fleet)]).expect("valid");
    against_catalogue(&compiled.accounts.first().expect("an account").desired, observed)
        .into_iter()
        .map(|diagnostic| {
            assert!(diagnostic.location.file.ends_with("a.yaml"));
            format!("{}:{} {}", diagnostic.location.line, diagnostic.code, diagnostic.help.unwrap_or_default())
        })
        .collect()
}

#[test]
fn unknown_plans_are_named_once_with_what_was_meant() {
    let rest = "  defaults: {ratePlan: fixed-1bg}\n  sims: [{msisdn: \"08000000001\"}, {msisdn: \"08000000002\"}]\n";
    assert_eq!(found(&fleet("kanto", rest), &observed(Vec::new())), ["9:UNKNOWN_RATE_PLAN did you mean fixed-1gb?"]);
}

#[test]
fn unknown_systems_and_services() {
    let system = fleet("kanto", "").replace("S0001234", "S0001243");
    assert_eq!(found(&system, &observed(Vec::new())), ["3:UNKNOWN_SYSTEM_NUMBER did you mean S0001234?"]);
    let service = fleet("kanto", "").replace("m2m-lte", "voice");
    assert_eq!(found(&service, &observed(Vec::new())), ["3:UNKNOWN_SERVICE its services are m2m-lte"]);
}

#[test]
fn a_missing_function_matters_where_it_is_needed() {
    let text = fleet(
        "kanto",
        "  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n    - {msisdn: \"08000000002\", state: Suspended}\n",
    );
    let suspended = observed(vec![line("08000000001", LineStatus::Suspended), line("08000000002", LineStatus::Suspended)]);
    assert_eq!(found(&text, &suspended), [""; 0]);
    let active = observed(vec![line("08000000001", LineStatus::Suspended), line("08000000002", LineStatus::Active)]);
    let expected = "10:FUNCTION_NOT_OFFERED declare a state that the service can reach, or ask the carrier for the function";
    assert_eq!(found(&text, &active), [expected]);
}

//! The desired state against what the carrier offers.

use std::collections::{BTreeMap, BTreeSet};

use simfleet::domain::calendar::jst_midnight;
use simfleet::domain::{
    ApplicationStatus, CarrierIdentity, Catalogue, CouponApplication, CouponCode, Function, LineRow, LineStatus, Money, Msisdn,
    Observed, ObservedSim, OrderApplication, OrderPrices, PlanPrice, Purchases, RatePlan, RequestedVia, Service, ServiceCode,
    System, SystemNumber,
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

/// A carrier with two plans, of which one takes coupons, and a price list of devices.
fn shop(sims: Vec<ObservedSim>) -> Observed {
    let mut observed = observed(sims);
    let coupons = BTreeMap::from([(CouponCode::from("add-1gb"), None), (CouponCode::from("add-100mb"), None)]);
    observed.catalogue.plans.insert(RatePlan::from("payg-0"), PlanPrice::default());
    observed.catalogue.plans.insert(RatePlan::from("fixed-500mb"), PlanPrice { coupons, ..PlanPrice::default() });
    observed.catalogue.orders = OrderPrices {
        cards: BTreeMap::from([("nano".into(), Money(300))]),
        devices: BTreeMap::from([("rtr-100".into(), Money(12_000))]),
    };
    observed
}

fn on_plan(number: &str, plan: &str) -> ObservedSim {
    let mut sim = line(number, LineStatus::Active);
    sim.line.as_mut().expect("a line").plan = RatePlan::from(plan);
    sim
}

#[test]
fn coupons_that_nobody_sells() {
    let grant = |month: &str| {
        format!(
            "  sims: [{{msisdn: \"08000000001\"}}]\n  coupons: [{{name: maps, month: {month}, code: add-1bg, msisdns: [\"08000000001\"]}}]\n"
        )
    };
    let lines = || vec![on_plan("08000000001", "fixed-500mb")];
    assert_eq!(found(&fleet("kanto", &grant("2026-11")), &shop(lines())), ["9:UNKNOWN_COUPON did you mean add-1gb?"]);
    assert_eq!(found(&fleet("kanto", &grant("2027-01")), &shop(lines())), ["9:UNKNOWN_COUPON did you mean add-1gb?"]);
    assert_eq!(found(&fleet("kanto", &grant("2026-10")), &shop(lines())), [""; 0], "history");
    let mut bought = shop(lines());
    bought.purchases.coupons = Some(vec![CouponApplication {
        msisdn: Msisdn::parse("08000000001").expect("a number"),
        application: "A1".into(),
        code: Some(CouponCode::from("add-1bg")),
        status: ApplicationStatus::Completed,
        requested_at: bought.at,
        via: RequestedVia::Api,
    }]);
    let warned = found(&fleet("kanto", &grant("2026-11")), &bought);
    assert_eq!(warned.len(), 1, "bought, so it was sold: {warned:?}");
    assert!(warned[0].starts_with("9:COUPON_NOT_OFFERED"), "but this plan takes it no longer");
    assert_eq!(found(&fleet("kanto", &grant("2026-11")), &observed(lines())), [""; 0], "a carrier that names no coupon");
    let policy = "  sims: [{msisdn: \"08000000001\"}]\n  topUps:\n    - {name: keep, code: add-100bm, whenRemainingBelow: 50MB, \
                  maxPerLinePerMonth: 2, maxSpendPerMonth: \"20000 JPY\"}\n";
    assert_eq!(found(&fleet("kanto", policy), &shop(lines())), ["10:UNKNOWN_COUPON did you mean add-100mb?"]);
}

#[test]
fn a_plan_that_takes_no_such_coupon_is_a_warning() {
    let rest = "  defaults: {ratePlan: fixed-500mb}\n  sims: [{msisdn: \"08000000001\"}, {msisdn: \"08000000002\"}, {msisdn: \
                \"08000000003\"}]\n  coupons: [{name: maps, month: 2026-11, code: add-1gb, msisdns: [\"08000000001\", \"08000000002\", \
                \"08000000003\"]}]\n  topUps:\n    - {name: keep, code: add-100mb, whenRemainingBelow: 50MB, maxPerLinePerMonth: 2, \
                maxSpendPerMonth: \"20000 JPY\"}\n";
    // The plan in force counts, not the one from next month on; what is not observed is blocked for another reason.
    let observed = shop(vec![on_plan("08000000001", "payg-0"), on_plan("08000000002", "fixed-500mb")]);
    let warnings = |observed: &Observed| -> Vec<String> {
        let compiled = read_files(&[("a.yaml", &fleet("kanto", rest))]).expect("valid");
        let diagnostics = against_catalogue(&compiled.accounts.first().expect("an account").desired, observed);
        assert!(diagnostics.iter().all(|diagnostic| !diagnostic.is_error()));
        diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
    };
    assert_eq!(warnings(&observed), ["the rate plan payg-0 takes no coupon add-1gb (1 line)"]);
    let none = shop(vec![on_plan("08000000001", "payg-0"), on_plan("08000000002", "payg-0")]);
    assert_eq!(
        warnings(&none),
        [
            "the rate plan payg-0 takes no coupon add-1gb (2 lines)",
            "no rate plan of the fleet takes the coupon add-100mb: payg-0"
        ]
    );
}

#[test]
fn orders_of_what_is_not_there() {
    let order = |change: &str| {
        let text = "apiVersion: simfleet.dev/v1alpha1\nkind: SimOrder\nmetadata: {name: spares}\nspec:\n  accountRef: {name: main}\n  \
                    systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  ratePlan: fixed-500mb\n  formFactor: nano\n  quantity: 10\n  \
                    devices: [{model: rtr-100, quantity: 1}]\n  shipTo: {postalCode: 060-0001, prefecture: 北海道, city: 札幌市中央区, \
                    street: 北1条西2, company: Example, contact: 山田, phone: 011-111-1111}\n";
        let (from, to) = change.split_once('>').expect("a change");
        text.replace(from, to)
    };
    let shop = shop(Vec::new());
    assert_eq!(found(&order("a>a"), &shop), [""; 0]);
    assert_eq!(found(&order("S0001234>S0001243"), &shop), ["3:UNKNOWN_SYSTEM_NUMBER did you mean S0001234?"]);
    assert_eq!(found(&order("m2m-lte>voice"), &shop), ["3:UNKNOWN_SERVICE its services are m2m-lte"]);
    assert_eq!(found(&order("fixed-500mb>fixed-500bm"), &shop), ["3:UNKNOWN_RATE_PLAN did you mean fixed-500mb?"]);
    let wrong = order("rtr-100>rtr-1000");
    assert_eq!(found(&wrong, &shop), ["3:UNKNOWN_DEVICE did you mean rtr-100?"]);
    assert_eq!(found(&wrong, &observed(Vec::new())), ["3:UNKNOWN_RATE_PLAN did you mean fixed-1gb?"], "no price list");
    assert_eq!(found(&format!("{wrong}  state: Cancelled\n"), &shop), [""; 0], "never placed");

    // Once it is placed, the carrier's offer may change.
    let compiled = read_files(&[("a.yaml", &wrong)]).expect("valid");
    let content = compiled.accounts[0].desired.orders[0].content.clone();
    let mut later = shop.clone();
    later.purchases.orders = Some(vec![OrderApplication {
        application: "A1".into(),
        status: ApplicationStatus::Shipped,
        cancellable_until: None,
        requested_at: later.at,
        via: RequestedVia::Api,
        effective: None,
        content: Some(content),
        msisdns: Vec::new(),
        iccids: Vec::new(),
    }]);
    assert_eq!(found(&wrong, &later), [""; 0]);
}

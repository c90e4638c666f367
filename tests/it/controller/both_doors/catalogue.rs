//! What only the carrier's catalogue can tell: an unknown plan, coupon, device, service.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use simfleet::controller::refute;
use simfleet::domain::calendar::jst_midnight;
use simfleet::domain::{
    CarrierIdentity, Catalogue, CouponCode, Function, Money, Observed, OrderPrices, PlanPrice, Purchases, RatePlan, Service,
    ServiceCode, System, SystemNumber,
};
use simfleet::manifest::against_catalogue;

use super::bases;
use super::contents::Codes;
use super::door::Doors;
use super::paths::with;

/// A carrier that offers what the valid documents want, and has no line.
fn observed() -> Observed {
    let coupons = BTreeMap::from([(CouponCode::from("add-1gb"), None), (CouponCode::from("add-100mb"), None)]);
    let plan = PlanPrice { coupons, ..PlanPrice::default() };
    let services = BTreeMap::from([(ServiceCode::from("m2m-lte"), Service { functions: BTreeSet::from(Function::ALL) })]);
    Observed {
        carrier: CarrierIdentity { host: "carrier.example.jp".into(), contractor_id: "demo".into() },
        at: jst_midnight(jiff::civil::date(2026, 11, 22)),
        complete: true,
        sims: Vec::new(),
        catalogue: Catalogue {
            systems: BTreeMap::from([(SystemNumber::from("S0001234"), System { services })]),
            plans: BTreeMap::from([(RatePlan::from("fixed-1gb"), plan.clone()), (RatePlan::from("fixed-500mb"), plan)]),
            orders: OrderPrices {
                cards: BTreeMap::from([("nano".into(), Money(300))]),
                devices: BTreeMap::from([("rtr-100".into(), Money(12_000))]),
            },
            ..Catalogue::default()
        },
        purchases: Purchases::default(),
    }
}

/// The codes of errors from both doors: of files, of the object.
async fn judged(doors: &Doors, document: &Value) -> (Codes, Codes) {
    let observed = observed();
    let compiled = doors.validate(document).expect("it is valid, but for the catalogue");
    let main = compiled.accounts.iter().find(|account| **account.name() == *"main").expect("the account");
    let of_files = against_catalogue(&main.desired, &observed);
    let accounts = doors.judgement(document).await.expect("the API server knows no catalogue").accounts;
    let main = accounts.into_iter().find(|accepted| *accepted.account.name == *"main").expect("the account");
    let of_cluster = against_catalogue(&main.desired, &observed);
    let refuted = refute(main, of_cluster);
    let object = refuted.all().find(|judged| document["kind"] == judged.kind.as_str()).expect("it is judged");
    let errors = |found: &[simfleet::diag::Diagnostic]| {
        found.iter().filter(|finding| finding.is_error()).map(|finding| finding.code.as_str()).collect()
    };
    (errors(&of_files), errors(&object.findings))
}

#[tokio::test]
async fn what_the_carrier_does_not_offer_is_refused_alike() {
    let doors = Doors::open("catalogue").await;
    for (kind, pointer, code) in [
        ("SimFleet", "/spec/defaults/ratePlan", "UNKNOWN_RATE_PLAN"),
        ("SimFleet", "/spec/chipSims/0/ratePlan", "UNKNOWN_RATE_PLAN"),
        ("SimFleet", "/spec/systemNumber", "UNKNOWN_SYSTEM_NUMBER"),
        ("SimFleet", "/spec/serviceCode", "UNKNOWN_SERVICE"),
        ("SimFleet", "/spec/coupons/0/code", "UNKNOWN_COUPON"),
        ("SimFleet", "/spec/topUps/0/code", "UNKNOWN_COUPON"),
        ("SimOrder", "/spec/ratePlan", "UNKNOWN_RATE_PLAN"),
        ("SimOrder", "/spec/systemNumber", "UNKNOWN_SYSTEM_NUMBER"),
        ("SimOrder", "/spec/serviceCode", "UNKNOWN_SERVICE"),
        ("SimOrder", "/spec/devices/0/model", "UNKNOWN_DEVICE"),
    ] {
        let base = bases::of(kind).expect("there is one");
        assert_eq!(judged(&doors, &base).await, Default::default(), "{kind}");
        let document = with(&base, pointer, Some(json!("unheard-of")));
        assert_eq!(judged(&doors, &document).await, ([code].into(), [code].into()), "{kind}{pointer}");
    }
}

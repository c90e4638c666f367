//! What was bought: read completely or not at all, whoever bought it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use simfleet::carrier::snapshot::{read_snapshot, write_snapshot};
use simfleet::carrier::wire::{CouponBody, OrderBody};
use simfleet::carrier::{
    Carrier as _, Credentials, HttpCarrier, HttpOptions, ObserveOptions, all_purchases, observe, observe_all_purchases,
    observe_purchases,
};
use simfleet::domain::{ApplicationStatus, Money, Msisdn, Observed, RatePlan, Wants};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::emulated::Emulated;

fn msisdn(number: u32) -> Msisdn {
    Msisdn::parse(&format!("0801234{number:04}")).unwrap()
}

fn order(form_factor: &str) -> OrderBody {
    serde_json::from_value(json!({
        "systemNo": "S0001234", "serviceCode": "m2m-lte", "planCode": "fixed-1gb", "formFactor": form_factor, "quantity": 2,
        "devices": [{"model": "usb-10", "quantity": 1}, {"model": "rtr-100", "quantity": 2}],
        "shipTo": {"postalCode": "1000001", "prefecture": "東京都", "city": "千代田区", "street": "千代田1-1",
                   "company": "Example", "contact": "Sato", "phone": "03-1234-5678"},
    }))
    .unwrap()
}

async fn world(lines: u32) -> Emulated {
    let world = Emulated::frozen().await;
    let sims: Vec<Value> = (0..lines).map(|number| json!({"msisdn": msisdn(number), "planCode": "fixed-1gb"})).collect();
    world.emulator.seed(json!({"sims": sims}).to_string().as_bytes()).unwrap();
    world
}

async fn observed(carrier: &HttpCarrier) -> Observed {
    observe(carrier, &ObserveOptions::default()).await.unwrap()
}

fn coupon(code: &str) -> CouponBody {
    CouponBody { coupon_code: code.to_owned() }
}

#[tokio::test]
async fn only_what_is_wanted_is_read() {
    let world = world(3).await;
    let carrier = world.carrier();
    let mut seen = observed(&carrier).await;
    let before = (seen.clone(), world.calls().await.len());
    observe_purchases(&carrier, &mut seen, &Wants::default()).await.unwrap();
    assert_eq!((seen, world.calls().await.len()), before);
}

#[tokio::test]
async fn coupons_of_the_month_are_read_whoever_bought_them() {
    let world = world(4).await;
    let carrier = world.carrier();
    world.emulator.set("2026-10-31T23:59:59+09:00".parse().unwrap()).unwrap();
    carrier.buy_coupon(msisdn(1), &coupon("add-1gb")).await.unwrap();
    world.emulator.set("2026-11-01T00:00:00+09:00".parse().unwrap()).unwrap();
    let first = carrier.buy_coupon(msisdn(1), &coupon("add-100mb")).await.unwrap();
    world.emulator.set("2026-11-30T23:59:59+09:00".parse().unwrap()).unwrap();
    carrier.buy_coupon(msisdn(3), &coupon("add-1gb")).await.unwrap();
    carrier.buy_coupon(msisdn(1), &coupon("add-500mb")).await.unwrap();

    let mut seen = observed(&carrier).await;
    let wants = Wants { coupons_from: Some("2026-11-01".parse().unwrap()), ..Wants::default() };
    observe_purchases(&carrier, &mut seen, &wants).await.unwrap();
    let coupons = seen.purchases.coupons.unwrap();
    let found: Vec<_> = coupons.iter().map(|bought| (bought.msisdn, bought.code.as_ref().unwrap().to_string())).collect();
    assert_eq!(
        found,
        [(msisdn(1), "add-100mb".to_owned()), (msisdn(1), "add-500mb".to_owned()), (msisdn(3), "add-1gb".to_owned())]
    );
    assert_eq!(coupons[0].application.as_str(), first.application_no);
    assert_eq!(coupons[0].status, ApplicationStatus::Completed);
    assert_eq!(coupons[0].requested_at, "2026-11-01T00:00:00+09:00".parse().unwrap());
    assert_eq!((seen.purchases.orders, seen.purchases.usage_as_of.len()), (None, 0));
}

#[tokio::test]
async fn orders_are_read_with_their_content_and_what_was_in_the_parcel() {
    let world = world(0).await;
    let carrier = world.carrier();
    let [one, two] = [carrier.order(&order("nano")).await.unwrap(), carrier.order(&order("chip")).await.unwrap()];
    carrier.cancel(&one.application_no.as_str().into()).await.unwrap();
    world.emulator.set("2026-12-01T12:00:00+09:00".parse().unwrap()).unwrap();
    let mut seen = observed(&carrier).await;
    observe_purchases(&carrier, &mut seen, &Wants { orders: true, ..Wants::default() }).await.unwrap();
    let orders = seen.purchases.orders.unwrap();
    let statuses: Vec<_> = orders.iter().map(|order| (order.application.to_string(), order.status.clone())).collect();
    assert_eq!(
        statuses,
        [(one.application_no, ApplicationStatus::Cancelled), (two.application_no, ApplicationStatus::Completed)]
    );
    let content = orders[1].content.as_ref().unwrap();
    assert_eq!((&*content.form_factor, content.quantity), ("chip", 2));
    let models: Vec<&str> = content.devices.iter().map(|device| &*device.model).collect();
    assert_eq!(models, ["rtr-100", "usb-10"], "as a declared order has them");
    assert_eq!((content.ship_to.postal_code.as_str(), content.ship_to.phone.as_str()), ("100-0001", "0312345678"));
    assert_eq!((orders[0].msisdns.len(), orders[1].msisdns.len(), orders[1].iccids.len()), (0, 2, 2));
}

#[tokio::test]
async fn prices_and_figures_are_read_for_those_who_need_them() {
    let world = world(3).await;
    let carrier = world.carrier();
    let mut seen = observed(&carrier).await;
    let plans: BTreeSet<RatePlan> = ["fixed-1gb", "payg-0", "no-such-plan"].map(RatePlan::new).into();
    let absent = Msisdn::parse("08099999999").unwrap();
    let wants = Wants { prices_of: plans, usage_of: [msisdn(1), absent].into(), ..Wants::default() };
    observe_purchases(&carrier, &mut seen, &wants).await.unwrap();
    let prices = &seen.catalogue.plans[&RatePlan::new("fixed-1gb")].coupons;
    let told: Vec<_> = prices.values().map(|price| price.map(|price| (price.price, price.bytes))).collect();
    assert_eq!(told, [Some((Money(200), 100_000_000)), Some((Money(1_000), 1_000_000_000)), Some((Money(600), 500_000_000))]);
    assert!(seen.catalogue.plans[&RatePlan::new("fixed-2gb")].coupons.values().all(Option::is_none));
    assert_eq!(seen.purchases.usage_as_of, [(msisdn(1), world.emulator.now())].into(), "a line that is gone has no figures");
    assert_eq!(seen.catalogue.orders.cards["nano"], Money(300));
    assert_eq!(seen.catalogue.orders.devices["rtr-100"], Money(12_000));
}

#[tokio::test]
async fn a_list_of_applications_that_does_not_add_up_is_no_evidence() {
    for (fault, count, expected) in [
        ("shortList", 1, Ok(())),
        ("shortList", 100, Err("the carrier's list of coupon applications is incomplete: it says 30 but delivered 27")),
        ("duplicateRows", 1, Ok(())),
        ("duplicateRows", 100, Ok(())),
        ("rateLimited", 1, Ok(())),
        ("maintenance", 1, Ok(())),
        ("errorBeforeCommit", 1, Ok(())),
        ("timeoutAfterCommit", 1, Ok(())),
    ] {
        let world = world(30).await;
        let carrier = world.carrier();
        for number in 0..30 {
            carrier.buy_coupon(msisdn(number), &coupon("add-100mb")).await.unwrap();
        }
        let mut seen = observed(&carrier).await;
        world.faults(json!([{"function": 10, "kind": fault, "count": count}])).await;
        let before = seen.clone();
        let wants = Wants { coupons_from: Some("2026-11-01".parse().unwrap()), orders: true, ..Wants::default() };
        match (observe_purchases(&carrier, &mut seen, &wants).await, expected) {
            (Ok(()), Ok(())) => assert_eq!(seen.purchases.coupons.unwrap().len(), 30, "{fault}"),
            (Err(error), Err(expected)) => {
                assert!(error.to_string().contains(expected), "{fault}: {error}");
                assert_eq!(seen, before, "all or nothing");
            }
            (outcome, _) => panic!("{fault} {count}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn everything_is_read_for_a_snapshot_and_read_from_it_again() {
    let world = world(5).await;
    let carrier = world.carrier();
    for number in [0, 0, 2] {
        carrier.buy_coupon(msisdn(number), &coupon("add-1gb")).await.unwrap();
    }
    carrier.order(&order("nano")).await.unwrap();
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    let mut seen = observed(&carrier).await;
    observe_all_purchases(&carrier, &mut seen).await.unwrap();
    assert!(all_purchases(&seen).is_empty(), "{:?}", all_purchases(&seen));
    let lines: Vec<Msisdn> = seen.purchases.usage_as_of.keys().copied().collect();
    assert_eq!(lines, [msisdn(0), msisdn(2)], "who bought nothing this month needs no fresh figures");
    let mut text = Vec::new();
    write_snapshot(&mut text, "main", &seen).unwrap();
    assert_eq!(read_snapshot("s.json", &text).unwrap().observed, seen);
}

/// A carrier that answers this list of applications, in pages of two.
async fn listing(rows: Vec<Value>) -> (MockServer, HttpCarrier) {
    let server = MockServer::start().await;
    let token = json!({"token": "t0ken-1", "expiresAt": "2026-11-22T22:00:00+09:00"});
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200).set_body_json(token)).mount(&server).await;
    for (index, chunk) in rows.chunks(2).enumerate() {
        let page = json!({"result": chunk, "page": index + 1, "pageSize": 2, "totalSize": rows.len()});
        let listed = Mock::given(path("/v1/applications")).and(query_param("page", (index + 1).to_string()));
        listed.respond_with(ResponseTemplate::new(200).set_body_json(page)).mount(&server).await;
    }
    let options = HttpOptions { rate: simfleet::carrier::rate::RateLimit::NONE, ..HttpOptions::default() };
    let carrier = HttpCarrier::new(&server.uri(), Credentials::new("demo", "demo"), options).unwrap();
    (server, carrier)
}

fn application(no: &str, kind: &str, at: &str) -> Value {
    json!({"applicationNo": no, "type": kind, "status": "completed", "requestedAt": at, "requestedVia": "console",
           "items": [{"msisdn": msisdn(1), "status": "completed"}]})
}

fn nothing() -> Observed {
    Observed {
        carrier: simfleet::domain::CarrierIdentity { host: "h".to_owned(), contractor_id: "demo".to_owned() },
        at: "2026-11-10T10:00:00+09:00".parse().unwrap(),
        complete: true,
        sims: Vec::new(),
        catalogue: simfleet::domain::Catalogue::default(),
        purchases: simfleet::domain::Purchases::default(),
    }
}

#[tokio::test]
async fn a_carrier_that_knows_no_filters_and_says_little_is_understood() {
    let mut rows = vec![
        application("A1", "coupon", "2026-10-31T23:59:59+09:00"),
        application("A2", "coupon", "2026-11-01T00:00:00+09:00"),
        application("A3", "suspend", "2026-11-02T00:00:00+09:00"),
        application("A4", "coupon", "2026-11-30T14:59:59Z"),
        application("A5", "coupon", "2026-11-30T15:00:00Z"),
        application("A6", "coupon", "2026-11-05T00:00:00+09:00"),
        application("A7", "order", "2026-11-05T00:00:00+09:00"),
    ];
    rows[5]["status"] = json!("partiallyCompleted");
    rows[5]["items"] = json!([{"msisdn": msisdn(1), "status": "rejected"}, {"msisdn": msisdn(2), "status": "completed"}]);
    let (server, carrier) = listing(rows).await;
    let bare = application("A7", "order", "2026-11-05T00:00:00+09:00");
    let single = Mock::given(path("/v1/applications/A7")).respond_with(ResponseTemplate::new(200).set_body_json(bare));
    single.expect(1).mount(&server).await;
    let mut seen = nothing();
    let wants = Wants { coupons_from: Some("2026-11-01".parse().unwrap()), orders: true, ..Wants::default() };
    observe_purchases(&carrier, &mut seen, &wants).await.unwrap();
    let coupons = seen.purchases.coupons.unwrap();
    let found: Vec<_> =
        coupons.iter().map(|bought| (bought.msisdn, bought.application.as_str(), bought.status.clone())).collect();
    assert_eq!(
        found,
        [
            (msisdn(1), "A2", ApplicationStatus::Completed),
            (msisdn(1), "A4", ApplicationStatus::Completed),
            (msisdn(1), "A6", ApplicationStatus::Rejected),
            (msisdn(2), "A6", ApplicationStatus::Completed),
        ]
    );
    assert!(coupons.iter().all(|bought| bought.code.is_none()), "it may be any coupon");
    let orders = seen.purchases.orders.unwrap();
    assert_eq!((orders.len(), &orders[0].content), (1, &None));
}

#[tokio::test]
async fn a_coupon_of_nobody_stops_everything() {
    let mut row = application("A1", "coupon", "2026-11-05T00:00:00+09:00");
    row["items"] = json!([]);
    for named in [true, false] {
        let (server, carrier) = listing(vec![row.clone()]).await;
        let whole = if named { application("A1", "coupon", "2026-11-05T00:00:00+09:00") } else { row.clone() };
        let single = Mock::given(path("/v1/applications/A1")).respond_with(ResponseTemplate::new(200).set_body_json(whole));
        single.expect(1).mount(&server).await;
        let mut seen = nothing();
        let wants = Wants { coupons_from: Some("2026-11-01".parse().unwrap()), ..Wants::default() };
        match observe_purchases(&carrier, &mut seen, &wants).await {
            Ok(()) => assert_eq!((named, seen.purchases.coupons.unwrap().len()), (true, 1)),
            Err(error) => {
                assert!(!named && error.to_string().contains("for which line its application A1 bought a coupon"), "{error}");
                assert_eq!(seen, nothing());
            }
        }
    }
}

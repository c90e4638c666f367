//! Orders: paid at once, cancellable while accepted, shipped after three business days.

use serde_json::{Value, json};

use super::world::World;

pub(super) fn order(form_factor: &str) -> Value {
    json!({
        "systemNo": "S0001234", "serviceCode": "m2m-lte", "planCode": "fixed-1gb", "formFactor": form_factor, "quantity": 3,
        "devices": [{"model": "rtr-100", "quantity": 2}],
        "shipTo": {"postalCode": "100-0001", "prefecture": "東京都", "city": "千代田区", "street": "千代田1-1",
                   "company": "Example", "contact": "Sato", "phone": "0312345678"},
    })
}

async fn status(world: &World, no: &Value) -> Value {
    world.application(no).await["status"].clone()
}

#[tokio::test]
async fn an_order_goes_from_acceptance_to_delivery() {
    // A Sunday evening.
    let world = World::new().await;
    let no = world.post("/v1/orders", order("nano")).await.good()["applicationNo"].clone();
    let ledger = world.get("/_emu/ledger").await.good();
    let paid: Vec<(&str, i64)> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["kind"].as_str().unwrap(), entry["amount"].as_i64().unwrap()))
        .collect();
    assert_eq!(paid, [("simOrder", 900), ("deviceOrder", 24_000)]);
    for (at, expected) in [
        ("2026-11-23T08:59:59+09:00", "accepted"),
        ("2026-11-23T09:00:00+09:00", "arranging"),
        ("2026-11-25T20:59:59+09:00", "arranging"),
        ("2026-11-25T21:00:00+09:00", "shipped"),
        ("2026-11-26T20:59:59+09:00", "shipped"),
        ("2026-11-26T21:00:00+09:00", "completed"),
    ] {
        world.set(at).await;
        assert_eq!(status(&world, &no).await, expected, "{at}");
    }
    let application = world.application(&no).await;
    let msisdns = application["order"]["msisdns"].as_array().unwrap();
    assert_eq!((msisdns.len(), application["order"]["iccids"].as_array().unwrap().len()), (3, 3));
    let line = world.line(msisdns[0].as_str().unwrap()).await;
    assert_eq!((&line["status"], &line["planCode"], &line["kind"]), (&json!("active"), &json!("fixed-1gb"), &json!("card")));
    assert_eq!(line["openedAt"], "2026-11-25T21:00:00+09:00");
    world.set("2026-12-01T00:00:00+09:00").await;
    let ledger = world.get("/_emu/ledger").await.good();
    let fees = ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "monthlyFee").count();
    assert_eq!(fees, 3, "cards are billable from shipment on");
}

#[tokio::test]
async fn an_order_is_cancellable_while_it_is_accepted() {
    let world = World::new().await;
    let no = world.post("/v1/orders", order("nano")).await.good()["applicationNo"].clone();
    let cancel = |no: &Value| format!("/v1/applications/{}/cancel", no.as_str().unwrap());
    world.post(&cancel(&no), json!({})).await.good();
    assert_eq!(status(&world, &no).await, "cancelled");
    let ledger = world.get("/_emu/ledger").await.good();
    let sum: i64 = ledger["entries"].as_array().unwrap().iter().filter_map(|entry| entry["amount"].as_i64()).sum();
    assert_eq!(sum, 0, "what was paid is taken back");
    let no = world.post("/v1/orders", order("nano")).await.good()["applicationNo"].clone();
    world.set("2026-11-23T09:00:00+09:00").await;
    assert_eq!(world.post(&cancel(&no), json!({})).await.refusal(), (409, "NOT_CANCELLABLE"));
    assert_eq!(world.post("/v1/applications/A0/cancel", json!({})).await.refusal(), (404, "LINE_NOT_FOUND"));
}

#[tokio::test]
async fn ordered_chips_arrive_without_an_imei_and_can_be_sent_at_once() {
    let world = World::new().await;
    let no = world.post("/v1/orders", order("chip")).await.good()["applicationNo"].clone();
    let shipped = world.post(&format!("/_emu/orders/{}/ship", no.as_str().unwrap()), json!({})).await.good();
    assert_eq!(shipped["status"], "shipped");
    let chips = world.get("/v1/chip-sims").await.good();
    assert_eq!(chips["totalSize"], 3);
    let chip = &chips["result"][0];
    assert_eq!((&chip["status"], &chip["imei"]), (&json!("ordered"), &Value::Null));
    assert_eq!(world.get("/v1/sims").await.good()["totalSize"], 0);
    let again = world.post(&format!("/_emu/orders/{}/ship", no.as_str().unwrap()), json!({})).await;
    assert_eq!(again.refusal(), (409, "INVALID_STATE"));
}

async fn paid(world: &World) -> i64 {
    let ledger = world.get("/_emu/ledger").await.good();
    ledger["entries"].as_array().unwrap().iter().filter_map(|entry| entry["amount"].as_i64()).sum()
}

#[tokio::test]
async fn numbers_are_known_from_shipment_on() {
    let world = World::new().await;
    let no = world.post("/v1/orders", order("nano")).await.good()["applicationNo"].clone();
    for (at, known) in [("2026-11-25T20:59:59+09:00", 0), ("2026-11-25T21:00:00+09:00", 3), ("2026-12-20T00:00:00+09:00", 3)] {
        world.set(at).await;
        let listed = world.get("/v1/applications?type=order").await.good()["result"][0].clone();
        assert_eq!(listed, world.application(&no).await, "the list says all that the application says");
        let rows = |name: &str| listed["order"][name].as_array().unwrap().clone();
        assert_eq!((rows("msisdns").len(), rows("iccids").len()), (known, known), "{at}");
        for (msisdn, iccid) in rows("msisdns").iter().zip(rows("iccids")) {
            assert_eq!(world.line(msisdn.as_str().unwrap()).await["iccid"], iccid);
        }
    }
}

#[tokio::test]
async fn a_parcel_arrives_on_the_preferred_day_if_it_can() {
    let world = World::new().await;
    let mut body = order("nano");
    body["preferredDate"] = json!("2026-12-10");
    body["timeSlot"] = json!("evening");
    let application = world.post("/v1/orders", body).await.good();
    assert_eq!(application["effectiveDate"], "2026-12-10");
    assert_eq!(
        (&application["order"]["preferredDate"], &application["order"]["timeSlot"]),
        (&json!("2026-12-10"), &json!("evening"))
    );
    for (at, expected) in [
        ("2026-12-09T20:59:59+09:00", "arranging"),
        ("2026-12-09T21:00:00+09:00", "shipped"),
        ("2026-12-10T21:00:00+09:00", "completed"),
    ] {
        world.set(at).await;
        assert_eq!(status(&world, &application["applicationNo"]).await, expected, "{at}");
    }
}

#[tokio::test]
async fn a_part_of_an_order_is_paid_as_a_part() {
    let world = World::new().await;
    let no = world.post("/v1/orders", order("nano")).await.good()["applicationNo"].clone();
    let ship = format!("/_emu/orders/{}/ship", no.as_str().unwrap());
    assert_eq!(world.post(&ship, json!({"sims": 0})).await.refusal(), (400, "INVALID_PARAMETER"));
    let shipped = world.post(&ship, json!({"sims": 2})).await.good();
    assert_eq!((&shipped["status"], shipped["order"]["msisdns"].as_array().unwrap().len()), (&json!("shipped"), 2));
    assert_eq!(paid(&world).await, 24_600);
    world.advance("P1D").await;
    assert_eq!(status(&world, &no).await, "partial");
}

#[tokio::test]
async fn an_order_that_the_carrier_rejects_is_not_paid() {
    let world = World::new().await;
    let no = world.post("/v1/orders", order("nano")).await.good()["applicationNo"].clone();
    let reject = format!("/_emu/applications/{}/reject", no.as_str().unwrap());
    world.post(&reject, json!({})).await.good();
    assert_eq!(status(&world, &no).await, "rejected");
    assert_eq!(paid(&world).await, 0);
    world.advance("P30D").await;
    assert_eq!(status(&world, &no).await, "rejected");
    assert_eq!(world.post(&reject, json!({})).await.refusal(), (409, "INVALID_STATE"));
}

#[tokio::test]
async fn prices_are_served_and_charged() {
    let world = World::new().await;
    let prices = world.get("/v1/system").await.good()["orderPrices"].clone();
    for form_factor in ["nano", "micro", "mini", "chip"] {
        for model in ["rtr-100", "rtr-200", "usb-10"] {
            let before = paid(&world).await;
            let mut body = order(form_factor);
            body["devices"][0]["model"] = json!(model);
            world.post("/v1/orders", body).await.good();
            let expected = 3 * prices["cards"][form_factor].as_i64().unwrap() + 2 * prices["devices"][model].as_i64().unwrap();
            assert_eq!(paid(&world).await - before, expected, "{form_factor} {model}");
        }
    }
}

#[tokio::test]
async fn a_wrong_order_is_refused_with_every_reason() {
    let world = World::new().await;
    let mut body = order("triangular");
    body["devices"] = json!([{"model": "rtr-100", "quantity": 1}, {"model": "toaster", "quantity": 0}]);
    body["timeSlot"] = json!("midnight");
    body["quantity"] = json!(1_000);
    body["planCode"] = json!("fixed-9zb");
    body["shipTo"]["postalCode"] = json!("12-34567");
    body["shipTo"]["prefecture"] = json!("Tokyo");
    body["shipTo"]["street"] = json!("千".repeat(33));
    body["shipTo"]["building"] = json!("ﾋﾞﾙ 3F");
    body["shipTo"]["phone"] = json!("312345678");
    body["shipTo"]["city"] = Value::Null;
    body["preferredDate"] = json!("2026-11-01");
    let answer = world.post("/v1/orders", body).await;
    assert_eq!(answer.refusal(), (400, "INVALID_PARAMETER"));
    let mut names: Vec<&str> =
        answer.body["parameterErrorList"].as_array().unwrap().iter().map(|error| error["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    let expected = [
        "devices[1].model",
        "devices[1].quantity",
        "formFactor",
        "planCode",
        "preferredDate",
        "quantity",
        "shipTo.building",
        "shipTo.city",
        "shipTo.phone",
        "shipTo.postalCode",
        "shipTo.prefecture",
        "shipTo.street",
        "timeSlot",
    ];
    assert_eq!(names, expected);
    let mut foreign = order("nano");
    foreign["systemNo"] = json!("S0005555");
    assert_eq!(world.post("/v1/orders", foreign).await.refusal(), (403, "NOT_OWNER"));
}

//! The nineteen functions, each over real HTTP as the protocol writes it.

use serde_json::{Value, json};

use super::world::World;

const CARD: &str = "08012345678";
const OTHER: &str = "08087654321";
const CHIP: &str = "02012345678";
const IMEI: &str = "490154203237518";

async fn small_world() -> World {
    World::seeded(json!({
        "sims": [{"msisdn": CARD}, {"msisdn": OTHER, "status": "suspended"}],
        "chipSims": [{"msisdn": CHIP}],
    }))
    .await
}

/// A step: what is called, with what, and what must be in the answer.
type Step = (&'static str, String, Option<Value>, u16, Value);

fn order() -> Value {
    json!({
        "systemNo": "S0001234", "serviceCode": "m2m-lte", "planCode": "fixed-1gb", "formFactor": "nano", "quantity": 3,
        "devices": [{"model": "rtr-100", "quantity": 2}],
        "shipTo": {"postalCode": "100-0001", "prefecture": "東京都", "city": "千代田区", "street": "千代田1-1",
                   "company": "Example", "contact": "Sato", "phone": "0312345678"},
        "preferredDate": "2026-12-01", "timeSlot": "morning",
    })
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table, in the order of a line's life")]
async fn all_nineteen_answer_as_the_protocol_says() {
    let world = small_world().await;
    let sim = |rest: &str| format!("/v1/sims/{CARD}{rest}");
    let bulk = json!({"systemNo": "S0001234", "msisdns": [CHIP]});
    let accepted = json!({"status": "accepted", "requestedVia": "api"});
    let steps: Vec<Step> = vec![
        ("GET 1", sim(""), None, 200, json!({"msisdn": CARD, "status": "active", "statusLabel": "利用中", "kind": "card"})),
        ("POST 2", sim("/suspend"), Some(json!({"reason": "lost"})), 202, accepted.clone()),
        ("ADVANCE", "PT60S".into(), None, 0, Value::Null),
        ("GET 1", sim(""), None, 200, json!({"status": "suspended", "suspendReason": "lost", "pending": []})),
        ("POST 3", sim("/resume"), Some(json!({})), 202, accepted.clone()),
        ("ADVANCE", "PT60S".into(), None, 0, Value::Null),
        ("GET 1", sim(""), None, 200, json!({"status": "active", "trafficRemainingBytes": 500_000_000})),
        ("GET 4", sim("/usage"), None, 200, json!({"msisdn": CARD, "unit": "day", "asOf": "2026-11-22T21:02:00+09:00"})),
        (
            "POST 5",
            sim("/coupons"),
            Some(json!({"couponCode": "add-1gb"})),
            202,
            json!({"status": "completed", "target": "add-1gb"}),
        ),
        ("GET 1", sim(""), None, 200, json!({"trafficRemainingBytes": 1_500_000_000})),
        (
            "POST 6",
            sim("/plan-change"),
            Some(json!({"planCode": "fixed-1gb"})),
            202,
            json!({"status": "scheduled", "effectiveDate": "2026-12-01", "cancellableUntil": "2026-12-01T00:00:00+09:00"}),
        ),
        ("GET 7", "/v1/sims".into(), None, 200, json!({"page": 1, "pageSize": 100, "totalSize": 2})),
        ("GET 7", "/v1/sims?status=suspended&pageSize=10000".into(), None, 200, json!({"totalSize": 1, "pageSize": 10000})),
        ("POST 8 9", "/v1/orders".into(), Some(order()), 202, json!({"status": "accepted", "type": "order"})),
        ("GET 10", format!("/v1/applications?type=planChange&msisdn={CARD}"), None, 200, json!({"totalSize": 1})),
        ("GET 11", sim("/session"), None, 200, json!({"online": false})),
        (
            "GET 12",
            "/v1/systems/S0001234/services/m2m-lte?month=2026-11".into(),
            None,
            200,
            json!({"month": "2026-11", "lineCounts": {"active": 1, "suspended": 1}, "plans": {"fixed-500mb": 2}, "bytes": 0}),
        ),
        (
            "GET 13",
            "/v1/system".into(),
            None,
            200,
            json!({"contractorId": "demo", "planChangeCutOff": "last-day", "bulkLimit": 3000, "terminationFee": 1000}),
        ),
        (
            "POST 14",
            sim("/terminate"),
            Some(json!({"terminationDate": "2026-11-30", "reason": "end of trial"})),
            202,
            json!({"status": "scheduled", "effectiveDate": "2026-11-30", "cancellableUntil": "2026-12-01T00:00:00+09:00"}),
        ),
        ("GET 1", sim(""), None, 200, json!({"status": "terminationAccepted", "terminationDate": "2026-11-30"})),
        (
            "POST 15",
            "/v1/chip-sims/imei-registrations".into(),
            Some(json!({"items": [{"msisdn": CHIP, "imei": IMEI}]})),
            202,
            accepted.clone(),
        ),
        ("ADVANCE", "PT60S".into(), None, 0, Value::Null),
        ("POST 16", "/v1/chip-sims/allocations".into(), Some(bulk.clone()), 202, accepted.clone()),
        ("ADVANCE", "PT60S".into(), None, 0, Value::Null),
        ("GET 19", "/v1/chip-sims?status=allocated&systemNo=S0001234".into(), None, 200, json!({"totalSize": 1})),
        ("POST 17", "/v1/chip-sims/deallocations".into(), Some(bulk.clone()), 202, accepted.clone()),
        ("ADVANCE", "PT60S".into(), None, 0, Value::Null),
        ("GET 19", format!("/v1/chip-sims/{CHIP}"), None, 200, json!({"status": "imeiRegistered", "imei": IMEI})),
        ("POST 16", "/v1/chip-sims/allocations".into(), Some(bulk), 202, accepted.clone()),
        ("ADVANCE", "PT60S".into(), None, 0, Value::Null),
        (
            "POST 18",
            "/v1/chip-sims/activations".into(),
            Some(json!({"systemNo": "S0001234", "msisdns": [CHIP], "planCode": "fixed-100mb"})),
            202,
            accepted,
        ),
        ("ADVANCE", "PT60S".into(), None, 0, Value::Null),
        ("GET 19", format!("/v1/chip-sims/{CHIP}"), None, 200, json!({"status": "active", "systemNo": "S0001234"})),
        (
            "GET 1",
            format!("/v1/sims/{CHIP}"),
            None,
            200,
            json!({"kind": "chip", "status": "active", "imei": IMEI, "planCode": "fixed-100mb", "serviceCode": "m2m-lte"}),
        ),
        ("GET", "/v1/plans".into(), None, 200, json!({})),
        ("GET", "/v1/plans/fixed-1gb/coupons".into(), None, 200, json!({})),
    ];
    for (index, (what, path, body, status, expected)) in steps.into_iter().enumerate() {
        if what == "ADVANCE" {
            world.advance(&path).await;
            continue;
        }
        let answer = match body {
            Some(body) => world.post(&path, body).await,
            None => world.get(&path).await,
        };
        assert_eq!(answer.status, status, "step {index}, {what} {path}: {:?}", answer.body);
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&answer.body[name], value, "step {index}, {what} {path}: {name} of {:?}", answer.body);
        }
    }
    let journal = world.get("/_emu/journal").await.good();
    let mut called: Vec<u64> = journal["calls"].as_array().unwrap().iter().filter_map(|call| call["function"].as_u64()).collect();
    called.sort_unstable();
    called.dedup();
    // Devices (9) travel inside an order (8).
    let expected: Vec<u64> = (1..=19).filter(|number| *number != 9).collect();
    assert_eq!(called, expected);
}

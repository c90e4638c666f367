//! What others do: people in the console, the carrier itself.

use serde_json::{Value, json};

use super::world::World;

const CARD: &str = "08012345678";

#[tokio::test]
async fn the_console_and_the_carrier_act_at_once() {
    let suspended = json!({"msisdn": CARD, "status": "suspended"});
    let active = json!({"msisdn": CARD});
    let table = [
        ("console/suspend", json!({}), active.clone(), json!({"status": "suspended"}), "console"),
        ("console/resume", json!({}), suspended.clone(), json!({"status": "active"}), "console"),
        ("console/terminate", json!({}), active.clone(), json!({"status": "terminated"}), "console"),
        ("console/plan-change", json!({"planCode": "fixed-1gb"}), active.clone(), json!({"planCode": "fixed-1gb"}), "console"),
        ("carrier/suspend", json!({}), active.clone(), json!({"status": "carrierSuspended"}), "carrier"),
        ("carrier/terminate", json!({}), suspended, json!({"status": "carrierTerminated"}), "carrier"),
    ];
    for (route, body, row, expected, via) in table {
        let world = World::seeded(json!({"sims": [row]})).await;
        let application = world.post(&format!("/_emu/{route}/{CARD}"), body).await.good();
        assert_eq!((&application["status"], application["requestedVia"].as_str()), (&json!("completed"), Some(via)), "{route}");
        let line = world.line(CARD).await;
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&line[name], value, "{route}");
        }
        assert_eq!(line["pending"], json!([]));
        let applications = world.get(&format!("/v1/applications?msisdn={CARD}")).await.good();
        assert_eq!(applications["totalSize"], 1, "{route}");
    }
    let world = World::seeded(json!({"sims": [active]})).await;
    let later = world.post(&format!("/_emu/console/terminate/{CARD}"), json!({"terminationDate": "2026-11-30"})).await.good();
    assert_eq!((&later["status"], &later["requestedVia"]), (&json!("scheduled"), &json!("console")));
}

#[tokio::test]
async fn what_is_open_meets_the_state_it_finds() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD}]})).await;
    let suspension = world.post(&format!("/v1/sims/{CARD}/suspend"), json!({"reason": "lost"})).await.good();
    let console = world.post(&format!("/_emu/console/terminate/{CARD}"), json!({})).await;
    assert_eq!(console.refusal(), (409, "APPLICATION_IN_PROGRESS"));
    world.post(&format!("/_emu/carrier/suspend/{CARD}"), json!({})).await.good();
    world.advance("PT60S").await;
    let refused = world.application(&suspension["applicationNo"]).await;
    assert_eq!((&refused["status"], &refused["items"][0]["errorCode"]), (&json!("rejected"), &json!("INVALID_STATE")));
    let line = world.line(CARD).await;
    assert_eq!((&line["status"], &line["pending"]), (&json!("carrierSuspended"), &json!([])));
}

#[tokio::test]
async fn a_carrier_s_termination_calls_off_what_is_scheduled() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD}]})).await;
    let change = world.post(&format!("/v1/sims/{CARD}/plan-change"), json!({"planCode": "fixed-1gb"})).await.good();
    let before = world.line(CARD).await["version"].as_u64().unwrap();
    world.post(&format!("/_emu/carrier/terminate/{CARD}"), json!({})).await.good();
    assert_eq!(world.application(&change["applicationNo"]).await["status"], "cancelled");
    let line = world.line(CARD).await;
    assert!(line["version"].as_u64().unwrap() > before);
    world.set("2026-12-02T00:00:00+09:00").await;
    assert_eq!(world.line(CARD).await["planCode"], "fixed-500mb");
    let again = world.post(&format!("/_emu/carrier/terminate/{CARD}"), json!({})).await;
    assert_eq!(again.refusal(), (409, "INVALID_STATE"));
}

#[tokio::test]
async fn sessions_and_usage_are_what_was_said() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD}]})).await;
    assert_eq!(world.get(&format!("/v1/sims/{CARD}/session")).await.good(), json!({"online": false}));
    let session = json!({"msisdn": CARD, "online": true, "ipAddress": "10.0.0.7", "apn": "m2m.example", "imei": "4901542032375101", "rat": "LTE"});
    world.post("/_emu/sessions", json!({"sessions": [session]})).await.good();
    let seen = world.get(&format!("/v1/sims/{CARD}/session")).await.good();
    assert_eq!(
        (&seen["online"], &seen["ipAddress"], &seen["since"]),
        (&json!(true), &json!("10.0.0.7"), &json!("2026-11-22T21:00:00+09:00"))
    );
    world.post("/_emu/usage", json!({"msisdn": CARD, "date": "2026-11-20", "bytes": 7})).await.good();
    world.post("/_emu/usage", json!([{"msisdn": CARD, "bytes": 5}])).await.good();
    let usage = world.get(&format!("/v1/sims/{CARD}/usage?from=2026-11-20&to=2026-11-22")).await.good();
    let bytes: Vec<&Value> = usage["rows"].as_array().unwrap().iter().map(|row| &row["bytes"]).collect();
    assert_eq!(bytes, [&json!(7), &json!(0), &json!(5)]);
    let detail = world.get("/v1/systems/S0001234/services/m2m-lte").await.good();
    assert_eq!(detail["bytes"], 12);
    let unknown = world.post("/_emu/usage", json!([{"msisdn": "08000000000", "bytes": 5}])).await;
    assert_eq!(unknown.refusal(), (404, "LINE_NOT_FOUND"));
}

#[tokio::test]
async fn traffic_figures_are_as_old_as_they_say() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD}, {"msisdn": "08012345679"}]})).await;
    let as_of = |msisdn: &'static str| {
        let world = &world;
        async move {
            let usage = world.get(&format!("/v1/sims/{msisdn}/usage?unit=month")).await.good();
            usage["asOf"].as_str().unwrap().to_owned()
        }
    };
    assert_eq!(as_of(CARD).await, "2026-11-22T21:00:00+09:00");
    world.advance("PT90S").await;
    assert_eq!(as_of(CARD).await, "2026-11-22T21:01:30+09:00", "up to now, unless somebody says otherwise");
    world.post("/_emu/usage", json!({"lag": "PT1H"})).await.good();
    assert_eq!(as_of(CARD).await, "2026-11-22T20:01:30+09:00");
    let pinned = json!({"usage": [{"msisdn": CARD, "bytes": 7, "asOf": "2026-11-22T19:00:00+09:00"}]});
    world.post("/_emu/usage", pinned).await.good();
    world.advance("P1D").await;
    assert_eq!(as_of(CARD).await, "2026-11-22T19:00:00+09:00");
    assert_eq!(as_of("08012345679").await, "2026-11-23T20:01:30+09:00");
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 500_000_000 - 7);
    world.post("/_emu/usage", json!({"lag": "PT0S", "usage": [{"msisdn": CARD}]})).await.good();
    assert_eq!(as_of(CARD).await, "2026-11-23T21:01:30+09:00");
    for body in [json!({"lag": "soon"}), json!({"lag": "-PT1S"}), json!({})] {
        assert_eq!(world.post("/_emu/usage", body).await.refusal(), (400, "INVALID_PARAMETER"));
    }
}

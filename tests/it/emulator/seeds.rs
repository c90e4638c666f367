//! Seeds and snapshots.

use serde_json::{Value, json};

use super::world::World;

#[tokio::test]
async fn partial_rows_are_filled_in_from_the_number() {
    let world = World::seeded(json!({
        "sims": [{"msisdn": "+818012345678"}],
        "chipSims": [
            {"msisdn": "02010000001"},
            {"msisdn": "02010000002", "imei": "490154203237518"},
            {"msisdn": "02010000003", "status": "allocated"},
            {"msisdn": "02010000004", "status": "suspended", "planCode": "fixed-1gb"},
        ],
    }))
    .await;
    let line = world.line("08012345678").await;
    for (name, value) in [("status", "active"), ("systemNo", "S0001234"), ("serviceCode", "m2m-lte"), ("planCode", "fixed-500mb")]
    {
        assert_eq!(line[name], value);
    }
    line["iccid"].as_str().unwrap().parse::<simfleet::domain::Iccid>().unwrap();
    assert_eq!(world.chip("02010000001").await["status"], "ordered");
    assert_eq!(world.chip("02010000002").await["status"], "imeiRegistered");
    let allocated = world.chip("02010000003").await;
    assert_eq!(allocated["systemNo"], "S0001234");
    allocated["imei"].as_str().unwrap().parse::<simfleet::domain::Imei>().unwrap();
    let started = world.line("02010000004").await;
    assert_eq!(
        (&started["kind"], &started["status"], &started["suspendReason"]),
        (&json!("chip"), &json!("suspended"), &json!("paused"))
    );
    assert_eq!(world.chip("02010000004").await["status"], "suspended");
}

#[tokio::test]
async fn seeds_are_upserts() {
    let world =
        World::seeded(json!({"sims": [{"msisdn": "08012345678", "iccid": "8981100022312345678", "planCode": "fixed-1gb"}]}))
            .await;
    world.emulator.seed(json!({"sims": [{"msisdn": "08012345678", "status": "suspended"}]}).to_string().as_bytes()).unwrap();
    let line = world.line("08012345678").await;
    assert_eq!(
        (&line["status"], &line["iccid"], &line["planCode"]),
        (&json!("suspended"), &json!("8981100022312345678"), &json!("fixed-1gb"))
    );
    assert_eq!(world.get("/v1/sims").await.good()["totalSize"], 1);
}

#[tokio::test]
async fn a_seed_sets_the_clock_and_what_is_pending() {
    let world = World::seeded(json!({
        "now": "2026-12-30T10:00:00+09:00",
        "sims": [
            {"msisdn": "08012345678", "pending": [{"type": "planChange", "target": "fixed-1gb"}]},
            {"msisdn": "08012345679", "status": "terminationAccepted"},
            {"msisdn": "08012345680", "status": "terminationAccepted", "terminationDate": "2026-12-30"},
            {"msisdn": "08012345681", "status": "underReview", "statusLabel": "審査中"},
        ],
    }))
    .await;
    assert_eq!(world.get("/v1/sims").await.date, "Wed, 30 Dec 2026 01:00:00 GMT");
    let line = world.line("08012345678").await;
    assert_eq!(
        (&line["pending"][0]["status"], &line["pending"][0]["effectiveDate"]),
        (&json!("scheduled"), &json!("2027-01-01"))
    );
    let ending = world.line("08012345679").await;
    assert_eq!((&ending["terminationDate"], &ending["pending"][0]["type"]), (&json!("2026-12-31"), &json!("terminate")));
    assert_eq!(world.line("08012345681").await["statusLabel"], "審査中");
    world.set("2027-01-01T00:00:00+09:00").await;
    assert_eq!(world.line("08012345678").await["planCode"], "fixed-1gb");
    assert_eq!(world.line("08012345679").await["status"], "terminated");
    assert_eq!(world.line("08012345680").await["status"], "terminated");
}

#[tokio::test]
async fn a_wrong_seed_names_every_bad_row_and_writes_nothing() {
    let world = World::new().await;
    let seed = json!({
        "sims": [{"msisdn": "08012345678"}, {"msisdn": "12345"}, {"iccid": "89"}, {"msisdn": "08012345679", "imsi": "1"}],
        "chipSims": [{"msisdn": "02010000001", "imei": "490154203237519"}],
        "systems": [{"systemNo": "S1", "services": [{"serviceCode": "x", "functions": [20]}]}],
    });
    let answer = world.post("/_emu/seed", seed).await;
    assert_eq!(answer.refusal(), (400, "INVALID_PARAMETER"));
    let names: Vec<&Value> = answer.body["parameterErrorList"].as_array().unwrap().iter().map(|error| &error["name"]).collect();
    assert_eq!(names, ["systems[0]", "sims[1]", "sims[2]", "sims[3]", "chipSims[0]"]);
    assert_eq!(world.get("/v1/sims").await.good()["totalSize"], 0);
}

/// A world in which everything that can be open is open.
async fn lived_in() -> World {
    let world = World::new().await;
    world.emulator.generate(100, 1).unwrap();
    let seed = json!({
        "systems": [{"systemNo": "S0009999", "services": [{"serviceCode": "lite", "functions": [1, 7]}]}],
        "sims": [{"msisdn": "07012345678"}, {"msisdn": "07012345679", "status": "suspended"}, {"msisdn": "07012345680", "status": "odd"}],
        "chipSims": [{"msisdn": "02012345678"}, {"msisdn": "02012345679", "status": "allocated"}],
    });
    world.emulator.seed(seed.to_string().as_bytes()).unwrap();
    world.post("/v1/sims/07012345678/plan-change", json!({"planCode": "fixed-1gb"})).await.good();
    world.post("/v1/sims/07012345678/coupons", json!({"couponCode": "add-1gb"})).await.good();
    world.post("/v1/sims/07012345678/suspend", json!({"reason": "lost"})).await.good();
    world.post("/v1/sims/07012345679/terminate", json!({"terminationDate": "2026-12-24", "reason": "x"})).await.good();
    let bind = json!({"items": [{"msisdn": "02012345678", "imei": "490154203237518"}, {"msisdn": "02012345679", "imei": "356938035643809"}]});
    world.post("/v1/chip-sims/imei-registrations", bind).await.good();
    let start = json!({"systemNo": "S0001234", "msisdns": ["02012345679"], "planCode": "fixed-100mb"});
    world.post("/v1/chip-sims/activations", start).await.good();
    world.post("/v1/orders", super::orders::order("nano")).await.good();
    world.post("/_emu/usage", json!([{"msisdn": "07012345678", "bytes": 1_000}])).await.good();
    world.post("/_emu/sessions", json!([{"msisdn": "07012345678", "online": true}])).await.good();
    world
}

#[tokio::test]
async fn a_snapshot_is_a_seed_that_makes_the_same_world() {
    let (world, copy) = (lived_in().await, World::new().await);
    let snapshot = world.get("/_emu/snapshot").await.good();
    copy.post("/_emu/reset", json!({})).await.good();
    copy.post("/_emu/seed", snapshot.clone()).await.good();
    assert_eq!(copy.get("/_emu/snapshot").await.good(), snapshot);
    // And both have the same future.
    for world in [&world, &copy] {
        world.set("2027-02-03T04:05:06+09:00").await;
    }
    assert_eq!(copy.get("/_emu/snapshot").await.good(), world.get("/_emu/snapshot").await.good());
    assert_eq!(copy.get("/_emu/ledger").await.good(), world.get("/_emu/ledger").await.good());
}

#[tokio::test]
async fn a_reset_empties_the_world() {
    let world = lived_in().await;
    world.post("/_emu/reset", json!({})).await.good();
    for list in ["sims", "chip-sims", "applications"] {
        assert_eq!(world.get(&format!("/v1/{list}")).await.good()["totalSize"], 0, "{list}");
    }
    assert_eq!(world.get("/_emu/ledger").await.good()["entries"], json!([]));
    assert_eq!(world.get("/v1/system").await.good()["systems"].as_array().unwrap().len(), 1);
}

//! Faults on demand: each does what it says, as often as it says.

use serde_json::{Value, json};

use super::world::World;

async fn world() -> World {
    let sims: Vec<Value> = (0..20).map(|number| json!({"msisdn": format!("080123456{number:02}")})).collect();
    World::seeded(json!({"sims": sims, "chipSims": [
        {"msisdn": "02010000001", "status": "imeiRegistered"}, {"msisdn": "02010000002", "status": "imeiRegistered"},
        {"msisdn": "02010000003", "status": "imeiRegistered"},
    ]}))
    .await
}

fn coupons() -> String {
    format!("/v1/sims/{}/coupons", "08012345601")
}

async fn bought(world: &World) -> usize {
    let ledger = world.get("/_emu/ledger").await.good();
    ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "coupon").count()
}

#[tokio::test]
async fn an_answer_is_lost_after_the_commit() {
    let world = world().await;
    world.faults(json!([{"function": 5, "kind": "timeoutAfterCommit", "count": 1}])).await;
    let lost = world.try_post(&coupons(), json!({"couponCode": "add-1gb"})).await;
    assert!(lost.is_err(), "{lost:?}");
    assert_eq!(bought(&world).await, 1, "it was done all the same");
    let listed = world.get("/v1/applications?msisdn=08012345601&type=coupon").await.good();
    assert_eq!((&listed["totalSize"], &listed["result"][0]["status"]), (&json!(1), &json!("completed")));
    let journal = world.get("/_emu/journal").await.good();
    let call = journal["calls"].as_array().unwrap().iter().find(|call| call["function"] == 5).unwrap();
    assert_eq!((&call["status"], &call["fault"], &call["accepted"]), (&json!(202), &json!("timeoutAfterCommit"), &json!(1)));
    world.post(&coupons(), json!({"couponCode": "add-1gb"})).await.good();
    assert_eq!(bought(&world).await, 2, "once, then never again");
}

#[tokio::test]
async fn a_refused_call_does_not_use_up_what_strikes_after_a_commit() {
    let world = world().await;
    world.faults(json!([{"function": 5, "kind": "errorAfterCommit"}])).await;
    let refused = world.post(&coupons(), json!({"couponCode": "nothing"})).await;
    assert_eq!(refused.status, 400);
    let struck = world.post(&coupons(), json!({"couponCode": "add-1gb"})).await;
    assert_eq!(struck.refusal(), (500, "SYSTEM_ERROR"));
    assert_eq!(bought(&world).await, 1);
}

#[tokio::test]
async fn errors_before_the_commit_leave_no_trace() {
    let table = [
        ("errorBeforeCommit", 500, "SYSTEM_ERROR", None),
        ("rateLimited", 429, "RATE_LIMITED", Some("1")),
        ("maintenance", 503, "MAINTENANCE", Some("1")),
    ];
    for (kind, status, code, retry_after) in table {
        let world = world().await;
        world.faults(json!([{"function": 5, "kind": kind, "count": 2}])).await;
        assert_eq!(world.get("/_emu/faults").await.good()["faults"][0]["count"], 2);
        for _ in 0..2 {
            let answer = world.post(&coupons(), json!({"couponCode": "add-1gb"})).await;
            assert_eq!(answer.refusal(), (status, code));
            assert_eq!(answer.retry_after.as_deref(), retry_after, "{kind}");
        }
        assert_eq!(bought(&world).await, 0, "{kind}");
        world.get("/v1/sims").await.good();
        world.post(&coupons(), json!({"couponCode": "add-1gb"})).await.good();
        assert_eq!(world.get("/_emu/faults").await.good()["faults"], json!([]));
    }
}

#[tokio::test]
async fn stuck_applications_move_on_when_the_fault_is_cleared() {
    let world = world().await;
    world.faults(json!([{"function": 2, "kind": "stuckProcessing"}])).await;
    let no = world.post("/v1/sims/08099999999/suspend", json!({"reason": "lost"})).await;
    assert_eq!(no.refusal(), (404, "LINE_NOT_FOUND"), "a refused call uses nothing up");
    let stuck = world.post("/v1/sims/08012345601/suspend", json!({"reason": "lost"})).await.good();
    assert_eq!(stuck["status"], "processing");
    world.advance("P40D").await;
    let line = world.line("08012345601").await;
    assert_eq!((&line["status"], &line["pending"][0]["status"]), (&json!("active"), &json!("processing")));
    world.post("/v1/sims/08012345602/suspend", json!({"reason": "lost"})).await.good();
    world.advance("PT60S").await;
    assert_eq!(world.line("08012345602").await["status"], "suspended", "the count is used up");
    world.faults(json!([])).await;
    assert_eq!(world.line("08012345601").await["status"], "suspended");
}

#[tokio::test]
async fn every_other_row_of_a_bulk_request_fails() {
    let world = world().await;
    world.faults(json!([{"function": 16, "kind": "partialBulkFailure"}])).await;
    let body = json!({"systemNo": "S0001234", "msisdns": ["02010000001", "02010000002", "02010000003"]});
    let application = world.post("/v1/chip-sims/allocations", body).await.good();
    let refused: Vec<&Value> = application["items"].as_array().unwrap().iter().map(|item| &item["errorCode"]).collect();
    assert_eq!(refused, [&Value::Null, &json!("SYSTEM_ERROR"), &Value::Null]);
    world.advance("PT60S").await;
    assert_eq!(world.application(&application["applicationNo"]).await["status"], "partiallyCompleted");
}

#[tokio::test]
async fn a_lagging_list_shows_the_past() {
    let world = world().await;
    world.advance("PT1H").await;
    world.post("/v1/sims/08012345601/suspend", json!({"reason": "lost"})).await.good();
    world.advance("PT60S").await;
    let lag = json!([{"function": 7, "kind": "listLag", "delaySeconds": 120, "count": 3}]);
    world.faults(lag).await;
    let then = world.get("/v1/sims?pageSize=10000").await.good();
    let row = then["result"].as_array().unwrap().iter().find(|row| row["msisdn"] == "08012345601").unwrap().clone();
    assert_eq!((&row["status"], &row["pending"]), (&json!("active"), &json!([])));
    let filtered = world.get("/v1/sims?status=suspended").await.good();
    assert_eq!(filtered["totalSize"], 0);
    let active = world.get("/v1/sims?status=active&pageSize=7&page=3").await.good();
    assert_eq!(active["totalSize"], then["totalSize"]);
    let now = world.get("/v1/sims?status=suspended").await.good();
    assert_eq!((&now["totalSize"], &now["result"][0]["msisdn"]), (&json!(1), &json!("08012345601")));
    assert_eq!(world.line("08012345601").await["status"], "suspended", "single reads never lag");
}

#[tokio::test]
async fn a_line_that_is_new_is_not_in_a_lagging_list() {
    let world = world().await;
    world.advance("PT1H").await;
    let order = world.post("/v1/orders", super::orders::order("nano")).await.good();
    world.post(&format!("/_emu/orders/{}/ship", order["applicationNo"].as_str().unwrap()), json!({})).await.good();
    world.faults(json!([{"function": 7, "kind": "listLag"}])).await;
    assert_eq!(world.get("/v1/sims").await.good()["totalSize"], 20);
    assert_eq!(world.get("/v1/sims").await.good()["totalSize"], 23);
}

#[tokio::test]
async fn lists_go_wrong_in_other_ways() {
    let world = world().await;
    let sizes = |page: &Value| (page["result"].as_array().unwrap().len(), page["totalSize"].as_u64().unwrap());
    world.faults(json!([{"function": 7, "kind": "shortList"}])).await;
    assert_eq!(sizes(&world.get("/v1/sims").await.good()), (18, 20));
    world.faults(json!([{"function": 7, "kind": "duplicateRows"}])).await;
    let doubled = world.get("/v1/sims").await.good();
    assert_eq!(sizes(&doubled), (21, 20));
    assert_eq!(doubled["result"][0], doubled["result"][20]);
    world.faults(json!([{"kind": "unknownStatus", "count": 2}])).await;
    assert_eq!(world.get("/v1/sims").await.good()["result"][0]["status"], "underReview");
    assert_eq!(world.get("/v1/chip-sims").await.good()["result"][0]["status"], "underReview");
    assert_eq!(sizes(&world.get("/v1/sims").await.good()), (20, 20));
    assert_eq!(world.get("/v1/sims").await.good()["result"][0]["status"], "active");
}

/// Functions that cost money at once, and cancelling: what is sent, and what it does to the bill.
async fn paid_calls(world: &World) -> [(u8, String, Value, i64); 4] {
    let devices = super::orders::order("nano");
    let mut sims = devices.clone();
    sims.as_object_mut().unwrap().remove("devices");
    let open = world.post("/v1/orders", sims.clone()).await.good();
    let cancel = format!("/v1/applications/{}/cancel", open["applicationNo"].as_str().unwrap());
    [
        (5, coupons(), json!({"couponCode": "add-1gb"}), 1_000),
        (8, "/v1/orders".to_owned(), sims, 900),
        (9, "/v1/orders".to_owned(), devices, 24_900),
        (10, cancel, json!({}), -900),
    ]
}

/// Paid so far, monthly fees apart.
async fn bill(world: &World) -> i64 {
    let ledger = world.get("/_emu/ledger").await.good();
    let once = ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] != "monthlyFee");
    once.map(|entry| entry["amount"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn every_fault_strikes_what_costs_money() {
    for place in 0..4 {
        for (kind, done) in [
            ("timeoutAfterCommit", true),
            ("errorAfterCommit", true),
            ("errorBeforeCommit", false),
            ("rateLimited", false),
            ("maintenance", false),
        ] {
            let world = world().await;
            let (function, path, body, amount) = paid_calls(&world).await[place].clone();
            let before = bill(&world).await;
            world.faults(json!([{"function": function, "method": "POST", "kind": kind}])).await;
            world.get("/v1/applications").await.good();
            let answer = world.try_post(&path, body.clone()).await;
            match kind {
                "timeoutAfterCommit" => assert!(answer.is_err(), "{function}: {answer:?}"),
                _ => assert!(answer.unwrap().status >= 429, "{function} {kind}"),
            }
            let paid = bill(&world).await - before;
            assert_eq!(paid, if done { amount } else { 0 }, "{function} {kind}");
            let faults = world.get("/_emu/faults").await.good();
            assert_eq!(faults["faults"], json!([]), "{function} {kind}: it struck");
            if !done {
                world.post(&path, body).await.good();
                assert_eq!(bill(&world).await - before, amount);
            }
        }
    }
}

#[tokio::test]
async fn devices_are_function_nine() {
    let world = world().await;
    let [_, (_, path, sims, _), (_, _, devices, _), _] = paid_calls(&world).await;
    world.faults(json!([{"function": 9, "kind": "errorBeforeCommit"}])).await;
    world.post(&path, sims).await.good();
    assert_eq!(world.post(&path, devices).await.refusal(), (500, "SYSTEM_ERROR"));
}

#[tokio::test]
async fn what_is_stuck_is_paid_when_it_moves_on() {
    let world = world().await;
    let [(_, coupon, code, price), _, (_, path, devices, _), _] = paid_calls(&world).await;
    let before = bill(&world).await;
    world.faults(json!([{"function": 5, "kind": "stuckProcessing"}, {"function": 9, "kind": "stuckProcessing"}])).await;
    let stuck = [world.post(&coupon, code).await.good(), world.post(&path, devices).await.good()];
    world.advance("P10D").await;
    for application in &stuck {
        assert_eq!(world.application(&application["applicationNo"]).await["status"], "processing");
    }
    assert_eq!(bill(&world).await - before, 24_900, "an order is paid when it is accepted, a coupon when it is credited");
    world.faults(json!([{"function": 9, "kind": "stuckProcessing", "count": 0}])).await;
    assert_eq!(world.application(&stuck[1]["applicationNo"]).await["status"], "shipped");
    assert_eq!(world.application(&stuck[0]["applicationNo"]).await["status"], "processing");
    world.faults(json!([])).await;
    assert_eq!(world.application(&stuck[0]["applicationNo"]).await["status"], "completed");
    assert_eq!(bill(&world).await - before, 24_900 + price);
}

#[tokio::test]
async fn the_list_of_applications_goes_wrong_as_the_others_do() {
    let world = world().await;
    for _ in 0..20 {
        world.post(&coupons(), json!({"couponCode": "add-1gb"})).await.good();
    }
    let sizes = |page: &Value| (page["result"].as_array().unwrap().len(), page["totalSize"].as_u64().unwrap());
    let list = || async { world.get("/v1/applications?type=coupon").await.good() };
    for (kind, size) in [("shortList", 18), ("duplicateRows", 21)] {
        world.faults(json!([{"function": 10, "kind": kind}])).await;
        assert_eq!(sizes(&list().await), (size, 20), "{kind}");
        assert_eq!(sizes(&list().await), (20, 20));
    }
    world.faults(json!([{"function": 10, "kind": "unknownStatus", "count": 2}])).await;
    let listed = list().await;
    assert_eq!((&listed["result"][0]["status"], &listed["result"][1]["status"]), (&json!("underReview"), &json!("completed")));
    let single = world.application(&listed["result"][1]["applicationNo"]).await;
    assert_eq!((&single["status"], &single["statusLabel"]), (&json!("underReview"), &json!("審査中")));
    assert_eq!(world.application(&listed["result"][1]["applicationNo"]).await["status"], "completed");
}

#[tokio::test]
async fn a_lagging_list_of_applications_shows_the_past() {
    let world = world().await;
    let suspension = world.post("/v1/sims/08012345602/suspend", json!({"reason": "lost"})).await.good();
    let order = world.post("/v1/orders", super::orders::order("nano")).await.good();
    world.advance("PT100S").await;
    let coupon = world.post(&coupons(), json!({"couponCode": "add-1gb"})).await.good();
    let cancel = format!("/v1/applications/{}/cancel", order["applicationNo"].as_str().unwrap());
    world.post(&cancel, json!({})).await.good();
    let listed = |query: &'static str, lag: u64| {
        let world = &world;
        async move {
            if lag > 0 {
                world.faults(json!([{"function": 10, "kind": "listLag", "delaySeconds": lag}])).await;
            }
            let page = world.get(&format!("/v1/applications?{query}")).await.good();
            let rows = page["result"].as_array().unwrap().iter();
            (page["totalSize"].as_u64().unwrap(), rows.map(|row| row["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
        }
    };
    assert_eq!(listed("", 0).await, (3, ["completed", "cancelled", "completed"].map(str::to_owned).to_vec()));
    assert_eq!(listed("", 10).await, (2, ["completed", "accepted"].map(str::to_owned).to_vec()));
    assert_eq!(listed("", 60).await, (2, ["processing", "accepted"].map(str::to_owned).to_vec()));
    assert_eq!(listed("", 90).await, (2, ["accepted", "accepted"].map(str::to_owned).to_vec()));
    assert_eq!(listed("", 101).await, (0, Vec::new()));
    assert_eq!(listed("type=coupon&msisdn=08012345601", 1).await, (0, Vec::new()));
    assert_eq!(listed("type=coupon&msisdn=08012345601", 0).await.0, 1);
    assert_eq!(listed("status=accepted&pageSize=1&page=2", 90).await, (2, vec!["accepted".to_owned()]));
    world.faults(json!([{"function": 10, "kind": "listLag", "count": 9}])).await;
    for application in [&suspension, &order, &coupon] {
        let no = &application["applicationNo"];
        assert_ne!(world.application(no).await["status"], "accepted", "single reads never lag");
    }
}

#[tokio::test]
async fn wrong_faults_are_refused() {
    let world = world().await;
    for fault in [
        json!({"kind": "earthquake"}),
        json!({"function": 20, "kind": "listLag"}),
        json!({"kind": "listLag", "delaySeconds": 601}),
        json!({"kind": "maintenance", "method": "get"}),
    ] {
        let answer = world.post("/_emu/faults", json!({"faults": [fault]})).await;
        assert_eq!(answer.refusal(), (400, "INVALID_PARAMETER"));
    }
}

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

#[tokio::test]
async fn wrong_faults_are_refused() {
    let world = world().await;
    for fault in [
        json!({"kind": "earthquake"}),
        json!({"function": 20, "kind": "listLag"}),
        json!({"kind": "listLag", "delaySeconds": 601}),
    ] {
        let answer = world.post("/_emu/faults", json!({"faults": [fault]})).await;
        assert_eq!(answer.refusal(), (400, "INVALID_PARAMETER"));
    }
}

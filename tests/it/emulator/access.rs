//! Who may do what: tokens, capabilities, owners, the rate limit, the control plane.

use reqwest::Client;
use serde_json::{Value, json};
use simfleet::emulator::{Options, RateLimit};

use super::world::{World, options};

const CARD: &str = "08012345678";

#[tokio::test]
async fn nothing_is_answered_without_a_token() {
    let world = World::new().await;
    let base = world.server.endpoint();
    let client = Client::new();
    for path in ["/v1/sims", "/v1/system", "/v1/plans", "/v1/sims/nonsense"] {
        let answer = client.get(format!("{base}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["errorCode"], "UNAUTHENTICATED");
    }
    let forged = client.get(format!("{base}/v1/sims")).bearer_auth("0123").send().await.unwrap();
    assert_eq!(forged.status(), 401);
    let wrong = world.post("/v1/auth/token", json!({"contractorId": "demo", "password": "guess"})).await;
    assert_eq!(wrong.refusal(), (401, "UNAUTHENTICATED"));
    let document = client.get(format!("{base}/openapi.json")).send().await.unwrap();
    assert_eq!(document.status(), 200);
}

#[tokio::test]
async fn a_token_lasts_an_hour_of_real_time() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    let real = Arc::new(AtomicI64::new(1_800_000_000));
    let clock = Arc::clone(&real);
    let real_time = Arc::new(move || jiff::Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap());
    let world = World::open(None, Options { real_time, ..options() }).await;
    world.advance("P30D").await;
    assert_eq!(world.get("/v1/system").await.status, 200, "virtual time does not age it");
    real.fetch_add(3_599, Ordering::SeqCst);
    assert_eq!(world.get("/v1/system").await.status, 200);
    real.fetch_add(1, Ordering::SeqCst);
    assert_eq!(world.get("/v1/system").await.refusal(), (401, "UNAUTHENTICATED"));
}

#[tokio::test]
async fn a_service_offers_what_it_offers() {
    let world = World::seeded(json!({
        "systems": [{"systemNo": "S0001234", "services": [{"serviceCode": "m2m-lte", "functions": [1, 7, 10, 13, 19]}]}],
        "sims": [{"msisdn": CARD}],
        "chipSims": [{"msisdn": "02010000001", "status": "allocated"}],
    }))
    .await;
    assert_eq!(world.line(CARD).await["status"], "active");
    let sim = |rest: &str| format!("/v1/sims/{CARD}/{rest}");
    let stock = json!({"systemNo": "S0001234", "msisdns": ["02010000001"], "planCode": "fixed-1gb"});
    let posts = [
        (sim("suspend"), json!({"reason": "lost"})),
        (sim("resume"), json!({})),
        (sim("plan-change"), json!({"planCode": "fixed-1gb"})),
        (sim("coupons"), json!({"couponCode": "add-1gb"})),
        (sim("terminate"), json!({"terminationDate": "2026-11-30", "reason": "x"})),
        ("/v1/orders".into(), super::orders::order("nano")),
        ("/v1/chip-sims/imei-registrations".into(), json!({"items": [{"msisdn": "02010000001", "imei": "490154203237518"}]})),
        ("/v1/chip-sims/allocations".into(), stock.clone()),
        ("/v1/chip-sims/deallocations".into(), stock.clone()),
        ("/v1/chip-sims/activations".into(), stock),
    ];
    for (path, body) in posts {
        assert_eq!(world.post(&path, body).await.refusal(), (403, "FUNCTION_NOT_AVAILABLE"), "{path}");
    }
    for path in [sim("usage"), sim("session"), "/v1/systems/S0001234/services/m2m-lte".into()] {
        assert_eq!(world.get(&path).await.refusal(), (403, "FUNCTION_NOT_AVAILABLE"), "{path}");
    }
    let system = world.get("/v1/system").await.good();
    assert_eq!(system["systems"][0]["services"][0]["functions"], json!([1, 7, 10, 13, 19]));
    assert_eq!(world.get("/v1/sims?systemNo=S0005555").await.refusal(), (403, "NOT_OWNER"));
    assert_eq!(world.get("/v1/systems/S0005555/services/m2m-lte").await.refusal(), (403, "NOT_OWNER"));
    assert_eq!(world.get("/v1/systems/S0001234/services/other").await.refusal(), (404, "LINE_NOT_FOUND"));
}

#[tokio::test]
async fn a_client_that_calls_too_fast_is_told_when_to_come_again() {
    let rate_limit = Some(RateLimit { per_second: 1, burst: 3 });
    let world = World::open(None, Options { rate_limit, ..options() }).await;
    // The token took one.
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = world.get("/v1/system").await;
        if answer.status == 429 {
            assert_eq!((answer.refusal().1, answer.retry_after.as_deref()), ("RATE_LIMITED", Some("1")));
        }
        statuses.push(answer.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(statuses[0], 200);
    world.get("/_emu/clock").await.good();
}

#[tokio::test]
async fn the_control_plane_is_off_unless_asked_for() {
    let world = World::open(None, Options { control: false, ..options() }).await;
    assert_eq!(world.get("/_emu/clock").await.refusal(), (404, "NOT_FOUND"));
    assert_eq!(world.post("/_emu/seed", json!({})).await.refusal(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn every_answer_carries_the_virtual_date() {
    let world = World::new().await;
    for path in ["/v1/system", "/v1/sims/08000000000", "/v1/nothing", "/nothing", "/_emu/clock"] {
        assert_eq!(world.get(path).await.date, "Sun, 22 Nov 2026 12:00:00 GMT", "{path}");
    }
    let wrong_method = world.post("/v1/sims", json!({})).await;
    assert_eq!((wrong_method.status, wrong_method.date.as_str()), (405, "Sun, 22 Nov 2026 12:00:00 GMT"));
}

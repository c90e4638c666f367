//! What is accepted in which state: the answers follow the transition tables, row by row.

use serde_json::{Value, json};
use simfleet::domain::transition::{chip_after, line_after};
use simfleet::domain::{ChipStatus, LineStatus, OperationKind};

use super::world::World;

const CARD: &str = "08012345678";
const CHIP: &str = "02012345678";

fn line_call(by: OperationKind) -> Option<(&'static str, Value)> {
    match by {
        OperationKind::Suspend => Some(("suspend", json!({"reason": "paused"}))),
        OperationKind::Resume => Some(("resume", json!({}))),
        OperationKind::ChangeRatePlan => Some(("plan-change", json!({"planCode": "fixed-1gb"}))),
        OperationKind::Terminate => Some(("terminate", json!({"terminationDate": "2026-11-25", "reason": "gone"}))),
        OperationKind::BuyCoupon => Some(("coupons", json!({"couponCode": "add-100mb"}))),
        OperationKind::BindImei
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::StartUse
        | OperationKind::PlaceOrder
        | OperationKind::CancelApplication => None,
    }
}

fn chip_call(by: OperationKind) -> Option<(&'static str, Value)> {
    let stock = json!({"systemNo": "S0001234", "msisdns": [CHIP], "planCode": "fixed-1gb"});
    match by {
        OperationKind::BindImei => Some(("imei-registrations", json!({"items": [{"msisdn": CHIP, "imei": "490154203237518"}]}))),
        OperationKind::Allocate => Some(("allocations", stock)),
        OperationKind::Deallocate => Some(("deallocations", stock)),
        OperationKind::StartUse => Some(("activations", stock)),
        OperationKind::Suspend
        | OperationKind::Resume
        | OperationKind::ChangeRatePlan
        | OperationKind::Terminate
        | OperationKind::BuyCoupon
        | OperationKind::PlaceOrder
        | OperationKind::CancelApplication => None,
    }
}

#[tokio::test]
async fn every_line_status_and_mutation_follows_the_table() {
    let mut statuses = LineStatus::ALL.to_vec();
    statuses.push(LineStatus::from_wire("underReview"));
    for status in &statuses {
        for by in OperationKind::ALL {
            let Some((route, body)) = line_call(by) else { continue };
            let world = World::seeded(json!({"sims": [{"msisdn": CARD, "status": status.wire()}]})).await;
            let answer = world.post(&format!("/v1/sims/{CARD}/{route}"), body).await;
            match line_after(status, by) {
                None => assert_eq!(answer.refusal(), (409, "INVALID_STATE"), "{by} while {status}"),
                Some(after) => {
                    assert_eq!(answer.status, 202, "{by} while {status}: {:?}", answer.body);
                    world.advance("PT60S").await;
                    assert_eq!(world.line(CARD).await["status"], after.wire(), "{by} while {status}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_chip_status_and_mutation_follows_the_table() {
    let mut statuses = ChipStatus::ALL.to_vec();
    statuses.extend(["suspended", "terminated", "underReview"].map(ChipStatus::from_wire));
    for status in &statuses {
        for by in OperationKind::ALL {
            let Some((route, body)) = chip_call(by) else { continue };
            let world = World::seeded(json!({"chipSims": [{"msisdn": CHIP, "status": status.wire()}]})).await;
            let bound = world.chip(CHIP).await["imei"].is_string();
            let answer = world.post(&format!("/v1/chip-sims/{route}"), body).await;
            match chip_after(status, by) {
                None if bound && by == OperationKind::BindImei => {
                    assert_eq!(answer.refusal(), (409, "IMEI_ALREADY_BOUND"), "{by} while {status}");
                }
                None => assert_eq!(answer.refusal(), (409, "INVALID_STATE"), "{by} while {status}"),
                Some(after) => {
                    assert_eq!(answer.status, 202, "{by} while {status}: {:?}", answer.body);
                    world.advance("PT60S").await;
                    assert_eq!(world.chip(CHIP).await["status"], after.wire(), "{by} while {status}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_open_mutation_blocks_the_line_and_shows_in_it() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD}]})).await;
    let path = |rest: &str| format!("/v1/sims/{CARD}/{rest}");
    let no = world.post(&path("suspend"), json!({"reason": "lost"})).await.good()["applicationNo"].clone();
    for (route, body) in OperationKind::ALL.into_iter().filter_map(line_call) {
        let answer = world.post(&path(route), body).await;
        assert_eq!(answer.refusal(), (409, "APPLICATION_IN_PROGRESS"), "{route}");
    }
    let line = world.line(CARD).await;
    assert_eq!(line["status"], "active");
    let pending = json!([{
        "applicationNo": no, "type": "suspend", "target": "suspended", "effectiveDate": "2026-11-22",
        "cancellable": true, "status": "accepted",
    }]);
    assert_eq!(line["pending"], pending);
    world.advance("PT30S").await;
    assert_eq!(world.line(CARD).await["pending"][0]["status"], "processing");
    assert_eq!(world.post(&path("resume"), json!({})).await.refusal(), (409, "APPLICATION_IN_PROGRESS"));
    let cancel = format!("/v1/applications/{}/cancel", no.as_str().unwrap());
    assert_eq!(world.post(&cancel, json!({})).await.refusal(), (409, "NOT_CANCELLABLE"));
    world.advance("PT30S").await;
    assert_eq!(world.line(CARD).await["pending"], json!([]));
    assert_eq!(world.application(&no).await["status"], "completed");
}

#[tokio::test]
async fn a_scheduled_plan_change_does_not_block_and_a_termination_supersedes_it() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD}]})).await;
    let path = |rest: &str| format!("/v1/sims/{CARD}/{rest}");
    let change = world.post(&path("plan-change"), json!({"planCode": "fixed-1gb"})).await.good();
    let second = world.post(&path("plan-change"), json!({"planCode": "fixed-2gb"})).await;
    assert_eq!(second.refusal(), (409, "APPLICATION_IN_PROGRESS"));
    world.post(&path("coupons"), json!({"couponCode": "add-100mb"})).await.good();
    world.post(&path("suspend"), json!({"reason": "lost"})).await.good();
    world.advance("PT1M").await;
    let end = json!({"terminationDate": "2026-11-30", "reason": "sold"});
    let termination = world.post(&path("terminate"), end).await.good();
    assert_eq!(world.application(&change["applicationNo"]).await["status"], "cancelled");
    let line = world.line(CARD).await;
    assert_eq!(line["pending"].as_array().unwrap().len(), 1);
    assert_eq!(line["suspendReason"], "lost", "the state before is told while the termination is open");

    let cancel = format!("/v1/applications/{}/cancel", termination["applicationNo"].as_str().unwrap());
    let cancelled = world.post(&cancel, json!({})).await;
    assert_eq!((cancelled.status, &cancelled.body["status"]), (202, &json!("cancelled")));
    let line = world.line(CARD).await;
    assert_eq!((&line["status"], &line["terminationDate"]), (&json!("suspended"), &Value::Null));
    assert_eq!(world.post(&cancel, json!({})).await.refusal(), (409, "NOT_CANCELLABLE"));
}

#[tokio::test]
async fn wrong_parameters_are_all_named() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD, "planCode": "payg-1gb"}]})).await;
    let path = |rest: &str| format!("/v1/sims/{CARD}/{rest}");
    let refused = [
        (path("suspend"), json!({"reason": "bored"}), "reason"),
        (path("suspend"), json!({}), "reason"),
        (path("suspend"), json!([]), "body"),
        (path("plan-change"), json!({"planCode": "fixed-9zb"}), "planCode"),
        (path("coupons"), json!({"couponCode": "add-everything"}), "couponCode"),
        (path("terminate"), json!({"terminationDate": "2026-11-21", "reason": "past"}), "terminationDate"),
        (path("terminate"), json!({"terminationDate": "2027-11-23", "reason": "far"}), "terminationDate"),
        (path("terminate"), json!({"terminationDate": "30.11.2026", "reason": "odd"}), "terminationDate"),
        ("/v1/sims/123/suspend".into(), json!({"reason": "lost"}), "msisdn"),
    ];
    for (path, body, name) in refused {
        let answer = world.post(&path, body).await;
        assert_eq!(answer.refusal(), (400, "INVALID_PARAMETER"), "{path}");
        assert_eq!(answer.body["parameterErrorList"][0]["name"], name, "{path}");
    }
    // Both ends of the year ahead are taken.
    for date in ["2026-11-22", "2027-11-22"] {
        let world = World::seeded(json!({"sims": [{"msisdn": CARD}]})).await;
        world.post(&path("terminate"), json!({"terminationDate": date, "reason": "fine"})).await.good();
    }
    let coupon = world.post(&path("coupons"), json!({"couponCode": "add-1gb"})).await;
    assert_eq!(coupon.refusal(), (409, "INVALID_STATE"), "pay-as-you-go plans take no coupons");
    let same = world.post(&path("plan-change"), json!({"planCode": "payg-1gb"})).await;
    assert_eq!(same.refusal(), (409, "INVALID_STATE"));
    let missing = world.post("/v1/sims/08000000000/suspend", json!({"reason": "lost"})).await;
    assert_eq!(missing.refusal(), (404, "LINE_NOT_FOUND"));
    for query in ["page=0", "pageSize=10001", "pageSize=x", "updatedSince=yesterday", "status="] {
        assert_eq!(world.get(&format!("/v1/sims?{query}")).await.refusal(), (400, "INVALID_PARAMETER"), "{query}");
    }
    assert_eq!(world.get("/v1/sims?colour=blue").await.status, 200, "unknown parameters are tolerated");
}

#[tokio::test]
async fn two_clients_on_one_line_get_one_yes() {
    let world = World::seeded(json!({"sims": [{"msisdn": CARD}]})).await;
    let path = format!("/v1/sims/{CARD}/suspend");
    let tries = (0..8).map(|_| world.post(&path, json!({"reason": "lost"})));
    let mut statuses = Vec::new();
    for answer in futures(tries).await {
        statuses.push(answer.status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409, 409, 409, 409, 409, 409]);
}

/// Runs futures at the same time.
async fn futures<T>(tries: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut tries: Vec<_> = tries.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, done) in &mut tries {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *done = Some(value),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    tries.into_iter().filter_map(|(_, done)| done).collect()
}

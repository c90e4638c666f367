//! An order is placed once, when its plan is approved, and cancelled while that is possible when it is deleted.

use serde_json::json;

use super::world::{World, is_held, lines};
use crate::exec::proxy::{Act, Point, Proxy};

/// An order of two SIMs.
pub(super) fn order(name: &str) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimOrder\nmetadata: {{name: {name}}}\nspec:\n  accountRef: {{name: main}}\n  \
         systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  ratePlan: fixed-500mb\n  formFactor: nano\n  quantity: 2\n  \
         shipTo: {{postalCode: \"100-0001\", prefecture: 東京都, city: 千代田区, street: 千代田1-1, company: Example, \
         contact: Sato, phone: \"0312345678\"}}\n"
    )
}

#[tokio::test]
async fn an_order_is_placed_when_it_is_approved_and_cancelled_when_it_is_deleted() {
    let world = World::new("order", &lines(&["08012345601"])).await;
    let controller = world.controller();
    world.account_at(&world.carrier.endpoint).await;
    world.apply(&order("depot")).await;
    world.says("SimOrder/depot", "Ready=False AwaitingApproval").await;
    assert_eq!(world.carrier.billed("simOrder").await.len(), 0);
    assert_eq!(world.records().await.len(), 0);
    assert!(!is_held(&world.object("SimOrder/depot").await), "nothing is open");

    let plan_id = world.plan_of(json!({"placeOrder": 1})).await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    world.event("SimOrder/depot", "OrderPlaced").await;
    world.says("SimOrder/depot", "Ready=True Pending").await;
    let placed = world.object("SimOrder/depot").await;
    assert_eq!(placed.data["status"]["phase"], "accepted");
    let number = placed.data["status"]["applicationNo"].as_str().unwrap().to_owned();
    assert!(is_held(&placed), "the order is open, so it cannot go unseen: {:?}", placed.metadata);
    let records = world.records().await;
    assert_eq!((records.len(), &records[0].data["spec"]["order"]), (1, &json!("depot")));
    assert_eq!(world.carrier.billed("simOrder").await.len(), 1);

    world.delete("SimOrder/depot").await;
    world.gone("SimOrder/depot").await;
    let cancelled = format!("POST /v1/applications/{number}/cancel");
    assert_eq!(world.carrier.mutations().await, ["POST /v1/orders", &cancelled]);
    world.event("SimOrder/depot", "Cancelled").await;
    controller.stop().await;
}

#[tokio::test]
async fn an_order_that_was_not_placed_or_is_under_way_goes_without_a_word_to_the_carrier() {
    let world = World::new("order-gone", &lines(&["08012345601"])).await;
    let controller = world.controller();
    world.account_at(&world.carrier.endpoint).await;
    world.apply(&order("never")).await;
    world.says("SimOrder/never", "Ready=False AwaitingApproval").await;
    world.delete("SimOrder/never").await;
    world.gone("SimOrder/never").await;

    world.apply(&order("shipped")).await;
    world.says("SimOrder/shipped", "Ready=False AwaitingApproval").await;
    world.look("CarrierAccount/main").await;
    let plan_id = world.plan_of(json!({"placeOrder": 1})).await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    world.event("SimOrder/shipped", "OrderPlaced").await;
    world.says("SimOrder/shipped", "Ready=True Pending").await;
    let number = world.object("SimOrder/shipped").await.data["status"]["applicationNo"].as_str().unwrap().to_owned();
    world.carrier.post(&format!("/_emu/orders/{number}/ship"), &json!({})).await;
    world
        .until("the order is shipped", async || {
            let status = world.object("SimOrder/shipped").await.data["status"].clone();
            if status["phase"] == "shipped" || status["phase"] == "completed" { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
    world.delete("SimOrder/shipped").await;
    world.gone("SimOrder/shipped").await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await, ["POST /v1/orders"], "what is shipped cannot be cancelled");
}

#[tokio::test]
async fn an_approval_that_was_taken_by_a_controller_that_died_approves_nothing_any_more() {
    let world = World::new("order-killed", &lines(&["08012345601"])).await;
    let proxy = Proxy::start(&world.carrier.endpoint).await;
    let patiently = ["--leader-elect=false", "--resync", "1h"];
    let controller = world.controller_with(&patiently);
    world.account_at(&proxy.endpoint).await;
    world.apply(&order("depot")).await;
    let plan_id = world.plan_of(json!({"placeOrder": 1})).await;
    world.says("CarrierAccount/main", "Blocked=True AwaitingApproval").await;

    // The second look at the orders is the one right before the order is placed.
    let fresh_read = proxy.stop("GET", "/v1/applications?type=order", 2, Act::Pass, Point::Seen);
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    fresh_read.reached().await;
    controller.kill().await;
    fresh_read.resume();
    let annotations = world.object("CarrierAccount/main").await.metadata.annotations.unwrap_or_default();
    assert!(!annotations.contains_key("simfleet.dev/approve"), "the kill did not hit: {annotations:?}");
    assert_eq!((world.records().await.len(), world.carrier.billed("simOrder").await.len()), (0, 0));

    let controller = world.controller();
    world.look("CarrierAccount/main").await;
    world.says("SimOrder/depot", "Ready=False AwaitingApproval").await;
    world.look("CarrierAccount/main").await;
    assert_eq!(world.carrier.billed("simOrder").await.len(), 0, "who approves once, approves one attempt");
    let plan_id = world.plan_of(json!({"placeOrder": 1})).await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    world.event("SimOrder/depot", "OrderPlaced").await;
    controller.stop().await;
    assert_eq!(world.carrier.billed("simOrder").await.len(), 1);
}

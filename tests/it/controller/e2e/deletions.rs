//! What is deleted goes, whatever is open: accounts, orders that go with them, and objects whose carrier cannot be asked.

use serde_json::json;

use super::orders::order;
use super::world::{World, is_held, lines};

const A: &str = "08012345601";

fn suspended() -> String {
    format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{A}\", state: Suspended}}\n  policy: {{limits: {{suspend: 1}}}}\n")
}

#[tokio::test]
async fn an_account_goes_when_what_is_open_has_ended_and_sends_nothing_more() {
    let world = World::new("account-gone", &lines(&[A, "08012345602"])).await;
    let controller = world.controller();
    world.declare("kanto", &suspended()).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    assert!(is_held(&world.object("CarrierAccount/main").await), "a suspension is on its way");
    world.delete("CarrierAccount/main").await;
    // Whatever is declared now is not sent any more.
    let both = format!("{}    - {{msisdn: \"08012345602\", state: Suspended}}\n", suspended().split("  policy").next().unwrap());
    world.apply(&super::world::fleet("kanto", "main", &format!("{both}  policy: {{limits: {{suspend: 2}}}}\n"))).await;
    world.look("SimFleet/kanto").await;
    assert_eq!(world.carrier.mutations().await.len(), 1);
    world.carrier.advance("PT2M").await;
    world.gone("CarrierAccount/main").await;
    world.says("SimFleet/kanto", "Accepted=False UNKNOWN_ACCOUNT").await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await, [format!("POST /v1/sims/{A}/suspend")]);
}

#[tokio::test]
async fn an_order_that_is_deleted_with_its_account_is_called_off() {
    let world = World::new("all-gone", &lines(&[A])).await;
    let controller = world.controller();
    world.account_at(&world.carrier.endpoint).await;
    world.apply(&order("depot")).await;
    let plan_id = world.plan_of(json!({"placeOrder": 1})).await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    world.says("SimOrder/depot", "Ready=True Pending").await;
    let number = world.object("SimOrder/depot").await.data["status"]["applicationNo"].as_str().unwrap().to_owned();
    world
        .until("both are held", async || {
            let (account, order) = (world.object("CarrierAccount/main").await, world.object("SimOrder/depot").await);
            if is_held(&account) && is_held(&order) {
                Ok(())
            } else {
                Err(format!("{:?} {:?}", account.metadata, order.metadata))
            }
        })
        .await;
    world.delete("CarrierAccount/main").await;
    world.delete("SimOrder/depot").await;
    world.gone("SimOrder/depot").await;
    world.gone("CarrierAccount/main").await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await, ["POST /v1/orders", &format!("POST /v1/applications/{number}/cancel")]);
}

#[tokio::test]
async fn where_nobody_can_ask_the_carrier_a_whole_namespace_can_still_go() {
    let world = World::new("no-secret", &lines(&[A])).await;
    let controller = world.controller();
    world.declare("kanto", &suspended()).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    assert!(is_held(&world.object("SimFleet/kanto").await));
    world.forget_secret("main-credentials").await;
    world.says("CarrierAccount/main", "Ready=False CredentialsMissing").await;
    world.delete("CarrierAccount/main").await;
    world.delete("SimFleet/kanto").await;
    world.gone("SimFleet/kanto").await;
    world.gone("CarrierAccount/main").await;
    controller.stop().await;
}

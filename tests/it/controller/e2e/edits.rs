//! What people change in the cluster is carried out, and told.

use kube::api::DeleteParams;
use serde_json::json;

use super::world::{World, fleet, is_held, lines};

const A: &str = "08012345601";
const B: &str = "08012345602";

fn spec(mode: &str, state_of_b: &str) -> String {
    format!("  mode: {mode}\n  sims:\n    - {{msisdn: \"{A}\", state: Active}}\n    - {{msisdn: \"{B}\", state: {state_of_b}}}\n")
}

#[tokio::test]
async fn an_edit_is_sent_and_told_until_it_holds() {
    let world = World::new("edit", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Apply", "Active")).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.says("SimFleet/kanto", "DriftDetected=False NoDrift").await;
    assert_eq!(world.event("SimFleet/kanto", "Accepted").await, "the declaration is valid");
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new(), "all was so already");

    world.apply(&fleet("kanto", "main", &spec("Apply", "Suspended"))).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    world.says("CarrierAccount/main", "Ready=True Pending").await;
    assert_eq!(world.carrier.mutations().await, [format!("POST /v1/sims/{B}/suspend")]);
    assert_eq!(world.event("SimFleet/kanto", "Applied").await, "accepted by the carrier: 1 suspend");
    let status = world.object("SimFleet/kanto").await.data["status"].clone();
    assert_eq!((&status["observedGeneration"], &status["lines"]["pending"]), (&json!(2), &json!(1)), "{status}");

    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    let status = world.object("SimFleet/kanto").await.data["status"].clone();
    assert_eq!((&status["lines"]["inSync"], &status["lines"]["pending"]), (&json!(2), &json!(0)), "{status}");
    let account = world.object("CarrierAccount/main").await.data["status"].clone();
    assert!(account["plan"].is_null() && account["lastAppliedPlanId"].is_string(), "{account}");
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await.len(), 1, "once");
    assert!(!is_held(&world.object("SimFleet/kanto").await), "nothing is open");
}

#[tokio::test]
async fn a_roster_is_missed_read_and_read_again() {
    let world = World::new("roster", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("osaka", "  mode: Apply\n  rosters:\n    - {configMapRef: {name: osaka, key: lines.csv}}\n").await;
    let message = world.says("SimFleet/osaka", "Accepted=False MISSING_ROSTER").await;
    assert!(message.contains("osaka"), "{message}");
    world.says("SimFleet/osaka", "Stalled=True MISSING_ROSTER").await;
    world.event("SimFleet/osaka", "Refused").await;

    world.roster("osaka", &format!("msisdn,state\n{A},Active\n")).await;
    world.says("SimFleet/osaka", "Ready=True InSync").await;
    let before = world.object("SimFleet/osaka").await.data["status"].clone();
    assert_eq!(before["lines"]["desired"], 1);

    // The fleet is the same object of the same generation; its lines are others.
    world.roster("osaka", &format!("msisdn,state\n{A},Active\n{B},Suspended\n")).await;
    world.carrier_got(&[&format!("POST /v1/sims/{B}/suspend")]).await;
    world.says("SimFleet/osaka", "Ready=True Pending").await;
    let after = world.object("SimFleet/osaka").await.data["status"].clone();
    assert_eq!((&after["lines"]["desired"], &after["observedGeneration"]), (&json!(2), &before["observedGeneration"]));
    assert_ne!(after["desiredDigest"], before["desiredDigest"]);

    // Without it nothing is known of its lines, and nothing is sent for them.
    world.config_maps().delete("osaka", &DeleteParams::default()).await.unwrap();
    world.says("SimFleet/osaka", "Accepted=False MISSING_ROSTER").await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await.len(), 1);
}

#[tokio::test]
async fn a_paused_fleet_is_observed_only() {
    let world = World::new("paused", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &format!("  paused: true\n{}", spec("Apply", "Suspended"))).await;
    let message = world.says("SimFleet/kanto", "Ready=False Paused").await;
    assert!(message.contains("1 not as declared"), "{message}");
    world.says("SimFleet/kanto", "Stalled=True Paused").await;
    world.look("SimFleet/kanto").await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new());

    world.patch("SimFleet/kanto", json!({"spec": {"paused": false}})).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await, [format!("POST /v1/sims/{B}/suspend")]);
}

#[tokio::test]
async fn who_asks_for_a_look_gets_one_now() {
    let world = World::new("look", &lines(&[A, B])).await;
    let controller = world.controller_with(&["--leader-elect=false", "--resync", "1h"]);
    world.declare("kanto", &spec("Observe", "Active")).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.carrier.console("suspend", B).await;
    world.look("SimFleet/kanto").await;
    world.says("SimFleet/kanto", "DriftDetected=True ChangedOutside").await;
    world.look("CarrierAccount/main").await;
    controller.stop().await;
}

#[tokio::test]
async fn a_fleet_that_is_deleted_leaves_its_lines_as_they_are() {
    let world = World::new("delete", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Apply", "Suspended")).await;
    world.apply(&fleet("osaka", "main", "  mode: Apply\n  sims: []\n")).await;
    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    let before = world.carrier.mutations().await;

    world.delete("SimFleet/kanto").await;
    world.gone("SimFleet/kanto").await;
    world.look("CarrierAccount/main").await;
    world
        .until("its lines are nobody's", async || {
            let status = world.object("CarrierAccount/main").await.data["status"].clone();
            let is_so = status["unmanaged"] == 2 && status["lines"]["desired"] == 0;
            if is_so { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await, before, "nothing was sent for it");
}

#[tokio::test]
async fn a_fleet_that_is_deleted_while_something_is_open_goes_when_that_has_ended() {
    let world = World::new("delete-open", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Apply", "Suspended")).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    let sent = world.carrier.mutations().await;
    assert!(is_held(&world.object("SimFleet/kanto").await) && is_held(&world.object("CarrierAccount/main").await));

    world.delete("SimFleet/kanto").await;
    world.look("CarrierAccount/main").await;
    assert!(world.object("SimFleet/kanto").await.metadata.deletion_timestamp.is_some(), "it is going");
    world.carrier.advance("PT2M").await;
    world.gone("SimFleet/kanto").await;
    world
        .until("nothing is open of the account", async || {
            let account = world.object("CarrierAccount/main").await;
            if is_held(&account) { Err(format!("{:?}", account.metadata)) } else { Ok(()) }
        })
        .await;
    world.delete("CarrierAccount/main").await;
    world.gone("CarrierAccount/main").await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await, sent, "nothing was sent for it");
}

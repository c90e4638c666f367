//! Somebody changes a line in the carrier's console: it is seen, told, and put right where the mode says so.

use serde_json::json;

use super::world::{World, lines};

const A: &str = "08012345601";
const B: &str = "08012345602";

fn spec(mode: &str) -> String {
    format!("  mode: {mode}\n  sims:\n    - {{msisdn: \"{A}\", state: Active}}\n    - {{msisdn: \"{B}\", state: Active}}\n")
}

#[tokio::test]
async fn drift_is_told_in_observe_and_put_right_in_apply() {
    let world = World::new("drift", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Observe")).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;

    world.carrier.console("suspend", B).await;
    let message = world.says("SimFleet/kanto", "DriftDetected=True ChangedOutside").await;
    assert!(message.starts_with("1 line was changed by somebody else"), "{message}");
    world.says("SimFleet/kanto", "Ready=False ModeObserve").await;
    world.says("CarrierAccount/main", "DriftDetected=True ChangedOutside").await;
    world.event("SimFleet/kanto", "DriftDetected").await;
    let status = world.object("SimFleet/kanto").await.data["status"].clone();
    assert_eq!((&status["lines"]["drifted"], &status["notConverged"][0]["msisdn"]), (&json!(1), &json!(B)), "{status}");
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new());

    world.patch("SimFleet/kanto", json!({"spec": {"mode": "Apply"}})).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.says("SimFleet/kanto", "DriftDetected=False NoDrift").await;
    assert_eq!(world.carrier.mutations().await, [format!("POST /v1/sims/{B}/resume")]);
    controller.stop().await;
}

#[tokio::test]
async fn what_apply_puts_right_was_told_before() {
    let world = World::new("drift-apply", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Apply")).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;

    world.carrier.console("suspend", B).await;
    let note = world.event("SimFleet/kanto", "DriftDetected").await;
    assert!(note.starts_with("1 line was changed by somebody else"), "{note}");
    world.carrier_got(&[&format!("POST /v1/sims/{B}/resume")]).await;
    assert_eq!(world.event("SimFleet/kanto", "Applied").await, "accepted by the carrier: 1 resume");
    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "DriftDetected=False NoDrift").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;

    // A new process knows what was confirmed, and tells drift of it.
    controller.stop().await;
    world.carrier.console("suspend", A).await;
    let controller = world.controller();
    world.carrier_got(&[&format!("POST /v1/sims/{A}/resume"), &format!("POST /v1/sims/{B}/resume")]).await;
    world
        .until("drift is told twice", async || {
            let events = world.events("SimFleet/kanto").await;
            let told = events.iter().filter(|(reason, _)| reason == "DriftDetected").count();
            if told == 2 { Ok(()) } else { Err(format!("{events:?}")) }
        })
        .await;
    controller.stop().await;
}

#[tokio::test]
async fn what_is_ignored_is_no_drift_and_is_put_right() {
    let world = World::new("drift-ignored", &lines(&[A, B])).await;
    let controller = world.controller();
    let ignored = format!(
        "{}  policy:\n    driftIgnores: [{{msisdns: [\"{B}\"], owner: team-kiosk, until: \"2026-12-31\"}}]\n",
        spec("Observe")
    );
    world.declare("kanto", &ignored).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.carrier.console("suspend", B).await;
    world.says("SimFleet/kanto", "Ready=False ModeObserve").await;
    let message = world.says("SimFleet/kanto", "DriftDetected=False DriftIgnored").await;
    assert_eq!(message, "1 line was changed by somebody else and ignored: until 2026-12-31 by team-kiosk");
    let status = world.object("SimFleet/kanto").await.data["status"].clone();
    assert_eq!((&status["lines"]["drifted"], &status["lines"]["driftIgnored"]), (&json!(0), &json!(1)), "{status}");
    world.carrier.console("suspend", A).await;
    let message = world.says("SimFleet/kanto", "DriftDetected=True ChangedOutside").await;
    assert!(message.starts_with("1 line was changed by somebody else (1 in the console); `simfleet plan"), "{message}");

    world.patch("SimFleet/kanto", json!({"spec": {"mode": "Apply"}})).await;
    world.carrier_got(&[&format!("POST /v1/sims/{A}/resume"), &format!("POST /v1/sims/{B}/resume")]).await;
    controller.stop().await;
}

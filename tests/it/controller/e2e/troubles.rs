//! The carrier is in maintenance or gone, and others write the same objects at the same time: it passes by itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kube::ResourceExt as _;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::world::{World, fleet, lines};

const A: &str = "08012345601";
const B: &str = "08012345602";

fn spec(state_of_b: &str) -> String {
    format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{A}\", state: Active}}\n    - {{msisdn: \"{B}\", state: {state_of_b}}}\n")
}

#[tokio::test]
async fn maintenance_is_told_and_ends_by_itself() {
    let world = World::new("maintenance", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Active")).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.carrier.faults(json!([{"kind": "maintenance", "count": 100_000}])).await;
    world.says("CarrierAccount/main", "Ready=Unknown CarrierMaintenance").await;
    world.says("SimFleet/kanto", "Ready=Unknown CarrierMaintenance").await;
    world.says("SimFleet/kanto", "Reconciling=True CarrierMaintenance").await;
    world.event("CarrierAccount/main", "CarrierMaintenance").await;
    let status = world.object("SimFleet/kanto").await.data["status"].clone();
    assert_eq!(status["lines"]["inSync"], 2, "what was seen last: {status}");

    // What is declared meanwhile is judged, and carried out when the carrier is back.
    world.apply(&fleet("kanto", "main", &spec("Suspended"))).await;
    world.carrier.faults(json!([])).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    world.says("CarrierAccount/main", "Ready=True Pending").await;
    assert_eq!(world.carrier.mutations().await, [format!("POST /v1/sims/{B}/suspend")]);
    controller.stop().await;
}

#[tokio::test]
async fn a_list_that_contradicts_itself_becomes_no_plan() {
    let world = World::new("short", &lines(&[A, B])).await;
    world.carrier.faults(json!([{"function": 7, "kind": "shortList", "count": 100_000}])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Suspended")).await;
    world.says("CarrierAccount/main", "Ready=Unknown ObservationIncomplete").await;
    world.says("SimFleet/kanto", "Reconciling=True ObservationIncomplete").await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new());
    world.carrier.faults(json!([])).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    controller.stop().await;
}

#[tokio::test]
async fn others_who_write_the_same_objects_are_no_obstacle_and_lose_nothing() {
    let world = World::new("conflict", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Active")).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.says("CarrierAccount/main", "Ready=True InSync").await;
    let written = AtomicUsize::new(0);
    let meddling = async {
        loop {
            let number = written.fetch_add(1, Ordering::Relaxed);
            for (kind, name) in [("CarrierAccount", "main"), ("SimFleet", "kanto")] {
                let objects = world.objects(kind);
                let note = json!({"metadata": {"annotations": {"example.com/note": number.to_string()}}});
                objects.patch(name, &PatchParams::default(), &Patch::Merge(note)).await.expect("it is there");
                // Somebody who computes a field of the status, as a badly made tool does.
                let status = json!({"status": {"lines": {"blocked": number}}});
                objects.patch_status(name, &PatchParams::default(), &Patch::Merge(status)).await.expect("it is there");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let editing = async {
        for (round, state) in ["Suspended", "Active", "Suspended"].into_iter().enumerate() {
            world.apply(&fleet("kanto", "main", &spec(state))).await;
            world
                .until("the edit is sent", async || {
                    let sent = world.carrier.mutations().await.len();
                    if sent == round + 1 { Ok(()) } else { Err(format!("{sent} are sent")) }
                })
                .await;
            world.carrier.advance("PT2M").await;
        }
        // An approval is used once, while somebody writes the same annotations all the time.
        let planned = spec("Active").replace("mode: Apply", "mode: Plan");
        world.apply(&fleet("kanto", "main", &planned)).await;
        world.says("CarrierAccount/main", "Blocked=True AwaitingApproval").await;
        let plan_id = world.plan_of(json!({"resume": 1})).await;
        world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
        world
            .until("the approved plan is sent", async || {
                let sent = world.carrier.mutations().await.len();
                if sent == 4 { Ok(()) } else { Err(format!("{sent} are sent")) }
            })
            .await;
    };
    tokio::select! {
        () = editing => {}
        () = meddling => unreachable!("it never ends"),
    }
    assert!(written.load(Ordering::Relaxed) > 20, "somebody wrote all the time");
    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world
        .until("the counts are ours again", async || {
            let status = world.object("SimFleet/kanto").await.data["status"].clone();
            if status["lines"]["blocked"] == 0 { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
    let account = world.object("CarrierAccount/main").await;
    assert!(account.annotations().contains_key("example.com/note"), "it is not ours to remove");
    assert!(!account.annotations().contains_key("simfleet.dev/approve"), "it is used up");
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await.len(), 4);
}

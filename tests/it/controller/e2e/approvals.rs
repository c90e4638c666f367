//! What a person has to approve waits, says how, and is sent when this very plan is approved.

use serde_json::json;

use super::world::{World, fleet, lines};

const A: &str = "08012345601";
const B: &str = "08012345602";
const C: &str = "08012345603";

/// Waits until an approval is taken away because it is of no plan that there is.
async fn refused(world: &World, plan_id: &str) {
    world
        .until(&format!("{plan_id} is refused"), async || {
            let annotations = world.object("CarrierAccount/main").await.metadata.annotations.unwrap_or_default();
            let events = world.events("CarrierAccount/main").await;
            let is_told = |(reason, note): &(String, String)| {
                reason == "ApprovalRefused"
                    && note.contains(&format!("simfleet.dev/approve is {plan_id}"))
                    && note.contains("approves nothing")
            };
            let is_so = !annotations.contains_key("simfleet.dev/approve") && events.iter().any(is_told);
            if is_so { Ok(()) } else { Err(format!("{annotations:?}, {events:?}")) }
        })
        .await;
}

#[tokio::test]
async fn mode_plan_sends_the_plan_that_is_approved_and_no_other() {
    let world = World::new("approve", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &format!("  mode: Plan\n  sims:\n    - {{msisdn: \"{A}\", state: Suspended}}\n")).await;
    world.says("SimFleet/kanto", "Blocked=True AwaitingApproval").await;
    world.says("SimFleet/kanto", "Ready=False AwaitingApproval").await;
    world.says("CarrierAccount/main", "Stalled=True AwaitingApproval").await;
    let plan_id = world.plan_of(json!({"suspend": 1})).await;
    let message = world.says("CarrierAccount/main", "Blocked=True AwaitingApproval").await;
    let command =
        format!("kubectl annotate --overwrite carrieraccount main -n {} simfleet.dev/approve={plan_id}", world.namespace);
    assert!(message.contains(&command), "{message}");
    world.event("SimFleet/kanto", "AwaitingApproval").await;
    assert!(world.event("CarrierAccount/main", "Planned").await.contains(&plan_id));
    let status = world.object("CarrierAccount/main").await.data["status"].clone();
    assert_eq!(status["plan"]["operations"], json!({"suspend": 1}));
    let map = world.config_maps().get(status["plan"]["configMaps"][0].as_str().unwrap()).await.unwrap();
    assert!(map.data.unwrap()["plan.txt"].contains(A), "whoever has but kubectl reads the plan");

    // Another plan's id approves nothing, now or later: it is taken away, and that is told.
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": "plan-0000000000000000"})).await;
    refused(&world, "plan-0000000000000000").await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new());

    // Nor does the id of a plan that an edit has made another one.
    let both = format!(
        "  mode: Plan\n  sims:\n    - {{msisdn: \"{A}\", state: Suspended}}\n    - {{msisdn: \"{B}\", state: Suspended}}\n"
    );
    world.apply(&fleet("kanto", "main", &both)).await;
    world.says_with("CarrierAccount/main", "Blocked=True AwaitingApproval", "2 suspend").await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    refused(&world, &plan_id).await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new());

    let newer = world.plan_of(json!({"suspend": 2})).await;
    assert_ne!(newer, plan_id);
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": newer})).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    world.says("CarrierAccount/main", "Blocked=False None").await;
    world.carrier_got(&[&format!("POST /v1/sims/{A}/suspend"), &format!("POST /v1/sims/{B}/suspend")]).await;
    assert_eq!(world.event("SimFleet/kanto", "Applied").await, "accepted by the carrier: 2 suspend");
    let account = world.object("CarrierAccount/main").await;
    assert!(!account.metadata.annotations.unwrap_or_default().contains_key("simfleet.dev/approve"), "it is used up");
    assert_eq!(account.data["status"]["lastAppliedPlanId"], newer);

    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await.len(), 2);
}

#[tokio::test]
async fn a_guard_stops_the_account_until_its_exact_number_is_said() {
    let world = World::new("guard", &lines(&[A, B, C])).await;
    let controller = world.controller();
    let spec = format!(
        "  mode: Apply\n  policy: {{approval: {{terminate: Auto}}}}\n  sims:\n    - {{msisdn: \"{A}\", state: Terminated}}\n    \
         - {{msisdn: \"{B}\", state: Suspended}}\n    - {{msisdn: \"{C}\", state: Active}}\n"
    );
    world.declare("kanto", &spec).await;
    let message = world.says("CarrierAccount/main", "Blocked=True GuardExceeded").await;
    assert!(message.contains("terminate allows 0"), "{message}");
    assert!(message.contains("simfleet.dev/ack=terminate=1"), "{message}");
    world.says("SimFleet/kanto", "Stalled=True GuardExceeded").await;
    world.event("SimFleet/kanto", "GuardExceeded").await;

    // A number without a plan, a plan without a number, and another number lift nothing.
    let plan_id = world.plan_of(json!({"suspend": 1, "terminate": 1})).await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/ack": "terminate=1"})).await;
    world.says_with("CarrierAccount/main", "Blocked=True GuardExceeded", "lifts nothing without").await;
    let wrong = json!({"simfleet.dev/approve": plan_id, "simfleet.dev/ack": "terminate=2"});
    world.annotate("CarrierAccount/main", wrong).await;
    world.look("CarrierAccount/main").await;
    world.says("CarrierAccount/main", "Blocked=True GuardExceeded").await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/ack": "terminate=one"})).await;
    world.says_with("CarrierAccount/main", "Blocked=True GuardExceeded", "is not understood").await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new(), "nothing of the account is sent");

    world.annotate("CarrierAccount/main", json!({"simfleet.dev/ack": "terminate=1"})).await;
    world.carrier_got(&[&format!("POST /v1/sims/{A}/terminate"), &format!("POST /v1/sims/{B}/suspend")]).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    let annotations = world.object("CarrierAccount/main").await.metadata.annotations.unwrap_or_default();
    assert!(!annotations.keys().any(|name| name == "simfleet.dev/approve" || name == "simfleet.dev/ack"), "{annotations:?}");
    controller.stop().await;
    assert_eq!(world.carrier.accepted(14).await, 1);
}

#[tokio::test]
async fn what_needs_no_approval_does_not_wait_for_what_does() {
    let world = World::new("apart", &lines(&[A, B])).await;
    let controller = world.controller();
    let spec = format!(
        "  mode: Apply\n  policy: {{limits: {{terminate: 1}}}}\n  sims:\n    - {{msisdn: \"{A}\", state: Terminated}}\n    \
         - {{msisdn: \"{B}\", state: Suspended}}\n"
    );
    world.declare("kanto", &spec).await;
    world.says("SimFleet/kanto", "Ready=False AwaitingApproval").await;
    world.carrier_got(&[&format!("POST /v1/sims/{B}/suspend")]).await;

    let plan_id = world.plan_of(json!({"terminate": 1})).await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    world.carrier_got(&[&format!("POST /v1/sims/{A}/terminate"), &format!("POST /v1/sims/{B}/suspend")]).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    controller.stop().await;
}

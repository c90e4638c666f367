//! What people and tools see without knowing simfleet: `kubectl get` and `kubectl wait`, and what kstatus (Flux, Argo CD,
//! `kubectl apply --wait` of kpt) makes of the conditions.

use kube::api::DynamicObject;
use serde_json::{Value, json};

use super::world::{World, lines};
use crate::kubernetes::Cluster;

/// As `sigs.k8s.io/cli-utils/pkg/kstatus/status` computes it for a custom resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kstatus {
    Current,
    InProgress,
    Failed,
    Terminating,
}

fn kstatus(object: &DynamicObject) -> Kstatus {
    if object.metadata.deletion_timestamp.is_some() {
        return Kstatus::Terminating;
    }
    let status = &object.data["status"];
    let observed = status["observedGeneration"].as_i64();
    if observed.is_some() && observed != object.metadata.generation {
        return Kstatus::InProgress;
    }
    let conditions = status["conditions"].as_array().cloned().unwrap_or_default();
    let is = |condition: &Value, kind: &str, status: &str| condition["type"] == kind && condition["status"] == status;
    for condition in &conditions {
        if is(condition, "Reconciling", "True") {
            return Kstatus::InProgress;
        }
        if is(condition, "Stalled", "True") {
            return Kstatus::Failed;
        }
    }
    if conditions.iter().any(|condition| is(condition, "Ready", "False") || is(condition, "Ready", "Unknown")) {
        return Kstatus::InProgress;
    }
    Kstatus::Current
}

const FLEET: &str = "  mode: Apply\n  sims:\n    - {msisdn: \"08012345601\"}\n    - {msisdn: \"08012345602\", state: Active}\n";

#[tokio::test]
async fn kubectl_waits_for_ready_and_shows_the_columns() {
    let world = World::new("kubectl-wait", &lines(&["08012345601", "08012345602"])).await;
    let controller = world.controller();
    world.declare("kanto", FLEET).await;
    let kubectl = async |arguments: &[&str]| {
        let arguments = [&["--namespace", &world.namespace], arguments].concat();
        let output = Cluster::shared().await.kubectl(&arguments, "").await;
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    };
    let said = kubectl(&["wait", "--for=condition=Ready", "simfleet/kanto", "carrieraccount/main", "--timeout=100s"]).await;
    assert!(said.contains("simfleet.simfleet.dev/kanto condition met"), "{said}");
    assert!(said.contains("carrieraccount.simfleet.dev/main condition met"), "{said}");

    let table = kubectl(&["get", "simfleets", "-o", "wide"]).await;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    let head = ["NAME", "DESIRED", "INSYNC", "PENDING", "DRIFTED", "INDOUBT", "READY", "ACCOUNT", "MODE", "REASON", "AGE"];
    assert_eq!(rows[0], head, "{table}");
    assert_eq!(rows[1][..10], ["kanto", "2", "2", "0", "0", "0", "True", "main", "Apply", "InSync"], "{table}");
    let table = kubectl(&["get", "cacc"]).await;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["NAME", "HOST", "PLAN", "WAITING", "READY", "AGE"], "{table}");
    assert_eq!((rows[1][0], rows[1][rows[1].len() - 2]), ("main", "True"), "{table}");
    controller.stop().await;
}

#[tokio::test]
async fn kstatus_says_current_failed_and_in_progress_when_it_is_so() {
    let world = World::new("kstatus", &lines(&["08012345601", "08012345602"])).await;
    let controller = world.controller();
    world.declare("kanto", FLEET).await;
    let wanted = async |place: &str, wanted: Kstatus| {
        world
            .until(&format!("{place} is {wanted:?}"), async || {
                let object = world.object(place).await;
                let has_status = object.data["status"]["observedGeneration"].is_i64();
                if has_status && kstatus(&object) == wanted { Ok(()) } else { Err(object.data["status"].to_string()) }
            })
            .await;
    };
    for place in ["SimFleet/kanto", "CarrierAccount/main"] {
        wanted(place, Kstatus::Current).await;
    }

    // An edit is in progress at once, whatever the status of before says.
    world.patch("SimFleet/kanto", json!({"spec": {"mode": "Plan", "defaults": {"ratePlan": "fixed-1gb"}}})).await;
    let object = world.object("SimFleet/kanto").await;
    let observed = object.data["status"]["observedGeneration"].as_i64();
    assert!(observed == object.metadata.generation || kstatus(&object) == Kstatus::InProgress);
    // A person has to approve: nothing goes on.
    world.says("SimFleet/kanto", "Stalled=True AwaitingApproval").await;
    wanted("SimFleet/kanto", Kstatus::Failed).await;
    wanted("CarrierAccount/main", Kstatus::Failed).await;

    // The carrier contradicts itself: that passes.
    world.carrier.faults(json!([{"function": 7, "kind": "shortList", "count": 100_000}])).await;
    world.says("SimFleet/kanto", "Reconciling=True ObservationIncomplete").await;
    wanted("SimFleet/kanto", Kstatus::InProgress).await;
    world.carrier.faults(json!([])).await;
    wanted("SimFleet/kanto", Kstatus::Failed).await;

    // What is on its way at the carrier is as good as done.
    let plan_id = world.plan_of(json!({"changeRatePlan": 2})).await;
    world.annotate("CarrierAccount/main", json!({"simfleet.dev/approve": plan_id})).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    wanted("SimFleet/kanto", Kstatus::Current).await;
    wanted("CarrierAccount/main", Kstatus::Current).await;

    // What is not accepted fails.
    let broken = FLEET.replace("08012345602", "08012345603").replace("state: Active", "state: Active, ratePlan: fixed-3tb");
    world.apply(&super::world::fleet("another", "main", &broken)).await;
    wanted("SimFleet/another", Kstatus::Failed).await;
    controller.stop().await;
}

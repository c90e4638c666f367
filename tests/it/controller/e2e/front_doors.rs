//! One set of documents, two front doors: what `plan` and `apply` do with files, the controller does with objects, to
//! the operation's id and to the request.

use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Command;

use super::carrier::{CONTRACTOR, PASSWORD};
use super::world::World;
use crate::kubernetes::Cluster;

/// A file of `examples/quickstart`.
fn quickstart(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart").join(file);
    std::fs::read_to_string(path).expect("the example is there")
}

/// Its documents, with a carrier over HTTP instead of the one inside the program.
fn documents(endpoint: &str) -> String {
    let line = |line: &str| match line.trim().split_once(':') {
        Some(("driver", _)) => "  driver: http\n".to_owned(),
        Some(("embedded", _)) => format!(
            "  endpoint: {endpoint}\n  credentialsRef: {{name: main-credentials}}\n  \
             rateLimit: {{requestsPerSecond: 1000, burst: 1000}}\n"
        ),
        _ => format!("{line}\n"),
    };
    quickstart("fleet.yaml").lines().map(line).collect::<Vec<_>>().concat()
}

fn seed() -> Value {
    serde_json::from_str(&quickstart("seed.json")).expect("the example is JSON")
}

/// Its documents on a carrier on which a minute takes a fifth of a second.
async fn world(test: &str) -> World {
    let world = World::with(test, "x300", &seed()).await;
    std::fs::create_dir(world.path("fleet")).expect("the folder can be written");
    std::fs::write(world.path("fleet/fleet.yaml"), documents(&world.carrier.endpoint)).expect("the folder can be written");
    world
}

/// The command line, with files and a journal of its own.
async fn simfleet(world: &World, arguments: &[&str], codes: &[i32]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simfleet"));
    command
        .args(arguments)
        .current_dir(world.folder.path())
        .env_clear()
        .env("XDG_STATE_HOME", world.path("state"))
        .env("SIMFLEET_CONTRACTOR_ID", CONTRACTOR)
        .env("SIMFLEET_PASSWORD", PASSWORD);
    if let Some(admin) = world.admin() {
        command.env("KUBECONFIG", admin);
    }
    let output = command.kill_on_drop(true).output().await.expect("simfleet runs");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.code().is_some_and(|code| codes.contains(&code)),
        "{arguments:?}: {:?}\n{stdout}\n{stderr}",
        output.status
    );
    stdout.into_owned()
}

/// What a plan is, but for when it was made and where its wishes stand.
fn content(plan: &str) -> Value {
    let mut plan: Value = serde_json::from_str(plan).expect("it is JSON");
    for part in ["createdAt", "expiresAt", "toolVersion", "drift"] {
        plan.as_object_mut().expect("an object").remove(part);
    }
    for account in plan["accounts"].as_array_mut().expect("accounts") {
        // How a stored plan finds its carrier is of no use in a cluster.
        account.as_object_mut().expect("an account").remove("connection");
        account.pointer_mut("/observed/at").expect("a time").take();
        account.pointer_mut("/observed/digest").expect("a digest").take();
    }
    for list in ["operations", "blocked"] {
        for item in plan[list].as_array_mut().expect("a list") {
            item["source"].take();
        }
    }
    plan
}

/// kubectl applies what the command line read.
async fn kubectl_apply(world: &World, file: &str) {
    let file = world.path(file);
    let file = file.to_str().expect("the path is ASCII");
    let output = Cluster::shared().await.kubectl(&["--namespace", &world.namespace, "apply", "-f", file], "").await;
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[tokio::test]
async fn the_same_documents_send_the_same_requests_by_files_and_by_objects() {
    let world = world("front-doors").await;
    let plan: Value = serde_json::from_str(&simfleet(&world, &["plan", "fleet", "--format", "json"], &[0]).await).unwrap();
    simfleet(&world, &["apply", "--yes", "fleet"], &[0]).await;
    let by_files = world.carrier.requests().await;
    assert!(by_files.len() >= 6, "{by_files:#?}");

    world.carrier.reset(&seed()).await;
    assert_eq!(world.carrier.requests().await, Vec::<Value>::new());
    kubectl_apply(&world, "fleet").await;
    let controller = world.controller();
    // Everything but the chip that has another IMEI, as the files say.
    let message = world.says("SimFleet/kanto-vending", "Ready=False IMEI_ALREADY_BOUND").await;
    assert!(message.contains("02012340005"), "{message}");
    world.says("SimFleet/kanto-vending", "Blocked=True IMEI_ALREADY_BOUND").await;
    world.says("CarrierAccount/quickstart", "Accepted=True Valid").await;
    world.event("SimFleet/kanto-vending", "Applied").await;
    world
        .until("the same requests", async || {
            let by_objects = world.carrier.requests().await;
            if by_objects == by_files { Ok(()) } else { Err(format!("{by_objects:#?}\ninstead of\n{by_files:#?}")) }
        })
        .await;
    world
        .until("all is done but for the change of the 1st", async || {
            let status = world.object("SimFleet/kanto-vending").await.data["status"].clone();
            let lines = json!({
                "desired": 12, "inSync": 9, "changing": 0, "pending": 2, "blocked": 1, "drifted": 0, "inDoubt": 0,
            });
            let is_so = status["lines"] == lines && status["nextEffectiveDate"] == "2026-12-01";
            if is_so { Ok(()) } else { Err(status.to_string()) }
        })
        .await;

    // And the plan was the same one, down to its id.
    let applied = world.object("CarrierAccount/quickstart").await.data["status"]["lastAppliedPlanId"].clone();
    assert_eq!(applied, plan["accounts"][0]["planId"]);
    controller.stop().await;
    assert_eq!(world.carrier.requests().await, by_files);
}

#[tokio::test]
async fn plan_predicts_the_controller_to_the_operations_id() {
    let world = world("predicts").await;
    let text = documents(&world.carrier.endpoint).replace("mode: Apply", "mode: Plan");
    std::fs::write(world.path("fleet/fleet.yaml"), text).unwrap();
    let by_files = content(&simfleet(&world, &["plan", "fleet", "--format", "json"], &[0]).await);
    assert!(by_files["operations"].as_array().is_some_and(|operations| operations.len() >= 8), "{by_files:#}");

    kubectl_apply(&world, "fleet").await;
    let controller = world.controller();
    let part = "wait for the approval of plan";
    world.says_with("SimFleet/kanto-vending", "Blocked=True IMEI_ALREADY_BOUND", part).await;
    let plan_id = by_files["accounts"][0]["planId"].as_str().unwrap().to_owned();
    world
        .until("the plan is in the status", async || {
            let status = world.object("CarrierAccount/quickstart").await.data["status"].clone();
            if status["plan"]["planId"] == plan_id { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
    let arguments = ["plan", "--from-cluster", "quickstart", "--namespace", &world.namespace, "--format", "json"];
    let by_objects = content(&simfleet(&world, &arguments, &[0]).await);
    for part in ["planId", "accounts", "operations", "requests", "blocked", "pending", "unmanaged", "guards", "summary"] {
        assert_eq!(by_objects[part], by_files[part], "{part}");
    }
    assert_eq!(by_objects, by_files);
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new(), "a plan writes nothing");
    controller.stop().await;
}

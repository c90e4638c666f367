//! What `examples/deploy` holds works, and says the same thing everywhere.

mod chart;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kube::api::{Api, DynamicObject, ListParams};
use mlua::{Lua, LuaSerdeExt};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::kubernetes::Cluster;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/deploy")
}

fn documents(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).expect("it is YAML"));
    documents.filter(|document| !document.is_null()).collect()
}

fn read(path: &str) -> Vec<Value> {
    documents(&std::fs::read_to_string(folder().join(path)).expect("the example is there"))
}

/// By kind. There is one of each.
fn by_kind(documents: Vec<Value>) -> BTreeMap<String, Value> {
    documents.into_iter().map(|document| (document["kind"].as_str().expect("a kind").to_owned(), document)).collect()
}

#[tokio::test]
async fn the_base_and_the_overlay_are_applied_by_kubectl() {
    let cluster = Cluster::alone().await;
    cluster.install_simfleet().await;
    let overlay = folder().join("overlays/emulator");
    let overlay = overlay.to_str().expect("the path is ASCII");
    // Namespaces first: kubectl does not wait for one to be there.
    for _ in 0..2 {
        let output = cluster.kubectl(&["apply", "-k", overlay], "").await;
        let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
    }
    let output = cluster.kubectl(&["get", "simfleet", "kanto-vending", "--namespace", "carrier", "--output", "name"], "").await;
    assert_eq!(String::from_utf8_lossy(&output.stdout), "simfleet.simfleet.dev/kanto-vending\n");
    let fleets: Api<DynamicObject> = super::rig::objects(&cluster.client(), "carrier", "SimFleet");
    assert_eq!(fleets.list(&ListParams::default()).await.unwrap().items.len(), 1);
}

#[test]
fn the_chart_says_what_the_base_says() {
    let mut base = Vec::new();
    for file in [
        "clusterrole",
        "clusterrolebinding",
        "role",
        "rolebinding",
        "service",
        "deployment",
        "poddisruptionbudget",
        "networkpolicy",
    ] {
        base.extend(read(&format!("base/{file}.yaml")));
    }
    let mut base = by_kind(base);
    let chart = chart::render(&folder().join("helm/simfleet"), "simfleet", "simfleet-system");
    let chart = by_kind(documents(&chart));
    // What kustomize and Helm write each in their own way.
    let container = base.get_mut("Deployment").unwrap().pointer_mut("/spec/template/spec/containers/0").unwrap();
    container["image"] = json!("simfleet:0.1.0");
    container["imagePullPolicy"] = json!("IfNotPresent");
    for (kind, of_base) in &base {
        let of_chart = chart.get(kind).unwrap_or_else(|| panic!("the chart has no {kind}"));
        for field in ["apiVersion", "rules", "roleRef", "subjects", "spec"] {
            assert_eq!(of_chart.get(field), of_base.get(field), "{kind} {field}");
        }
        assert_eq!(of_chart["metadata"]["name"], of_base["metadata"]["name"], "{kind}");
    }
    let mut kinds: Vec<&String> = chart.keys().collect();
    kinds.retain(|kind| !base.contains_key(*kind));
    assert_eq!(kinds, ["ServiceAccount"]);
}

#[test]
fn the_role_has_no_list_of_secrets_and_no_star() {
    let role = &read("base/clusterrole.yaml")[0];
    for rule in role["rules"].as_array().unwrap() {
        assert!(!rule.to_string().contains('*'), "{rule}");
        if rule["resources"].to_string().contains("secrets") {
            assert_eq!(rule["verbs"], json!(["get"]));
        }
    }
}

#[test]
fn flux_and_argo_know_every_kind_that_people_write() {
    let flux = read("flux/simfleet.yaml");
    let fleets = flux.iter().find(|document| document["metadata"]["name"] == "fleets").unwrap();
    let exprs = fleets["spec"]["healthCheckExprs"].as_array().unwrap();
    let kinds: Vec<&str> = exprs.iter().map(|expr| expr["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["CarrierAccount", "SimFleet", "SimOrder"]);
    assert!(exprs.iter().all(|expr| expr["current"].is_string() && expr["failed"].is_string()));
    assert_eq!(read("argocd/application.yaml")[0]["kind"], "Application");
}

/// What Argo CD makes of an object.
fn health(object: &Value) -> (String, String) {
    let script = std::fs::read_to_string(folder().join("argocd/health.lua")).expect("Argo CD could run it");
    let lua = Lua::new();
    lua.globals().set("obj", lua.to_value(object).expect("Argo CD could run it")).expect("Argo CD could run it");
    let health: mlua::Table = lua.load(&script).eval().expect("Argo CD could run it");
    (health.get("status").expect("Argo CD could run it"), health.get("message").expect("Argo CD could run it"))
}

#[test]
fn argo_says_healthy_when_the_controller_says_ready() {
    let fleet = |generation: i64, conditions: &[(&str, &str)]| {
        let conditions: Vec<Value> =
            conditions.iter().map(|(of, status)| json!({"type": of, "status": status, "message": of.to_lowercase()})).collect();
        json!({"metadata": {"generation": 2}, "spec": {}, "status": {"observedGeneration": generation, "conditions": conditions}})
    };
    for (object, status, message) in [
        (fleet(2, &[("Ready", "True"), ("Stalled", "False"), ("Reconciling", "False")]), "Healthy", "ready"),
        (fleet(2, &[("Ready", "False"), ("Stalled", "True"), ("Reconciling", "False")]), "Degraded", "stalled"),
        (fleet(2, &[("Ready", "False"), ("Stalled", "False"), ("Reconciling", "True")]), "Progressing", "reconciling"),
        (fleet(2, &[("Ready", "Unknown")]), "Progressing", "ready"),
        (fleet(1, &[("Ready", "True")]), "Progressing", "the controller has not looked at this version yet"),
        (json!({"metadata": {"generation": 1}, "spec": {}}), "Progressing", "the controller has not looked at it yet"),
        (json!({"metadata": {"generation": 1}, "spec": {"paused": true}}), "Suspended", "paused"),
    ] {
        assert_eq!(health(&object), (status.to_owned(), message.to_owned()), "{object}");
    }
}

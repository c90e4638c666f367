//! What happens in the cluster makes accounts have turns, and nothing else does.

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams};
use serde_json::json;
use simfleet::controller::Next;

use super::rig::{Rig, apply, condition, install_lax_kinds, objects, patch};
use crate::kubernetes::Cluster;

fn fleet() -> serde_json::Value {
    json!({"accountRef": {"name": "main"}, "systemNumber": "S0001234", "serviceCode": "m2m-lte"})
}

#[tokio::test]
async fn what_is_declared_or_asked_for_makes_a_turn_and_what_the_controller_writes_makes_none() {
    let cluster = Cluster::alone().await;
    install_lax_kinds(&cluster).await;
    let space = cluster.namespace("turns").await;
    let client = cluster.client();
    let namespace = space.name();
    let account = json!({"endpoint": "https://carrier.example.jp"});
    apply(&client, namespace, "CarrierAccount", "main", account.clone()).await;
    let mut rig = Rig::start(cluster.controller_client(&space).await, namespace, None);
    let (seen, before) = rig.until(|seen| seen.account == "main").await;
    assert_eq!((seen.fleets, before), (vec![], 0));

    // An apply of many objects is (about) one turn.
    let names: Vec<String> = (10..50).map(|number| format!("fleet-{number}")).collect();
    for name in &names {
        apply(&client, namespace, "SimFleet", name, fleet()).await;
    }
    let (seen, before) = rig.until(|seen| seen.fleets.len() == names.len()).await;
    assert_eq!(seen.fleets, names, "the oldest first");
    assert!(before < 10, "{before} turns for one apply");

    // A status, a label, a finalizer, an approval that is taken away: nothing. The canary's turn is the next.
    let fleets = objects(&client, namespace, "SimFleet");
    let how = PatchParams::default();
    patch(
        &client,
        namespace,
        "CarrierAccount",
        "main",
        &json!({"metadata": {"annotations": {"simfleet.dev/approve": "plan-1"}}, "spec": account.clone()}),
    )
    .await;
    assert_eq!(rig.next().await.account, "main", "an approval");
    let approved = json!({"metadata": {"annotations": {"simfleet.dev/approve": null}}});
    objects(&client, namespace, "CarrierAccount").patch("main", &how, &Patch::Merge(&approved)).await.unwrap();
    let status = json!({"status": {"lines": {"desired": 1}}});
    fleets.patch_status("fleet-10", &how, &Patch::Merge(&status)).await.unwrap();
    let other = json!({"metadata": {"labels": {"team": "kanto"}, "finalizers": ["simfleet.dev/open-operation"]}});
    fleets.patch("fleet-11", &how, &Patch::Merge(&other)).await.unwrap();
    apply(&client, namespace, "CarrierAccount", "canary", account.clone()).await;
    let seen = rig.next().await;
    assert_eq!((seen.account.as_str(), seen.others), ("canary", vec!["main".to_owned()]));

    let asked = json!({"metadata": {"annotations": {"simfleet.dev/reconcile-at": "now"}}});
    fleets.patch("fleet-12", &how, &Patch::Merge(&asked)).await.unwrap();
    assert_eq!(rig.next().await.account, "main", "asked for by annotation");

    // Something that is no fleet of ours at all breaks nothing, and belongs to nobody.
    let nonsense = json!({"accountRef": 7, "sims": "none"});
    apply(&client, namespace, "SimFleet", "nonsense", nonsense).await;
    let (status, reason, _) = condition(&client, namespace, "SimFleet", "nonsense", "Accepted").await;
    assert_eq!((status.as_str(), reason.as_str()), ("False", "MISSING_FIELD"));
    let broken = json!({"accountRef": {"name": "main"}, "sims": "none", "rosters": {"csv": 1}});
    apply(&client, namespace, "SimFleet", "broken", broken).await;
    let (seen, _) = rig.until(|seen| seen.fleets.len() > names.len()).await;
    assert!(seen.fleets.contains(&"broken".to_owned()), "judged with the others: {seen:?}");

    fleets.delete("fleet-10", &DeleteParams::default()).await.unwrap();
    rig.until(|seen| seen.account == "main" && !seen.fleets.contains(&"fleet-10".to_owned())).await;

    // A turn that panics is a failed one, and no end of the others'.
    apply(&client, namespace, "CarrierAccount", "panics", account.clone()).await;
    apply(&client, namespace, "CarrierAccount", "after", account).await;
    rig.until(|seen| seen.account == "after").await;
    rig.stop().await;
}

#[tokio::test]
async fn a_roster_is_read_when_it_changes() {
    let cluster = Cluster::alone().await;
    install_lax_kinds(&cluster).await;
    let space = cluster.namespace("rosters").await;
    let (client, namespace) = (cluster.client(), space.name());
    let maps: Api<ConfigMap> = space.api();
    let roster = async |name: &str, text: &str| {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"lines.csv": text}});
        maps.patch(name, &PatchParams::apply("tests"), &Patch::Apply(map)).await.unwrap();
    };
    apply(&client, namespace, "CarrierAccount", "main", json!({})).await;
    let mut spec = fleet();
    spec["rosters"] = json!([{"configMapRef": {"name": "osaka", "key": "lines.csv"}}]);
    apply(&client, namespace, "SimFleet", "osaka", spec).await;
    let mut rig = Rig::start(cluster.controller_client(&space).await, namespace, None);
    assert_eq!(rig.next().await.rosters, Vec::<String>::new(), "the roster is not there yet");
    roster("another", "of no interest").await;
    roster("osaka", "msisdn\n08012345678\n").await;
    assert_eq!(rig.next().await.rosters, ["msisdn\n08012345678\n"]);
    roster("osaka", "msisdn\n").await;
    assert_eq!(rig.next().await.rosters, ["msisdn\n"]);
    maps.delete("osaka", &DeleteParams::default()).await.unwrap();
    assert_eq!(rig.next().await.rosters, Vec::<String>::new());
    rig.stop().await;
}

#[tokio::test]
async fn who_names_no_account_is_told_and_does_not_wait_for_ever() {
    let cluster = Cluster::alone().await;
    install_lax_kinds(&cluster).await;
    let space = cluster.namespace("orphans").await;
    let (client, namespace) = (cluster.client(), space.name());
    let mut rig = Rig::start(cluster.controller_client(&space).await, namespace, None);
    let mut spec = fleet();
    spec["accountRef"]["name"] = json!("mian");
    apply(&client, namespace, "CarrierAccount", "main", json!({})).await;
    apply(&client, namespace, "SimFleet", "lost", spec.clone()).await;
    let (status, reason, message) = condition(&client, namespace, "SimFleet", "lost", "Accepted").await;
    assert_eq!((status.as_str(), reason.as_str()), ("False", "UNKNOWN_ACCOUNT"));
    assert!(message.contains("there is no CarrierAccount named mian"), "{message}");
    assert_eq!(condition(&client, namespace, "SimFleet", "lost", "Stalled").await.0, "True");

    // Deleted with its account gone: the finalizer keeps nobody.
    let metadata = json!({"metadata": {"name": "lost", "finalizers": ["simfleet.dev/open-operation"]}, "spec": spec});
    patch(&client, namespace, "SimFleet", "lost", &metadata).await;
    let fleets = objects(&client, namespace, "SimFleet");
    fleets.delete("lost", &DeleteParams::default()).await.unwrap();
    let gone = kube::runtime::wait::await_condition(fleets, "lost", |object: Option<&_>| object.is_none());
    tokio::time::timeout(std::time::Duration::from_mins(1), gone).await.expect("it goes").unwrap();

    // The account comes: its fleets have their turn.
    apply(&client, namespace, "SimFleet", "early", json!({"accountRef": {"name": "late"}})).await;
    assert_eq!(condition(&client, namespace, "SimFleet", "early", "Accepted").await.1, "UNKNOWN_ACCOUNT");
    apply(&client, namespace, "CarrierAccount", "late", json!({})).await;
    let (seen, _) = rig.until(|seen| seen.account == "late").await;
    assert_eq!(seen.fleets, ["early"]);
    // And goes.
    objects(&client, namespace, "SimFleet").delete("early", &DeleteParams::default()).await.unwrap();
    objects(&client, namespace, "CarrierAccount").delete("late", &DeleteParams::default()).await.unwrap();
    while !rig.forgotten.lock().unwrap().contains(&"late".to_owned()) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    rig.stop().await;
}

#[tokio::test]
async fn an_api_server_that_was_away_and_has_forgotten_is_listed_anew() {
    let mut cluster = Cluster::alone().await;
    install_lax_kinds(&cluster).await;
    let space = cluster.namespace("away").await;
    let namespace = space.name().to_owned();
    apply(&cluster.client(), &namespace, "CarrierAccount", "main", json!({})).await;
    for name in ["kept", "deleted"] {
        apply(&cluster.client(), &namespace, "SimFleet", name, fleet()).await;
    }
    let mut rig = Rig::start(cluster.controller_client(&space).await, &namespace, None);
    assert_eq!(rig.next().await.fleets.len(), 2);
    // The watch of the fleets breaks with the first stop. What happens before it comes back is lost to it: the server
    // remembers nothing from before its second start.
    cluster.stop_api_server();
    cluster.start_api_server().await;
    let client = cluster.client();
    objects(&client, &namespace, "SimFleet").delete("deleted", &DeleteParams::default()).await.unwrap();
    apply(&client, &namespace, "SimFleet", "new", fleet()).await;
    cluster.stop_api_server();
    cluster.start_api_server().await;
    let (seen, _) = rig.until(|seen| !seen.fleets.contains(&"deleted".to_owned()) && seen.fleets.len() == 2).await;
    assert_eq!(seen.fleets, ["kept", "new"]);
    // What did not change made no turn of its own; what changes now does.
    apply(&cluster.client(), &namespace, "CarrierAccount", "canary", json!({})).await;
    assert_eq!(rig.until(|seen| seen.account == "canary").await.1, 0);
    rig.stop().await;
}

#[tokio::test]
async fn replicas_share_accounts_and_take_over_what_another_leaves() {
    let cluster = Cluster::alone().await;
    install_lax_kinds(&cluster).await;
    let space = cluster.namespace("replicas").await;
    let (client, namespace) = (cluster.client(), space.name());
    let leases: Api<Lease> = space.api();
    let names: Vec<String> = (0..12).map(|number| format!("account-{number}")).collect();
    for name in &names {
        apply(&client, namespace, "CarrierAccount", name, json!({})).await;
    }
    let mut one = Rig::start(cluster.controller_client(&space).await, namespace, Some("one"));
    for _ in &names {
        one.next().await;
    }
    // The other gets its share; the first lets go of it.
    let mut other = Rig::start(cluster.controller_client(&space).await, namespace, Some("other"));
    let mut others = vec![other.next().await.account];
    let held = |rig: &Rig| {
        let text = rig.metrics.render();
        let line = text.lines().find_map(|line| line.strip_prefix("simfleet_accounts_held ")).expect("it is told");
        line.parse::<usize>().expect("a number")
    };
    while held(&one) + held(&other) != names.len() || held(&other) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    while others.len() < held(&other) {
        others.push(other.next().await.account);
    }
    assert!(others.len() < names.len(), "the first keeps some");
    let forgotten = {
        let mut forgotten = one.forgotten.lock().unwrap().clone();
        forgotten.sort();
        forgotten
    };
    others.sort();
    assert_eq!(forgotten, others, "what the one has the other has forgotten");

    // Stopped: its accounts go over at once. Killed: when its session is dead.
    one.stop().await;
    for _ in 0..names.len() - others.len() {
        other.next().await;
    }
    assert_eq!(held(&other), names.len());
    other.kill();
    let mut third = Rig::start(cluster.controller_client(&space).await, namespace, Some("third"));
    for _ in &names {
        third.next().await;
    }
    third.stop().await;
    // The killed one's session may lie there until somebody lists; nothing else does.
    let left = leases.list(&ListParams::default()).await.unwrap().items.len();
    assert!(left <= 1, "{left} leases are left");
}

#[tokio::test]
async fn probes_and_metrics_are_served() {
    let cluster = Cluster::alone().await;
    let space = cluster.namespace("serve").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let get = async |path: &str| {
        let response = reqwest::get(format!("{base}{path}")).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let client = cluster.client();
    // Without the kinds the watches cannot tell what there is.
    let mut rig = Rig::start_with(
        client.clone(),
        space.name(),
        Some("one"),
        Next::After(std::time::Duration::from_millis(10)),
        Some(listener),
    );
    assert_eq!(get("/healthz").await.0, 200);
    assert_eq!(get("/readyz").await.0, 503);
    install_lax_kinds(&cluster).await;
    apply(&client, space.name(), "CarrierAccount", "main", json!({})).await;
    for _ in 0..3 {
        assert_eq!(rig.next().await.account, "main", "again and again, as asked");
    }
    assert_eq!(get("/readyz").await, (200, "ok\n".to_owned()));
    let (status, text) = get("/metrics").await;
    assert_eq!(status, 200);
    let turns = format!("simfleet_reconciles_total{{namespace=\"{}\",account=\"main\",outcome=\"done\"}}", space.name());
    assert!(text.contains(&turns) && text.contains("simfleet_accounts_held 1") && text.ends_with("# EOF\n"), "{text}");
    rig.stop().await;
}

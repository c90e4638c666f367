//! What costs money at once is bought once, however many processes there are and whatever the API server does.

use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::ResourceExt as _;
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams};
use serde_json::json;
use simfleet::controller::keep::Owner;
use simfleet::exec::journal::{OperationFilter, PlanKey, RecordState, Sent};
use simfleet::exec::{ExecError, ExitCode, Journal, KeepError};
use simfleet::plan::Operation;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::{LINE, OTHER, Scene, firmware, kind, named};
use crate::exec::handmade::{coupon, order};
use crate::exec::plans::msisdn;
use crate::kubernetes::{Cluster, Identity};

/// Written as sent, by a process that goes no further: its call may have left, or not.
async fn only_sent(scene: &Scene, journal: &mut Journal, operation: &Operation) {
    let at = Some(scene.world.emulator.now());
    journal
        .together(|entry| {
            entry.begin(&PlanKey("plan-1@2026-11-10T01:00:00Z#1".to_owned()), at, &[], &[operation])?;
            entry.sent(&Sent { ids: vec![operation.id.clone()], newest_before: None, at })
        })
        .unwrap();
    scene.settle(journal).await.unwrap();
}

fn states(journal: &Journal) -> Vec<RecordState> {
    journal.operations(&OperationFilter::default()).unwrap().iter().map(|record| record.state).collect()
}

fn is_lost<T>(result: &Result<T, ExecError>) -> bool {
    matches!(result, Err(ExecError::Kept(KeepError::Lost(_))))
}

#[tokio::test]
async fn a_purchase_is_recorded_before_its_call_and_after_it() {
    let scene = Scene::new(Cluster::shared().await, "keep-once").await;
    let mut first = scene.takes_over("one").await;
    assert_eq!(first.problems, []);
    let (coupon, order) = (firmware(), named(order("depot", 2, 1), 2));
    let report = scene.perform(&mut first.journal, vec![coupon.clone(), order.clone()]).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Done, "{report:#?}");

    let object = scene.object(&coupon).await;
    let (spec, status) = (&object.data["spec"], &object.data["status"]);
    assert_eq!((&spec["operation"], &spec["msisdn"], &spec["amount"]), (&json!("buyCoupon"), &json!(LINE), &json!(300)));
    assert_eq!((&spec["sent"]["call"], &spec["sent"]["attempt"], &spec["sent"]["by"]), (&json!(1), &json!(1), &json!("one")));
    assert_eq!((&status["call"], &status["state"]), (&json!(1), &json!("confirmed")));
    assert!(status["applicationNo"].is_string(), "{status}");
    assert_eq!(object.labels()["simfleet.dev/account"], "main");
    assert_eq!(object.owner_references(), [], "proof of what was paid for goes with nobody");

    // Another process, and the account under another name, know as much.
    let memory = first.journal.memory().unwrap();
    drop(first);
    let mut second = scene.takes_over("two").await;
    let restored = second.journal.memory().unwrap();
    assert_eq!(
        (&restored.purchases, &restored.orders, &restored.in_doubt),
        (&memory.purchases, &memory.orders, &memory.in_doubt)
    );
    let report = scene.perform(&mut second.journal, vec![coupon, order]).await.unwrap();
    assert_eq!((report.exit_code(), report.requests_sent), (ExitCode::Done, 0), "{report:#?}");
    assert_eq!(scene.coupons().await, 1);
}

#[tokio::test]
async fn of_two_controllers_that_want_the_same_purchase_one_buys_it() {
    let scene = Scene::new(Cluster::shared().await, "keep-race").await;
    let (mut one, mut two) = tokio::join!(scene.takes_over("one"), scene.takes_over("two"));
    let (won, lost) =
        tokio::join!(scene.perform(&mut one.journal, vec![firmware()]), scene.perform(&mut two.journal, vec![firmware()]));
    // The plan's precondition or the record keeps the second one from it; the record alone is enough.
    let bought = [&won, &lost].into_iter().filter(|run| run.as_ref().is_ok_and(|report| report.exit_code() == ExitCode::Done));
    assert_eq!(bought.count(), 1, "{won:#?} {lost:#?}");
    assert_eq!(scene.coupons().await, 1);
}

#[tokio::test]
async fn whoever_does_not_know_of_a_purchase_is_refused_before_the_call() {
    let scene = Scene::new(Cluster::shared().await, "keep-late").await;
    let mut late = scene.takes_over("late").await;
    let mut first = scene.takes_over("first").await;
    only_sent(&scene, &mut first.journal, &firmware()).await;
    let refused = scene.perform(&mut late.journal, vec![firmware()]).await;
    let Err(error @ ExecError::Kept(KeepError::Lost(_))) = &refused else { panic!("{refused:?}") };
    assert_eq!(
        error.to_string(),
        "somebody else is at work on this account: SimOperation op-0000000000000001 was written by first"
    );
    assert_eq!(scene.coupons().await, 0);
    // Restored anew it knows, and waits for what the carrier says.
    let mut late = scene.takes_over("late").await;
    let report = scene.perform(&mut late.journal, vec![firmware()]).await.unwrap();
    assert_eq!((report.exit_code(), report.requests_sent), (ExitCode::InDoubt, 0));
}

#[tokio::test]
async fn what_a_killed_process_had_sent_is_unknown_until_the_carrier_tells() {
    let scene = Scene::new(Cluster::shared().await, "keep-kill").await;
    let mut first = scene.takes_over("one").await;
    only_sent(&scene, &mut first.journal, &firmware()).await;
    assert!(scene.object(&firmware()).await.data.get("status").is_none());
    drop(first);

    // The account was deleted meanwhile, and made again under another name.
    let renamed = Owner { account: "renamed".into(), ..scene.owner("two") };
    let mut second = scene.takes_over_as(&scene.client, renamed).await;
    assert_eq!(states(&second.journal), [RecordState::Unknown]);
    scene.settle(&mut second.journal).await.unwrap();
    let status = &scene.object(&firmware()).await.data["status"];
    assert_eq!(status["state"], "unknown", "people see it: {status}");

    // The window passes, and it never arrived.
    scene.world.emulator.advance(Duration::from_mins(16)).unwrap();
    let report = scene.perform(&mut second.journal, vec![firmware()]).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Done, "{report:#?}");
    let object = scene.object(&firmware()).await;
    let sent = &object.data["spec"]["sent"];
    assert_eq!((&sent["call"], &sent["attempt"], &sent["by"]), (&json!(2), &json!(2), &json!("two")));
    assert_eq!(object.data["spec"]["accountRef"]["name"], "main", "whose it is stays as it was");
    assert_eq!(object.data["status"]["state"], "confirmed");
    assert_eq!(scene.coupons().await, 1);
}

#[tokio::test]
async fn a_call_is_repeated_by_one_of_two_that_know_the_same() {
    let scene = Scene::new(Cluster::shared().await, "keep-again").await;
    let mut first = scene.takes_over("zero").await;
    only_sent(&scene, &mut first.journal, &firmware()).await;
    scene.world.emulator.advance(Duration::from_mins(16)).unwrap();
    scene.settle(&mut first.journal).await.unwrap();
    assert_eq!(scene.object(&firmware()).await.data["status"]["resolution"], "notDone");

    let (mut one, mut two) = (scene.takes_over("one").await, scene.takes_over("two").await);
    only_sent(&scene, &mut one.journal, &firmware()).await;
    assert!(is_lost(&scene.perform(&mut two.journal, vec![firmware()]).await));
    assert_eq!(scene.coupons().await, 0, "the second one did not send");
    // The first one, which somebody took over meanwhile, is told when it has something to say.
    let mut three = scene.takes_over("three").await;
    scene.settle(&mut three.journal).await.unwrap();
    one.journal.together(|entry| entry.acked(&firmware().id, &"A000009".into())).unwrap();
    assert!(is_lost(&scene.settle(&mut one.journal).await));
    assert_eq!(scene.object(&firmware()).await.data["status"]["state"], "unknown");
}

/// As when recording took so long that the moment in the record is no longer true.
#[tokio::test]
async fn a_record_is_written_anew_by_whoever_wrote_it() {
    let scene = Scene::new(Cluster::shared().await, "keep-anew").await;
    let mut process = scene.takes_over("one").await;
    only_sent(&scene, &mut process.journal, &firmware()).await;
    let mut other = scene.takes_over("two").await;
    scene.world.emulator.advance(Duration::from_mins(2)).unwrap();
    let again = |journal: &Journal| {
        let sent = Sent { ids: vec![firmware().id], newest_before: None, at: Some(scene.world.emulator.now()) };
        journal.together(|entry| entry.sent(&sent)).unwrap();
    };
    again(&process.journal);
    scene.settle(&mut process.journal).await.unwrap();
    let sent = scene.object(&firmware()).await.data["spec"]["sent"].clone();
    assert_eq!((&sent["call"], &sent["attempt"], &sent["at"]), (&json!(2), &json!(1), &json!("2026-11-10T10:02:00+09:00")));
    again(&other.journal);
    assert!(is_lost(&scene.settle(&mut other.journal).await));
    assert_eq!(scene.object(&firmware()).await.data["spec"]["sent"], sent);
}

#[tokio::test]
async fn labels_and_annotations_of_others_are_no_conflict_and_stay() {
    let scene = Scene::new(Cluster::shared().await, "keep-labels").await;
    let mut process = scene.takes_over("one").await;
    only_sent(&scene, &mut process.journal, &firmware()).await;
    let change = json!({"metadata": {"labels": {"team": "vending"}, "annotations": {"note": "seen"}}});
    let name = &*firmware().id.0;
    scene.objects().patch(name, &PatchParams::default(), &Patch::Merge(change)).await.unwrap();
    scene.world.emulator.advance(Duration::from_mins(16)).unwrap();
    let report = scene.perform(&mut process.journal, vec![firmware()]).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Done, "{report:#?}");
    let object = scene.object(&firmware()).await;
    assert_eq!((object.labels()["team"].as_str(), object.annotations()["note"].as_str()), ("vending", "seen"));
    assert_eq!(object.data["status"]["state"], "confirmed");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_stops_its_operation_only() {
    let scene = Scene::new(Cluster::shared().await, "keep-unreadable").await;
    let mut first = scene.takes_over("one").await;
    let other = named(coupon(msisdn(OTHER), "firmware", 1), 2);
    only_sent(&scene, &mut first.journal, &firmware()).await;
    let change = json!({"spec": {"sent": {"at": "yesterday"}}});
    scene.objects().patch(&firmware().id.0, &PatchParams::default(), &Patch::Merge(change)).await.unwrap();

    let mut second = scene.takes_over("two").await;
    let problems: Vec<String> = second.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["SimOperation op-0000000000000001 cannot be read: spec.sent.at is no time"]);
    let report = scene.perform(&mut second.journal, vec![other]).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Done);
    assert!(is_lost(&scene.perform(&mut second.journal, vec![firmware()]).await));
    assert_eq!(scene.coupons().await, 1);
}

#[tokio::test]
async fn an_api_server_that_is_away_keeps_everything_from_being_bought() {
    let mut cluster = Cluster::alone().await;
    let scene = Scene::new(&cluster, "keep-away").await;
    let mut process = scene.takes_over("one").await;
    cluster.stop_api_server();
    let refused = scene.perform(&mut process.journal, vec![firmware()]).await;
    let Err(ExecError::Kept(KeepError::Away(why))) = &refused else { panic!("{refused:?}") };
    assert!(why.starts_with("SimOperation op-0000000000000001: "), "{why}");
    assert_eq!(scene.coupons().await, 0);

    cluster.start_api_server().await;
    let mut process = scene.takes_over("one").await;
    let report = scene.perform(&mut process.journal, vec![firmware()]).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Done);
    assert_eq!(scene.coupons().await, 1);
}

#[tokio::test]
async fn a_kind_that_forgets_what_it_is_told_is_no_record() {
    let cluster = Cluster::alone().await;
    let scene = Scene::on(&cluster, "keep-forgetful").await;
    let some = json!({"type": "object", "properties": {"operation": {"type": "string"}, "msisdn": {"type": "string"}}});
    cluster.install(&kind(&some)).await;
    let mut process = scene.takes_over("one").await;
    let refused = scene.perform(&mut process.journal, vec![firmware()]).await;
    let Err(ExecError::Kept(KeepError::Away(why))) = &refused else { panic!("{refused:?}") };
    assert!(why.contains("install the CRDs of this version"), "{why}");
    assert_eq!(scene.coupons().await, 0);
}

#[tokio::test]
async fn an_outcome_that_could_not_be_recorded_is_recorded_when_the_api_server_is_back() {
    let mut cluster = Cluster::alone().await;
    let scene = Scene::new(&cluster, "keep-later").await;
    let mut process = scene.takes_over("one").await;
    only_sent(&scene, &mut process.journal, &firmware()).await;
    cluster.stop_api_server();
    scene.world.emulator.advance(Duration::from_mins(16)).unwrap();
    scene.settle(&mut process.journal).await.unwrap();
    assert_eq!(states(&process.journal), [RecordState::Resolved]);
    cluster.start_api_server().await;
    assert!(scene.object(&firmware()).await.data.get("status").is_none(), "as sent, which is safe");
    scene.settle(&mut process.journal).await.unwrap();
    assert_eq!(scene.object(&firmware()).await.data["status"]["resolution"], "notDone");
}

#[tokio::test]
async fn records_go_when_the_planner_has_no_use_for_them() {
    let scene = Scene::new(Cluster::shared().await, "keep-clean").await;
    let mut process = scene.takes_over("one").await;
    let doubtful = named(coupon(msisdn(OTHER), "firmware", 1), 2);
    let operations = vec![firmware(), named(order("depot", 2, 1), 3), named(order("gone", 3, 1), 4)];
    scene.perform(&mut process.journal, operations).await.unwrap();
    only_sent(&scene, &mut process.journal, &doubtful).await;
    let orders = BTreeSet::from(["depot".into()]);
    assert_eq!(process.kept.clean_up(scene.world.emulator.now(), &orders).await.unwrap(), 0);
    let later = "2027-01-01T00:00:00+09:00".parse().unwrap();
    assert_eq!(process.kept.clean_up(later, &orders).await.unwrap(), 2);
    assert_eq!(scene.names().await, [&*doubtful.id.0, "op-0000000000000003"]);
    assert_eq!(process.kept.clean_up(later, &orders).await.unwrap(), 0, "once");
}

#[tokio::test]
async fn a_record_that_somebody_deleted_is_made_anew() {
    let scene = Scene::new(Cluster::shared().await, "keep-deleted").await;
    let mut process = scene.takes_over("one").await;
    only_sent(&scene, &mut process.journal, &firmware()).await;
    scene.objects().delete(&firmware().id.0, &DeleteParams::default()).await.unwrap();
    scene.world.emulator.advance(Duration::from_mins(16)).unwrap();
    let report = scene.perform(&mut process.journal, vec![firmware()]).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Done, "{report:#?}");
    assert_eq!(scene.object(&firmware()).await.data["status"]["state"], "confirmed");
}

/// The rights that the module's documentation names are all that is needed.
#[tokio::test]
async fn the_rights_that_are_documented_are_enough() {
    let cluster = Cluster::shared().await;
    let scene = Scene::new(cluster, "keep-rights").await;
    let role: Role = serde_json::from_value(json!({
        "metadata": {"name": "keeper"},
        "rules": [
            {
                "apiGroups": ["simfleet.dev"], "resources": ["simoperations"],
                "verbs": ["get", "list", "create", "update", "patch", "delete"],
            },
            {"apiGroups": ["simfleet.dev"], "resources": ["simoperations/status"], "verbs": ["update"]},
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "create", "update", "delete"]},
        ],
    }))
    .unwrap();
    let binding: RoleBinding = serde_json::from_value(json!({
        "metadata": {"name": "keeper"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "keeper"},
        "subjects": [{"kind": "ServiceAccount", "name": "controller"}],
    }))
    .unwrap();
    Api::namespaced(scene.client.clone(), &scene.namespace).create(&PostParams::default(), &role).await.unwrap();
    Api::namespaced(scene.client.clone(), &scene.namespace).create(&PostParams::default(), &binding).await.unwrap();
    let client = cluster.client_as(&Identity::service_account(&scene.namespace, "controller"));
    // The API server hears of roles by a watch, a moment later.
    let maps: Api<k8s_openapi::api::core::v1::ConfigMap> = Api::namespaced(client.clone(), &scene.namespace);
    let asked = Instant::now();
    while let Err(error) = maps.list(&kube::api::ListParams::default()).await {
        assert!(asked.elapsed() < Duration::from_secs(30), "still refused: {error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut process = scene.takes_over_with(&client, "one").await;
    only_sent(&scene, &mut process.journal, &firmware()).await;
    scene.world.emulator.advance(Duration::from_mins(16)).unwrap();
    let said = json!({"metadata": {"annotations": {"simfleet.dev/resolve": "not-done"}}});
    scene.objects().patch(&firmware().id.0, &PatchParams::default(), &Patch::Merge(said)).await.unwrap();
    let settled = process.kept.resolve_by_hand(&mut process.journal, &scene.world.carrier()).await.unwrap();
    assert_eq!(settled.len(), 1);
    let report = scene.perform(&mut process.journal, vec![firmware()]).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Done, "{report:#?}");
    let mut memory = process.journal.memory().unwrap();
    memory.protected.insert(msisdn(LINE));
    for written in [1, 0] {
        assert_eq!(process.kept.remember(&memory).await.unwrap(), written);
    }
    let later = "2027-01-01T00:00:00+09:00".parse().unwrap();
    assert_eq!(process.kept.clean_up(later, &BTreeSet::new()).await.unwrap(), 1);
}

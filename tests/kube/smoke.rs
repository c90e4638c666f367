//! What the controller relies on works on the API server that the tests got.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{
    Api, ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams, PostParams, WatchEvent,
    WatchParams,
};
use kube::runtime::watcher::{self, Event};
use kube::{Error, ResourceExt};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Cluster, Identity};

/// An object as one would write it.
fn object<K: DeserializeOwned>(value: Value) -> K {
    serde_json::from_value(value).expect("the object has its kind's shape")
}

/// The API server's refusal.
fn refusal<T>(result: kube::Result<T>) -> Box<kube::core::Status> {
    match result {
        Err(Error::Api(status)) => status,
        Err(other) => panic!("no answer: {other}"),
        Ok(_) => panic!("the API server accepted it"),
    }
}

#[tokio::test]
async fn all_tests_share_one_server_and_no_namespace() {
    let (one, other) = tokio::join!(Cluster::shared(), Cluster::shared());
    assert!(std::ptr::eq(one, other));
    let version = one.client().apiserver_version().await.unwrap();
    let minor: u32 = version.minor.trim_end_matches('+').parse().unwrap();
    assert!(version.major == "1" && minor >= 33, "k8s-openapi's `earliest` is 1.33, this is {}", version.git_version);

    let (one, other) = tokio::join!(one.namespace("same"), other.namespace("same"));
    assert_ne!(one.name(), other.name());
}

#[tokio::test]
async fn a_watch_tells_what_a_list_did_not() {
    let space = Cluster::shared().await.namespace("watch").await;
    let maps: Api<ConfigMap> = space.api();
    let first = object(json!({"metadata": {"name": "first", "labels": {"roster": "yes"}}, "data": {"a": "1"}}));
    maps.create(&PostParams::default(), &first).await.unwrap();
    assert_eq!(maps.list(&ListParams::default().labels("roster=yes")).await.unwrap().items.len(), 1);
    assert_eq!(maps.list(&ListParams::default().labels("roster=no")).await.unwrap().items.len(), 0);

    // A list and then a watch, or the list as the watch's beginning: the same events.
    for config in [watcher::Config::default(), watcher::Config::default().streaming_lists()] {
        let mut events = pin!(watcher::watcher(maps.clone(), config.labels("roster=yes")));
        let mut seen = Vec::new();
        while let Some(event) = events.try_next().await.unwrap() {
            match event {
                Event::Init => seen.push("init".to_owned()),
                Event::InitApply(map) => seen.push(format!("had {}", map.name_any())),
                Event::InitDone => {
                    seen.push("init done".to_owned());
                    let second = object(json!({"metadata": {"name": "second", "labels": {"roster": "yes"}}}));
                    maps.create(&PostParams::default(), &second).await.unwrap();
                }
                Event::Apply(map) => {
                    seen.push(format!("applied {}", map.name_any()));
                    maps.delete("second", &DeleteParams::default()).await.unwrap();
                }
                Event::Delete(map) => {
                    seen.push(format!("deleted {}", map.name_any()));
                    break;
                }
            }
        }
        assert_eq!(seen, ["init", "had first", "init done", "applied second", "deleted second"]);
    }
}

#[tokio::test]
async fn a_field_has_one_manager_unless_it_is_taken_by_force() {
    let space = Cluster::shared().await.namespace("apply").await;
    let maps: Api<ConfigMap> = space.api();
    let map = |value: &str| {
        Patch::Apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shared"}, "data": {"key": value}}))
    };
    maps.patch("shared", &PatchParams::apply("alice"), &map("hers")).await.unwrap();
    maps.patch("shared", &PatchParams::apply("bob"), &map("hers")).await.expect("the same value is no conflict");
    let conflict = refusal(maps.patch("shared", &PatchParams::apply("bob"), &map("his")).await);
    assert!(conflict.is_conflict() && conflict.message.contains("alice"), "{conflict:?}");
    let taken = maps.patch("shared", &PatchParams::apply("bob").force(), &map("his")).await.unwrap();
    assert_eq!(taken.data.unwrap()["key"], "his");
}

/// A kind with a rule that its schema alone cannot say, and a status.
fn kettle() -> CustomResourceDefinition {
    object(json!({
        "metadata": {"name": "kettles.tests.simfleet.dev"},
        "spec": {
            "group": "tests.simfleet.dev",
            "names": {"kind": "Kettle", "plural": "kettles"},
            "scope": "Namespaced",
            "versions": [{
                "name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {
                        "type": "object",
                        "required": ["litres"],
                        "properties": {"litres": {"type": "integer"}, "most": {"type": "integer", "default": 2}},
                        "x-kubernetes-validations": [
                            {"rule": "self.litres <= self.most", "message": "a kettle holds no more than it holds"},
                            {"rule": "self.most == oldSelf.most", "message": "most is immutable"},
                        ],
                    },
                    "status": {"type": "object", "properties": {"boils": {"type": "boolean"}}},
                }}},
            }],
        },
    }))
}

#[tokio::test]
async fn a_custom_kind_keeps_its_rules_its_defaults_and_its_status_apart() {
    let cluster = Cluster::shared().await;
    cluster.install(&kettle()).await;
    let space = cluster.namespace("custom").await;
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("tests.simfleet.dev", "v1", "Kettle"));
    let kettles: Api<DynamicObject> = Api::namespaced_with(cluster.client(), space.name(), &resource);
    let with = |content: Value| {
        let mut kettle = json!({"apiVersion": "tests.simfleet.dev/v1", "kind": "Kettle", "metadata": {"name": "red"}});
        kettle.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        Patch::Apply(kettle)
    };
    let how = PatchParams::apply("tests");
    let refused = refusal(kettles.patch("red", &how, &with(json!({"spec": {"litres": 3}}))).await);
    assert!(refused.is_invalid() && refused.message.contains("holds no more than it holds"), "{refused:?}");

    let made = kettles.patch("red", &how, &with(json!({"spec": {"litres": 1}, "status": {"boils": true}}))).await.unwrap();
    assert_eq!(made.data["spec"]["most"], 2, "the default is filled in");
    assert!(made.data.get("status").is_none(), "a status is written through its subresource only");
    let boils = kettles.patch_status("red", &how, &with(json!({"status": {"boils": true}}))).await.unwrap();
    assert_eq!((boils.metadata.generation, &boils.data["status"]["boils"]), (Some(1), &json!(true)));
    let refused = refusal(kettles.patch("red", &how, &with(json!({"spec": {"litres": 1, "most": 4}}))).await);
    assert!(refused.message.contains("most is immutable"), "{refused:?}");
    let fuller = kettles.patch("red", &how, &with(json!({"spec": {"litres": 2}}))).await.unwrap();
    assert_eq!((fuller.metadata.generation, &fuller.data["status"]["boils"]), (Some(2), &json!(true)));
}

#[tokio::test]
async fn of_two_writers_who_read_the_same_lease_one_wins() {
    let space = Cluster::shared().await.namespace("lease").await;
    let leases: Api<Lease> = space.api();
    let free = object(json!({"metadata": {"name": "leader"}, "spec": {"leaseDurationSeconds": 15}}));
    let read: Lease = leases.create(&PostParams::default(), &free).await.unwrap();
    let claimed_by = |who: &str| {
        let mut lease = read.clone();
        lease.spec.as_mut().unwrap().holder_identity = Some(who.to_owned());
        lease
    };
    leases.replace("leader", &PostParams::default(), &claimed_by("one")).await.unwrap();
    let late = refusal(leases.replace("leader", &PostParams::default(), &claimed_by("two")).await);
    assert!(late.is_conflict(), "{late:?}");
    assert_eq!(leases.get("leader").await.unwrap().spec.unwrap().holder_identity.as_deref(), Some("one"));
}

#[tokio::test]
async fn an_identity_may_what_its_role_says() {
    let cluster = Cluster::shared().await;
    let space = cluster.namespace("roles").await;
    let reader = cluster.client_as(&Identity::service_account(space.name(), "reader"));
    let maps: Api<ConfigMap> = Api::namespaced(reader.clone(), space.name());
    let refused = refusal(maps.list(&ListParams::default()).await);
    assert!(refused.is_forbidden() && refused.message.contains("system:serviceaccount:"), "{refused:?}");

    let role = object(json!({
        "metadata": {"name": "reader"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]}],
    }));
    let binding = object(json!({
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        "subjects": [{"kind": "ServiceAccount", "name": "reader"}],
    }));
    space.api::<Role>().create(&PostParams::default(), &role).await.unwrap();
    space.api::<RoleBinding>().create(&PostParams::default(), &binding).await.unwrap();
    // The API server hears of roles by a watch, a moment later.
    let asked = Instant::now();
    while let Err(error) = maps.list(&ListParams::default()).await {
        assert!(asked.elapsed() < Duration::from_secs(30), "still refused: {error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(refusal(maps.delete("any", &DeleteParams::default()).await).is_forbidden());
    let elsewhere: Api<ConfigMap> = Api::namespaced(reader, "default");
    assert!(refusal(elsewhere.list(&ListParams::default()).await).is_forbidden());
    let stranger: Api<ConfigMap> = Api::namespaced(cluster.client_as(&Identity::user("stranger")), space.name());
    assert!(refusal(stranger.list(&ListParams::default()).await).is_forbidden());
}

#[tokio::test]
async fn kubectl_applies_waits_and_explains() {
    let cluster = Cluster::shared().await;
    cluster.install(&kettle()).await;
    let space = cluster.namespace("kubectl").await;
    let kubectl = async |arguments: &[&str], input: &str| {
        let arguments = [&["--namespace", space.name()], arguments].concat();
        let output = cluster.kubectl(&arguments, input).await;
        let all = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(all).unwrap())
    };
    let manifest = "apiVersion: tests.simfleet.dev/v1\nkind: Kettle\nmetadata: {name: blue}\nspec: {litres: 1}\n";
    assert_eq!(kubectl(&["apply", "-f", "-"], manifest).await, (true, "kettle.tests.simfleet.dev/blue created\n".to_owned()));
    let (applied, text) = kubectl(&["apply", "--server-side", "-f", "-"], &manifest.replace("litres: 1", "litres: 9")).await;
    assert!(!applied && text.contains("a kettle holds no more than it holds"), "{text}");
    let (known, text) = kubectl(&["wait", "--for=jsonpath={.spec.most}=2", "kettle/blue"], "").await;
    assert!(known, "{text}");
    let (explained, text) = kubectl(&["explain", "kettle.spec.litres"], "").await;
    assert!(explained && text.contains("<integer>"), "{text}");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: roster}\ndata: {a: b}\n";
    assert_eq!(kubectl(&["apply", "-f", "-"], map).await, (true, "configmap/roster created\n".to_owned()));
}

#[tokio::test]
async fn an_api_server_that_was_away_has_forgotten_nothing() {
    let mut cluster = Cluster::alone().await;
    let space = cluster.namespace("away").await;
    let maps: Api<ConfigMap> = space.api();
    let map = object(json!({"metadata": {"name": "kept"}, "data": {"a": "1"}}));
    let kept = maps.create(&PostParams::default(), &map).await.unwrap();
    cluster.stop_api_server();
    assert!(matches!(maps.get("kept").await, Err(Error::Service(_) | Error::HyperError(_))));
    cluster.start_api_server().await;
    assert_eq!(maps.get("kept").await.unwrap(), kept);

    // What it has forgotten is what happened before: whoever last saw something older than the newest
    // write has to list anew. This is how a test gets a watch that has expired.
    maps.patch("kept", &PatchParams::default(), &Patch::Merge(json!({"data": {"a": "2"}}))).await.unwrap();
    cluster.stop_api_server();
    cluster.start_api_server().await;
    let mut watch = pin!(maps.watch(&WatchParams::default(), &kept.resource_version().unwrap()).await.unwrap());
    let event = watch.try_next().await.unwrap();
    assert!(matches!(&event, Some(WatchEvent::Error(status)) if status.code == 410), "{event:?}");
}

/// Not a test of its own: what the next one kills.
#[tokio::test]
#[ignore = "runs until it is killed"]
async fn holds_a_cluster() {
    let cluster = Cluster::alone().await;
    println!("\nholds {}", cluster.kubeconfig().unwrap().display());
    tokio::time::sleep(Duration::from_mins(1)).await;
}

#[test]
fn a_killed_test_leaves_no_server_and_no_file() {
    let (_, name) = concat!(module_path!(), "::holds_a_cluster").split_once("::").unwrap();
    let mut test = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(test.stdout.take().unwrap()).lines().map(Result::unwrap);
    let kubeconfig = PathBuf::from(lines.find_map(|line| Some(line.strip_prefix("holds ")?.to_owned())).unwrap());
    let address = kube::config::Kubeconfig::read_from(&kubeconfig).unwrap().clusters[0].cluster.clone().unwrap().server.unwrap();
    let address = address.strip_prefix("https://").unwrap();
    TcpStream::connect(address).unwrap();
    test.kill().unwrap();
    test.wait().unwrap();
    let asked = Instant::now();
    while TcpStream::connect(address).is_ok() || kubeconfig.exists() {
        assert!(asked.elapsed() < Duration::from_mins(1), "{address} or {} is still there", kubeconfig.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

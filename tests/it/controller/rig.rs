//! The controller's loop with a reconciler that only writes down what it is asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams};
use kube::{Client, ResourceExt as _};
use serde_json::{Value, json};
use simfleet::controller::metrics::Metrics;
use simfleet::controller::process::{self, Leases, Settings};
use simfleet::controller::run::Options;
use simfleet::controller::{AccountKey, Next, ReconcileAccount, Turn};
use simfleet::exec::stop::{StopHandle, stop_pair};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::kubernetes::Cluster;

/// Longer than anything here takes: what does not come by then does not come.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a turn saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) account: String,
    pub(super) fleets: Vec<String>,
    pub(super) orders: Vec<String>,
    pub(super) others: Vec<String>,
    /// The texts of all rosters.
    pub(super) rosters: Vec<String>,
}

struct Scribe {
    seen: mpsc::UnboundedSender<Seen>,
    forgotten: Arc<Mutex<Vec<String>>>,
    next: Next,
}

impl ReconcileAccount for Scribe {
    fn reconcile(&self, turn: Turn) -> LocalBoxFuture<'_, Next> {
        Box::pin(async move {
            let names =
                |objects: &[simfleet::controller::object::Object]| objects.iter().map(|object| object.name.to_string()).collect();
            let rosters = turn.view.rosters.iter().flat_map(|map| map.data.values()).map(ToString::to_string).collect();
            let seen = Seen {
                account: turn.view.account.name.to_string(),
                fleets: names(&turn.view.fleets),
                orders: names(&turn.view.orders),
                others: names(&turn.others),
                rosters,
            };
            assert_ne!(seen.account, "panics", "on purpose");
            self.seen.send(seen).ok();
            self.next
        })
    }

    fn forget(&self, account: &AccountKey) {
        self.forgotten.lock().expect("nobody panicked").push(account.name.to_string());
    }
}

/// A running controller.
pub(super) struct Rig {
    pub(super) seen: mpsc::UnboundedReceiver<Seen>,
    pub(super) forgotten: Arc<Mutex<Vec<String>>>,
    pub(super) metrics: Arc<Metrics>,
    stop: StopHandle,
    task: JoinHandle<std::io::Result<()>>,
}

impl Rig {
    /// Starts it for one namespace, alone or as a replica with leases in that namespace.
    pub(super) fn start(client: Client, namespace: &str, replica: Option<&str>) -> Self {
        Self::start_with(client, namespace, replica, Next::Resync, None)
    }

    pub(super) fn start_with(
        client: Client,
        namespace: &str,
        replica: Option<&str>,
        next: Next,
        listener: Option<tokio::net::TcpListener>,
    ) -> Self {
        let (sender, seen) = mpsc::unbounded_channel();
        let forgotten = Arc::default();
        let scribe = Scribe { seen: sender, forgotten: Arc::clone(&forgotten), next };
        let leases = replica.map(|replica| Leases { namespace: namespace.to_owned(), session: process::session(replica) });
        let options = Options {
            namespaces: vec![namespace.to_owned()],
            resync: Duration::from_hours(1),
            debounce: Duration::from_millis(500),
            ..Options::default()
        };
        let metrics = Arc::new(Metrics::new());
        let (stop, stopped) = stop_pair();
        let settings = Settings { options, leases, listener };
        let task = tokio::spawn(process::run(client, settings, Arc::new(scribe), Arc::clone(&metrics), stopped));
        Self { seen, forgotten, metrics, stop, task }
    }

    /// The next turn of any account.
    pub(super) async fn next(&mut self) -> Seen {
        tokio::time::timeout(PATIENCE, self.seen.recv()).await.expect("no turn comes").expect("it runs")
    }

    /// The next turn that is as wanted; how many others came before.
    pub(super) async fn until(&mut self, mut wanted: impl FnMut(&Seen) -> bool) -> (Seen, usize) {
        for before in 0.. {
            let seen = self.next().await;
            if wanted(&seen) {
                return (seen, before);
            }
        }
        unreachable!("there is no end to numbers")
    }

    pub(super) async fn stop(self) {
        self.stop.stop();
        tokio::time::timeout(PATIENCE, self.task).await.expect("it ends").expect("it does not panic").expect("it serves");
    }

    /// As `kill -9` does: nothing is released.
    pub(super) fn kill(self) {
        self.task.abort();
    }
}

/// Our kinds, whatever they hold: as if a user had installed other definitions than ours.
pub(super) async fn install_lax_kinds(cluster: &Cluster) {
    for (kind, plural) in [
        ("CarrierAccount", "carrieraccounts"),
        ("SimFleet", "simfleets"),
        ("SimOrder", "simorders"),
        ("SimOperation", "simoperations"),
    ] {
        let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        let kind: CustomResourceDefinition = serde_json::from_value(json!({
            "metadata": {"name": format!("{plural}.simfleet.dev")},
            "spec": {
                "group": "simfleet.dev",
                "names": {"kind": kind, "plural": plural},
                "scope": "Namespaced",
                "versions": [{
                    "name": "v1alpha1", "served": true, "storage": true, "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": schema},
                }],
            },
        }))
        .expect("a kind");
        cluster.install(&kind).await;
    }
}

/// Applies an object of ours.
pub(super) async fn apply(client: &Client, namespace: &str, kind: &str, name: &str, spec: Value) -> DynamicObject {
    patch(client, namespace, kind, name, &json!({"metadata": {"name": name}, "spec": spec})).await
}

/// Applies part of an object of ours.
pub(super) async fn patch(client: &Client, namespace: &str, kind: &str, name: &str, part: &Value) -> DynamicObject {
    let mut object = json!({"apiVersion": "simfleet.dev/v1alpha1", "kind": kind});
    object.as_object_mut().expect("an object").extend(part.as_object().expect("an object").clone());
    objects(client, namespace, kind)
        .patch(name, &PatchParams::apply("tests").force(), &Patch::Apply(object))
        .await
        .expect("it is applied")
}

/// The objects of a kind of ours.
pub(super) fn objects(client: &Client, namespace: &str, kind: &str) -> Api<DynamicObject> {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("simfleet.dev", "v1alpha1", kind));
    Api::namespaced_with(client.clone(), namespace, &resource)
}

/// A condition of an object, once it is there: its status, reason and message.
pub(super) async fn condition(client: &Client, namespace: &str, kind: &str, name: &str, of: &str) -> (String, String, String) {
    let api = objects(client, namespace, kind);
    let asked = std::time::Instant::now();
    loop {
        let object = api.get(name).await.expect("it is there");
        let conditions = object.data.pointer("/status/conditions").and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(condition) = conditions.iter().find(|condition| condition["type"] == of) {
            let text = |field: &str| condition[field].as_str().expect("a text").to_owned();
            return (text("status"), text("reason"), text("message"));
        }
        assert!(asked.elapsed() < PATIENCE, "{} has no condition {of}: {}", object.name_any(), object.data);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

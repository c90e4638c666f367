//! An end-to-end test's surroundings: a namespace of a real API server, a carrier that really listens, and controllers.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::api::events::v1::Event;
use kube::api::{Api, ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams};
use kube::{Client, ResourceExt as _};
use serde::Deserialize as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::carrier::{CONTRACTOR, Carrier, PASSWORD};
use super::link::Link;
use super::process::{Controller, server_of, write_kubeconfig};
use crate::kubernetes::Cluster;

/// Longer than anything here takes: what does not come by then does not come.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);

/// How often is looked whether something has come.
const LOOK: Duration = Duration::from_millis(50);

/// A test's surroundings.
pub(super) struct World {
    pub(super) carrier: Carrier,
    pub(super) client: Client,
    pub(super) namespace: String,
    pub(super) folder: TempDir,
    admin: Option<PathBuf>,
    controllers: AtomicUsize,
}

impl World {
    /// A namespace in the API server that all tests share, a carrier whose clock stands still, and its credentials.
    pub(super) async fn new(test: &str, seed: &Value) -> Self {
        Self::with(test, "frozen", seed).await
    }

    /// With a carrier whose clock runs so: `x300`.
    pub(super) async fn with(test: &str, clock: &str, seed: &Value) -> Self {
        let cluster = Cluster::shared().await;
        cluster.install_simfleet().await;
        Self::on(cluster, test, clock, seed).await
    }

    /// In an API server that has the kinds.
    pub(super) async fn on(cluster: &Cluster, test: &str, clock: &str, seed: &Value) -> Self {
        let space = cluster.namespace(test).await;
        // Grants the controller's rights, and waits until they are in force.
        drop(cluster.controller_client(&space).await);
        let world = Self {
            carrier: Carrier::start(clock, seed).await,
            client: cluster.client(),
            namespace: space.name().to_owned(),
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            admin: cluster.kubeconfig(),
            controllers: AtomicUsize::new(0),
        };
        world.secret("main-credentials", PASSWORD).await;
        world
    }

    /// The account `main`, with the carrier at this address.
    pub(super) async fn account_at(&self, endpoint: &str) {
        self.apply(&account("main", endpoint)).await;
    }

    /// The account `main`, and a fleet of it with this spec behind the head.
    pub(super) async fn declare(&self, fleet_name: &str, spec: &str) {
        self.apply(&account("main", &self.carrier.endpoint)).await;
        self.apply(&fleet(fleet_name, "main", spec)).await;
    }

    /// A Secret with the credentials that the carrier knows, or another password.
    pub(super) async fn secret(&self, name: &str, password: &str) {
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
            "stringData": {"contractorId": CONTRACTOR, "password": password},
        });
        let secrets: Api<Secret> = Api::namespaced(self.client.clone(), &self.namespace);
        secrets.patch(name, &by_tests(), &Patch::Apply(secret)).await.expect("a Secret can be written");
    }

    /// Deletes a Secret.
    pub(super) async fn forget_secret(&self, name: &str) {
        let secrets: Api<Secret> = Api::namespaced(self.client.clone(), &self.namespace);
        secrets.delete(name, &DeleteParams::default()).await.expect("it is there");
    }

    /// A config map with a roster.
    pub(super) async fn roster(&self, name: &str, text: &str) {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"lines.csv": text}});
        self.config_maps().patch(name, &by_tests(), &Patch::Apply(map)).await.expect("a config map can be written");
    }

    pub(super) fn config_maps(&self) -> Api<ConfigMap> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Applies documents of our kinds, as `kubectl apply --server-side` does.
    pub(super) async fn apply(&self, yaml: &str) {
        let documents =
            serde_yaml::Deserializer::from_str(yaml).map(|document| Value::deserialize(document).expect("it is YAML"));
        for document in documents.collect::<Vec<Value>>() {
            let (kind, name) = (document["kind"].as_str().expect("a kind"), document["metadata"]["name"].as_str());
            let applied = self.objects(kind).patch(name.expect("a name"), &by_tests(), &Patch::Apply(&document)).await;
            applied.unwrap_or_else(|error| panic!("{error}\n{yaml}"));
        }
    }

    pub(super) fn objects(&self, kind: &str) -> Api<DynamicObject> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("simfleet.dev", "v1alpha1", kind));
        Api::namespaced_with(self.client.clone(), &self.namespace, &resource)
    }

    /// An object that is there: `SimFleet/kanto`.
    pub(super) async fn object(&self, place: &str) -> DynamicObject {
        let (kind, name) = parts(place);
        self.objects(kind).get(name).await.unwrap_or_else(|error| panic!("{place}: {error}"))
    }

    /// Changes a part of an object. `null` removes.
    pub(super) async fn patch(&self, place: &str, part: Value) {
        let (kind, name) = parts(place);
        let changed = self.objects(kind).patch(name, &PatchParams::default(), &Patch::Merge(&part)).await;
        changed.unwrap_or_else(|error| panic!("{place}: {error}"));
    }

    /// Sets annotations, or with `null` removes them.
    pub(super) async fn annotate(&self, place: &str, annotations: Value) {
        self.patch(place, json!({"metadata": {"annotations": annotations}})).await;
    }

    /// Deletes an object.
    pub(super) async fn delete(&self, place: &str) {
        let (kind, name) = parts(place);
        self.objects(kind).delete(name, &DeleteParams::default()).await.unwrap_or_else(|error| panic!("{place}: {error}"));
    }

    /// Waits until an object is gone.
    pub(super) async fn gone(&self, place: &str) {
        let (kind, name) = parts(place);
        let objects = self.objects(kind);
        self.until(&format!("{place} is gone"), async || match objects.get_opt(name).await {
            Ok(None) => Ok(()),
            found => Err(format!("{found:?}")),
        })
        .await;
    }

    /// Waits until a condition of an object says so of the object as it is now: `Ready=True InSync`. Answers its
    /// message.
    pub(super) async fn says(&self, place: &str, wanted: &str) -> String {
        self.says_with(place, wanted, "").await
    }

    /// The same, with a message that has this in it.
    pub(super) async fn says_with(&self, place: &str, wanted: &str, part: &str) -> String {
        let what = format!("{place} says {wanted} {part:?}");
        self.until(&what, async || {
            let object = self.object(place).await;
            let said = said(&object);
            let message = said.iter().find(|said| said.0 == wanted && said.1.contains(part)).map(|said| said.1.clone());
            message.ok_or_else(|| format!("generation {:?}, {}", object.metadata.generation, object.data["status"]))
        })
        .await
    }

    /// What a condition says of the object as it is now, without waiting: `InSync` of `Ready=True`.
    pub(super) async fn reason(&self, place: &str, condition: &str) -> Option<String> {
        let said = said(&self.object(place).await);
        said.into_iter().find_map(|(words, _)| Some(words.strip_prefix(condition)?.trim_start().to_owned()))
    }

    /// Waits for an event about an object, and answers its note.
    pub(super) async fn event(&self, place: &str, reason: &str) -> String {
        self.until(&format!("an event {reason} about {place}"), async || {
            let events = self.events(place).await;
            let found = events.iter().find(|(of, _)| of == reason).map(|(_, note)| note.clone());
            found.ok_or_else(|| format!("{events:?}"))
        })
        .await
    }

    /// Events about an object: reason and note.
    pub(super) async fn events(&self, place: &str) -> Vec<(String, String)> {
        let (kind, name) = parts(place);
        let api: Api<Event> = Api::namespaced(self.client.clone(), &self.namespace);
        let events = api.list(&ListParams::default()).await.expect("events can be listed");
        let about = |event: &Event| {
            event.regarding.as_ref().is_some_and(|of| of.kind.as_deref() == Some(kind) && of.name.as_deref() == Some(name))
        };
        let told = |event: Event| (event.reason.unwrap_or_default(), event.note.unwrap_or_default());
        events.items.into_iter().filter(about).map(told).collect()
    }

    /// Asks the controller to look, and waits until it has.
    pub(super) async fn look(&self, place: &str) {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let asked = format!("look-{}", ASKED.fetch_add(1, Ordering::Relaxed));
        self.annotate(place, json!({"simfleet.dev/reconcile-at": asked})).await;
        self.until(&format!("{place} is looked at"), async || {
            let status = self.object(place).await.data["status"].clone();
            if status["lastHandledReconcileAt"] == asked { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
    }

    /// The id of the account's plan, once there is one with these operations, all of which wait for approval.
    pub(super) async fn plan_of(&self, operations: Value) -> String {
        self.until(&format!("a plan of {operations} waits"), async || {
            let status = self.object("CarrierAccount/main").await.data["status"].clone();
            let plan = &status["plan"];
            let count: u64 = operations.as_object().into_iter().flat_map(|kinds| kinds.values()).filter_map(Value::as_u64).sum();
            let waits = plan["operations"] == operations && plan["awaitingApproval"] == count;
            plan["planId"].as_str().filter(|_| waits).map(str::to_owned).ok_or_else(|| status.to_string())
        })
        .await
    }

    /// Records of what costs money, by name.
    pub(super) async fn records(&self) -> Vec<DynamicObject> {
        self.objects("SimOperation").list(&ListParams::default()).await.expect("records can be listed").items
    }

    /// Waits until the carrier got these calls, no more and no less, in any order.
    pub(super) async fn carrier_got(&self, wanted: &[&str]) {
        let mut wanted: Vec<String> = wanted.iter().map(|call| (*call).to_owned()).collect();
        wanted.sort();
        self.until(&format!("the carrier gets {wanted:?}"), async || {
            let mut got = self.carrier.mutations().await;
            got.sort();
            if got == wanted { Ok(()) } else { Err(format!("it got {got:?}")) }
        })
        .await;
    }

    /// Waits until something is so; the error is how it is instead.
    pub(super) async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
        let asked = Instant::now();
        loop {
            match look().await {
                Ok(found) => return found,
                Err(instead) if asked.elapsed() > PATIENCE => panic!("never: {what}\nbut: {instead}\n{}", self.told()),
                Err(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// A controller for this namespace that has all accounts and looks every second.
    pub(super) fn controller(&self) -> Controller {
        self.controller_with(&["--leader-elect=false", "--resync", "1s"])
    }

    /// A controller for this namespace.
    pub(super) fn controller_with(&self, arguments: &[&str]) -> Controller {
        self.start(None, arguments)
    }

    /// A controller that reaches the API server by this link.
    pub(super) fn controller_by(&self, link: &Link) -> Controller {
        self.controller_by_with(link, &["--leader-elect=false", "--resync", "1s"])
    }

    /// The same, with these arguments.
    pub(super) fn controller_by_with(&self, link: &Link, arguments: &[&str]) -> Controller {
        self.start(Some(&link.server), arguments)
    }

    fn start(&self, server: Option<&str>, arguments: &[&str]) -> Controller {
        let number = self.controllers.fetch_add(1, Ordering::Relaxed);
        let (kubeconfig, log) = (self.path(&format!("kubeconfig-{number}")), self.path(&format!("controller-{number}.log")));
        write_kubeconfig(&kubeconfig, self.admin.as_deref(), &self.namespace, "simfleet", server);
        let scope = ["--namespace", &self.namespace];
        // Who wants to be asked says where.
        let listen: &[&str] = if arguments.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        Controller::start(&kubeconfig, log, &[&scope, arguments, listen].concat())
    }

    /// A way to the API server that can be held.
    pub(super) async fn link(&self) -> Link {
        Link::start(server_of(self.admin.as_deref())).await
    }

    /// The administrator's kubeconfig.
    pub(super) fn admin(&self) -> Option<&Path> {
        self.admin.as_deref()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The ends of the controllers' logs.
    fn told(&self) -> String {
        let logs = (0..self.controllers.load(Ordering::Relaxed)).map(|number| {
            let log = std::fs::read_to_string(self.path(&format!("controller-{number}.log"))).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            format!("controller {number}:\n{}", lines[lines.len().saturating_sub(40)..].join("\n"))
        });
        logs.collect::<Vec<_>>().join("\n")
    }
}

fn by_tests() -> PatchParams {
    PatchParams::apply("tests").force()
}

/// `SimFleet/kanto`
fn parts(place: &str) -> (&str, &str) {
    place.split_once('/').expect("KIND/NAME")
}

/// What the conditions say of an object as it is now, `Ready=True InSync`, each with its message.
pub(super) fn said(object: &DynamicObject) -> Vec<(String, String)> {
    let conditions = object.data.pointer("/status/conditions").and_then(Value::as_array).cloned().unwrap_or_default();
    let of_now = |condition: &&Value| condition["observedGeneration"].as_i64() == object.metadata.generation;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let words = |condition: &Value| {
        let [kind, status, reason, message] = ["type", "status", "reason", "message"].map(|field| text(&condition[field]));
        (format!("{kind}={status} {reason}"), message)
    };
    conditions.iter().filter(of_now).map(words).collect()
}

/// Whether an object has our finalizer.
pub(super) fn is_held(object: &DynamicObject) -> bool {
    object.finalizers().iter().any(|finalizer| finalizer == simfleet::controller::names::FINALIZER)
}

/// An account, whose Secret is `NAME-credentials`.
pub(super) fn account(name: &str, endpoint: &str) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {{name: {name}}}\nspec:\n  driver: http\n  \
         endpoint: {endpoint}\n  credentialsRef: {{name: {name}-credentials}}\n  \
         rateLimit: {{requestsPerSecond: 1000, burst: 1000}}\n"
    )
}

/// A fleet of an account, with this spec behind the head, which is indented by two.
pub(super) fn fleet(name: &str, account: &str, spec: &str) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {{name: {name}}}\nspec:\n  accountRef: {{name: {account}}}\n  \
         systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n{spec}"
    )
}

/// A carrier with these active lines on a Friday morning in November.
pub(super) fn lines(numbers: &[&str]) -> Value {
    let sims: Vec<Value> = numbers.iter().map(|msisdn| json!({"msisdn": msisdn, "planCode": "fixed-500mb"})).collect();
    json!({"now": "2026-11-20T10:00:00+09:00", "sims": sims})
}

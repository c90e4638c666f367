//! What outlives a controller: records of what costs money at once, and what is remembered of lines.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

mod memory;
mod money;
mod people;

use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams};
use serde_json::{Value, json};
use simfleet::carrier::{Carrier as _, ObserveOptions, observe};
use simfleet::controller::keep::{Kept, Owner, Restored, digest};
use simfleet::exec::{ApplyOptions, ApplyReport, ExecError, Journal, SettleOptions, Stop, apply, settle};
use simfleet::plan::{Memory, OpId, Operation, Plan, RequestId};

use crate::carrier::emulated::Emulated;
use crate::exec::applying::{Advancing, waiting};
use crate::exec::handmade::{coupon, document};
use crate::exec::plans::{desired, msisdn, planned};
use crate::kubernetes::Cluster;

const LINE: &str = "08012345601";
const OTHER: &str = "08012345602";

/// A carrier, and a namespace of an account of it.
struct Scene {
    world: Emulated,
    client: Client,
    namespace: String,
}

impl Scene {
    async fn new(cluster: &Cluster, test: &str) -> Self {
        cluster.install_simfleet().await;
        Self::on(cluster, test).await
    }

    /// On a cluster that has the kind already.
    async fn on(cluster: &Cluster, test: &str) -> Self {
        let namespace = cluster.namespace(test).await.name().to_owned();
        let world = Emulated::frozen().await;
        let seed = json!({"sims": [{"msisdn": LINE, "planCode": "fixed-500mb"}, {"msisdn": OTHER, "planCode": "fixed-500mb"}]});
        world.emulator.seed(seed.to_string().as_bytes()).unwrap();
        Self { world, client: cluster.client(), namespace }
    }

    fn owner(&self, by: &str) -> Owner {
        let carrier = digest(self.world.carrier().identity());
        Owner { namespace: self.namespace.as_str().into(), account: "main".into(), carrier, by: by.to_owned() }
    }

    /// A process that takes the account over.
    async fn takes_over(&self, by: &str) -> Restored {
        self.takes_over_with(&self.client, by).await
    }

    async fn takes_over_with(&self, client: &Client, by: &str) -> Restored {
        self.takes_over_as(client, self.owner(by)).await
    }

    async fn takes_over_as(&self, client: &Client, owner: Owner) -> Restored {
        let clock = || Timestamp::from_second(1_000).unwrap();
        Kept::restore(client, owner, self.world.carrier().identity(), clock).await.unwrap()
    }

    fn objects(&self) -> Api<DynamicObject> {
        let kind = GroupVersionKind::gvk("simfleet.dev", "v1alpha1", "SimOperation");
        Api::namespaced_with(self.client.clone(), &self.namespace, &ApiResource::from_gvk(&kind))
    }

    async fn object(&self, operation: &Operation) -> DynamicObject {
        self.objects().get(&operation.id.0).await.unwrap()
    }

    async fn names(&self) -> Vec<String> {
        self.objects().list(&ListParams::default()).await.unwrap().iter().map(kube::ResourceExt::name_any).collect()
    }

    async fn plan(&self, operations: Vec<Operation>) -> Plan {
        let observed = observe(&self.world.carrier(), &ObserveOptions::default()).await.unwrap();
        document(planned(&desired(vec![]), &observed, &Memory::default()), operations)
    }

    /// What a reconciliation does with an account's operations, but for the decisions.
    async fn perform(&self, journal: &mut Journal, operations: Vec<Operation>) -> Result<ApplyReport, ExecError> {
        self.settle(journal).await?;
        let plan = self.plan(operations).await;
        let options = ApplyOptions { wait: None, ..waiting() };
        let waiter = Advancing::of(&self.world);
        apply(&plan, "main", &self.world.carrier(), journal, &options, &waiter, &mut Vec::new(), Stop::never()).await
    }

    /// Settles what can be settled now.
    async fn settle(&self, journal: &mut Journal) -> Result<(), ExecError> {
        let waiter = simfleet::exec::RealWaiter::new();
        settle(&self.world.carrier(), journal, &SettleOptions::default(), &waiter).await.map(|_| ())
    }

    /// How many coupons were paid for.
    async fn coupons(&self) -> usize {
        let url = format!("{}/_emu/ledger", self.world.server.endpoint());
        let body: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        body["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "coupon").count()
    }
}

/// The kind as another version may have it.
fn kind(open: &Value) -> CustomResourceDefinition {
    serde_json::from_value(json!({
        "metadata": {"name": "simoperations.simfleet.dev"},
        "spec": {
            "group": "simfleet.dev",
            "names": {"kind": "SimOperation", "plural": "simoperations"},
            "scope": "Namespaced",
            "versions": [{
                "name": "v1alpha1", "served": true, "storage": true, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": open, "status": open}}},
            }],
        },
    }))
    .unwrap()
}

/// With an id as the planner gives them, which may name an object.
fn named(operation: Operation, number: u32) -> Operation {
    let id = format!("op-{number:016x}");
    Operation { request: RequestId(format!("r-{number}").into()), id: OpId(Arc::from(id)), ..operation }
}

/// A coupon for the first line.
fn firmware() -> Operation {
    named(coupon(msisdn(LINE), "firmware", 1), 1)
}

//! The rights that the controller has in a cluster, and nobody else's: those of `examples/deploy`.

use std::path::Path;
use std::time::{Duration, Instant};

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use kube::api::{Api, ListParams, Patch, PatchParams};
use kube::{Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::cluster::Namespace;
use super::{Cluster, Identity};

/// The service account of the controller in a test's namespace.
const NAME: &str = "simfleet";

impl Cluster {
    /// A client with the controller's rights, its leases in this namespace.
    pub(crate) async fn controller_client(&self, space: &Namespace) -> Client {
        grant(self, space).await;
        let client = self.client_as(&Identity::service_account(space.name(), NAME));
        // The API server hears of roles by a watch, a moment later.
        let (maps, leases) =
            (Api::<ConfigMap>::namespaced(client.clone(), space.name()), Api::<Lease>::namespaced(client.clone(), space.name()));
        let asked = Instant::now();
        while maps.list(&ListParams::default()).await.is_err() || leases.list(&ListParams::default()).await.is_err() {
            assert!(asked.elapsed() < Duration::from_secs(30), "the role does not come into force");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        client
    }
}

async fn grant(cluster: &Cluster, space: &Namespace) {
    let client = cluster.client();
    let subject = json!([{"kind": "ServiceAccount", "name": NAME, "namespace": space.name()}]);
    let group = "rbac.authorization.k8s.io";

    let role: ClusterRole = read("clusterrole.yaml");
    let binding = json!({
        "apiVersion": format!("{group}/v1"), "kind": "ClusterRoleBinding",
        "metadata": {"name": format!("simfleet-controller-{}", space.name())},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role.name_any()},
        "subjects": subject,
    });
    apply(&Api::<ClusterRole>::all(client.clone()), &role).await;
    apply(&Api::<ClusterRoleBinding>::all(client), &serde_json::from_value(binding).expect("a binding")).await;

    let mut role: Role = read("role.yaml");
    role.metadata.namespace = Some(space.name().to_owned());
    let binding = json!({
        "apiVersion": format!("{group}/v1"), "kind": "RoleBinding",
        "metadata": {"name": role.name_any(), "namespace": space.name()},
        "roleRef": {"apiGroup": group, "kind": "Role", "name": role.name_any()},
        "subjects": subject,
    });
    apply(&space.api::<Role>(), &role).await;
    apply(&space.api::<RoleBinding>(), &serde_json::from_value(binding).expect("a binding")).await;
}

/// An object of `examples/deploy/base`.
fn read<K: DeserializeOwned>(file: &str) -> K {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/deploy/base").join(file);
    let text = std::fs::read_to_string(&path).expect("the example is there");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

async fn apply<K>(api: &Api<K>, object: &K)
where
    K: Resource + Clone + std::fmt::Debug + Serialize + DeserializeOwned,
{
    let how = PatchParams::apply("simfleet-tests").force();
    api.patch(&object.name_any(), &how, &Patch::Apply(object)).await.expect("an administrator grants rights");
}

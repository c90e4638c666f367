//! The API server as a test sees it.

use std::io::{Seek, Write};
use std::path::PathBuf;
use std::process::Output;

use k8s_openapi::api::core::v1::Namespace as CoreNamespace;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams, ObjectMeta, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::wait::{await_condition, conditions};
use kube::{Client, Config, ResourceExt};
use tokio::process::Command;
use tokio::sync::OnceCell;

use super::assets;
use super::control_plane::ControlPlane;

/// An API server, and how to talk to it as an administrator or as somebody else.
pub(crate) struct Cluster {
    /// None: an existing cluster, which is not ours to start or stop.
    control_plane: Option<ControlPlane>,
    config: Config,
    simfleet: OnceCell<()>,
}

/// Somebody whom the administrator can stand in for.
pub(crate) struct Identity {
    user: String,
    groups: Vec<String>,
}

/// A namespace that only one test knows.
pub(crate) struct Namespace {
    name: String,
    client: Client,
}

impl Cluster {
    /// The API server that all tests of the binary share, started by the first that asks.
    pub(crate) async fn shared() -> &'static Self {
        static SHARED: OnceCell<Cluster> = OnceCell::const_new();
        let start = async || {
            if !assets::existing_cluster() {
                return Self::alone().await;
            }
            let config = Config::from_kubeconfig(&KubeConfigOptions::default()).await;
            Self { control_plane: None, config: config.expect("KUBECONFIG names a cluster"), simfleet: OnceCell::new() }
        };
        SHARED.get_or_init(start).await
    }

    /// An API server for one test alone, which may stop it. An existing cluster is never that.
    pub(crate) async fn alone() -> Self {
        let control_plane = ControlPlane::start(assets::folder()).await;
        let kubeconfig = Kubeconfig::read_from(control_plane.kubeconfig()).expect("the kubeconfig is ours");
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
        Self { config: config.expect("the kubeconfig is ours"), control_plane: Some(control_plane), simfleet: OnceCell::new() }
    }

    /// A client with all rights. It belongs to the test's runtime: every test makes its own.
    pub(crate) fn client(&self) -> Client {
        Client::try_from(self.config.clone()).expect("the certificates are read")
    }

    /// A client with another's rights.
    pub(crate) fn client_as(&self, identity: &Identity) -> Client {
        let mut config = self.config.clone();
        config.auth_info.impersonate = Some(identity.user.clone());
        config.auth_info.impersonate_groups = Some(identity.groups.clone());
        Client::try_from(config).expect("the certificates are read")
    }

    /// A new namespace, named after the test. It stays: only kube-controller-manager can delete one. In a
    /// cluster that has it, `kubectl delete namespace -l simfleet.dev/test` cleans up.
    pub(crate) async fn namespace(&self, test: &str) -> Namespace {
        let namespace = CoreNamespace {
            metadata: ObjectMeta {
                generate_name: Some(format!("{test}-")),
                labels: Some([("simfleet.dev/test".to_owned(), test.to_owned())].into()),
                ..ObjectMeta::default()
            },
            ..CoreNamespace::default()
        };
        let client = self.client();
        let created = Api::all(client.clone()).create(&PostParams::default(), &namespace).await;
        Namespace { name: created.expect("an administrator creates namespaces").name_any(), client }
    }

    /// Installs a kind and waits until it can be listed. Doing it again changes nothing.
    pub(crate) async fn install(&self, kind: &CustomResourceDefinition) {
        let client = self.client();
        let kinds: Api<CustomResourceDefinition> = Api::all(client.clone());
        let how = PatchParams::apply("simfleet-tests").force();
        kinds.patch(&kind.name_any(), &how, &Patch::Apply(kind)).await.expect("the API server accepts the kind");
        await_condition(kinds, &kind.name_any(), conditions::is_crd_established()).await.expect("the kind can be watched");
        // Established is not yet served: the first list meets a store that is being set up, and has to
        // be asked again after a second, which the client does.
        let version = &kind.spec.versions.first().expect("a kind has a version").name;
        let gvk = GroupVersionKind::gvk(&kind.spec.group, version, &kind.spec.names.kind);
        let resource = ApiResource::from_gvk_with_plural(&gvk, &kind.spec.names.plural);
        let objects: Api<DynamicObject> = Api::all_with(client, &resource);
        objects.list(&ListParams::default().limit(1)).await.expect("the kind can be listed");
    }

    /// Installs simfleet's kinds, once however many tests ask.
    pub(crate) async fn install_simfleet(&self) {
        let install = async || {
            for kind in simfleet::api::crd::all().expect("the schemas are schemas") {
                self.install(&kind).await;
            }
        };
        self.simfleet.get_or_init(install).await;
    }

    /// The administrator's kubeconfig. None: an existing cluster, whose kubeconfig is the environment's.
    pub(crate) fn kubeconfig(&self) -> Option<PathBuf> {
        self.control_plane.as_ref().map(ControlPlane::kubeconfig)
    }

    /// Runs kubectl as an administrator, with a manifest on its standard input.
    pub(crate) async fn kubectl(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new(assets::kubectl());
        if let Some(kubeconfig) = self.kubeconfig() {
            // What kubectl remembers of an address is of the last server that had it.
            command.arg("--cache-dir").arg(kubeconfig.with_file_name("kubectl-cache"));
            command.arg("--kubeconfig").arg(kubeconfig);
        }
        let mut stdin = tempfile::tempfile().expect("a temporary file can be made");
        stdin.write_all(input.as_bytes()).and_then(|()| stdin.rewind()).expect("it can be written");
        command
            .args(arguments)
            .stdin(stdin)
            .kill_on_drop(true)
            .output()
            .await
            .expect("this test needs kubectl: install it, or let `unset KUBEBUILDER_ASSETS; tests/run test` get one")
    }

    /// Kills the API server. Clients see a refused connection; what was written stays in etcd.
    pub(crate) fn stop_api_server(&mut self) {
        self.own_control_plane().stop_api_server();
    }

    /// Starts a stopped API server again, at the same address.
    pub(crate) async fn start_api_server(&mut self) {
        assert!(self.own_control_plane().start_api_server().await, "another process took the API server's port");
    }

    fn own_control_plane(&mut self) -> &mut ControlPlane {
        self.control_plane.as_mut().expect("nobody has an existing cluster to himself")
    }
}

impl Identity {
    /// A user in no group of its own.
    pub(crate) fn user(name: &str) -> Self {
        Self { user: name.to_owned(), groups: vec!["system:authenticated".to_owned()] }
    }

    /// A service account, as a pod has it.
    pub(crate) fn service_account(namespace: &str, name: &str) -> Self {
        Self {
            user: format!("system:serviceaccount:{namespace}:{name}"),
            groups: vec![
                "system:serviceaccounts".to_owned(),
                format!("system:serviceaccounts:{namespace}"),
                "system:authenticated".to_owned(),
            ],
        }
    }
}

impl Namespace {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The objects of a kind here, as an administrator.
    pub(crate) fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.client.clone(), &self.name)
    }
}

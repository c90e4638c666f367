//! etcd and kube-apiserver, started for the tests.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kube::Client;
use kube::api::GetParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::Request;
use tempfile::TempDir;

use super::certificates;
use super::process::Process;

/// How long a start may take before the test fails. On a loaded machine it takes seconds.
const PATIENCE: Duration = Duration::from_mins(2);

/// An API server with its etcd, on ports of this machine that were free.
pub(crate) struct ControlPlane {
    // In the order in which they go: the servers, then their files.
    api_server: Option<Process>,
    etcd: Process,
    binaries: PathBuf,
    ports: Ports,
    folder: TempDir,
}

struct Ports {
    etcd: u16,
    etcd_peers: u16,
    api_server: u16,
}

impl ControlPlane {
    /// Starts both and waits until the API server is ready.
    pub(crate) async fn start(binaries: PathBuf) -> Self {
        // Another process can take a port between our asking and etcd's.
        for _ in 0..3 {
            if let Some(control_plane) = Self::try_start(&binaries).await {
                return control_plane;
            }
        }
        panic!("etcd or kube-apiserver found its ports taken, three times");
    }

    async fn try_start(binaries: &Path) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("simfleet-kube-").tempdir().expect("a temporary folder can be made");
        certificates::write(folder.path());
        let ports = Ports::free();
        fs::write(folder.path().join("kubeconfig"), kubeconfig(folder.path(), ports.api_server))
            .expect("the folder can be written");
        let etcd = Process::start(
            &binaries.join("etcd"),
            &ports.etcd_arguments(folder.path()),
            folder.path().join("etcd.log"),
            Some(folder.path()),
        );
        let mut control_plane = Self { api_server: None, etcd, binaries: binaries.to_owned(), ports, folder };
        control_plane.start_api_server().await.then_some(control_plane)
    }

    /// The kubeconfig of an administrator.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// Kills the API server, as a power cut would. What it has answered is in etcd.
    pub(crate) fn stop_api_server(&mut self) {
        self.api_server = None;
    }

    /// Starts the API server on the port and the data that it had, and waits until it is ready. False if
    /// the port, or etcd's, was taken.
    pub(crate) async fn start_api_server(&mut self) -> bool {
        let mut api_server = Process::start(
            &self.binaries.join("kube-apiserver"),
            &self.ports.api_server_arguments(self.folder.path()),
            self.folder.path().join("kube-apiserver.log"),
            None,
        );
        let client = probe(&self.kubeconfig()).await;
        let asked = Instant::now();
        while !ready(&client).await {
            for (name, process) in [("etcd", &mut self.etcd), ("kube-apiserver", &mut api_server)] {
                if process.ended() {
                    let words = process.last_words();
                    assert!(words.contains("address already in use"), "{name} ended:\n{words}");
                    return false;
                }
            }
            assert!(asked.elapsed() < PATIENCE, "kube-apiserver is not ready:\n{}", api_server.last_words());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.api_server = Some(api_server);
        true
    }
}

impl Ports {
    fn free() -> Self {
        // All are held until all are known: they differ.
        let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port is free"));
        let [etcd, etcd_peers, api_server] = listeners.map(|listener| listener.local_addr().expect("it is bound").port());
        Self { etcd, etcd_peers, api_server }
    }

    fn etcd_arguments(&self, folder: &Path) -> Vec<String> {
        let clients = format!("http://127.0.0.1:{}", self.etcd);
        let peers = format!("http://127.0.0.1:{}", self.etcd_peers);
        vec![
            format!("--data-dir={}", folder.join("etcd").display()),
            "--unsafe-no-fsync".to_owned(),
            format!("--listen-client-urls={clients}"),
            format!("--advertise-client-urls={clients}"),
            format!("--listen-peer-urls={peers}"),
            format!("--initial-advertise-peer-urls={peers}"),
            format!("--initial-cluster=default={peers}"),
        ]
    }

    fn api_server_arguments(&self, folder: &Path) -> Vec<String> {
        let file = |name: &str| folder.join(name).display().to_string();
        vec![
            format!("--etcd-servers=http://127.0.0.1:{}", self.etcd),
            "--bind-address=127.0.0.1".to_owned(),
            "--advertise-address=127.0.0.1".to_owned(),
            format!("--secure-port={}", self.api_server),
            format!("--tls-cert-file={}", file("server.crt")),
            format!("--tls-private-key-file={}", file("server.key")),
            format!("--client-ca-file={}", file("ca.crt")),
            "--authorization-mode=RBAC".to_owned(),
            // It would want a service account's secret for every pod, and nothing makes those here.
            "--disable-admission-plugins=ServiceAccount".to_owned(),
            "--endpoint-reconciler-type=none".to_owned(),
            "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
            "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
            format!("--service-account-key-file={}", file("accounts.pub")),
            format!("--service-account-signing-key-file={}", file("accounts.key")),
        ]
    }
}

fn kubeconfig(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "apiVersion: v1
kind: Config
current-context: test
contexts: [{{name: test, context: {{cluster: test, user: admin}}}}]
clusters: [{{name: test, cluster: {{server: 'https://127.0.0.1:{port}', certificate-authority: '{folder}/ca.crt'}}}}]
users: [{{name: admin, user: {{client-certificate: '{folder}/admin.crt', client-key: '{folder}/admin.key'}}}}]
"
    )
}

/// A client that takes no for an answer: what is not ready yet is asked again soon, not ever later.
async fn probe(kubeconfig: &Path) -> Client {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).expect("the kubeconfig is ours");
    let mut config =
        kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.expect("the kubeconfig is ours");
    config.default_retry = false;
    Client::try_from(config).expect("the certificates are ours")
}

async fn ready(client: &Client) -> bool {
    let request = Request::new("").get("readyz", &GetParams::default()).expect("the path is valid");
    client.request_text(request).await.is_ok()
}

//! The controller of an end-to-end test: the real program in a process of its own, with the rights of
//! `examples/deploy/base` and no others.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use kube::config::Kubeconfig;
use tokio::process::{Child, Command};

use super::carrier::PASSWORD;

/// A running controller. Dropping it kills it.
pub(super) struct Controller {
    process: Child,
    log: PathBuf,
}

impl Controller {
    /// Starts it. Its log is JSON.
    pub(super) fn start(kubeconfig: &Path, log: PathBuf, arguments: &[&str]) -> Self {
        let output = std::fs::File::create(&log).expect("the log can be written");
        let process = Command::new(program())
            .args(["controller", "--log-format", "json", "-vv"])
            .args(arguments)
            .env_clear()
            .env("KUBECONFIG", kubeconfig)
            .current_dir(log.parent().expect("it is in a folder"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .expect("the controller starts");
        Self { process, log }
    }

    /// Its memory in MB: now, and at most (Linux).
    pub(super) fn memory(&self) -> (u64, u64) {
        let id = self.process.id().expect("it runs");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let megabytes = |field: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
            line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1024
        };
        (megabytes("VmRSS:"), megabytes("VmHWM:"))
    }

    /// Everything that it has said.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// SIGKILL: nothing is said good-bye to. Answers all that it has said.
    pub(super) async fn kill(mut self) -> String {
        self.process.kill().await.expect("it is ours");
        self.discreet()
    }

    /// SIGTERM, as Kubernetes ends a pod: it ends by itself, and says so by its exit code. Answers all that it has said.
    pub(super) async fn stop(mut self) -> String {
        self.ask_to_stop().await;
        self.ended().await
    }

    /// Sends it SIGTERM.
    pub(super) async fn ask_to_stop(&mut self) {
        let id = self.process.id().unwrap_or_else(|| panic!("it ended by itself\n{}", self.log())).to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill can be run");
        assert!(asked.success(), "it ended by itself\n{}", self.log());
    }

    /// Waits until it has ended as it was asked to.
    pub(super) async fn ended(mut self) -> String {
        let ended = tokio::time::timeout(super::world::PATIENCE, self.process.wait()).await;
        let status = ended.unwrap_or_else(|_| panic!("it does not end\n{}", self.log())).expect("it is ours");
        assert_eq!(status.code(), Some(143), "a clean stop\n{}", self.log());
        self.discreet()
    }

    /// Its log, in which nobody's number and no password is, whatever happened.
    fn discreet(&self) -> String {
        let log = self.log();
        for secret in ["8012345", "2012345", "49015420323751", PASSWORD] {
            let found = log.lines().find(|line| line.contains(secret));
            assert!(found.is_none(), "{secret} is in the log: {found:?}");
        }
        log
    }
}

/// The program: that of the tests, or one that is to be measured.
#[expect(clippy::disallowed_methods, reason = "the switch of measurements")]
fn program() -> PathBuf {
    std::env::var_os("SIMFLEET_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_simfleet").into(), PathBuf::from)
}

/// Writes the kubeconfig of a service account: the administrator's, standing in for it. `server`: another way to the
/// API server.
pub(super) fn write_kubeconfig(path: &Path, admin: Option<&Path>, namespace: &str, account: &str, server: Option<&str>) {
    let mut kubeconfig = match admin {
        Some(admin) => Kubeconfig::read_from(admin),
        None => Kubeconfig::read(),
    }
    .expect("the administrator's kubeconfig can be read");
    for user in &mut kubeconfig.auth_infos {
        let user = user.auth_info.get_or_insert_default();
        user.impersonate = Some(format!("system:serviceaccount:{namespace}:{account}"));
        let groups = ["system:serviceaccounts", &format!("system:serviceaccounts:{namespace}"), "system:authenticated"];
        user.impersonate_groups = Some(groups.map(str::to_owned).to_vec());
    }
    if let Some(server) = server {
        for cluster in kubeconfig.clusters.iter_mut().filter_map(|cluster| cluster.cluster.as_mut()) {
            cluster.server = Some(server.to_owned());
        }
    }
    let text = serde_yaml::to_string(&kubeconfig).expect("it is YAML");
    std::fs::write(path, text).expect("the folder can be written");
}

/// Where the API server of a kubeconfig listens: `127.0.0.1:6443`.
pub(super) fn server_of(admin: Option<&Path>) -> String {
    let kubeconfig = match admin {
        Some(admin) => Kubeconfig::read_from(admin),
        None => Kubeconfig::read(),
    }
    .expect("the administrator's kubeconfig can be read");
    let server = kubeconfig.clusters.into_iter().find_map(|cluster| cluster.cluster?.server).expect("a cluster has a server");
    server.strip_prefix("https://").expect("it is encrypted").trim_end_matches('/').to_owned()
}

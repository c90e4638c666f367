//! Where the tests find an API server, or the programs to start one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether the cluster that the environment's kubeconfig names is the one to use.
pub(crate) fn existing_cluster() -> bool {
    variable("USE_EXISTING_CLUSTER").is_some_and(|value| value == "true")
}

/// A folder with `etcd` and `kube-apiserver`.
///
/// # Panics
/// Without one, saying how to get it.
pub(crate) fn folder() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kube/assets");
    let output = Command::new(&script).arg("--cached").output().expect("tests/kube/assets can be run (it needs bash)");
    assert!(
        output.status.success(),
        "this test starts a Kubernetes API server, and there is none: run `tests/run test`, which gets one, or \
         `export KUBEBUILDER_ASSETS=$(tests/kube/assets)`; tests that do not stop it can use the cluster of KUBECONFIG \
         (USE_EXISTING_CLUSTER=true).\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let folder = String::from_utf8(output.stdout).expect("the folder's name is UTF-8");
    PathBuf::from(folder.trim_end())
}

/// kubectl: the one beside the API server, else the one on PATH.
pub(crate) fn kubectl() -> PathBuf {
    let beside = (!existing_cluster()).then(|| folder().join("kubectl"));
    beside.filter(|path| path.exists()).unwrap_or_else(|| PathBuf::from("kubectl"))
}

#[expect(clippy::disallowed_methods, reason = "the test command hands the assets over by the ecosystem's variables")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

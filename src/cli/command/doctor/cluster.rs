//! The cluster of a context: whether it answers, and has our kinds.

use super::findings::{Check, Findings};
use crate::cli::args::Cluster;
use crate::cli::cluster;

/// The group and version of the kinds.
const KINDS: &str = "simfleet.dev/v1alpha1";

pub(super) async fn check(context: &str, found: &mut Findings) {
    let cluster = Cluster { context: Some(context.to_owned()), namespace: None };
    let client = match cluster::client(&cluster).await {
        Ok(client) => client,
        Err(failure) => return found.failure(Check::Cluster, failure),
    };
    let unreachable = "see whether `kubectl version` works with that context";
    match client.apiserver_version().await {
        Ok(version) => found.ok(Check::Cluster, format!("{context}: Kubernetes {}", version.git_version)),
        Err(error) => return found.problem(Check::Cluster, format!("{context}: {error}"), unreachable),
    }
    let install = "simfleet crd | kubectl apply --server-side -f -";
    match client.list_api_group_resources(KINDS).await {
        Ok(list) => {
            let mut kinds: Vec<String> =
                list.resources.into_iter().filter(|kind| !kind.name.contains('/')).map(|kind| kind.kind).collect();
            kinds.sort();
            found.ok(Check::Kinds, format!("{KINDS}: {}", kinds.join(", ")));
        }
        Err(kube::Error::Api(status)) if status.is_not_found() => {
            found.problem(Check::Kinds, format!("the cluster does not know {KINDS}"), install);
        }
        Err(error) => found.problem(Check::Kinds, format!("{KINDS}: {error}"), unreachable),
    }
}

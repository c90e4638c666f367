//! The cluster of a command.

use kube::config::KubeConfigOptions;
use kube::{Client, Config};

use crate::cli::args::Cluster;
use crate::cli::failure::Failure;
use crate::controller::plan_body::{self, ReadError};
use crate::plan::Plan;

/// A client for a cluster: that of the context, of the kubeconfig's current one, or of the pod.
pub(super) async fn client(cluster: &Cluster) -> Result<Client, Failure> {
    let no_cluster = |error: &dyn std::fmt::Display| {
        Failure::error(format!("no cluster: {error}")).help("set KUBECONFIG, or give --context NAME of your kubeconfig")
    };
    let mut config = match &cluster.context {
        Some(context) => {
            let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
            Config::from_kubeconfig(&options).await.map_err(|error| no_cluster(&error))?
        }
        None => Config::infer().await.map_err(|error| no_cluster(&error))?,
    };
    if let Some(namespace) = &cluster.namespace {
        config.default_namespace.clone_from(namespace);
    }
    Client::try_from(config).map_err(|error| no_cluster(&error))
}

/// The plan that the controller made for an account.
pub(super) async fn plan(cluster: &Cluster, account: &str) -> Result<Plan, Failure> {
    let client = client(cluster).await?;
    let namespace = client.default_namespace().to_owned();
    plan_body::read(&client, &namespace, account).await.map_err(|error| {
        let help = match &error {
            ReadError::Api(kube::Error::Api(status)) if status.is_forbidden() => "you need `get` and `list` on config maps there",
            ReadError::Api(_) => "see whether `kubectl get carrieraccounts` works",
            ReadError::None { .. } => "see `kubectl get carrieraccounts -A`; --namespace NAME names another namespace",
            ReadError::Torn(_) => "this takes a moment",
            ReadError::Unreadable(_) => {
                "the controller writes it anew when the account is reconciled: \
                 kubectl annotate --overwrite carrieraccount NAME simfleet.dev/reconcile-at=\"$(date +%s)\""
            }
        };
        Failure::from(error).help(help)
    })
}

//! Which cluster.

use clap::Args;

/// Which cluster, and where in it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cluster")]
pub struct Cluster {
    /// The kubeconfig's context (default: its current one; in a pod, the pod's own cluster)
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// The namespace of the account (default: that of the context)
    #[arg(short, long, value_name = "NAME")]
    pub namespace: Option<String>,
}

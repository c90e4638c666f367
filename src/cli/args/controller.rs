//! `simfleet controller`.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{ArgAction, Args};

use super::parse_duration;

/// `simfleet controller`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet controller
      in a pod: examples/deploy has the manifests
  simfleet controller --namespace sims --listen 127.0.0.1:8080 --leader-elect=false
      from a workstation

SIGTERM ends it cleanly: what is on its way to the carrier is finished, accounts are given to the other replicas.")]
pub struct Controller {
    /// The kubeconfig's context (default: its current one; in a pod, the pod's own cluster)
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub context: Option<String>,
    /// Watch this namespace; more than once for several (default: all)
    #[arg(short, long, value_name = "NAME", help_heading = "Cluster")]
    pub namespace: Vec<String>,
    /// Observe each account at least so often
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = parse_duration)]
    pub resync: Duration,
    /// Accounts that are worked on at the same time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// Requests to one carrier that are under way at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub parallelism: u16,
    /// Share the accounts with other replicas by Leases; false: this is the only one, and no Lease is written
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true,
          action = ArgAction::Set)]
    pub leader_elect: bool,
    /// Where the Leases are, the same for all replicas (default: the pod's namespace, or the context's)
    #[arg(long, value_name = "NAME")]
    pub lease_namespace: Option<String>,
    /// What this replica is called in Leases, `SimOperation`s and events (default: the host's name, which is the pod's)
    #[arg(long, value_name = "NAME", env = "POD_NAME")]
    pub identity: Option<String>,
    /// Where /healthz, /readyz and /metrics are served; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,
    /// When it is to end, what is under way may take so long
    #[arg(long, value_name = "DURATION", default_value = "50s", value_parser = parse_duration)]
    pub grace: Duration,
}

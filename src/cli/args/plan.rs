//! `simfleet plan`, and what of it other commands take.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

#[cfg(feature = "controller")]
use super::Cluster;
use super::{Connection, Presentation};

/// `simfleet plan`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet plan fleet/
  simfleet plan fleet/ --out plan.json --detailed-exitcode
  simfleet plan fleet/ --format markdown > comment.md
      for a pull request
  simfleet plan osaka/ --format markdown --marker osaka > osaka.md
  simfleet plan fleet/ --format html > plan.html
      to read and search in a browser
  simfleet observe fleet/ -o observed.json
  simfleet plan fleet/ --observed observed.json
      without credentials
  simfleet plan --from-cluster main
      what the controller would do, and wants approved")]
pub struct Plan {
    /// Manifests: files or folders
    #[arg(required_unless_present = "from_cluster", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show the plan that the controller made for this account (of the kubeconfig's cluster)
    #[cfg(feature = "controller")]
    #[arg(long, value_name = "ACCOUNT", conflicts_with_all = ["paths", "observed", "now", "only", "cancel_removed_orders"])]
    pub from_cluster: Option<String>,
    /// Plan from a snapshot instead of asking the carrier (needs no credentials)
    #[arg(long, value_name = "FILE")]
    pub observed: Option<PathBuf>,
    /// Plan as if it were this time (RFC 3339); default: the carrier's clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<Timestamp>,
    /// Also keep the plan, as JSON, for `simfleet apply FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How to write it
    #[command(flatten)]
    pub presentation: Presentation,
    /// Exit with 2 if there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// What to plan and how to show it
    #[command(flatten)]
    pub selection: Selection,
    /// Which cluster
    #[cfg(feature = "controller")]
    #[command(flatten)]
    pub cluster: Cluster,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

/// What to plan and how to show it.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Plan only these lines, fleets or orders
    #[arg(long, value_name = "MSISDN|FLEET|ORDER")]
    pub only: Vec<String>,
    /// Cancel open orders that were placed and are no longer declared (without it they go on)
    #[arg(long)]
    pub cancel_removed_orders: bool,
    /// Show every operation, also where many are alike
    #[arg(long)]
    pub full: bool,
    /// Exit with 3 if anything is blocked
    #[arg(long)]
    pub strict: bool,
}

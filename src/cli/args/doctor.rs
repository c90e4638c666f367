//! `simfleet doctor`

use std::path::PathBuf;

use clap::Args;

use super::{AuditFile, Connection, RecordFormat};

/// `simfleet doctor`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet doctor fleet/
      everything that plan and apply will need
  simfleet doctor --endpoint https://carrier.example.jp
      before there are any manifests
  simfleet doctor fleet/ --credentials credentials.toml --format json

Reads only: at most three requests to a carrier (no token, a token, functions offered), and nothing is written, \
neither there nor here. Exit codes: 0 nothing is in the way (warnings aside), 1 a problem, 5 operations are in \
doubt.")]
pub struct Doctor {
    /// Manifests that declare the accounts; without them --endpoint is needed
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Also look at the cluster of this context of the kubeconfig
    #[cfg(feature = "controller")]
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    pub context: Option<String>,
    /// How to write what is found
    #[arg(long, value_enum, default_value_t = RecordFormat::Text)]
    pub format: RecordFormat,
    /// Which audit log
    #[command(flatten)]
    pub audit: AuditFile,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

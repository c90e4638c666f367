//! `simfleet crd`.

use std::path::PathBuf;

use clap::Args;

/// `simfleet crd`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet crd | kubectl apply --server-side -f -
  simfleet crd -o crds/")]
pub struct Crd {
    /// Write a file for each kind, and a kustomization.yaml, to this folder (default: all to stdout)
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

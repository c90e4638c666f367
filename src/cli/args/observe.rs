//! `simfleet observe`.

use std::path::PathBuf;

use clap::Args;

use super::Connection;

/// `simfleet observe`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  simfleet observe fleet/ -o observed.json")]
pub struct Observe {
    /// Manifests that declare the account; without them --endpoint is needed
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Where to write (default: stdout)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

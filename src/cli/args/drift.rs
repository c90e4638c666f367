//! `simfleet drift`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Connection;

/// `simfleet drift`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet drift fleet/                    since the last apply, by the journal
  simfleet observe fleet/ -o before.json   a snapshot to compare with later:
  simfleet drift fleet/ --baseline before.json
  simfleet drift fleet/ --accept           the patch that makes manifests agree
  simfleet drift fleet/ --accept --write   make it; the plan has nothing to undo

Our own operations, and what is declared and on its way, are no drift; what policy.driftIgnores agrees on is listed \
apart until its day (`simfleet explain drift`). Exit codes: 0 no drift, 2 drift found (accepted or not), 1 error or \
nothing to compare with, 5 a line cannot be judged while an operation is in doubt.")]
pub struct Drift {
    /// Manifests: files or folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Compare with a snapshot of `simfleet observe`, not with the journal
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// How to write it; the JSON's schema is `simfleet schema drift`
    #[arg(long, value_enum, default_value_t = DriftFormat::Text)]
    pub format: DriftFormat,
    /// Only these lines or fleets
    #[arg(long, value_name = "MSISDN|FLEET")]
    pub only: Vec<String>,
    /// Also show the patch of the manifests that would declare what is there
    #[arg(long)]
    pub accept: bool,
    /// Write that patch to the files: all of them, or none
    #[arg(long, requires = "accept")]
    pub write: bool,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

/// How to write drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DriftFormat {
    /// For a terminal.
    Text,
    /// For programs; its schema is `simfleet schema drift`.
    Json,
    /// For an issue.
    Markdown,
}

//! `simfleet import`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::Connection;

/// `simfleet import`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet import --endpoint https://carrier.example.jp -o fleet/
  simfleet import fleet/ --merge
      what would change, as a diff
  simfleet import fleet/ --merge --write
      change them; comments and layout stay
  simfleet import fleet/ --split label=site -o by-site/
      a file for each site
  simfleet import fleet/ --order 2026-12-expansion -o new/
      the SIMs of an order that was shipped

--merge edits what is declared and differs from what is there, adds lines that nobody declares to the fleet of their \
system number and service, and takes nothing away. What it leaves to a person it lists. See `simfleet explain \
import`.")]
pub struct Import {
    /// Manifests that declare the account; without them --endpoint is needed
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The folder to write to; files in it are never overwritten with something else
    #[arg(short, long, value_name = "DIR", required_unless_present = "merge")]
    pub output: Option<PathBuf>,
    /// Show what would change in the manifests of PATH to agree with the carrier
    #[arg(long, requires = "paths", conflicts_with_all = ["output", "order", "split", "force"])]
    pub merge: bool,
    /// Write that to the files: all of them, or none
    #[arg(long, requires = "merge", conflicts_with_all = ["output", "split", "order"])]
    pub write: bool,
    /// A file for each system number, service, or value of a label (system, service, label=KEY); names, labels, protection and
    /// what is not managed (`state: null`) are those that PATH declares
    #[arg(long, value_name = "BY")]
    pub split: Option<Split>,
    /// Only the SIMs of this order, once it is shipped: written to DIR/NAME.yaml
    #[arg(long, value_name = "NAME", conflicts_with_all = ["observed", "inline_limit", "split"])]
    pub order: Option<String>,
    /// From so many lines on, a fleet's lines go to a CSV roster
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=4000))]
    pub inline_limit: u32,
    /// Import from a snapshot instead of asking the carrier
    #[arg(long, value_name = "FILE")]
    pub observed: Option<PathBuf>,
    /// Overwrite files that differ
    #[arg(long)]
    pub force: bool,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

/// What `--split` makes a file for each of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// System numbers.
    System,
    /// Services.
    Service,
    /// Values of this label.
    Label(String),
}

impl FromStr for Split {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("label=")) {
            ("system", _) => Ok(Self::System),
            ("service", _) => Ok(Self::Service),
            (_, Some(key)) if !key.is_empty() => Ok(Self::Label(key.to_owned())),
            _ => Err(format!("'{text}' is none of system, service, label=KEY")),
        }
    }
}

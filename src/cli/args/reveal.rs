//! `simfleet reveal`.

use std::path::PathBuf;

use clap::Args;

/// `simfleet reveal`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet plan fleet/ --redact | simfleet reveal fleet/
  echo m-bkxqtrawf | simfleet reveal fleet/ --observed observed.json

Needs the key of the redaction: SIMFLEET_REDACTION_KEY.")]
pub struct Reveal {
    /// Manifests that declare the lines: files or folders
    #[arg(required_unless_present = "observed", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Also the lines of this snapshot: it knows those that nobody declares
    #[arg(long, value_name = "FILE")]
    pub observed: Option<PathBuf>,
}

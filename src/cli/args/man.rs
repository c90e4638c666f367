//! `simfleet man`

use std::path::PathBuf;

use clap::Args;

/// `simfleet man`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet man | man -l -                    read it now
  simfleet man -o ~/.local/share/man/man1    then: man simfleet-plan")]
pub struct Man {
    /// Write simfleet.1 and a page for every command to this folder (default: simfleet.1 to stdout)
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

//! `simfleet completions`.

use clap::Args;

/// `simfleet completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet completions bash > /etc/bash_completion.d/simfleet
  simfleet completions fish > ~/.config/fish/completions/simfleet.fish")]
pub struct Completions {
    /// Your shell
    pub shell: clap_complete::Shell,
}

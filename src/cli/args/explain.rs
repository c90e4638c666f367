//! `simfleet explain`.

use clap::Args;

/// `simfleet explain`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  simfleet explain WRONG_LIST\n  simfleet explain guarantees")]
pub struct Explain {
    /// The code (`DUPLICATE_MSISDN`) or topic (`guarantees`); without one, all are listed
    #[arg(value_name = "CODE|TOPIC")]
    pub name: Option<String>,
}

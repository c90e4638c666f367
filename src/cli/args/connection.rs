//! How the carrier is reached, and where what is done there is recorded.

use std::path::PathBuf;

use clap::Args;

use super::Exports;

/// How to reach the carrier.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Carrier")]
pub struct Connection {
    /// The carrier's address, instead of the manifest's (exactly one account)
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// A file with contractorId and password for each account
    #[arg(long, value_name = "FILE", env = "SIMFLEET_CREDENTIALS")]
    pub credentials: Option<PathBuf>,
    /// The operation journal (default: $XDG_STATE_HOME/simfleet/HOST-CONTRACTOR.db)
    #[arg(long, value_name = "FILE", env = "SIMFLEET_JOURNAL")]
    pub journal: Option<PathBuf>,
    /// What is known of exported lists
    #[command(flatten)]
    pub exports: Exports,
}

/// Where what is done is recorded.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Carrier")]
pub struct AuditFile {
    /// The audit log (default: JOURNAL.audit.jsonl, beside the journal)
    #[arg(long, value_name = "FILE", env = "SIMFLEET_AUDIT_LOG")]
    pub audit_log: Option<PathBuf>,
}

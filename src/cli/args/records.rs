//! The commands about what was done: the journal and the audit log.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{AuditFile, Connection, TableFormat};
use crate::domain::Msisdn;

/// `simfleet ops`
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  simfleet ops list fleet/ --in-doubt
  simfleet ops show op-4419aa7d1918234c fleet/")]
pub enum Ops {
    /// List operations of the journal
    List(OpsList),
    /// Show one operation with its history
    Show(OpsShow),
    /// Settle an operation in doubt by hand, after looking at the carrier's console
    Resolve(OpsResolve),
    /// Say that nothing was bought but what the journal has, where no carrier can be asked (driver: csv)
    Vouch(OpsVouch),
}

/// The accounts that are declared, and whose journals are found by that.
#[derive(Debug, Args)]
pub struct Manifests {
    /// Manifests that declare the accounts; without them --journal or --endpoint is needed
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The same, where names or ids stand without a flag, as in `simfleet get`
    #[arg(short = 'f', long = "file", value_name = "PATH", hide = true)]
    files: Vec<PathBuf>,
}

impl Manifests {
    /// All that are named.
    pub fn paths(&self) -> Vec<PathBuf> {
        [self.paths.as_slice(), self.files.as_slice()].concat()
    }
}

/// `simfleet ops list`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet ops list fleet/ --in-doubt
  simfleet ops list --journal carrier.db
      the journal knows whose it is: no manifests, no credentials")]
pub struct OpsList {
    /// Whose journals
    #[command(flatten)]
    pub manifests: Manifests,
    /// Only operations in doubt
    #[arg(long)]
    pub in_doubt: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Which journal
    #[command(flatten)]
    pub connection: Connection,
}

/// `simfleet ops show`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  simfleet ops show op-4419aa7d1918234c fleet/")]
pub struct OpsShow {
    /// The operation's id
    pub id: String,
    /// How to write it
    #[arg(long, value_enum, default_value_t = RecordFormat::Text)]
    pub format: RecordFormat,
    /// Whose journals
    #[command(flatten)]
    pub manifests: Manifests,
    /// Which journal
    #[command(flatten)]
    pub connection: Connection,
}

/// `simfleet ops resolve`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet ops resolve op-4419aa7d1918234c fleet/ --outcome not-done --yes
  simfleet ops resolve op-4419aa7d1918234c --outcome done --application A0000042 --yes --journal carrier.db
  simfleet ops resolve console:plan-84916fb92968e604 fleet/ --outcome not-done

Look into the carrier's console first: what is settled as not done may be sent, and paid, again.")]
pub struct OpsResolve {
    /// The operation's id; or console:PLAN or console:PLAN/STEP, for what was handed over with it (driver: csv)
    pub id: String,
    /// What the carrier's console shows
    #[arg(long, value_enum)]
    pub outcome: SettledOutcome,
    /// The application that it became, as the console numbers it; looked for at the carrier, if that is known
    #[arg(long, value_name = "NO")]
    pub application: Option<String>,
    /// Do not ask, also where it cost money or cannot be undone
    #[arg(short, long)]
    pub yes: bool,
    /// Whose journals
    #[command(flatten)]
    pub manifests: Manifests,
    /// Where it is recorded
    #[command(flatten)]
    pub audit: AuditFile,
    /// Which journal
    #[command(flatten)]
    pub connection: Connection,
}

/// `simfleet ops vouch`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  simfleet ops vouch fleet/ --nothing-bought-since 2026-11-01

Look at the list of applications in the carrier's console first. What was bought since that day in another way is taken out of the manifests before: a \
journal that is new, or was lost and begun anew, cannot tell it from what is still to be bought.")]
pub struct OpsVouch {
    /// Since this day (JST), the first of this month or an earlier one, nothing was bought but what the journal has; and no declared
    /// order was ever placed in another way
    #[arg(long, value_name = "DATE")]
    pub nothing_bought_since: Date,
    /// The account, where several have driver: csv
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Whose journals
    #[command(flatten)]
    pub manifests: Manifests,
    /// Where it is recorded
    #[command(flatten)]
    pub audit: AuditFile,
    /// Which journal
    #[command(flatten)]
    pub connection: Connection,
}

/// `simfleet audit`
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  simfleet audit show fleet/ --line 08012345678
  simfleet audit verify fleet/")]
pub enum Audit {
    /// Prove that a log is what was written: nothing edited, removed, inserted or moved
    Verify(AuditVerify),
    /// Show what was done to a line, by an operation or for a plan, by whom, and who approved it
    Show(AuditShow),
}

/// `simfleet audit verify`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet audit verify fleet/
  simfleet audit verify carrier.db.audit.jsonl --head HASH
      HASH as an apply printed it
  simfleet audit verify old.jsonl fleet/
      after the log was moved away to old.jsonl

Exit code 1 if anything is wrong; the first broken line is named. A log that was begun after another one was moved \
away or deleted is whole only together with that one. That the end was cut off is found by --head, and by the \
journal that belongs to the log.")]
pub struct AuditVerify {
    /// Audit logs (.jsonl), or manifests that declare the accounts
    #[arg(value_name = "FILE|PATH")]
    pub paths: Vec<PathBuf>,
    /// Also prove that the log holds this record
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub head: Option<String>,
    /// How to write what is found
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Which log
    #[command(flatten)]
    pub audit: AuditFile,
    /// Which journal's log
    #[command(flatten)]
    pub connection: Connection,
}

/// `simfleet audit show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet audit show fleet/ --line 08012345678
      who did what to this line, and who approved it
  simfleet audit show carrier.db.audit.jsonl --plan plan-9a3f52c07e6b1d48")]
pub struct AuditShow {
    /// Audit logs (.jsonl), or manifests that declare the accounts
    #[arg(value_name = "FILE|PATH")]
    pub paths: Vec<PathBuf>,
    /// Only this line, with the plans it was in and who approved them
    #[arg(long, value_name = "MSISDN", value_parser = parse_msisdn)]
    pub line: Option<Msisdn>,
    /// Only this order
    #[arg(long, value_name = "NAME")]
    pub order: Option<String>,
    /// Only this operation
    #[arg(long, value_name = "ID")]
    pub op: Option<String>,
    /// Only this plan
    #[arg(long, value_name = "PLAN_ID")]
    pub plan: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Which log
    #[command(flatten)]
    pub audit: AuditFile,
    /// Which journal's log
    #[command(flatten)]
    pub connection: Connection,
}

/// What a person found out about an operation in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SettledOutcome {
    /// The carrier did it.
    Done,
    /// The carrier did not do it.
    NotDone,
}

fn parse_msisdn(text: &str) -> Result<Msisdn, String> {
    Msisdn::parse(text).map_err(|error| error.to_string())
}

fn parse_hash(text: &str) -> Result<String, String> {
    let is_hash = text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
    if is_hash { Ok(text.to_ascii_lowercase()) } else { Err("a head is 64 hex digits".to_owned()) }
}

/// How to write what the journal knows of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

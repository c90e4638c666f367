//! The command line. One variant a command; what a command does is in `command/`.

#[cfg(feature = "controller")]
mod controller;
mod doctor;
mod drift;
#[cfg(test)]
mod examples;
mod exports;
mod fmt;
mod import;
mod man;
mod presentation;
mod records;
mod report;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::exec::approve::parse_ack;
use crate::plan::GuardKind;

#[cfg(feature = "controller")]
pub use controller::Controller;
pub use doctor::Doctor;
pub use drift::{Drift, DriftFormat};
pub use exports::{ExportedList, Exports};
pub use fmt::Fmt;
pub use import::{Import, Split};
pub use man::Man;
pub use presentation::{FindingsFormat, PlanFormat, Presentation, Show};
pub use records::{Audit, AuditShow, AuditVerify, Ops, OpsList, OpsResolve, OpsShow, OpsVouch, RecordFormat, SettledOutcome};
pub use report::{Report, ReportFormat};

/// Keep a fleet of cellular SIMs the way it is declared: plan, review, apply.
#[derive(Debug, Parser)]
#[command(name = "simfleet", version, propagate_version = true, disable_help_subcommand = true, max_term_width = 110)]
#[command(after_help = "\
Examples:
  simfleet validate fleet/                     every error at once, offline
  simfleet plan fleet/                         what would be done, and why
  simfleet plan fleet/ --out plan.json         keep the plan for review
  simfleet show plan.json --format markdown    show it again, for a pull request
  simfleet apply plan.json --approve PLAN_ID   apply exactly what was reviewed
  simfleet apply fleet/                        plan, show, ask, apply
  simfleet drift fleet/                        what others changed, and who
  simfleet explain csv                         how to work without the API
  simfleet emulator --control                  a carrier to try things on

Exit codes: 0 done or nothing to do, 1 error, 2 changes pending (plan --detailed-exitcode) or drift found (drift), 3 \
refused and nothing written, 4 partly applied, 5 operations in doubt, 64 usage, 130/143 stopped by a signal.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How all commands log, and whom they talk to.
    #[command(flatten)]
    pub global: Global,
}

/// Options of all commands.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// How log lines look (they go to stderr)
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// Log more: -v what is done, -vv each request too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// Show tokens in the place of phone numbers, IMEIs and ICCIDs, and no shipping address (key: `SIMFLEET_REDACTION_KEY`);
    /// files that commands write for commands keep them (simfleet explain redaction)
    #[arg(long, global = true, env = "SIMFLEET_REDACT", value_parser = clap::builder::FalseyValueParser::new())]
    pub redact: bool,
}

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

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check manifests offline: every error at once, with its place and a code
    Validate(Validate),
    /// Show what would be done, and why; writes nothing
    Plan(Plan),
    /// Show a plan that was kept, in any format; offline
    Show(Show),
    /// Plan, show, ask and apply; or apply a plan that was reviewed
    Apply(Apply),
    /// Show what others changed since the last apply or a snapshot, and who; its own exit code
    Drift(Drift),
    /// Write a snapshot of what the carrier has, for `plan --observed`
    Observe(Observe),
    /// Read from the carrier: lines, chip SIMs, traffic, sessions, applications, services
    Get(Get),
    /// Find what costs money for nothing: idle and suspended lines, plans of the wrong size, devices swapped
    Report(Report),
    /// Write manifests for what the carrier has, or for a shipped order; their plan is empty
    Import(Import),
    /// Turn the tokens of a redacted text (stdin) back, for the lines of manifests
    Reveal(Reveal),
    /// Format manifests and rosters; what they mean and their comments stay
    Fmt(Fmt),
    /// The operation journal
    #[command(subcommand)]
    Ops(Ops),
    /// The audit log: who did what, and who approved it
    #[command(subcommand)]
    Audit(Audit),
    /// Run the carrier emulator
    Emulator(Emulator),
    /// Print a JSON Schema: of manifests, for editors, or of what plan, drift and report write as JSON
    Schema(Schema),
    /// Print the custom resource definitions for a Kubernetes cluster
    #[cfg(feature = "controller")]
    Crd(Crd),
    /// Reconcile the accounts of a Kubernetes cluster, continuously
    #[cfg(feature = "controller")]
    Controller(Controller),
    /// Check what the other commands need: credentials, carrier, clocks, functions, journal; reads only
    Doctor(Doctor),
    /// Explain a code that a message names, or a topic such as `guarantees`
    Explain(Explain),
    /// Print a script that completes commands in your shell
    Completions(Completions),
    /// Print the manual page, or write those of all commands to a folder
    Man(Man),
}

impl Command {
    /// Whether it works on its own until it is told to end.
    pub fn is_a_service(&self) -> bool {
        #[cfg(feature = "controller")]
        let is = matches!(self, Self::Controller(_));
        #[cfg(not(feature = "controller"))]
        let is = false;
        is
    }
}

/// `simfleet validate`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet validate fleet/
  simfleet validate fleet/ --format github
      annotations of a GitHub Actions step
  simfleet validate fleet/ --format sarif > simfleet.sarif
      for code scanning
  simfleet validate fleet/ --format gitlab > gl-code-quality-report.json
      GitLab's Code Quality report
  simfleet validate fleet/ --format junit > simfleet.xml

GitHub shows ten errors and ten warnings of a step: the last annotation counts what is not shown.")]
pub struct Validate {
    /// Manifests: files or folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to write the findings
    #[arg(long, value_enum, default_value_t = FindingsFormat::Text)]
    pub format: FindingsFormat,
}

/// `simfleet plan`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet plan fleet/
  simfleet plan fleet/ --out plan.json --detailed-exitcode
  simfleet plan fleet/ --format markdown > comment.md
      for a pull request
  simfleet plan osaka/ --format markdown --marker osaka > osaka.md
  simfleet plan fleet/ --format html > plan.html
      to read and search in a browser
  simfleet observe fleet/ -o observed.json
  simfleet plan fleet/ --observed observed.json
      without credentials
  simfleet plan --from-cluster main
      what the controller would do, and wants approved")]
pub struct Plan {
    /// Manifests: files or folders
    #[arg(required_unless_present = "from_cluster", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show the plan that the controller made for this account (of the kubeconfig's cluster)
    #[cfg(feature = "controller")]
    #[arg(long, value_name = "ACCOUNT", conflicts_with_all = ["paths", "observed", "now", "only", "cancel_removed_orders"])]
    pub from_cluster: Option<String>,
    /// Plan from a snapshot instead of asking the carrier (needs no credentials)
    #[arg(long, value_name = "FILE")]
    pub observed: Option<PathBuf>,
    /// Plan as if it were this time (RFC 3339); default: the carrier's clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<Timestamp>,
    /// Also keep the plan, as JSON, for `simfleet apply FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// How to write it
    #[command(flatten)]
    pub presentation: Presentation,
    /// Exit with 2 if there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// What to plan and how to show it
    #[command(flatten)]
    pub selection: Selection,
    /// Which cluster
    #[cfg(feature = "controller")]
    #[command(flatten)]
    pub cluster: Cluster,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

/// Which cluster, and where in it.
#[cfg(feature = "controller")]
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cluster")]
pub struct Cluster {
    /// The kubeconfig's context (default: its current one; in a pod, the pod's own cluster)
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// The namespace of the account (default: that of the context)
    #[arg(short, long, value_name = "NAME")]
    pub namespace: Option<String>,
}

/// What to plan and how to show it.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Plan only these lines, fleets or orders
    #[arg(long, value_name = "MSISDN|FLEET|ORDER")]
    pub only: Vec<String>,
    /// Cancel open orders that were placed and are no longer declared (without it they go on)
    #[arg(long)]
    pub cancel_removed_orders: bool,
    /// Show every operation, also where many are alike
    #[arg(long)]
    pub full: bool,
    /// Exit with 3 if anything is blocked
    #[arg(long)]
    pub strict: bool,
}

/// `simfleet apply`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet apply fleet/
      asks before it writes
  simfleet apply fleet/ --yes --ack terminate=2
      no questions; two terminations are intended
  simfleet apply fleet/ --yes --ack buyCoupon=12 --ack spendPerPlan=6000
      so are twelve coupons for 6,000 yen
  simfleet apply plan.json --approve plan-…
      what was reviewed, and nothing else

--yes covers what is reversible. What costs money at once or cannot be undone needs, per kind, the manifest's \
policy.approval: Auto, an exact --ack KIND=N (N of the whole plan, all accounts), or --approve PLAN_ID.")]
pub struct Apply {
    /// Manifests (files or folders), or one plan written by `plan --out`
    #[arg(required = true, value_name = "PATH|PLAN.json")]
    pub paths: Vec<PathBuf>,
    /// Do not ask; covers reversible operations
    #[arg(short, long, overrides_with = "yes")]
    pub yes: bool,
    /// Approve all of the plan with this id
    #[arg(long, value_name = "PLAN_ID", overrides_with = "approve")]
    pub approve: Option<String>,
    /// Approve exactly N operations of a kind, or lift a guard to exactly N (yen, for spendPerPlan and spendPerMonth)
    #[arg(long, value_name = "KIND=N", value_parser = parse_ack)]
    pub ack: Vec<(GuardKind, u64)>,
    /// Requests under way at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub parallelism: u16,
    /// The revision of the manifests, for the audit log (default: the commit of the CI run, or what git says)
    #[arg(long, value_name = "REVISION", env = "SIMFLEET_REVISION")]
    pub revision: Option<String>,
    /// Also wait for the last applications to be completed or scheduled (at most TIMEOUT, such as 30m)
    #[arg(long, value_name = "TIMEOUT", num_args = 0..=1, require_equals = true, default_missing_value = "1h", value_parser = parse_duration)]
    pub wait: Option<Duration>,
    /// What to plan and how to show it
    #[command(flatten)]
    pub selection: Selection,
    /// Where it is recorded
    #[command(flatten)]
    pub audit: AuditFile,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

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

/// `simfleet get`
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  simfleet get sims -f fleet/ --status suspended
  simfleet get usage 08012345678 --endpoint https://carrier.example.jp
  simfleet get services S0001234/m2m-lte -f fleet/")]
pub struct Get {
    /// What to read
    #[arg(value_enum)]
    pub what: Resource,
    /// Numbers (MSISDN, application number, SYSTEM/SERVICE); none means all, where that is one request's work
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Manifests that declare the account; without them --endpoint is needed
    #[arg(short = 'f', long = "file", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only this account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Only lines, chip SIMs or applications of this status
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,
    /// Only this system number
    #[arg(long, value_name = "SYSTEM")]
    pub system: Option<String>,
    /// Only this rate plan
    #[arg(long, value_name = "PLAN")]
    pub rate_plan: Option<String>,
    /// Only applications of this type
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Usage, applications: from this day on (YYYY-MM-DD); services: the month (YYYY-MM)
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Usage, applications: up to this day (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Usage: a row per day or month
    #[arg(long, value_enum, default_value_t = UsageUnit::Month)]
    pub unit: UsageUnit,
    /// How to write it
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

/// `simfleet emulator`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet emulator --control
  simfleet emulator --listen 127.0.0.1:8080 --data carrier.db --clock x60
  curl -X POST 'http://127.0.0.1:8080/_emu/seed?generate=10000&seed=1'")]
pub struct Emulator {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Keep the world in this SQLite file (default: in memory)
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Begin with this world, if there is none yet
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// Begin with N generated lines in every state, if there is no world yet
    #[arg(long, value_name = "N", conflicts_with = "seed")]
    pub generate: Option<u64>,
    /// Serve the control plane /_emu (to this machine only)
    #[arg(long)]
    pub control: bool,
    /// Virtual time: real, frozen, or N times as fast (x60)
    #[arg(long, value_name = "real|frozen|xN", default_value = "real")]
    pub clock: String,
    /// Take any number of requests per second
    #[arg(long)]
    pub no_rate_limit: bool,
    /// When plan changes stop being accepted in a month
    #[arg(long, value_name = "none|last-day|from-25th", default_value = "last-day")]
    pub cut_off: String,
    /// The contractor id that it knows
    #[arg(long, value_name = "ID", env = "SIMFLEET_EMULATOR_CONTRACTOR_ID", default_value = "demo")]
    pub contractor_id: String,
    /// The password of that contractor
    #[arg(long, value_name = "PASSWORD", env = "SIMFLEET_EMULATOR_PASSWORD", default_value = "demo", hide_env_values = true)]
    pub password: String,
}

/// `simfleet schema`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet schema > simfleet.schema.json    of manifests, for an editor
  simfleet schema plan                      of `simfleet plan --format json`")]
pub struct Schema {
    /// Of which document
    #[arg(value_enum, default_value_t = SchemaOf::Manifest)]
    pub of: SchemaOf,
}

/// `simfleet crd`
#[cfg(feature = "controller")]
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

/// `simfleet explain`
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  simfleet explain WRONG_LIST\n  simfleet explain guarantees")]
pub struct Explain {
    /// The code (`DUPLICATE_MSISDN`) or topic (`guarantees`); without one, all are listed
    #[arg(value_name = "CODE|TOPIC")]
    pub name: Option<String>,
}

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

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to write tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// What `get` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Resource {
    /// Lines under contract (functions 1 and 7)
    Sims,
    /// Chip SIMs (function 19)
    Chips,
    /// Traffic (function 4)
    Usage,
    /// Sessions (function 11)
    Sessions,
    /// Applications (function 10)
    Applications,
    /// Services with their lines and traffic (function 12)
    Services,
    /// System numbers, services and functions (function 13)
    System,
}

/// A row of usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UsageUnit {
    /// A row a day.
    Day,
    /// A row a month.
    Month,
}

/// Which schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Manifests.
    Manifest,
    /// The JSON plan.
    Plan,
    /// The JSON of `drift`.
    Drift,
    /// The JSON of `report`.
    Report,
}

pub(in crate::cli) fn parse_duration(text: &str) -> Result<Duration, String> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| format!("'{text}' is no duration; write 90s, 30m or 1h"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }
}

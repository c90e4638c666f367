//! The command line. One variant a command; what a command does is in `command/`.

mod apply;
#[cfg(feature = "controller")]
mod cluster;
mod completions;
mod connection;
#[cfg(feature = "controller")]
mod controller;
#[cfg(feature = "controller")]
mod crd;
mod doctor;
mod drift;
mod emulator;
#[cfg(test)]
mod examples;
mod explain;
mod exports;
mod fmt;
mod get;
mod global;
mod import;
mod man;
mod observe;
mod plan;
mod presentation;
mod records;
mod report;
mod reveal;
mod schema;
mod validate;

use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

pub use apply::Apply;
#[cfg(feature = "controller")]
pub use cluster::Cluster;
pub use completions::Completions;
pub use connection::{AuditFile, Connection};
#[cfg(feature = "controller")]
pub use controller::Controller;
#[cfg(feature = "controller")]
pub use crd::Crd;
pub use doctor::Doctor;
pub use drift::{Drift, DriftFormat};
pub use emulator::Emulator;
pub use explain::Explain;
pub use exports::{ExportedList, Exports};
pub use fmt::Fmt;
pub use get::{Get, Resource, UsageUnit};
pub use global::{Color, Global, LogFormat};
pub use import::{Import, Split};
pub use man::Man;
pub use observe::Observe;
pub use plan::{Plan, Selection};
pub use presentation::{FindingsFormat, PlanFormat, Presentation, Show};
pub use records::{Audit, AuditShow, AuditVerify, Ops, OpsList, OpsResolve, OpsShow, OpsVouch, RecordFormat, SettledOutcome};
pub use report::{Report, ReportFormat};
pub use reveal::Reveal;
pub use schema::{Schema, SchemaOf};
pub use validate::Validate;

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

/// How to write tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
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

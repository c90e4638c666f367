//! `simfleet apply`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{AuditFile, Connection, Selection, parse_duration};
use crate::exec::approve::parse_ack;
use crate::plan::GuardKind;

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

//! `simfleet report`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Connection;
use super::presentation::max_bytes;
use crate::render::markdown::Marker;

/// `simfleet report`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet report fleet/
      what costs money for nothing, the largest saving first
  simfleet report fleet/ --limit 2000
      a sample: at most 2,000 requests for single lines
  simfleet report fleet/ --only kanto-vending --format csv > report.csv
  simfleet report --endpoint https://carrier.example.jp --format json
  simfleet report osaka/ --format markdown --marker osaka > osaka.md
      for an issue, at most 60,000 bytes

Reads only. Sessions and traffic are read line by line, within the declared rate limit; before it begins, the number \
of requests and the time they take are said on stderr. What cannot be read is listed as unknown and counted nowhere. \
`simfleet explain report` says what each finding means.")]
pub struct Report {
    /// Manifests that declare the account; without them --endpoint is needed, and nothing is unmanaged
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// An active line without a session for N days is idle
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub idle_days: u32,
    /// A month's traffic of more than PERCENT of the quota is over the plan
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub over: u32,
    /// The last full month's traffic of at most PERCENT of the quota is far under the plan
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub under: u32,
    /// Report only these lines or fleets
    #[arg(long, value_name = "MSISDN|FLEET")]
    pub only: Vec<String>,
    /// Send at most N requests for single lines to an account: a sample, the same every time
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// How to write it; the JSON's schema is `simfleet schema report`
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    pub format: ReportFormat,
    /// The most bytes of a Markdown report (default: 60000; GitHub takes comments of up to 65,536 characters). Rows are shown
    /// whole or counted; if not even the sums fit, nothing is written (exit code 1)
    #[arg(long, value_name = "N", value_parser = max_bytes)]
    pub max_bytes: Option<usize>,
    /// The name in a Markdown report's hidden first line, where several reports are comments in one place
    #[arg(long, value_name = "NAME")]
    pub marker: Option<Marker>,
    /// How to reach the carrier
    #[command(flatten)]
    pub connection: Connection,
}

/// How to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For a terminal.
    Table,
    /// For programs.
    Json,
    /// For a spreadsheet.
    Csv,
    /// For an issue or a pull request.
    Markdown,
}

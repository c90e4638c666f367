//! `simfleet get`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Connection, TableFormat};

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

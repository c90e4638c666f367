//! What the command line says of lists that a console exported (driver `csv`).

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::parse_duration;

/// What is known of exported lists, instead of what the manifest says.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Exported lists (driver csv)")]
pub struct Exports {
    /// When the lists were exported (RFC 3339); default: the manifest's exportedAt, else the older file's time
    #[arg(long, value_name = "TIME")]
    pub exported_at: Option<Timestamp>,
    /// Plan from lists up to this age, such as 36h; default: the manifest's maxAge, else 24h
    #[arg(long, value_name = "AGE", value_parser = parse_duration)]
    pub max_export_age: Option<Duration>,
    /// How many rows the console counts: sims=N or chipSims=N. A list with another number is refused
    #[arg(long, value_name = "LIST=N", value_parser = expected_rows)]
    pub expect_rows: Vec<(ExportedList, u64)>,
}

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportedList {
    /// SIMs under contract.
    Sims,
    /// Chip SIMs.
    ChipSims,
}

impl Exports {
    /// Whether anything is said.
    pub fn is_empty(&self) -> bool {
        let Self { exported_at, max_export_age, expect_rows } = self;
        exported_at.is_none() && max_export_age.is_none() && expect_rows.is_empty()
    }
}

fn expected_rows(text: &str) -> Result<(ExportedList, u64), String> {
    let wrong = || format!("'{text}' is no number of rows; write sims=1203 or chipSims=40");
    let (list, rows) = text.split_once('=').ok_or_else(wrong)?;
    let list = match list {
        "sims" => ExportedList::Sims,
        "chipSims" => ExportedList::ChipSims,
        _ => return Err(wrong()),
    };
    Ok((list, rows.parse().map_err(|_| wrong())?))
}

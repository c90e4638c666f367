//! How plans and findings are written, and `simfleet show`, which does nothing else.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::render::Marker;

/// How a plan is written.
#[derive(Debug, Clone, Args)]
pub struct Presentation {
    /// How to write the plan
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub format: PlanFormat,
    /// The most bytes of a Markdown plan (default: 60000; GitHub takes comments of up to 65,536 characters). What is left
    /// out is counted; if irreversible and paid operations do not fit, nothing is written (exit code 1)
    #[arg(long, value_name = "N", conflicts_with = "full", value_parser = max_bytes)]
    pub max_bytes: Option<usize>,
    /// The name in a Markdown plan's hidden first line, where several plans are comments on one pull request
    #[arg(long, value_name = "NAME")]
    pub marker: Option<Marker>,
}

/// `simfleet show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet show plan.json
  simfleet show plan.json --format markdown --marker osaka > comment.md
      for a pull request
  simfleet show plan.json --format html > plan.html
      to read and search in a browser
  simfleet show plan.json --format github
      annotations of a GitHub Actions step
  simfleet show plan.json --format gitlab > gl-code-quality-report.json
      GitLab's Code Quality report

Offline and without credentials: `simfleet plan PATH --out plan.json` plans once, show writes it as often as you \
like. A file that was changed since is refused (exit code 3). One that has expired is shown, and a note on stderr \
says so.")]
pub struct Show {
    /// A plan, as `plan --out` keeps it
    #[arg(value_name = "PLAN.json")]
    pub file: PathBuf,
    /// How to write it
    #[command(flatten)]
    pub presentation: Presentation,
    /// Show every operation, also where many are alike
    #[arg(long)]
    pub full: bool,
}

/// How to write a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For a terminal.
    Text,
    /// For programs; its schema is `simfleet schema plan`.
    Json,
    /// For a pull request.
    Markdown,
    /// For a browser: one file that loads nothing; every operation in a table to search, filter and sort.
    Html,
    /// Annotations of a GitHub Actions step, at the lines that cause something (workflow commands).
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// JUnit XML: exceeded guards, blocked lines and operations in doubt are failures.
    Junit,
}

/// How to write findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsFormat {
    /// For people, with the lines they are about.
    Text,
    /// For programs.
    Json,
    /// Annotations of a GitHub Actions step (workflow commands).
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML: a suite for each file.
    Junit,
}

pub(super) fn max_bytes(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("'{text}' is no number of bytes; write 60000"))
}

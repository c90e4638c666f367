//! `simfleet validate`.

use std::path::PathBuf;

use clap::Args;

use super::FindingsFormat;

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

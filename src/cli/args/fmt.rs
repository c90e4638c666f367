//! `simfleet fmt`.

use std::path::PathBuf;

use clap::Args;

/// `simfleet fmt`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet fmt fleet/            manifests and their rosters
  simfleet fmt fleet/ --check    for CI: exit code 1 if there is a diff
  simfleet fmt fleet/ --sort     also sorts lines by number

What a file means and its comments stay, those that are indented into a line with that line: keys are put in order, two blanks indent, identifiers are quoted, and the \
order of lines is yours unless you say --sort. So are line ends (LF or CRLF; what is mixed becomes what most lines \
have) and a byte order mark. A document with anchors, aliases or tags, or with a mistake that simfleet validate \
names, is not laid out anew: a note names it with its line and the reason, and at most its blanks are mended. It is \
no failure, nor of --check: only a person can change it. A file that is no YAML, or a roster that is no CSV or is missing, is reported, and then \
nothing is written. Exit codes: 0 done or nothing to do, 1 error, or a diff (--check).")]
pub struct Fmt {
    /// Manifests: files or folders; the rosters that they name are formatted too
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write nothing: show the diff, and fail if there is one
    #[arg(long)]
    pub check: bool,
    /// Sort lines by number, in the manifests' lists and in rosters
    #[arg(long)]
    pub sort: bool,
}

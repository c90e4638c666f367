//! A plan on stdout, in the format that was asked for.

use std::io::{self, Write};

use crate::cli::args::{PlanFormat, Selection};
use crate::cli::failure::Failure;
use crate::cli::output;
use crate::cli::shell::Shell;
use crate::plan::Plan;
use crate::render::{MarkdownOptions, TextOptions, json, markdown, text};

/// Shows a plan.
pub(super) fn show(shell: &Shell, plan: &Plan, format: PlanFormat, selection: &Selection) -> Result<(), Failure> {
    let color = output::colours(&shell.global, &shell.environment);
    output::to_stdout(|out| match format {
        PlanFormat::Text => {
            text::write(&mut { out }, plan, &TextOptions { color, full: selection.full, ..TextOptions::default() })
        }
        PlanFormat::Json => write_json(out, plan),
        PlanFormat::Markdown => {
            markdown::write(&mut { out }, plan, &MarkdownOptions { full: selection.full, ..MarkdownOptions::default() })
        }
    })
}

/// The plan as JSON, as `--out` keeps it.
pub(super) fn write_json(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    json::write(&mut { out }, plan, json::Layout::Pretty)
}

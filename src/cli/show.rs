//! A plan on stdout, in the format that was asked for.

use std::io::{self, Write};

use crate::cli::args::{self, PlanFormat, Selection};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{output, redaction};
use crate::plan::Plan;
use crate::render::markdown::{self, DEFAULT_MAX_BYTES};
use crate::render::{MarkdownOptions, TextOptions, json, text};

/// Shows a plan as text.
pub(super) fn show(shell: &Shell, plan: &Plan, selection: &Selection) -> Result<(), Failure> {
    plan.accounts.iter().for_each(|account| redaction::hide_contractor(&account.carrier.contractor_id));
    let color = output::colours(&shell.global, &shell.environment);
    let options = TextOptions { color, full: selection.full, ..TextOptions::default() };
    output::to_stdout(|out| text::write(&mut { out }, plan, &options))
}

/// Keeps a plan where `--out` says, and shows it. What cannot be shown is not kept either: nothing is written.
pub(super) fn keep_and_show(shell: &Shell, plan: &Plan, args: &args::Plan) -> Result<(), Failure> {
    let comment = match args.format {
        PlanFormat::Markdown => Some(comment(plan, args)?),
        PlanFormat::Text | PlanFormat::Json => None,
    };
    if let Some(path) = &args.out {
        output::to_file(path, |out| write_json(out, plan))?;
    }
    match (comment, args.format) {
        (Some(comment), _) => output::to_stdout(|out| out.write_all(comment.as_bytes())),
        (None, PlanFormat::Json) => output::to_stdout(|out| write_json(out, plan)),
        (None, PlanFormat::Text | PlanFormat::Markdown) => show(shell, plan, &args.selection),
    }
}

/// Refuses what says how a comment is written where none is.
pub(super) fn check(args: &args::Plan) -> Result<(), Failure> {
    let is_markdown = args.format == PlanFormat::Markdown;
    let flags = [("--max-bytes", args.max_bytes.is_some()), ("--marker", args.marker.is_some())];
    match flags.into_iter().find(|(_, is_given)| *is_given && !is_markdown) {
        Some((flag, _)) => Err(Failure::usage(format!("{flag} is for --format markdown"))),
        None => Ok(()),
    }
}

fn comment(plan: &Plan, args: &args::Plan) -> Result<String, Failure> {
    let max_bytes = (!args.selection.full).then(|| args.max_bytes.unwrap_or(DEFAULT_MAX_BYTES));
    let marker = args.marker.clone().unwrap_or_default();
    markdown::render(plan, &MarkdownOptions { max_bytes, marker, ..MarkdownOptions::default() }).map_err(|too_large| {
        let needed = too_large.needed;
        Failure::from(too_large).help(format!(
            "plan a part of it with --only, allow --max-bytes {needed} (GitHub takes comments of up to 65,536 characters), or \
             write all of it to a file with --full"
        ))
    })
}

/// The plan as JSON, as `--out` keeps it.
fn write_json(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    json::write(&mut { out }, plan, json::Layout::Pretty)
}

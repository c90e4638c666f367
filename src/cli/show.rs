//! A plan on stdout, in the format that was asked for.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use crate::annotate::{self, Annotation, Paths, github, gitlab, junit};
use crate::cli::args::{PlanFormat, Presentation, Selection};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{output, redaction};
use crate::plan::Plan;
use crate::render::markdown::{self, DEFAULT_MAX_BYTES};
use crate::render::{MarkdownOptions, TextOptions, html, json, text};

/// Shows a plan as text.
pub(super) fn show(shell: &Shell, plan: &Plan, selection: &Selection) -> Result<(), Failure> {
    hide_contractors(plan);
    as_text(shell, plan, selection.full)
}

/// Keeps a plan where `--out` says, and shows it. What cannot be shown is not kept either: nothing is written.
pub(super) fn keep_and_show(
    shell: &Shell,
    plan: &Plan,
    how: &Presentation,
    full: bool,
    out: Option<&Path>,
) -> Result<(), Failure> {
    hide_contractors(plan);
    let comment = if how.format == PlanFormat::Markdown { comment(plan, how, full)? } else { String::new() };
    if let Some(path) = out {
        output::to_file(path, |out| write_json(out, plan))?;
    }
    let marks = || sayable(annotate::of_plan(plan, &paths()));
    match how.format {
        PlanFormat::Text => as_text(shell, plan, full),
        PlanFormat::Json => output::to_stdout(|out| write_json(out, plan)),
        PlanFormat::Markdown => output::to_stdout(|out| out.write_all(comment.as_bytes())),
        PlanFormat::Html => output::to_stdout(|out| html::write(&mut { out }, plan)),
        PlanFormat::Github => output::to_stdout(|out| github::write(out, &marks(), ALL_OF_IT)),
        PlanFormat::Gitlab => output::to_stdout(|out| gitlab::write(out, &marks())),
        PlanFormat::Junit => output::to_stdout(|out| junit::write(out, &junit::of_plan(plan, &paths()))),
    }
}

/// A plan that was read from a file names contractors that no credentials named before.
fn hide_contractors(plan: &Plan) {
    plan.accounts.iter().for_each(|account| redaction::hide_contractor(&account.carrier.contractor_id));
}

/// Where a plan is whole.
const ALL_OF_IT: &str = "`simfleet show PLAN.json` and `--format markdown` tell all of the plan";

/// Marks as they may be said.
pub(super) fn sayable(marks: Vec<Annotation>) -> Vec<Annotation> {
    marks.into_iter().map(|mark| mark.said_as(|text| Cow::Owned(redaction::redacted(text).into_owned()))).collect()
}

/// What annotations' files are relative to: the folder that the command runs in, which is the repository's in CI.
pub(super) fn paths() -> Paths {
    std::env::current_dir().map_or_else(|_| Paths::default(), |folder| Paths::below(folder.to_string_lossy()))
}

fn as_text(shell: &Shell, plan: &Plan, full: bool) -> Result<(), Failure> {
    let color = output::colours(&shell.global, &shell.environment);
    let options = TextOptions { color, full, ..TextOptions::default() };
    output::to_stdout(|out| text::write(&mut { out }, plan, &options))
}

/// Refuses what says how a comment is written where none is.
pub(super) fn check(how: &Presentation) -> Result<(), Failure> {
    let is_markdown = how.format == PlanFormat::Markdown;
    let flags = [("--max-bytes", how.max_bytes.is_some()), ("--marker", how.marker.is_some())];
    match flags.into_iter().find(|(_, is_given)| *is_given && !is_markdown) {
        Some((flag, _)) => Err(Failure::usage(format!("{flag} is for --format markdown"))),
        None => Ok(()),
    }
}

fn comment(plan: &Plan, how: &Presentation, full: bool) -> Result<String, Failure> {
    let max_bytes = (!full).then(|| how.max_bytes.unwrap_or(DEFAULT_MAX_BYTES));
    let marker = how.marker.clone().unwrap_or_default();
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

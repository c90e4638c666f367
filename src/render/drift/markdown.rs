//! Drift as Markdown, for an issue or a comment: the verdict first.

use std::io::{self, Write};

use super::words::{by_whom, coming, compared_with, expired, ignored, review, verdict};
use crate::plan::drift::{Acceptance, DriftEntry, DriftReport};
use crate::render::escape::{markdown, markdown_code};
use crate::render::text::place;
use crate::render::view::Count;

/// The first line: by it a bot finds its own comment again.
pub const MARKER: &str = "<!-- simfleet drift -->";

/// The rows of a table that are shown: forges cut a comment at 65,536 characters, and anywhere.
const ROWS: usize = 100;

/// The bytes of a patch that are shown.
const PATCH_BYTES: usize = 30_000;

/// Writes what changed outside.
pub fn write(out: &mut (impl Write + ?Sized), report: &DriftReport) -> io::Result<()> {
    writeln!(out, "{MARKER}")?;
    writeln!(out, "**{}**", verdict(report))?;
    let has_accounts = report.accounts.len() > 1;
    let line = |account: &str, msisdn: &str| {
        if has_accounts { markdown_code(&format!("{account}/{msisdn}")) } else { markdown_code(msisdn) }
    };
    changes(out, &report.drift, line, false)?;
    if !report.ignored.is_empty() {
        writeln!(out, "\n### Ignored for now: {}", Count::from(report.ignored.len()))?;
        changes(out, &report.ignored, line, true)?;
    }
    let reviews: Vec<_> =
        report.ignores.iter().filter_map(|one| Some((review(one, &report.drift)?, place(&one.source)))).collect();
    for (index, (text, place)) in reviews.iter().enumerate() {
        let gap = if index == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- Ignore {}: {}", markdown_code(place), markdown(text))?;
    }
    if let Some(acceptance) = &report.accept {
        accept(out, acceptance, line)?;
    }
    for account in &report.accounts {
        let (lines, with) = (Count(account.lines), compared_with(account));
        write!(out, "\nAccount {}: {lines} lines at {} against {with}.", markdown_code(&account.name), account.observed_at)?;
        for (count, why) in [(account.without_baseline.len(), "without a baseline"), (account.in_doubt.len(), "in doubt")] {
            if count > 0 {
                write!(out, " {} not compared, {why}.", Count::from(count))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn changes(
    out: &mut (impl Write + ?Sized),
    entries: &[DriftEntry],
    line: impl Fn(&str, &str) -> String,
    is_ignored: bool,
) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| line | field | was | is | who | application | declared at |\n|---|---|---|---|---|---|---|")?;
    for entry in entries.iter().take(ROWS) {
        let (field, was, is) = (markdown_code(&entry.field), markdown_code(&entry.baseline), markdown_code(&entry.observed));
        let coming = coming(entry).map(|coming| format!(", {}", markdown(&coming))).unwrap_or_default();
        let ignore = entry.ignore.as_ref().map(|note| if is_ignored { ignored(note) } else { expired(note) });
        let ignore = ignore.map(|text| format!("<br>{}", markdown(&text))).unwrap_or_default();
        let by = markdown(&by_whom(entry.by.as_deref()));
        let number = entry.application_no.as_ref().map(|number| markdown_code(number.as_str())).unwrap_or_default();
        let at = entry.at.map(|at| format!(" {at}")).unwrap_or_default();
        let place = markdown_code(&place(&entry.source));
        let line = line(&entry.account, entry.msisdn.as_str());
        writeln!(out, "| {line} | {field} | {was} | {is}{coming} | {by}{ignore} | {number}{at} | {place} |")?;
    }
    more(out, entries.len())
}

fn accept(out: &mut (impl Write + ?Sized), acceptance: &Acceptance, line: impl Fn(&str, &str) -> String) -> io::Result<()> {
    let Acceptance { written, changes, left, patch } = acceptance;
    if !changes.is_empty() {
        let what = if *written { "written to the files" } else { "the patch that would declare it" };
        writeln!(out, "\n### Accepted: {}, {what}", Count::from(changes.len()))?;
        if patch.len() > PATCH_BYTES {
            writeln!(out, "\nThe patch is too long to show here: `simfleet drift --accept` has it.")?;
        } else {
            // A fence longer than any in the patch: nothing in it ends it.
            let longest = patch.split(|character| character != '`').map(str::len).max().unwrap_or_default();
            let fence = "`".repeat((longest + 1).max(3));
            writeln!(out, "\n{fence}diff\n{}\n{fence}", patch.trim_end())?;
        }
    }
    if !left.is_empty() {
        writeln!(out, "\n### Not accepted: {}\n\n| line | field | is | why |\n|---|---|---|---|", Count::from(left.len()))?;
        for item in left.iter().take(ROWS) {
            let (field, is, why) = (markdown_code(&item.field), markdown_code(&item.observed), markdown(&item.why));
            writeln!(out, "| {} | {field} | {is} | {why} |", line(&item.account, item.msisdn.as_str()))?;
        }
        more(out, left.len())?;
    }
    Ok(())
}

fn more(out: &mut (impl Write + ?Sized), length: usize) -> io::Result<()> {
    match length.saturating_sub(ROWS) {
        0 => Ok(()),
        hidden => writeln!(out, "\n... and {} more: `--format json` has all.", Count::from(hidden)),
    }
}

//! `simfleet validate`: every error at once, offline.

use std::io::Write;

use tracing::Level;

use crate::annotate::{self, Annotation, github, gitlab, junit, sarif};
use crate::cli::args::{FindingsFormat, Validate};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output, redaction, show};
use crate::count::counted;
use crate::diag::{self, Diagnostic};
use crate::domain::Desired;
use crate::manifest::{self, Compiled};

pub(crate) fn run(shell: &Shell, args: &Validate) -> Result<u8, Failure> {
    let (findings, valid) = match manifest::read(&args.paths) {
        Ok(mut compiled) => (std::mem::take(&mut compiled.warnings), Some(compiled)),
        Err(findings) => (findings, None),
    };
    let summary = valid.as_ref().map(summary);
    if args.format == FindingsFormat::Text {
        if !findings.is_empty() {
            shell.report(&findings);
        }
        if let Some(summary) = &summary {
            output::to_stdout(|out| writeln!(out, "{summary}"))?;
        }
    } else {
        let files = valid.map_or_else(|| manifest::files(&args.paths), |compiled| compiled.files);
        output::to_stdout(|out| write(out, args.format, &findings, &files))?;
        if let Some(summary) = summary.as_ref().filter(|_| args.format != FindingsFormat::Json) {
            shell.tell(Level::INFO, summary);
        }
    }
    Ok(if summary.is_some() { exit::DONE } else { exit::ERROR })
}

/// Where all findings are listed.
const ALL_OF_THEM: &str = "`simfleet validate PATH` lists them all";

/// Findings for other programs.
fn write(
    out: &mut dyn Write,
    format: FindingsFormat,
    findings: &[Diagnostic],
    files: &[std::sync::Arc<str>],
) -> std::io::Result<()> {
    let paths = show::paths();
    let findings = &*redaction::findings(findings);
    let marks = || -> Vec<Annotation> { show::sayable(annotate::of_findings(findings, &paths)) };
    match format {
        // People read them on stderr.
        FindingsFormat::Text => Ok(()),
        FindingsFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &diag::json(findings))?;
            writeln!(out)
        }
        FindingsFormat::Github => github::write(out, &marks(), ALL_OF_THEM),
        FindingsFormat::Gitlab => gitlab::write(out, &marks()),
        FindingsFormat::Sarif => sarif::write(out, &marks(), env!("CARGO_PKG_VERSION")),
        FindingsFormat::Junit => {
            // As in the marks, so that a file is one suite.
            let files = files.iter().map(|file| redaction::redacted(&paths.file(file)).into_owned());
            junit::write(out, &junit::of_findings(files, &marks()))
        }
    }
}

/// `valid: 5 lines in 1 fleet`.
fn summary(compiled: &Compiled) -> String {
    let desired: Vec<&Desired> = compiled.accounts.iter().map(|account| &account.desired).collect();
    format!("valid: {}", declared(&desired))
}

/// `5 lines in 1 fleet, 2 grants, 1 order`; purchases only where there are some.
pub(in crate::cli::command) fn declared(desired: &[&Desired]) -> String {
    let all = |number: fn(&Desired) -> usize| -> usize { desired.iter().copied().map(number).sum() };
    let lines = counted(all(|desired| desired.sims.len()), "line");
    let fleets = counted(all(|desired| desired.fleets.len()), "fleet");
    let purchases = [
        (all(|desired| desired.grants.len()), "grant"),
        (all(|desired| desired.top_ups.len()), "top-up"),
        (all(|desired| desired.orders.len()), "order"),
    ];
    let purchases =
        purchases.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| format!(", {}", counted(number, noun)));
    format!("{lines} in {fleets}{}", purchases.collect::<String>())
}

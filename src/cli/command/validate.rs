//! `simfleet validate`: every error at once, offline.

use crate::cli::args::{FindingsFormat, Validate};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::diag;
use crate::manifest;

pub(crate) fn run(shell: &Shell, args: &Validate) -> Result<u8, Failure> {
    let (findings, summary) = match manifest::read(&args.paths) {
        Ok(compiled) => {
            let lines: usize = compiled.accounts.iter().map(|account| account.desired.sims.len()).sum();
            let fleets: usize = compiled.accounts.iter().map(|account| account.desired.fleets.len()).sum();
            (
                compiled.warnings,
                Some(format!("valid: {lines} in {fleets}", lines = count(lines, "line"), fleets = count(fleets, "fleet"))),
            )
        }
        Err(findings) => (findings, None),
    };
    match args.format {
        FindingsFormat::Json => output::to_stdout(|out| {
            serde_json::to_writer_pretty(&mut *out, &diag::json(&findings))?;
            writeln!(out)
        })?,
        FindingsFormat::Text => {
            if !findings.is_empty() {
                shell.report(&findings);
            }
            if let Some(summary) = &summary {
                output::to_stdout(|out| writeln!(out, "{summary}"))?;
            }
        }
    }
    Ok(if summary.is_some() { exit::DONE } else { exit::ERROR })
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

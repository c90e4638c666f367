//! `simfleet validate`: every error at once, offline.

use crate::cli::args::{FindingsFormat, Validate};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::diag;
use crate::domain::Desired;
use crate::manifest::{self, Compiled};

pub(crate) fn run(shell: &Shell, args: &Validate) -> Result<u8, Failure> {
    let (findings, summary) = match manifest::read(&args.paths) {
        Ok(compiled) => {
            let summary = summary(&compiled);
            (compiled.warnings, Some(summary))
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

/// `valid: 5 lines in 1 fleet, 2 grants, 1 order`; purchases only where there are some.
fn summary(compiled: &Compiled) -> String {
    let all = |number: fn(&Desired) -> usize| -> usize { compiled.accounts.iter().map(|account| number(&account.desired)).sum() };
    let lines = count(all(|desired| desired.sims.len()), "line");
    let fleets = count(all(|desired| desired.fleets.len()), "fleet");
    let purchases = [
        (all(|desired| desired.grants.len()), "grant"),
        (all(|desired| desired.top_ups.len()), "top-up"),
        (all(|desired| desired.orders.len()), "order"),
    ];
    let purchases =
        purchases.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| format!(", {}", count(number, noun)));
    format!("valid: {lines} in {fleets}{}", purchases.collect::<String>())
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

//! `simfleet reveal`: a redacted text on stdin, the numbers that its tokens stand for on stdout.

use std::fmt::Display;
use std::io::Read as _;

use tracing::Level;

use crate::cli::args::Reveal as Args;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output, redaction, snapshot};
use crate::domain::ObservedSim;
use crate::redact::Reveal;

pub(crate) fn run(shell: &Shell, args: &Args) -> Result<u8, Failure> {
    if redaction::is_on() {
        return Err(Failure::usage("reveal shows what --redact hides").help("leave out --redact, and unset SIMFLEET_REDACT"));
    }
    let redactor = redaction::redactor(&shell.environment)?;
    let snapshot = args.observed.as_deref().map(|path| snapshot::read(path, "--observed")).transpose()?;
    let mut identifiers = Vec::new();
    if !args.paths.is_empty() {
        for sim in shell.read(&args.paths)?.accounts.iter().flat_map(|account| &account.desired.sims) {
            identifiers.push(sim.msisdn.to_string());
            identifiers.extend(written(sim.imei));
            identifiers.extend(written(sim.iccid));
        }
    }
    if let Some(snapshot) = &snapshot {
        for ObservedSim { msisdn, line, chip } in &snapshot.observed.sims {
            identifiers.push(msisdn.to_string());
            if let Some(line) = line {
                identifiers.extend(written(line.imei));
                identifiers.extend(written(line.iccid));
                identifiers.extend(written(line.imsi));
            }
            if let Some(chip) = chip {
                identifiers.extend(written(chip.imei));
                identifiers.extend(written(chip.iccid));
            }
        }
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(|error| Failure::from(error).while_("stdin"))?;
    let mut reveal = Reveal::new(&redactor, identifiers);
    if let Some(snapshot) = &snapshot {
        reveal.know_contractor(&redactor, &snapshot.observed.carrier.contractor_id);
    }
    let (revealed, unknown) = reveal.text(&text);
    output::to_stdout(|out| out.write_all(revealed.as_bytes()))?;
    if unknown > 0 {
        let noun = if unknown == 1 { "token stands" } else { "tokens stand" };
        shell.tell(
            Level::WARN,
            &format!(
                "note: {unknown} {noun} for no line of these files, or for one under another key (--observed FILE knows lines that \
                 nobody declares)"
            ),
        );
    }
    Ok(exit::DONE)
}

fn written(identifier: Option<impl Display>) -> Option<String> {
    identifier.map(|identifier| identifier.to_string())
}

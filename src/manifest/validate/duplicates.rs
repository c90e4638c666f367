//! One number, one place; one device, one chip SIM.

use crate::diag::{Diagnostic, codes};
use crate::domain::{DesiredSim, DesiredState};
use crate::manifest::sink::Sink;
use crate::manifest::source_table::SourceTable;

/// Numbers that are declared twice. The lines are sorted by number, then by place.
pub(crate) fn msisdns(lines: &[DesiredSim], sources: &SourceTable, sink: &mut Sink) {
    for same in lines.chunk_by(|left, right| left.msisdn == right.msisdn).filter(|same| same.len() > 1) {
        let Some((first, others)) = same.split_first() else { continue };
        for other in others {
            sink.push(
                Diagnostic::error(
                    codes::DUPLICATE_MSISDN,
                    sources.location(other.source),
                    format!("{} is declared twice", other.msisdn),
                )
                .related("it is declared here already", sources.location(first.source))
                .help("remove one of the two"),
            );
        }
    }
}

/// Devices that are declared for two chip SIMs, where `allowed` does not say otherwise for the fleets.
/// Tombstones do not count: their device may have a new chip SIM.
pub(crate) fn imeis(lines: &[DesiredSim], allowed: impl Fn(&DesiredSim) -> bool, sources: &SourceTable, sink: &mut Sink) {
    let mut bound: Vec<(&str, &DesiredSim)> = lines
        .iter()
        .filter(|line| line.state != Some(DesiredState::Terminated))
        .filter_map(|line| Some((line.imei.as_ref()?.device(), line)))
        .collect();
    bound.sort_by_key(|(device, line)| (*device, line.source));
    for same in bound.chunk_by(|left, right| left.0 == right.0).filter(|same| same.len() > 1) {
        let Some(((_, first), others)) = same.split_first() else { continue };
        for (_, other) in others.iter().filter(|(_, other)| other.msisdn != first.msisdn && !(allowed(first) && allowed(other))) {
            let imei = other.imei.map(|imei| imei.to_string()).unwrap_or_default();
            let message = format!("IMEI {imei} is declared for {} and for {}", first.msisdn, other.msisdn);
            sink.push(
                Diagnostic::error(codes::DUPLICATE_IMEI, sources.location(other.source), message)
                    .related("the other line is here", sources.location(first.source))
                    .help("correct the wrong row; for boards with two SIMs set policy.allowDuplicateImei"),
            );
        }
    }
}

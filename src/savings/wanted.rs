//! Which lines have to be read one by one, and which of them are, where that is too many.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{BilledLine, Case};
use super::{device, idle, traffic};
use crate::domain::{Function, LineStatus, Msisdn, WantedReadings};

/// A read of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Function 11.
    Session,
    /// Function 4.
    Traffic,
}

impl Reading {
    /// The carrier's function.
    pub fn function(self) -> Function {
        match self {
            Self::Session => Function::Session,
            Self::Traffic => Function::Usage,
        }
    }

    /// The name in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Traffic => "usage",
        }
    }
}

/// A limit, and what it left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The most requests that were allowed.
    pub limit: u64,
    /// Lines that would have been read.
    pub wanted: u64,
    /// Lines that were chosen.
    pub chosen: u64,
}

/// Lines of which a finding depends on more than the lists say, and whose service offers the function.
pub fn wanted(case: &Case<'_>) -> WantedReadings {
    let mut wanted = WantedReadings::default();
    for line in case.billed() {
        let msisdn = line.sim.msisdn;
        if needs(case, line, Reading::Session) && is_offered(case, line, Reading::Session) {
            wanted.sessions.insert(msisdn);
        }
        if needs(case, line, Reading::Traffic) && is_offered(case, line, Reading::Traffic) {
            wanted.traffic.insert(msisdn);
        }
        wanted.suspensions |= matches!(line.line.status, LineStatus::Suspended | LineStatus::CarrierSuspended);
    }
    wanted
}

/// Whether a finding depends on this reading.
pub(super) fn needs(case: &Case<'_>, line: BilledLine<'_>, reading: Reading) -> bool {
    match reading {
        // A line that is stopped has no session, and its old one says nothing new.
        Reading::Session => line.is_active() && (idle::is_possible(case, line) || device::bound(line).is_some()),
        Reading::Traffic => line.is_active() && traffic::measure(case, line).is_ok(),
    }
}

/// Whether the line's service offers the function.
pub(super) fn is_offered(case: &Case<'_>, line: BilledLine<'_>, reading: Reading) -> bool {
    case.observed.catalogue.offers(&line.line.system, &line.line.service, reading.function())
}

/// Keeps what so many requests can read: whole lines, drawn by a hash of their number. So the same fleet gives the
/// same sample, a larger limit adds lines to that of a smaller one, and neither order nor neighbourhood of numbers
/// matters. `None` if everything fits.
pub fn sample(wanted: &mut WantedReadings, limit: u64) -> Option<Sample> {
    if wanted.requests() <= limit {
        return None;
    }
    let mut lines: BTreeMap<(u64, Msisdn), u64> = BTreeMap::new();
    for msisdn in wanted.sessions.iter().chain(&wanted.traffic) {
        *lines.entry((lot(*msisdn), *msisdn)).or_default() += 1;
    }
    let mut left = limit;
    let mut chosen = BTreeSet::new();
    for ((_, msisdn), requests) in &lines {
        let Some(rest) = left.checked_sub(*requests) else { break };
        left = rest;
        chosen.insert(*msisdn);
    }
    wanted.sessions.retain(|msisdn| chosen.contains(msisdn));
    wanted.traffic.retain(|msisdn| chosen.contains(msisdn));
    Some(Sample { limit, wanted: count(lines.len()), chosen: count(chosen.len()) })
}

/// The place of a number in the draw: FNV-1a, then mixed, because numbers of a fleet differ in their last digits only.
fn lot(msisdn: Msisdn) -> u64 {
    let hashed = msisdn
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (hashed ^ (hashed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

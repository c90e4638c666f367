//! Lines that are believed to be free.

use super::case::BilledLine;
use super::finding::{Matter, Since};
use crate::domain::{LineStatus, Readings};

/// A suspended line is billed in full (DOMAIN 3), whoever suspended it.
pub(super) fn judge(line: BilledLine<'_>, readings: &Readings) -> Option<Matter> {
    match line.line.status {
        LineStatus::Suspended | LineStatus::CarrierSuspended => {}
        LineStatus::Active
        | LineStatus::TerminationAccepted
        | LineStatus::Terminated
        | LineStatus::CarrierTerminated
        | LineStatus::Unknown(_) => return None,
    }
    let applied = readings.suspended_at.get(&line.sim.msisdn).copied().map(Since::At);
    let since = applied.or(line.line.updated_at.map(Since::AtLeast)).unwrap_or(Since::Unsaid);
    Some(Matter::Suspended { since })
}

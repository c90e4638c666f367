//! SIMs that were taken out of their device.

use super::case::BilledLine;
use super::finding::Matter;
use crate::domain::identifier::ReportedImei;
use crate::domain::{Imei, SessionReading};

/// The IMEI that a chip SIM is bound to. Cards are bound to none.
pub(super) fn bound(line: BilledLine<'_>) -> Option<Imei> {
    line.sim.chip.as_ref().and_then(|chip| chip.imei)
}

/// Whether the network saw another device than the bound one. IMEI and IMEISV share 14 digits; zeros are unknown
/// (DOMAIN 2). The session says more than the list, which is asked where there is no session.
pub(super) fn judge(line: BilledLine<'_>, session: Option<&SessionReading>) -> Option<Matter> {
    let bound = bound(line)?;
    let seen: ReportedImei = session.and_then(|session| session.imei).or(line.line.imei)?;
    (!seen.is(&bound)).then_some(Matter::OtherDevice { bound, seen })
}

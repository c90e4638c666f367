//! Wire rows → observed rows, names interned.

use std::sync::Arc;

use crate::carrier::wire::{ChipSim, Line, PendingApplication};
use crate::domain::identifier::ReportedImei;
use crate::domain::name::Interner;
use crate::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, ChipRow, Iccid, Imei, Imsi, LineRow, Pending, PendingTarget, RatePlan,
    ServiceCode, SystemNumber,
};

/// Converts rows; holds one copy of every name that occurs.
///
/// Only the MSISDN has to be right, because it is the key. An ICCID, IMSI or IMEI that breaks its
/// rules counts as not reported: what depends on it cannot be judged, the rest of the line can.
#[derive(Debug, Default)]
pub struct RowReader {
    names: Interner,
}

impl RowReader {
    /// Knows no names yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A row of function 7.
    pub fn line(&mut self, row: &Line) -> LineRow {
        let Line {
            msisdn: _,
            iccid,
            imsi,
            imei,
            kind,
            system_no,
            service_code,
            plan_code,
            status,
            status_label,
            suspend_reason,
            traffic_remaining_bytes,
            pending,
            opened_at,
            termination_date,
            updated_at,
            version,
        } = row;
        LineRow {
            iccid: Iccid::parse(iccid).ok(),
            imsi: Imsi::parse(imsi).ok(),
            imei: imei.as_deref().and_then(|text| ReportedImei::parse(text).ok().flatten()),
            is_chip: kind == "chip",
            system: SystemNumber::new(self.names.intern(system_no)),
            service: ServiceCode::new(self.names.intern(service_code)),
            plan: RatePlan::new(self.names.intern(plan_code)),
            status: status.clone(),
            label: self.names.intern(status_label),
            suspend_reason: suspend_reason.as_deref().map(|text| self.names.intern(text)),
            traffic_remaining: *traffic_remaining_bytes,
            pending: self.pending(pending),
            opened_at: opened_at.map(|time| time.0),
            termination_date: *termination_date,
            updated_at: updated_at.map(|time| time.0),
            version: *version,
        }
    }

    /// A row of function 19.
    pub fn chip(&mut self, row: &ChipSim) -> ChipRow {
        let ChipSim { msisdn: _, iccid, imei, system_no, status, status_label, pending, ordered_at, activated_at, version } = row;
        ChipRow {
            iccid: Iccid::parse(iccid).ok(),
            imei: imei.as_deref().and_then(bound_imei),
            system: system_no.as_deref().filter(|text| !text.is_empty()).map(|text| SystemNumber::new(self.names.intern(text))),
            status: status.clone(),
            label: self.names.intern(status_label),
            pending: self.pending(pending),
            ordered_at: ordered_at.map(|time| time.0),
            activated_at: activated_at.map(|time| time.0),
            version: *version,
        }
    }

    fn pending(&mut self, rows: &[PendingApplication]) -> Box<[Pending]> {
        rows.iter().map(|row| self.application(row)).collect()
    }

    fn application(&mut self, row: &PendingApplication) -> Pending {
        let PendingApplication { application_no, kind, target, effective_date, cancellable, status } = row;
        // The rule for carriers that leave the status out stands at the wire type.
        let deferred = matches!(kind, ApplicationType::PlanChange | ApplicationType::Terminate) && effective_date.is_some();
        let implied = if deferred { ApplicationStatus::Scheduled } else { ApplicationStatus::Accepted };
        Pending {
            application: ApplicationNumber::new(application_no.as_str()),
            kind: kind.clone(),
            status: status.clone().unwrap_or(implied),
            target: self.target(kind, target),
            effective: *effective_date,
            cancellable: *cancellable,
        }
    }

    fn target(&mut self, kind: &ApplicationType, text: &str) -> PendingTarget {
        let name: Arc<str> = self.names.intern(text);
        match kind {
            ApplicationType::Suspend | ApplicationType::Resume | ApplicationType::Terminate => PendingTarget::Status(name),
            ApplicationType::PlanChange | ApplicationType::Activation => PendingTarget::Plan(RatePlan::new(name)),
            ApplicationType::ImeiRegistration => Imei::parse(text).map_or(PendingTarget::Other(name), PendingTarget::Imei),
            ApplicationType::Allocation | ApplicationType::Deallocation => PendingTarget::System(SystemNumber::new(name)),
            ApplicationType::Coupon | ApplicationType::Order | ApplicationType::Unknown(_) => PendingTarget::Other(name),
        }
    }
}

/// The IMEI bound to a chip SIM. A network's IMEISV, or 14 digits, name the same device.
fn bound_imei(text: &str) -> Option<Imei> {
    if let Ok(imei) = Imei::parse(text) {
        return Some(imei);
    }
    let reported = ReportedImei::parse(text).ok().flatten()?;
    let check = char::from(crate::domain::identifier::luhn_digit(reported.device().as_bytes()));
    Imei::parse(&format!("{}{check}", reported.device())).ok()
}

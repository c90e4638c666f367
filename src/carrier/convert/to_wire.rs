//! Observed rows → wire rows, for snapshots.

use crate::carrier::wire::{ChipSim, Line, PendingApplication};
use crate::domain::calendar::JstTime;
use crate::domain::{ChipRow, LineRow, Msisdn, Pending, PendingTarget};

/// A line as function 7 would list it.
pub fn line_to_wire(msisdn: Msisdn, row: &LineRow) -> Line {
    let LineRow {
        iccid,
        imsi,
        imei,
        is_chip,
        system,
        service,
        plan,
        status,
        label,
        suspend_reason,
        traffic_remaining,
        pending,
        opened_at,
        termination_date,
        updated_at,
        version,
    } = row;
    Line {
        msisdn,
        iccid: iccid.map(|iccid| iccid.to_string()).unwrap_or_default(),
        imsi: imsi.map(|imsi| imsi.to_string()).unwrap_or_default(),
        imei: imei.map(|imei| imei.to_string()),
        kind: if *is_chip { "chip" } else { "card" }.to_owned(),
        system_no: system.as_str().to_owned(),
        service_code: service.as_str().to_owned(),
        plan_code: plan.as_str().to_owned(),
        status: status.clone(),
        status_label: label.to_string(),
        suspend_reason: suspend_reason.as_deref().map(str::to_owned),
        traffic_remaining_bytes: *traffic_remaining,
        pending: pending.iter().map(application_to_wire).collect(),
        opened_at: opened_at.map(JstTime),
        termination_date: *termination_date,
        updated_at: updated_at.map(JstTime),
        version: *version,
    }
}

/// A chip SIM as function 19 would list it.
pub fn chip_to_wire(msisdn: Msisdn, row: &ChipRow) -> ChipSim {
    let ChipRow { iccid, imei, system, status, label, pending, ordered_at, activated_at, version } = row;
    ChipSim {
        msisdn,
        iccid: iccid.map(|iccid| iccid.to_string()).unwrap_or_default(),
        imei: imei.map(|imei| imei.to_string()),
        system_no: system.as_ref().map(|system| system.as_str().to_owned()),
        status: status.clone(),
        status_label: label.to_string(),
        pending: pending.iter().map(application_to_wire).collect(),
        ordered_at: ordered_at.map(JstTime),
        activated_at: activated_at.map(JstTime),
        version: *version,
    }
}

fn application_to_wire(pending: &Pending) -> PendingApplication {
    let Pending { application, kind, status, target, effective, cancellable } = pending;
    PendingApplication {
        application_no: application.as_str().to_owned(),
        kind: kind.clone(),
        target: match target {
            PendingTarget::Status(text) | PendingTarget::Other(text) => text.to_string(),
            PendingTarget::Plan(plan) => plan.to_string(),
            PendingTarget::Imei(imei) => imei.to_string(),
            PendingTarget::System(system) => system.to_string(),
        },
        effective_date: *effective,
        cancellable: *cancellable,
        status: Some(status.clone()),
    }
}

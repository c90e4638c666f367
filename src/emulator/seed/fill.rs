//! What a seed leaves out: filled in from the number, or kept from the row that is there.

use jiff::Timestamp;

use crate::domain::calendar::{JstTime, jst_date};
use crate::domain::{ChipStatus, LineStatus};
use crate::emulator::catalogue;
use crate::emulator::model::{ChipRecord, LineRecord, Month, end_of, filler, leaves_lists};
use crate::emulator::seed::SeedRow;
use crate::emulator::store::services::{DEFAULT_SERVICE, DEFAULT_SYSTEM};

/// The plan of a line that names none.
const DEFAULT_PLAN: &str = "fixed-500mb";

/// The line that a row describes.
pub(super) fn line(row: &SeedRow, known: Option<&LineRecord>, chip: bool, now: Timestamp) -> LineRecord {
    let msisdn = row.msisdn;
    let this_month = Month::of(now);
    let default = |text: &str| text.to_owned();
    let plan_code = row.plan_code.clone().or(known.map(|line| line.plan_code.clone())).unwrap_or_else(|| default(DEFAULT_PLAN));
    let status = match (&row.status, known) {
        (Some(status), _) => LineStatus::from_wire(status),
        (None, Some(line)) => line.status.clone(),
        (None, None) => LineStatus::Active,
    };
    let label = match &row.status_label {
        Some(label) => Some(label.clone()),
        None => known.filter(|line| line.status == status).and_then(|line| line.label.clone()),
    };
    let suspended = status == LineStatus::Suspended;
    let suspend_reason = row.suspend_reason.clone().or_else(|| known.and_then(|line| line.suspend_reason.clone()));
    let suspend_reason = suspend_reason.or_else(|| suspended.then(|| default("paused")));
    let suspend_reason = suspend_reason.filter(|_| status != LineStatus::Active);
    let same_plan = known.is_some_and(|line| line.plan_code == plan_code);
    let remaining = row
        .traffic_remaining_bytes
        .or_else(|| known.filter(|_| same_plan).and_then(|line| line.remaining_at(now)))
        .or_else(|| catalogue::plan_of(&plan_code).map(|plan| plan.quota));
    let ended = status.is_terminated();
    let updated_at = row.updated_at.map_or(now, |at| at.0);
    let termination_date = row.termination_date.or_else(|| known.and_then(|line| line.termination_date));
    let termination_date = match status {
        LineStatus::TerminationAccepted => Some(termination_date.unwrap_or_else(|| jst_date(now).last_of_month())),
        LineStatus::Active | LineStatus::Suspended => row.termination_date,
        LineStatus::Terminated | LineStatus::CarrierSuspended | LineStatus::CarrierTerminated | LineStatus::Unknown(_) => {
            termination_date
        }
    };
    let month = |text: &Option<String>| text.as_deref().and_then(Month::parse);
    LineRecord {
        msisdn,
        iccid: row.iccid.clone().or(known.map(|line| line.iccid.clone())).unwrap_or_else(|| filler::iccid(msisdn)),
        imsi: row.imsi.clone().or(known.map(|line| line.imsi.clone())).unwrap_or_else(|| filler::imsi(msisdn)),
        imei: row.imei.clone().or_else(|| known.and_then(|line| line.imei.clone())),
        chip: chip || row.kind.as_ref().map_or_else(|| known.is_some_and(|line| line.chip), |kind| kind == "chip"),
        system_no: row.system_no.clone().or(known.map(|line| line.system_no.clone())).unwrap_or_else(|| default(DEFAULT_SYSTEM)),
        service_code: row
            .service_code
            .clone()
            .or(known.map(|line| line.service_code.clone()))
            .unwrap_or_else(|| default(DEFAULT_SERVICE)),
        plan_code,
        label: label.filter(|label| label != status.label()),
        suspend_reason,
        remaining,
        remaining_month: this_month,
        opened_at: row.opened_at.map(|at| at.0).or(known.map_or(Some(now), |line| line.opened_at)),
        termination_date,
        updated_at,
        version: row.version.unwrap_or_else(|| known.map_or(1, |line| line.version + 1)),
        billed_from: month(&row.billed_from).or(known.map(|line| line.billed_from)).unwrap_or(this_month),
        billed_until: month(&row.billed_until)
            .or_else(|| known.and_then(|line| line.billed_until))
            .or_else(|| ended.then(|| this_month.previous()))
            .filter(|_| ended),
        gone_at: ended.then(|| {
            // A row that was terminated long ago is seeded to be seen: it stays for its days from now.
            let leaves = leaves_lists(termination_date.map_or(updated_at, end_of));
            row.listed_until.map_or(if leaves > now { leaves } else { leaves_lists(now) }, |at| at.0)
        }),
        status,
    }
}

/// Whether a chip SIM's status means that its use has started, so that there is a line.
pub(super) fn is_started(status: &ChipStatus) -> bool {
    match status {
        ChipStatus::Ordered | ChipStatus::ImeiRegistered | ChipStatus::Allocated => false,
        ChipStatus::Active => true,
        ChipStatus::Unknown(text) => LineStatus::ALL.iter().any(|line| line.wire() == &**text),
    }
}

/// The chip SIM that a row describes.
pub(super) fn chip(row: &SeedRow, known: Option<&ChipRecord>, now: Timestamp) -> ChipRecord {
    let msisdn = row.msisdn;
    let status = match (&row.status, known) {
        (Some(status), _) => ChipStatus::from_wire(status),
        (None, Some(chip)) => chip.status.clone(),
        (None, None) if row.imei.is_some() && row.system_no.is_some() => ChipStatus::Allocated,
        (None, None) if row.imei.is_some() => ChipStatus::ImeiRegistered,
        (None, None) => ChipStatus::Ordered,
    };
    let bound = status != ChipStatus::Ordered && !matches!(status, ChipStatus::Unknown(_)) || is_started(&status);
    let in_stock = status == ChipStatus::Allocated || is_started(&status);
    let imei = row.imei.clone().or_else(|| known.and_then(|chip| chip.imei.clone()));
    let system_no = row.system_no.clone().or_else(|| known.and_then(|chip| chip.system_no.clone()));
    let label = match &row.status_label {
        Some(label) => Some(label.clone()),
        None => known.filter(|chip| chip.status == status).and_then(|chip| chip.label.clone()),
    };
    ChipRecord {
        msisdn,
        iccid: row.iccid.clone().or(known.map(|chip| chip.iccid.clone())).unwrap_or_else(|| filler::iccid(msisdn)),
        imei: imei.or_else(|| bound.then(|| filler::imei(msisdn))).filter(|_| status != ChipStatus::Ordered),
        system_no: system_no
            .or_else(|| in_stock.then(|| DEFAULT_SYSTEM.to_owned()))
            .filter(|_| !matches!(status, ChipStatus::Ordered | ChipStatus::ImeiRegistered)),
        label: label.filter(|label| label != status.label()),
        ordered_at: row.ordered_at.map(|at| at.0).or(known.map_or(Some(now), |chip| chip.ordered_at)),
        activated_at: row
            .activated_at
            .map(|at| at.0)
            .or_else(|| known.and_then(|chip| chip.activated_at))
            .or_else(|| is_started(&status).then(|| row.opened_at.map_or(now, |JstTime(at)| at))),
        version: row.version.unwrap_or_else(|| known.map_or(1, |chip| chip.version + 1)),
        status,
    }
}

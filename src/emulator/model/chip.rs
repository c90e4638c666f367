//! A chip SIM and what can happen to it. Pure: time is an argument.

use jiff::Timestamp;

use crate::carrier::wire::{self, PendingApplication};
use crate::domain::calendar::JstTime;
use crate::domain::{ChipStatus, LineStatus, Msisdn};
use crate::emulator::catalogue;
use crate::emulator::model::{LineRecord, Month, filler};

/// A chip SIM as the carrier keeps it. Once started, its status and version follow the line's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChipRecord {
    /// The key.
    pub(crate) msisdn: Msisdn,
    /// Serial number of the chip.
    pub(crate) iccid: String,
    /// The device it is bound to, for ever.
    pub(crate) imei: Option<String>,
    /// Whose stock it is in.
    pub(crate) system_no: Option<String>,
    /// Status.
    pub(crate) status: ChipStatus,
    /// A label other than the status's own (seeded).
    pub(crate) label: Option<String>,
    /// When it was ordered.
    pub(crate) ordered_at: Option<Timestamp>,
    /// When its use was started.
    pub(crate) activated_at: Option<Timestamp>,
    /// Counts changes.
    pub(crate) version: u64,
}

impl ChipRecord {
    /// Enters a status; a seeded label belonged to the old one.
    pub(crate) fn enter(&mut self, status: ChipStatus) {
        self.status = status;
        self.label = None;
    }

    /// Takes over what its line says.
    pub(crate) fn follow(&mut self, line: &LineRecord) {
        self.status = chip_status(&line.status);
        self.label = Some(line.label().to_owned());
        self.version = line.version;
        self.system_no = Some(line.system_no.clone());
    }

    /// The line that begins when its use starts: billable from now on.
    pub(crate) fn started(&mut self, system_no: &str, service_code: &str, plan_code: &str, now: Timestamp) -> LineRecord {
        self.enter(ChipStatus::Active);
        self.activated_at = Some(now);
        self.version += 1;
        LineRecord {
            msisdn: self.msisdn,
            iccid: self.iccid.clone(),
            imsi: filler::imsi(self.msisdn),
            imei: self.imei.clone(),
            chip: true,
            system_no: system_no.to_owned(),
            service_code: service_code.to_owned(),
            plan_code: plan_code.to_owned(),
            status: LineStatus::Active,
            label: None,
            suspend_reason: None,
            remaining: catalogue::plan_of(plan_code).map(|plan| plan.quota),
            remaining_month: Month::of(now),
            opened_at: Some(now),
            termination_date: None,
            updated_at: now,
            version: self.version,
            billed_from: Month::of(now),
            billed_until: None,
            gone_at: None,
        }
    }

    /// The label shown.
    pub(crate) fn label(&self) -> &str {
        self.label.as_deref().unwrap_or_else(|| self.status.label())
    }

    /// As function 19 answers it.
    pub(crate) fn wire(&self, pending: Vec<PendingApplication>) -> wire::ChipSim {
        wire::ChipSim {
            msisdn: self.msisdn,
            iccid: self.iccid.clone(),
            imei: self.imei.clone(),
            system_no: self.system_no.clone(),
            status: self.status.clone(),
            status_label: self.label().to_owned(),
            pending,
            ordered_at: self.ordered_at.map(JstTime),
            activated_at: self.activated_at.map(JstTime),
            version: self.version,
        }
    }
}

/// A line's status as the list of chip SIMs shows it.
pub(crate) fn chip_status(status: &LineStatus) -> ChipStatus {
    ChipStatus::from_wire(status.wire())
}

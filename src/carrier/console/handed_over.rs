//! An operation on a line that a person was asked to perform, and what exported lists say of it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::carrier::wire::{ChipSim, Line};
use crate::domain::{ApplicationNumber, ChipStatus, LineStatus, Msisdn, OperationKind};

/// An operation that a person was asked to perform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// The step of a check-list ([`crate::domain::HandOver`]).
    pub number: ApplicationNumber,
    /// What is to be done.
    pub kind: OperationKind,
    /// Its line.
    pub msisdn: Msisdn,
    /// What it leads to: a rate plan, an IMEI, a system number; empty where the kind says it.
    pub target: String,
    /// The system number that a chip SIM leaves.
    pub leaves: Option<String>,
    /// From when on it is to count.
    pub effective: Option<Date>,
    /// When it was handed over.
    pub at: Timestamp,
}

/// What the lists say of an operation that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It was done.
    Done,
    /// Nothing yet.
    NotYet,
    /// It cannot be done any more: the line has ended, or another device is bound.
    Overtaken,
}

/// What it leads to, as function 3 would call it.
pub(super) fn wire_target(handed: &HandedOver) -> String {
    match handed.kind {
        OperationKind::Suspend => LineStatus::Suspended.wire().to_owned(),
        OperationKind::Resume => LineStatus::Active.wire().to_owned(),
        OperationKind::Terminate => LineStatus::TerminationAccepted.wire().to_owned(),
        OperationKind::ChangeRatePlan
        | OperationKind::BindImei
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::StartUse
        | OperationKind::BuyCoupon
        | OperationKind::PlaceOrder
        | OperationKind::CancelApplication => handed.target.clone(),
    }
}

/// What the lists have of a number. A missing row says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) line: Option<&'a Line>,
    pub(super) chip: Option<&'a ChipSim>,
    /// Whether the list of chip SIMs says which IMEI is bound: then an empty cell says that none is.
    pub(super) has_imeis: bool,
}

/// What the rows of a line say of an operation.
pub(super) fn shown(handed: &HandedOver, rows: Rows<'_>) -> Shown {
    let Rows { line, chip, has_imeis } = rows;
    let status = line.map(|line| line.status.clone()).or_else(|| chip.and_then(|chip| chip.status.line()));
    if handed.kind == OperationKind::Terminate {
        return match status {
            Some(LineStatus::TerminationAccepted | LineStatus::Terminated | LineStatus::CarrierTerminated) => Shown::Done,
            Some(LineStatus::Active | LineStatus::Suspended | LineStatus::CarrierSuspended | LineStatus::Unknown(_)) | None => {
                Shown::NotYet
            }
        };
    }
    let is_started = status.is_some();
    let has_ended = status.as_ref().is_some_and(LineStatus::is_terminated);
    let stock = chip.and_then(|chip| chip.system_no.as_deref()).filter(|system| !system.is_empty());
    let is_allocated = chip.is_some_and(|chip| chip.status == ChipStatus::Allocated);
    let done = match handed.kind {
        OperationKind::Suspend => status == Some(LineStatus::Suspended),
        OperationKind::Resume => status == Some(LineStatus::Active),
        OperationKind::ChangeRatePlan => line.is_some_and(|line| line.plan_code == handed.target),
        OperationKind::BindImei => match chip.and_then(|chip| chip.imei.as_deref()) {
            Some(bound) if device(bound) != device(&handed.target) => return Shown::Overtaken,
            Some(_) => true,
            None if has_imeis && chip.is_some() => false,
            None => {
                is_started || chip.is_some_and(|chip| matches!(chip.status, ChipStatus::ImeiRegistered | ChipStatus::Allocated))
            }
        },
        OperationKind::Allocate => is_started || is_allocated && stock.is_none_or(|stock| stock == handed.target),
        OperationKind::Deallocate => {
            let elsewhere = is_allocated && stock.is_some() && stock != handed.leaves.as_deref();
            elsewhere || chip.is_some_and(|chip| chip.status == ChipStatus::ImeiRegistered)
        }
        OperationKind::StartUse => is_started,
        OperationKind::Terminate | OperationKind::BuyCoupon | OperationKind::PlaceOrder | OperationKind::CancelApplication => {
            false
        }
    };
    match (done, has_ended) {
        (true, _) => Shown::Done,
        (false, true) => Shown::Overtaken,
        (false, false) => Shown::NotYet,
    }
}

/// The digits that name the device, without check digit and version.
fn device(imei: &str) -> &str {
    imei.get(..14).unwrap_or(imei)
}

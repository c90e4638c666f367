//! What was observed at the carrier: explicitly stale, maybe partial, never trusted further than its
//! `complete` flag says.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::application::{ApplicationStatus, ApplicationType};
use crate::domain::console::CONSOLE;
use crate::domain::identifier::ReportedImei;
use crate::domain::{
    ApplicationNumber, Catalogue, ChipStatus, Iccid, Imei, Imsi, LineStatus, Msisdn, Purchases, RatePlan, ServiceCode,
    SystemNumber,
};

/// Whose lines these are: the identity that plans and journals are bound to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CarrierIdentity {
    /// Host and port of the endpoint, or `embedded`.
    pub host: String,
    /// The contractor id (契約者ID).
    pub contractor_id: String,
}

impl CarrierIdentity {
    /// Whether it is known by what its console exports alone (driver `csv`), and can be asked nothing.
    pub fn is_console(&self) -> bool {
        self.host == CONSOLE
    }
}

/// One account's lines and chip SIMs, joined on MSISDN and sorted by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// Whose they are.
    pub carrier: CarrierIdentity,
    /// The carrier's clock when the observation began.
    pub at: Timestamp,
    /// Whether both lists were proven complete. A plan from an incomplete one is refused.
    pub complete: bool,
    /// Sorted by MSISDN, one entry a number.
    pub sims: Vec<ObservedSim>,
    /// Systems, services, plans and prices.
    pub catalogue: Catalogue,
    /// What was bought, as far as it was asked for.
    pub purchases: Purchases,
}

/// What the two lists say of one number. A started chip is in both: joined, not added (DOMAIN 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedSim {
    /// The key.
    pub msisdn: Msisdn,
    /// The row of the list of SIMs (function 7).
    pub line: Option<LineRow>,
    /// The row of the list of chip SIMs (function 19).
    pub chip: Option<ChipRow>,
}

/// A line as function 7 lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// The card.
    pub iccid: Option<Iccid>,
    /// The subscription.
    pub imsi: Option<Imsi>,
    /// The device, as reported.
    pub imei: Option<ReportedImei>,
    /// Whether it is a chip SIM (soldered) rather than a card.
    pub is_chip: bool,
    /// Its system number.
    pub system: SystemNumber,
    /// Its service.
    pub service: ServiceCode,
    /// Its current rate plan.
    pub plan: RatePlan,
    /// Its status.
    pub status: LineStatus,
    /// The carrier's label for the status.
    pub label: Arc<str>,
    /// Why it was suspended. Kept through a termination, so it tells what a cancellation leads back to.
    pub suspend_reason: Option<Arc<str>>,
    /// Traffic left this month, in bytes.
    pub traffic_remaining: Option<u64>,
    /// Open applications.
    pub pending: Box<[Pending]>,
    /// When the contract began.
    pub opened_at: Option<Timestamp>,
    /// The day at whose end an accepted termination takes effect.
    pub termination_date: Option<Date>,
    /// The carrier's last change.
    pub updated_at: Option<Timestamp>,
    /// The carrier's version of the row.
    pub version: u64,
}

/// A chip SIM as function 19 lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipRow {
    /// The chip.
    pub iccid: Option<Iccid>,
    /// The IMEI bound to it, for ever.
    pub imei: Option<Imei>,
    /// The system number it is allocated to.
    pub system: Option<SystemNumber>,
    /// Its status. Once started, the line's status is the one that counts.
    pub status: ChipStatus,
    /// The carrier's label for the status.
    pub label: Arc<str>,
    /// Open applications.
    pub pending: Box<[Pending]>,
    /// When it was ordered.
    pub ordered_at: Option<Timestamp>,
    /// When its use was started.
    pub activated_at: Option<Timestamp>,
    /// The carrier's version of the row.
    pub version: u64,
}

/// An open application on a line or chip SIM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its number.
    pub application: ApplicationNumber,
    /// What it asks for.
    pub kind: ApplicationType,
    /// How far it has come.
    pub status: ApplicationStatus,
    /// What it leads to.
    pub target: PendingTarget,
    /// From when on, where that is known.
    pub effective: Option<Date>,
    /// Whether it can still be cancelled.
    pub cancellable: bool,
}

/// What an open application leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PendingTarget {
    /// Another status, whose wire name this is.
    Status(Arc<str>),
    /// Another rate plan.
    Plan(RatePlan),
    /// A bound IMEI.
    Imei(Imei),
    /// A system number's stock.
    System(SystemNumber),
    /// Something this version does not know.
    Other(Arc<str>),
}

impl Observed {
    /// The entry of a number.
    pub fn get(&self, msisdn: Msisdn) -> Option<&ObservedSim> {
        self.sims.binary_search_by(|sim| sim.msisdn.cmp(&msisdn)).ok().and_then(|index| self.sims.get(index))
    }
}

impl ObservedSim {
    /// The open applications of the line and of the chip SIM, without doubles (a started chip shows
    /// the same application in both lists).
    pub fn pending(&self) -> impl Iterator<Item = &Pending> {
        let of_line: &[Pending] = self.line.as_ref().map_or(&[], |line| &line.pending);
        let of_chip: &[Pending] = self.chip.as_ref().map_or(&[], |chip| &chip.pending);
        of_line.iter().chain(of_chip.iter().filter(move |chip| of_line.iter().all(|line| line.application != chip.application)))
    }
}

//! Rows of a seed as they are written. A snapshot writes the same.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::carrier::wire::{OrderDetail, Session};
use crate::domain::calendar::JstTime;
use crate::domain::identifier::{Imei, ReportedImei};
use crate::domain::{ApplicationStatus, ApplicationType, Msisdn, RequestedVia};
use crate::emulator::model::Month;

/// A line or chip SIM: the protocol's fields, and what the carrier keeps beside them. Only the number must
/// be there.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeedRow {
    pub(crate) msisdn: Msisdn,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) iccid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) imsi: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) imei: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) system_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) plan_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status_label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) suspend_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) traffic_remaining_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pending: Vec<SeedPending>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) opened_at: Option<JstTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ordered_at: Option<JstTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) activated_at: Option<JstTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) termination_date: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) updated_at: Option<JstTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u64>,
    /// First month (`YYYY-MM`) whose fee is not in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) billed_from: Option<String>,
    /// Last month with a fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) billed_until: Option<String>,
    /// When the row leaves the lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) listed_until: Option<JstTime>,
}

/// An open application on a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeedPending {
    /// Its number; the next free one if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) application_no: Option<String>,
    /// What it asks for.
    #[serde(rename = "type")]
    pub(crate) kind: ApplicationType,
    /// What it leads to.
    #[serde(default)]
    pub(crate) target: String,
    /// From when on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) effective_date: Option<Date>,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<ApplicationStatus>,
}

/// An application: the protocol's fields, and what the carrier keeps beside them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeedApplication {
    pub(crate) application_no: String,
    #[serde(rename = "type")]
    pub(crate) kind: ApplicationType,
    pub(crate) status: ApplicationStatus,
    pub(crate) requested_at: JstTime,
    #[serde(default = "api")]
    pub(crate) requested_via: RequestedVia,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) effective_date: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cancellable_until: Option<JstTime>,
    #[serde(default)]
    pub(crate) items: Vec<SeedItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<OrderDetail>,
    /// Why (suspend, terminate).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The stock (functions 16 to 18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) system_no: Option<String>,
    /// The plan to start with (function 18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) plan_code: Option<String>,
    /// When it moves on by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<JstTime>,
    /// Whether a fault holds it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) stuck: bool,
}

fn api() -> RequestedVia {
    RequestedVia::Api
}

/// One line of an application.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeedItem {
    /// The line.
    pub(crate) msisdn: Msisdn,
    /// Its own outcome; the application's status while it is open.
    pub(crate) status: ApplicationStatus,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error_code: Option<String>,
    /// What it leads to, where that is not the application's target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
}

/// An entry of the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeedEntry {
    /// When.
    pub(crate) at: JstTime,
    /// For what.
    pub(crate) kind: String,
    /// The line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) msisdn: Option<Msisdn>,
    /// The application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) application_no: Option<String>,
    /// Whole yen.
    pub(crate) amount: i64,
}

/// Traffic of a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SeedUsage {
    /// The line.
    pub(crate) msisdn: Msisdn,
    /// The day.
    pub(crate) date: Date,
    /// How much.
    pub(crate) bytes: u64,
}

/// A session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SeedSession {
    /// The line.
    pub(crate) msisdn: Msisdn,
    /// What function 11 answers.
    #[serde(flatten)]
    pub(crate) session: Session,
}

impl SeedRow {
    /// A row with a number and nothing else.
    pub(crate) fn bare(msisdn: Msisdn) -> Self {
        Self {
            msisdn,
            iccid: None,
            imsi: None,
            imei: None,
            kind: None,
            system_no: None,
            service_code: None,
            plan_code: None,
            status: None,
            status_label: None,
            suspend_reason: None,
            traffic_remaining_bytes: None,
            pending: Vec::new(),
            opened_at: None,
            ordered_at: None,
            activated_at: None,
            termination_date: None,
            updated_at: None,
            version: None,
            billed_from: None,
            billed_until: None,
            listed_until: None,
        }
    }

    /// What is wrong with it beyond its types. A carrier may have statuses, plans and labels that nobody
    /// else knows, so those are not judged.
    pub(super) fn problem(&self, chip: bool) -> Option<String> {
        let digits = |text: &str| !text.is_empty() && text.len() <= 22 && text.bytes().all(|byte| byte.is_ascii_digit());
        if self.iccid.as_deref().is_some_and(|iccid| !digits(iccid)) {
            return Some("iccid has only digits, 22 at most".to_owned());
        }
        if self.imsi.as_deref().is_some_and(|imsi| crate::domain::Imsi::parse(imsi).is_err()) {
            return Some("imsi has 15 digits".to_owned());
        }
        if let Some(imei) = &self.imei {
            let problem = if chip { Imei::parse(imei).err() } else { ReportedImei::parse(imei).err() };
            if let Some(error) = problem {
                return Some(format!("imei: {error}"));
            }
        }
        if self.kind.as_deref().is_some_and(|kind| !matches!(kind, "card" | "chip")) {
            return Some("kind is card or chip".to_owned());
        }
        for (name, text) in [("status", &self.status), ("systemNo", &self.system_no), ("planCode", &self.plan_code)] {
            if text.as_deref() == Some("") {
                return Some(format!("{name} is empty"));
            }
        }
        for (name, text) in [("billedFrom", &self.billed_from), ("billedUntil", &self.billed_until)] {
            if text.as_deref().is_some_and(|text| Month::parse(text).is_none()) {
                return Some(format!("{name} is a month such as 2026-11"));
            }
        }
        self.pending.iter().find_map(SeedPending::problem)
    }
}

impl SeedPending {
    fn problem(&self) -> Option<String> {
        match self.kind {
            ApplicationType::Order | ApplicationType::Coupon | ApplicationType::Unknown(_) => {
                Some(format!("pending: {} is nothing that can be open on a line", self.kind))
            }
            ApplicationType::PlanChange | ApplicationType::Activation if self.target.is_empty() => {
                Some(format!("pending: {} needs a target", self.kind))
            }
            ApplicationType::ImeiRegistration => Imei::parse(&self.target).err().map(|error| format!("pending: target: {error}")),
            ApplicationType::Suspend
            | ApplicationType::Resume
            | ApplicationType::PlanChange
            | ApplicationType::Terminate
            | ApplicationType::Allocation
            | ApplicationType::Deallocation
            | ApplicationType::Activation => None,
        }
    }
}

impl SeedApplication {
    /// What is wrong with it beyond its types.
    pub(super) fn problem(&self) -> Option<String> {
        if self.application_no.is_empty() {
            return Some("applicationNo is empty".to_owned());
        }
        if self.kind == ApplicationType::Order && self.order.is_none() {
            return Some("an order needs `order`".to_owned());
        }
        None
    }
}

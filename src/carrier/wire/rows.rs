//! What lists and single reads answer.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::JstTime;
use crate::domain::{ApplicationStatus, ApplicationType, ChipStatus, LineStatus, Msisdn};

/// One page of a list. `total_size` is what completeness is judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows of this page.
    pub result: Vec<T>,
    /// The page's number, from 1.
    pub page: u64,
    /// Rows asked for per page, at most 10,000.
    pub page_size: u64,
    /// Rows in the whole list.
    pub total_size: u64,
}

/// A line under contract (functions 1 and 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Phone number, national form.
    pub msisdn: Msisdn,
    /// Serial number of the card; kept as text, because carriers disagree about its check digit.
    pub iccid: String,
    /// Identity of the subscription.
    pub imsi: String,
    /// The device: an IMEI, an IMEISV or zeros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imei: Option<String>,
    /// `card` or `chip`.
    pub kind: String,
    /// System number.
    pub system_no: String,
    /// Communication service.
    pub service_code: String,
    /// Current rate plan.
    pub plan_code: String,
    /// Status.
    pub status: LineStatus,
    /// The carrier's label for it.
    #[serde(default)]
    pub status_label: String,
    /// `lost` or `paused`; kept while a termination is accepted, so it tells the state before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspend_reason: Option<String>,
    /// Traffic left this month, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic_remaining_bytes: Option<u64>,
    /// Open applications.
    #[serde(default)]
    pub pending: Vec<PendingApplication>,
    /// When the contract began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<JstTime>,
    /// The day at whose end the line ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Date>,
    /// Last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<JstTime>,
    /// Counts the row's changes.
    #[serde(default)]
    pub version: u64,
}

/// A chip SIM (function 19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChipSim {
    /// Phone number, national form.
    pub msisdn: Msisdn,
    /// Serial number of the chip.
    pub iccid: String,
    /// The IMEI bound to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imei: Option<String>,
    /// The system number it is allocated to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_no: Option<String>,
    /// Status: `ordered`, `imeiRegistered`, `allocated`; once started, the line's status.
    pub status: ChipStatus,
    /// The carrier's label for it.
    #[serde(default)]
    pub status_label: String,
    /// Open applications.
    #[serde(default)]
    pub pending: Vec<PendingApplication>,
    /// When it was ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_at: Option<JstTime>,
    /// When its use was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<JstTime>,
    /// Counts the row's changes.
    #[serde(default)]
    pub version: u64,
}

/// An open application as lines and chip SIMs show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingApplication {
    /// Its number.
    pub application_no: String,
    /// What it asks for.
    #[serde(rename = "type")]
    pub kind: ApplicationType,
    /// What it leads to: a status for `suspend`, `resume` and `terminate`, a plan code for `planChange`
    /// and `activation`, an IMEI for `imeiRegistration`, a system number for (de)allocations.
    #[serde(default)]
    pub target: String,
    /// From when on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<Date>,
    /// Whether it can be cancelled now.
    #[serde(default)]
    pub cancellable: bool,
    /// How far it has come (an extension; where a carrier leaves it out, a plan change or termination
    /// with an effective date counts as scheduled, anything else as accepted).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ApplicationStatus>,
}

/// Traffic of a line (function 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The line.
    pub msisdn: Msisdn,
    /// `day` or `month`.
    pub unit: String,
    /// One row a day or month, oldest first.
    pub rows: Vec<UsageRow>,
    /// Until when the figures count.
    pub as_of: JstTime,
}

/// Traffic of one day or month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageRow {
    /// `YYYY-MM-DD` or `YYYY-MM`.
    pub period: String,
    /// Bytes up and down.
    pub bytes: u64,
}

/// Session of a line (function 11). One that never was is `online: false` and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Connected now.
    pub online: bool,
    /// Connected (or not) since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<JstTime>,
    /// Seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<JstTime>,
    /// Address in the APN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Access point name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apn: Option<String>,
    /// The device seen: an IMEI, an IMEISV or zeros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imei: Option<String>,
    /// Radio access technology.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rat: Option<String>,
}

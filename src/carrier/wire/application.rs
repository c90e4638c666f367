//! Applications, as mutations answer them and function 10 lists them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::carrier::wire::OrderBody;
use crate::domain::calendar::JstTime;
use crate::domain::{ApplicationStatus, ApplicationType, Msisdn, RequestedVia};

/// A mutation that the carrier accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Its number.
    pub application_no: String,
    /// What it asks for.
    #[serde(rename = "type")]
    pub kind: ApplicationType,
    /// How far it has come.
    pub status: ApplicationStatus,
    /// The carrier's label for it.
    #[serde(default)]
    pub status_label: String,
    /// When it was accepted.
    pub requested_at: JstTime,
    /// Through which entry point.
    pub requested_via: RequestedVia,
    /// From when on it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<Date>,
    /// Until when it can be cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellable_until: Option<JstTime>,
    /// The lines it touches, each with an outcome of its own.
    #[serde(default)]
    pub items: Vec<ApplicationItem>,
    /// What it leads to, as in a pending application: a plan code, a coupon code (an extension).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The order, for type `order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderDetail>,
}

/// One line of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationItem {
    /// The line.
    pub msisdn: Msisdn,
    /// Its own outcome.
    pub status: ApplicationStatus,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

/// An order and, once it is shipped, what was in the parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderDetail {
    /// What was ordered.
    #[serde(flatten)]
    pub request: OrderBody,
    /// The numbers, known from shipment on.
    #[serde(default)]
    pub msisdns: Vec<Msisdn>,
    /// The ICCIDs, in the order of the numbers.
    #[serde(default)]
    pub iccids: Vec<String>,
}

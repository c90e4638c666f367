//! `SimOrder`: an order of SIMs and devices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NameRef;
use super::rules::{immutable, rules};
use crate::domain::address::PREFECTURES;

/// An order of SIMs and devices: bought once, immutable but for `state: Cancelled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(
    feature = "controller",
    derive(kube::CustomResource),
    kube(
        group = "simfleet.dev",
        version = "v1alpha1",
        kind = "SimOrder",
        root = "SimOrderResource",
        plural = "simorders",
        shortname = "simo",
        category = "simfleet-all",
        namespaced,
        schema = "disabled",
        status = "super::status::SimOrderStatus",
        derive = "PartialEq",
        doc = "A `SimOrder` in a cluster.",
        printcolumn = r#"{"name": "Application", "type": "string", "jsonPath": ".status.applicationNo"}"#,
        printcolumn = r#"{"name": "Phase", "type": "string", "jsonPath": ".status.phase"}"#,
        printcolumn = r#"{"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}"#,
        printcolumn = r#"{"name": "Account", "type": "string", "jsonPath": ".spec.accountRef.name", "priority": 1}"#,
        printcolumn = r#"{"name": "Quantity", "type": "integer", "jsonPath": ".spec.quantity", "priority": 1}"#,
        printcolumn = r#"{"name": "Cost", "type": "string", "jsonPath": ".status.cost", "priority": 1}"#,
        printcolumn = r#"{"name": "Reason", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason", "priority": 1}"#,
        printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    )
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules([
    (
        "has(self.devices) == has(oldSelf.devices) && has(self.preferredDate) == has(oldSelf.preferredDate) \
         && has(self.timeSlot) == has(oldSelf.timeSlot)",
        "an order cannot be changed, but for `state: Cancelled`: delete it, and create another one",
    ),
    (
        "!has(oldSelf.state) || oldSelf.state != 'Cancelled' || (has(self.state) && self.state == 'Cancelled')",
        "a cancelled order stays cancelled: create another one",
    ),
    (
        "!has(self.timeSlot) || dyn(self.timeSlot) == null || (has(self.preferredDate) && dyn(self.preferredDate) != null)",
        "timeSlot is a part of preferredDate, which is missing (TIME_SLOT_WITHOUT_DATE)",
    ),
])))]
pub struct SimOrderSpec {
    /// The account that orders.
    #[schemars(extend("x-kubernetes-validations" = immutable()))]
    pub account_ref: NameRef,
    /// The system number that the SIMs are for.
    #[schemars(length(min = 1, max = 64), extend("format" = "system-number", "x-kubernetes-validations" = immutable()))]
    pub system_number: String,
    /// The communication service.
    #[schemars(length(min = 1, max = 64), extend("format" = "service-code", "x-kubernetes-validations" = immutable()))]
    pub service_code: String,
    /// The rate plan of the SIMs.
    #[schemars(length(min = 1, max = 64), extend("x-kubernetes-validations" = immutable()))]
    pub rate_plan: String,
    /// The size of the cards, or `chip`.
    #[schemars(extend("x-kubernetes-validations" = immutable()))]
    pub form_factor: FormFactor,
    /// How many SIMs: 1 to 999.
    #[schemars(range(min = 1, max = 999), extend("x-kubernetes-validations" = immutable()))]
    pub quantity: u32,
    /// Devices in the same parcel: 1 to 999 in all, each model once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        length(max = 100),
        extend(
            "x-kubernetes-list-type" = "map",
            "x-kubernetes-list-map-keys" = ["model"],
            "x-kubernetes-validations" = devices(),
        )
    )]
    pub devices: Vec<DeviceItem>,
    /// Where they are sent.
    #[schemars(extend("x-kubernetes-validations" = immutable()))]
    pub ship_to: ShippingAddress,
    /// The day the parcel should arrive, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 10),
        regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        extend("format" = "date", "x-kubernetes-validations" = immutable())
    )]
    pub preferred_date: Option<String>,
    /// The part of `preferredDate` in which it should arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-validations" = immutable()))]
    pub time_slot: Option<TimeSlot>,
    /// `Cancelled` cancels the order while the carrier still allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<OrderState>,
}

/// Those of an order stay as they are, and are not too many (`crate::manifest` knows the same number).
fn devices() -> serde_json::Value {
    rules([
        ("self == oldSelf", "the devices of an order cannot be changed"),
        ("self.map(device, device.quantity).sum() <= 999", "the order has more than 999 devices in all (ORDER_DEVICES)"),
    ])
}

/// The size of a SIM card, or a chip SIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FormFactor {
    /// 12.3 × 8.8 mm (4FF).
    Nano,
    /// 15 × 12 mm (3FF).
    Micro,
    /// 25 × 15 mm (2FF).
    Mini,
    /// Soldered (MFF2): a chip SIM.
    Chip,
}

impl FormFactor {
    /// The name on the wire, which is the one in manifests.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Nano => "nano",
            Self::Micro => "micro",
            Self::Mini => "mini",
            Self::Chip => "chip",
        }
    }
}

/// A device of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceItem {
    /// The carrier's code for the model.
    #[schemars(length(min = 1, max = 64))]
    pub model: String,
    /// How many.
    #[schemars(range(min = 1, max = 999))]
    pub quantity: u32,
}

/// A Japanese shipping address. Labels are printed in full-width characters (全角); ASCII is widened. Lengths
/// are in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShippingAddress {
    /// Postal code (郵便番号), quoted: `"100-0001"`.
    #[schemars(length(max = 8), regex(pattern = r"^[0-9]{3}-?[0-9]{4}$"), extend("format" = "postal-code"))]
    pub postal_code: String,
    /// Prefecture (都道府県): `東京都`.
    #[schemars(extend("enum" = PREFECTURES.as_slice(), "format" = "printed"))]
    pub prefecture: String,
    /// City or ward (市区町村): `千代田区`.
    #[schemars(length(min = 1, max = 32), regex(pattern = r"^[^｡-ﾟ]+$"), extend("format" = "printed"))]
    pub city: String,
    /// Block and number (町名・番地): `千代田1-1`.
    #[schemars(length(min = 1, max = 32), regex(pattern = r"^[^｡-ﾟ]+$"), extend("format" = "printed"))]
    pub street: String,
    /// Building and floor (建物名).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = r"^[^｡-ﾟ]*$"), extend("format" = "printed"))]
    pub building: Option<String>,
    /// Company (会社名).
    #[schemars(length(min = 1, max = 32), regex(pattern = r"^[^｡-ﾟ]+$"), extend("format" = "printed"))]
    pub company: String,
    /// Department (部署名).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = r"^[^｡-ﾟ]*$"), extend("format" = "printed"))]
    pub department: Option<String>,
    /// Who receives it (担当者名).
    #[schemars(length(min = 1, max = 24), regex(pattern = r"^[^｡-ﾟ]+$"), extend("format" = "printed"))]
    pub contact: String,
    /// The receiver's telephone number (電話番号), quoted: ten or eleven digits, with or without hyphens.
    #[schemars(length(max = 32), regex(pattern = r"^[- ]*0([- ]*[0-9]){9,10}[- ]*$"), extend("format" = "phone"))]
    pub phone: String,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TimeSlot {
    /// Before noon.
    Morning,
    /// Noon to evening.
    Afternoon,
    /// Evening.
    Evening,
}

impl TimeSlot {
    /// The name on the wire, which is the one in manifests.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
            Self::Evening => "evening",
        }
    }
}

/// What may be declared of an order after it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OrderState {
    /// It is wanted.
    Placed,
    /// It is to be cancelled while that is possible.
    Cancelled,
}

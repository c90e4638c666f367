//! `SimOrder`: an order of SIMs and devices. Reserved: this version reads it, and says that it does
//! not place orders yet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NameRef;

/// An order of SIMs and devices: bought once, immutable but for `state: Cancelled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SimOrderSpec {
    /// The account that orders.
    pub account_ref: NameRef,
    /// The system number that the SIMs are for.
    #[schemars(length(min = 1, max = 64), extend("format" = "system-number"))]
    pub system_number: String,
    /// The communication service.
    #[schemars(length(min = 1, max = 64), extend("format" = "service-code"))]
    pub service_code: String,
    /// The rate plan of the SIMs.
    #[schemars(length(min = 1, max = 64))]
    pub rate_plan: String,
    /// The size of the cards.
    pub form_factor: FormFactor,
    /// How many SIMs: 1 to 999.
    #[schemars(range(min = 1, max = 999))]
    pub quantity: u32,
    /// Devices ordered together with the SIMs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub devices: Vec<DeviceItem>,
    /// Where they are sent.
    pub ship_to: ShippingAddress,
    /// The day they should arrive, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))]
    pub preferred_date: Option<String>,
    /// The part of the day they should arrive in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_slot: Option<TimeSlot>,
    /// `Cancelled` cancels the order while the carrier still allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<OrderState>,
}

/// The size of a SIM card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FormFactor {
    /// 25 × 15 mm.
    Standard,
    /// 15 × 12 mm.
    Micro,
    /// 12.3 × 8.8 mm.
    Nano,
    /// Soldered (MFF2).
    Chip,
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

/// A Japanese shipping address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShippingAddress {
    /// `NNN-NNNN`.
    #[schemars(regex(pattern = r"^[0-9]{3}-?[0-9]{4}$"), extend("format" = "postal-code"))]
    pub postal_code: String,
    /// Prefecture.
    #[schemars(length(min = 1))]
    pub prefecture: String,
    /// City or ward.
    #[schemars(length(min = 1))]
    pub city: String,
    /// Street and number.
    #[schemars(length(min = 1))]
    pub street: String,
    /// Building and floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// Company.
    #[schemars(length(min = 1))]
    pub company: String,
    /// Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Who receives it.
    #[schemars(length(min = 1))]
    pub contact: String,
    /// The receiver's telephone number, quoted.
    #[schemars(length(min = 1), extend("format" = "phone"))]
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

/// What may be declared of an order after it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OrderState {
    /// It is wanted.
    Placed,
    /// It is to be cancelled while that is possible.
    Cancelled,
}

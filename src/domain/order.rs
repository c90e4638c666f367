//! What is ordered: SIMs, devices, and where they are sent (functions 8 and 9, DOMAIN 4).

use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::address::width::widened;
use crate::domain::{RatePlan, ServiceCode, SystemNumber};

/// The content of an order, which never changes once it is placed.
///
/// It has no name: that stays on our side, so two orders of the same content can be told apart by
/// their application numbers only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderContent {
    /// The system number that the SIMs are for.
    pub system_number: SystemNumber,
    /// Their service.
    pub service_code: ServiceCode,
    /// Their rate plan.
    pub rate_plan: RatePlan,
    /// `nano`, `micro`, `mini` or `chip`.
    pub form_factor: Arc<str>,
    /// SIMs: 1 to 999.
    pub quantity: u32,
    /// Devices in the same parcel, sorted by model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<OrderedDevice>,
    /// Where to.
    pub ship_to: ShipTo,
    /// The wished-for day of delivery (JST).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_date: Option<Date>,
    /// The wished-for part of that day: `morning`, `afternoon`, `evening`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_slot: Option<Arc<str>>,
}

impl OrderContent {
    /// The form in which two ways to write one order are equal: the address as it is printed, devices sorted.
    /// A plan, a journal or a carrier may hold another.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.ship_to = self.ship_to.normalised();
        self.devices.sort();
        self
    }
}

/// Devices of one model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OrderedDevice {
    /// The carrier's code for the model.
    pub model: Arc<str>,
    /// How many: 1 to 999.
    pub quantity: u32,
}

/// A Japanese shipping address. What a label can carry says [`address::problems`](crate::domain::address::problems).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShipTo {
    /// `NNN-NNNN` once normalised (郵便番号).
    pub postal_code: String,
    /// 都道府県.
    pub prefecture: String,
    /// 市区町村.
    pub city: String,
    /// 町名・番地.
    pub street: String,
    /// 建物名.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// 会社名.
    pub company: String,
    /// 部署名.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// 担当者名.
    pub contact: String,
    /// The contact's telephone number, digits only once normalised.
    pub phone: String,
}

impl ShipTo {
    /// As it is printed: the postal code as `NNN-NNNN`, the telephone number without hyphens, ASCII text in
    /// full width, no white space at the ends, empty optional parts absent. Two ways to write one address
    /// become equal.
    #[must_use]
    pub fn normalised(self) -> Self {
        let Self { postal_code, prefecture, city, street, building, company, department, contact, phone } = self;
        let printed = |text: String| widened(&text);
        let optional = |text: Option<String>| text.map(printed).filter(|text| !text.is_empty());
        let digits = |text: &str| text.chars().filter(|c| !matches!(c, '-' | ' ')).collect::<String>();
        let code = digits(&postal_code);
        Self {
            postal_code: match code.split_at_checked(3) {
                Some((area, rest)) if rest.len() == 4 => format!("{area}-{rest}"),
                Some(_) | None => postal_code.trim().to_owned(),
            },
            prefecture: prefecture.trim().to_owned(),
            city: printed(city),
            street: printed(street),
            building: optional(building),
            company: printed(company),
            department: optional(department),
            contact: printed(contact),
            phone: digits(&phone),
        }
    }
}

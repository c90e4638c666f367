//! Systems, services, plans and coupons (functions 12 and 13, and the catalogue extension).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::calendar::CutOff;

/// `GET /v1/system`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemAnswer {
    /// The contractor.
    pub contractor_id: String,
    /// Its system numbers.
    pub systems: Vec<SystemInfo>,
    /// When plan changes stop being accepted in a month.
    #[serde(default)]
    pub plan_change_cut_off: CutOff,
    /// The most rows a bulk request takes.
    pub bulk_limit: u32,
    /// Charged when a line is terminated, in whole yen. Absent: it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination_fee: Option<i64>,
    /// What cards and devices cost (an extension). A carrier without it has no prices that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_prices: Option<OrderPriceList>,
}

/// Prices of what can be ordered (functions 8 and 9), in whole yen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderPriceList {
    /// A card, by form factor.
    #[serde(default)]
    pub cards: BTreeMap<String, i64>,
    /// A device, by model.
    #[serde(default)]
    pub devices: BTreeMap<String, i64>,
}

/// One system number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemInfo {
    /// The number.
    pub system_no: String,
    /// Its services.
    pub services: Vec<ServiceInfo>,
}

/// One service under a system number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceInfo {
    /// Its code.
    pub service_code: String,
    /// Numbers of the functions it offers, 1 to 19.
    pub functions: Vec<u8>,
}

/// `GET /v1/systems/{systemNo}/services/{serviceCode}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDetail {
    /// The system number.
    pub system_no: String,
    /// The service.
    pub service_code: String,
    /// The month, `YYYY-MM`.
    pub month: String,
    /// Lines by status.
    pub line_counts: BTreeMap<String, u64>,
    /// Lines by rate plan.
    pub plans: BTreeMap<String, u64>,
    /// Traffic of all lines in the month.
    pub bytes: u64,
}

/// `GET /v1/plans`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanOffers {
    /// Every plan.
    pub result: Vec<PlanOffer>,
}

/// A rate plan on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanOffer {
    /// Its code.
    pub plan_code: String,
    /// What people call it.
    pub name: String,
    /// Traffic included (or the ceiling), in bytes.
    pub quota_bytes: u64,
    /// Fee per month in whole units of the currency. Absent: it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_fee: Option<i64>,
    /// `JPY`.
    pub currency: String,
    /// Codes of the coupons it takes.
    #[serde(default)]
    pub coupon_codes: Vec<String>,
}

/// `GET /v1/plans/{code}/coupons`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CouponOffers {
    /// The coupons that this plan takes.
    pub result: Vec<CouponOffer>,
}

/// A coupon on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CouponOffer {
    /// Its code.
    pub coupon_code: String,
    /// Traffic it adds, in bytes.
    pub bytes: u64,
    /// Price in whole units of the currency.
    pub price: i64,
    /// `JPY`.
    pub currency: String,
}

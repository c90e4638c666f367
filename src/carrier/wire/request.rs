//! Bodies of requests.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::JstTime;
use crate::domain::{Imei, Msisdn};

/// `POST /v1/auth/token`. Not `Debug`: it holds a password.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenBody {
    /// 契約者ID.
    pub contractor_id: String,
    /// Its password.
    pub password: String,
}

/// A bearer token. Not `Debug`: it opens the account for an hour.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenAnswer {
    /// Sent back as `Authorization: Bearer`.
    pub token: String,
    /// Its end, in real time.
    pub expires_at: JstTime,
}

/// Function 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspendBody {
    /// `lost` or `paused`.
    pub reason: String,
}

/// Function 3.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResumeBody {}

/// Function 6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanChangeBody {
    /// The plan from the 1st of next month on.
    pub plan_code: String,
}

/// Function 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CouponBody {
    /// The coupon.
    pub coupon_code: String,
}

/// Function 14.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminateBody {
    /// The line ends at the end of this day (JST).
    pub termination_date: Date,
    /// Free text for the carrier.
    pub reason: String,
}

/// Function 15: at most 3,000 items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImeiBody {
    /// The pairs to bind.
    pub items: Vec<ImeiItem>,
}

/// One chip SIM and its IMEI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImeiItem {
    /// The chip SIM.
    pub msisdn: Msisdn,
    /// The device.
    pub imei: Imei,
}

/// Function 15 with `?dryRun=true`: what the console shows before it accepts a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImeiPreview {
    /// Rows read.
    pub count: u64,
    /// The first ten.
    pub first: Vec<ImeiItem>,
    /// What is wrong with which row.
    pub errors: Vec<super::ParameterError>,
}

/// Functions 16 and 17: at most 3,000 numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllocationBody {
    /// The system number whose stock it is.
    pub system_no: String,
    /// The chip SIMs.
    pub msisdns: Vec<Msisdn>,
}

/// Function 18: at most 3,000 numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivationBody {
    /// The system number whose stock they are in.
    pub system_no: String,
    /// The chip SIMs.
    pub msisdns: Vec<Msisdn>,
    /// The plan they start with.
    pub plan_code: String,
}

/// Functions 8 and 9: `POST /v1/orders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderBody {
    /// System number.
    pub system_no: String,
    /// Service.
    pub service_code: String,
    /// Plan of the new lines.
    pub plan_code: String,
    /// `nano`, `micro`, `mini` or `chip`.
    pub form_factor: String,
    /// SIMs, 1 to 999.
    pub quantity: u32,
    /// Devices in the same parcel (function 9).
    #[serde(default)]
    pub devices: Vec<DeviceOrder>,
    /// Where to.
    pub ship_to: ShipTo,
    /// Wished-for day of delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_date: Option<Date>,
    /// Wished-for time of day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_slot: Option<String>,
}

/// Devices of one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceOrder {
    /// Model.
    pub model: String,
    /// How many.
    pub quantity: u32,
}

/// A Japanese shipping address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShipTo {
    /// `123-4567`.
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
    /// Phone of the contact.
    pub phone: String,
}

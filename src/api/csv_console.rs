//! `csv` of a `CarrierAccount`: lists that the carrier's console exported, and where files for it go.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The carrier's console instead of its API (driver `csv`): lists that a person exported there, and files and
/// check-lists for what a person does there. Paths are relative to the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CsvConsole {
    /// The exported list of SIMs under contract (SIMカード一覧, function 7). It or `chipSims` has to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub sims: Option<String>,
    /// The exported list of chip SIMs (チップSIM一覧, function 19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub chip_sims: Option<String>,
    /// The folder for what is handed over to a person, one sub-folder a plan. Absent: `console`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub output: Option<String>,
    /// What the carrier offers and what it costs: a file with `system` and `plans` as a snapshot of `simfleet
    /// observe` has them. Absent: what the lists show, at unknown prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub catalogue: Option<String>,
    /// When the lists were exported (RFC 3339). Absent: when the older of the two files was changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub exported_at: Option<String>,
    /// The greatest age of lists that are planned from, such as `90m`, `24h` or `3d`. Absent: `24h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8))]
    pub max_age: Option<String>,
    /// How many rows the console counts. A list with another number is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<ExpectedRows>,
    /// The system number of all lines, where the list of SIMs has no column for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), extend("format" = "system-number"))]
    pub system_number: Option<String>,
    /// The service of all lines, where the list of SIMs has no column for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), extend("format" = "service-code"))]
    pub service_code: Option<String>,
    /// Headings of columns that simfleet does not know by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<ExportColumns>,
    /// Statuses, by the labels of the console, that simfleet does not know by itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 64, "propertyNames" = {"minLength": 1, "maxLength": 64}))]
    pub statuses: BTreeMap<String, ExportedStatus>,
}

/// How many rows a list has, its heading not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedRows {
    /// Of the list of SIMs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100_000_000))]
    pub sims: Option<u32>,
    /// Of the list of chip SIMs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100_000_000))]
    pub chip_sims: Option<u32>,
}

/// The headings of exported lists, by what stands below them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportColumns {
    /// The phone number (電話番号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub msisdn: Option<String>,
    /// The status (状態).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub status: Option<String>,
    /// The card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub iccid: Option<String>,
    /// The subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub imsi: Option<String>,
    /// The device: of a line as reported, of a chip SIM as registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub imei: Option<String>,
    /// The system number (システム番号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub system_number: Option<String>,
    /// The service (サービス).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub service_code: Option<String>,
    /// The rate plan (プラン).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub rate_plan: Option<String>,
    /// The day at whose end the line ends (解約日).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub termination_date: Option<String>,
}

/// What a label of the console means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ExportedStatus {
    /// 発注済: a chip SIM to which no IMEI is bound.
    Ordered,
    /// `IMEI登録済`
    ImeiRegistered,
    /// 引当済
    Allocated,
    /// 利用中
    Active,
    /// 通信停止中
    Suspended,
    /// 解約受付済
    TerminationAccepted,
    /// 解約済
    Terminated,
    /// 強制停止
    CarrierSuspended,
    /// 強制解約
    CarrierTerminated,
}

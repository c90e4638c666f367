//! The lines of a fleet: inline, with defaults, or in rosters.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::present;
use crate::api::rules::{line, rules};

/// Values for lines that do not name their own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineDefaults {
    /// The state of `sims` (never of `chipSims`). What is to end is declared line by line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DefaultState>,
    /// The rate plan of `sims` and `chipSims`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub rate_plan: Option<String>,
}

/// A card SIM. An absent field is not managed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = line()))]
pub struct SimEntry {
    /// The phone number (電気通信番号), quoted, in national form: `"08012345678"`. The key of the line.
    #[schemars(length(max = 16), regex(pattern = r"^(0|\+81)([6-9]0[0-9]{8}|20[1-35-9][0-9]{7}|200[0-9]{10})$"), extend("format" = "msisdn"))]
    pub msisdn: String,
    /// The wished-for state. Absent: the default; `null`: not managed.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub state: Option<Option<SimState>>,
    /// The wished-for rate plan. Absent: the default; `null`: not managed.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub rate_plan: Option<Option<String>>,
    /// The day at whose end a `Terminated` line is to end, `YYYY-MM-DD`. Absent: today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10), regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))]
    pub termination_date: Option<String>,
    /// A hold, `YYYY-MM-DD`: until the end of this day (Japan Standard Time) a `Terminated` line is only
    /// suspended, and can still be brought back; from the next day on it is terminated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10), regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))]
    pub terminate_after: Option<String>,
    /// The card's serial number, quoted: pins the card, so that a reassigned number is noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20), regex(pattern = r"^89[0-9]{17,18}$"), extend("format" = "iccid"))]
    pub iccid: Option<String>,
    /// What people call the line; stays on our side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
    pub name: Option<String>,
    /// For grouping and selecting; stays on our side. At most 32, with keys of 1 to 63 characters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(inner(length(max = 255)), extend("maxProperties" = 32, "propertyNames" = {"minLength": 1, "maxLength": 63}))]
    pub labels: BTreeMap<String, String>,
    /// `true`: never suspended nor terminated, also when the line leaves the file. `false`: lifts that, and
    /// `spec.protected`. Absent: what was said before still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
}

/// A chip SIM. An absent field is not managed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = line()))]
pub struct ChipSimEntry {
    /// The phone number (電気通信番号), quoted, in national form: `"02012345678"`. The key of the line.
    #[schemars(length(max = 16), regex(pattern = r"^(0|\+81)([6-9]0[0-9]{8}|20[1-35-9][0-9]{7}|200[0-9]{10})$"), extend("format" = "msisdn"))]
    pub msisdn: String,
    /// The IMEI to bind, quoted. Binding is for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 15), regex(pattern = r"^[0-9]{15}$"), extend("format" = "imei"))]
    pub imei: Option<String>,
    /// The wished-for state. Absent or `null`: not managed.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub state: Option<Option<ChipState>>,
    /// The wished-for rate plan. Absent: the default; `null`: not managed.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub rate_plan: Option<Option<String>>,
    /// The day at whose end a `Terminated` line is to end, `YYYY-MM-DD`. Absent: today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10), regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))]
    pub termination_date: Option<String>,
    /// A hold, `YYYY-MM-DD`: until the end of this day (Japan Standard Time) a `Terminated` line is only
    /// suspended, and can still be brought back; from the next day on it is terminated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10), regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))]
    pub terminate_after: Option<String>,
    /// The chip's serial number, quoted: pins the chip, so that a reassigned number is noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20), regex(pattern = r"^89[0-9]{17,18}$"), extend("format" = "iccid"))]
    pub iccid: Option<String>,
    /// What people call the line; stays on our side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
    pub name: Option<String>,
    /// For grouping and selecting; stays on our side. At most 32, with keys of 1 to 63 characters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(inner(length(max = 255)), extend("maxProperties" = 32, "propertyNames" = {"minLength": 1, "maxLength": 63}))]
    pub labels: BTreeMap<String, String>,
    /// `true`: never suspended nor terminated, also when the line leaves the file. `false`: lifts that, and
    /// `spec.protected`. Absent: what was said before still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
}

/// A state that card SIMs may have by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DefaultState {
    /// In use.
    Active,
    /// Communication stopped, still billed in full.
    Suspended,
}

/// A state to declare of a card SIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SimState {
    /// In use.
    Active,
    /// Communication stopped, still billed in full.
    Suspended,
    /// Ended for good: a tombstone.
    Terminated,
}

/// A state to declare of a chip SIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ChipState {
    /// IMEI bound, in no stock.
    Registered,
    /// In the stock of the fleet's system number.
    Allocated,
    /// In use.
    Active,
    /// Communication stopped, still billed in full.
    Suspended,
    /// Ended for good: a tombstone.
    Terminated,
}

/// A list of lines outside the manifest. Give exactly one of `csv` and `configMapRef`.
///
/// Columns are named by the header, as the fields of `sims` and `chipSims` plus `kind` (`sim` or
/// `chip`, absent: `sim`). An empty cell is an absent field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules([(
    "(has(self.csv) && dyn(self.csv) != null) != (has(self.configMapRef) && dyn(self.configMapRef) != null)",
    "a roster is either csv or configMapRef (ROSTER_SOURCE)",
)])))]
pub struct RosterSource {
    /// A CSV file (UTF-8), relative to the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub csv: Option<String>,
    /// A key of a `ConfigMap`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_map_ref: Option<ConfigMapKeyRef>,
}

/// A key of a `ConfigMap`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMapKeyRef {
    /// The name of the `ConfigMap`.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// The key under `data`.
    #[schemars(length(min = 1, max = 253))]
    pub key: String,
}

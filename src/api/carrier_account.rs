//! `CarrierAccount`: whose lines these are and how the carrier is reached.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules::rules;
use super::{CsvConsole, NameRef, SpendSpec};

/// A carrier account and how to reach it. It never holds credentials, only where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(
    feature = "controller",
    derive(kube::CustomResource),
    kube(
        group = "simfleet.dev",
        version = "v1alpha1",
        kind = "CarrierAccount",
        root = "CarrierAccountResource",
        plural = "carrieraccounts",
        shortname = "cacc",
        category = "simfleet-all",
        namespaced,
        schema = "disabled",
        status = "super::status::CarrierAccountStatus",
        derive = "PartialEq",
        doc = "A `CarrierAccount` in a cluster.",
        printcolumn = r#"{"name": "Host", "type": "string", "jsonPath": ".status.carrier.host"}"#,
        printcolumn = r#"{"name": "Plan", "type": "string", "jsonPath": ".status.plan.planId"}"#,
        printcolumn = r#"{"name": "Waiting", "type": "integer", "jsonPath": ".status.plan.awaitingApproval"}"#,
        printcolumn = r#"{"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}"#,
        printcolumn = r#"{"name": "Reason", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason", "priority": 1}"#,
        printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    )
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules([
    (
        "!has(self.endpoint) || dyn(self.endpoint) == null || self.driver == 'http'",
        "endpoint belongs to driver: http (DRIVER_SETTINGS)",
    ),
    (
        "!has(self.embedded) || dyn(self.embedded) == null || self.driver == 'embedded'",
        "embedded belongs to driver: embedded (DRIVER_SETTINGS)",
    ),
    (
        "!has(self.csv) || dyn(self.csv) == null || self.driver == 'csv'",
        "csv belongs to driver: csv (DRIVER_SETTINGS)",
    ),
])))]
pub struct CarrierAccountSpec {
    /// How the carrier is reached.
    #[serde(default)]
    pub driver: Driver,
    /// The carrier's base address (driver `http`). Absent: it is given on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2048), regex(pattern = r"^https?://[^/\s]+"), extend("format" = "http-url"))]
    pub endpoint: Option<String>,
    /// Where the credentials are: a Secret with `contractorId` and `password`; for files, the table of
    /// that name in the credentials file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials_ref: Option<NameRef>,
    /// The most requests to send. Reads and writes share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimitSpec>,
    /// The most money that the account may cost at once, its orders among it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<SpendSpec>,
    /// The carrier emulator that runs inside the program (driver `embedded`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedded: Option<EmbeddedCarrier>,
    /// Lists that the carrier's console exported, and where files for it go (driver `csv`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csv: Option<CsvConsole>,
}

/// How a carrier is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Driver {
    /// The carrier's HTTP API at `endpoint`.
    #[default]
    Http,
    /// The emulator, inside the program: no carrier and no network.
    Embedded,
    /// The carrier's console instead of its API: exported lists are read, and what is to be done is written as files
    /// and check-lists for a person.
    Csv,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitSpec {
    /// Requests per second, on average.
    #[schemars(range(min = 1, max = 1000))]
    pub requests_per_second: u32,
    /// Requests that may go out at once after a pause. Absent: twice `requestsPerSecond`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000))]
    pub burst: Option<u32>,
}

/// Settings of the emulator inside the program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddedCarrier {
    /// A JSON file that fills an empty emulator, relative to the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub seed: Option<String>,
    /// The file that keeps its state, relative to the manifest. Absent: `.simfleet/<account>.db`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    pub data: Option<String>,
}

//! `CarrierAccount`: whose lines these are and how the carrier is reached.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NameRef, SpendSpec};

/// A carrier account and how to reach it. It never holds credentials, only where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CarrierAccountSpec {
    /// How the carrier is reached.
    #[serde(default)]
    pub driver: Driver,
    /// The carrier's base address (driver `http`). Absent: it is given on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^https?://[^/\s]+"), extend("format" = "http-url"))]
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
    /// Files for the carrier's console.
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
    #[schemars(length(min = 1))]
    pub seed: Option<String>,
    /// The file that keeps its state, relative to the manifest. Absent: `.simfleet/<account>.db`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub data: Option<String>,
}

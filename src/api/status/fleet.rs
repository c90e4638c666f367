//! `SimFleet.status`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LineCounts;
use crate::api::Condition;

/// What the controller knows of a fleet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SimFleetStatus {
    /// The `metadata.generation` that was looked at last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub observed_generation: Option<i64>,
    /// Aspects, one entry a type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// The fleet's lines.
    #[serde(default)]
    pub lines: LineCounts,
    /// A digest of the declared lines, rosters included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 80))]
    pub desired_digest: Option<String>,
    /// The carrier's clock when it was observed last, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"), length(max = 40))]
    pub observed_at: Option<String>,
    /// The next day on which something that is on its way takes effect, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10))]
    pub next_effective_date: Option<String>,
    /// Lines that are not as declared, the gravest first, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub not_converged: Vec<LineReport>,
    /// How many more there are.
    #[serde(default)]
    pub not_converged_beyond: u64,
    /// The last value of the annotation `simfleet.dev/reconcile-at` that was acted on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub last_handled_reconcile_at: Option<String>,
}

/// A line that is not as declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineReport {
    /// Its number.
    #[schemars(length(max = 20))]
    pub msisdn: String,
    /// In one word.
    pub situation: LineSituation,
    /// For programs: the kind of an operation, or the code of what blocks it.
    #[schemars(length(max = 64))]
    pub code: String,
    /// For people.
    #[schemars(length(max = 512))]
    pub message: String,
}

/// Why a line is not as declared, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum LineSituation {
    /// An operation's outcome is unknown.
    InDoubt,
    /// The wish cannot be fulfilled.
    Blocked,
    /// Its operation waits for an approval.
    AwaitingApproval,
    /// Its operation is to be done.
    Changing,
    /// It is on its way.
    Pending,
}

//! Conditions, as every Kubernetes tool reads them (kstatus, `kubectl wait`, Flux, Argo CD).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One aspect of an object's state, after `metav1.Condition`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// Which aspect. One entry a type.
    #[serde(rename = "type")]
    pub kind: ConditionType,
    /// Whether it is so.
    pub status: ConditionStatus,
    /// The `metadata.generation` that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub observed_generation: Option<i64>,
    /// When `status` changed last, RFC 3339.
    #[schemars(extend("format" = "date-time"), length(max = 40))]
    pub last_transition_time: String,
    /// Why, for programs: CamelCase, or the code of a diagnostic.
    #[schemars(length(min = 1, max = 1024), regex(pattern = r"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"))]
    pub reason: String,
    /// Why and what to do, for people.
    #[schemars(length(max = 32768))]
    pub message: String,
}

/// The aspects that simfleet tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum ConditionType {
    /// Everything declared holds at the carrier, or is on its way there by itself.
    Ready,
    /// Something is being done right now. `True` makes kstatus say `InProgress`.
    Reconciling,
    /// Nothing more happens until a person does something. `True` makes kstatus say `Failed`.
    Stalled,
    /// The declaration is valid, alone and together with the account's others.
    Accepted,
    /// Somebody else changed a declared line at the carrier.
    DriftDetected,
    /// An operation's outcome is unknown: its line or order waits.
    InDoubt,
    /// A wish cannot be fulfilled, or operations wait for an approval.
    Blocked,
}

/// Whether it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum ConditionStatus {
    /// It is.
    True,
    /// It is not.
    False,
    /// Nobody knows.
    Unknown,
}

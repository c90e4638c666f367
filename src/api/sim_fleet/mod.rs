//! `SimFleet`: lines under one system number and service, and how far simfleet may go with them.

mod drift_ignore;
mod events;
mod lines;
mod policy;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use drift_ignore::{DriftFieldName, DriftIgnore};
pub use events::{CouponGrant, MsisdnText, TopUpPolicy};
pub use lines::{ChipSimEntry, ChipState, ConfigMapKeyRef, DefaultState, LineDefaults, RosterSource, SimEntry, SimState};
pub use policy::{ApprovalMode, ApprovalSpec, LimitsSpec, PolicySpec, UnmanagedMode};

use super::NameRef;
use super::rules::immutable;

/// The most lines of one inline list: what fits into one object of a Kubernetes store (1.5 MiB).
/// Rosters hold the rest.
pub const MAX_INLINE_LINES: usize = 4_000;

/// A fleet of SIMs under one system number and service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(
    feature = "controller",
    derive(kube::CustomResource),
    kube(
        group = "simfleet.dev",
        version = "v1alpha1",
        kind = "SimFleet",
        root = "SimFleetResource",
        plural = "simfleets",
        shortname = "simf",
        category = "simfleet-all",
        namespaced,
        schema = "disabled",
        status = "super::status::SimFleetStatus",
        derive = "PartialEq",
        doc = "A `SimFleet` in a cluster.",
        printcolumn = r#"{"name": "Desired", "type": "integer", "jsonPath": ".status.lines.desired"}"#,
        printcolumn = r#"{"name": "InSync", "type": "integer", "jsonPath": ".status.lines.inSync"}"#,
        printcolumn = r#"{"name": "Pending", "type": "integer", "jsonPath": ".status.lines.pending"}"#,
        printcolumn = r#"{"name": "Drifted", "type": "integer", "jsonPath": ".status.lines.drifted"}"#,
        printcolumn = r#"{"name": "InDoubt", "type": "integer", "jsonPath": ".status.lines.inDoubt"}"#,
        printcolumn = r#"{"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"}"#,
        printcolumn = r#"{"name": "Account", "type": "string", "jsonPath": ".spec.accountRef.name", "priority": 1}"#,
        printcolumn = r#"{"name": "Mode", "type": "string", "jsonPath": ".spec.mode", "priority": 1}"#,
        printcolumn = r#"{"name": "Reason", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].reason", "priority": 1}"#,
        printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    )
)]
#[serde(rename_all = "camelCase")]
pub struct SimFleetSpec {
    /// The account whose lines these are.
    #[schemars(extend("x-kubernetes-validations" = immutable()))]
    pub account_ref: NameRef,
    /// The system number (システム番号) of the lines; chip stock is allocated to it.
    #[schemars(length(min = 1, max = 64), extend("format" = "system-number"))]
    pub system_number: String,
    /// The communication service of the lines.
    #[schemars(length(min = 1, max = 64), extend("format" = "service-code"))]
    pub service_code: String,
    /// How far simfleet may go.
    #[serde(default)]
    pub mode: FleetMode,
    /// Values for lines that do not name their own. `null` on a line opts out.
    #[serde(default)]
    pub defaults: LineDefaults,
    /// Card SIMs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 4000), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["msisdn"]))]
    pub sims: Vec<SimEntry>,
    /// Chip SIMs, before and after their start of use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 4000), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["msisdn"]))]
    pub chip_sims: Vec<ChipSimEntry>,
    /// Lines in CSV files or config maps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000), extend("x-kubernetes-list-type" = "atomic"))]
    pub rosters: Vec<RosterSource>,
    /// Coupons to buy, each at most once per line: events, not states.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub coupons: Vec<CouponGrant>,
    /// Coupons to buy when traffic runs out, always capped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub top_ups: Vec<TopUpPolicy>,
    /// No line of the fleet is ever suspended or terminated, but those with `protected: false`. Kept when a
    /// line leaves the file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
    /// Limits and approvals.
    #[serde(default)]
    pub policy: PolicySpec,
    /// Stops all work on the fleet (in a cluster).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
}

/// How far simfleet may go with a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum FleetMode {
    /// Reports; no operations.
    Observe,
    /// Plans; applying needs `--approve PLAN_ID`.
    #[default]
    Plan,
    /// Plans and applies.
    Apply,
}

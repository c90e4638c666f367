//! `CarrierAccount.status`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LineCounts;
use crate::api::Condition;

/// What the controller knows of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CarrierAccountStatus {
    /// The `metadata.generation` that was looked at last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub observed_generation: Option<i64>,
    /// Aspects, one entry a type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<Condition>,
    /// Whose lines these are at the carrier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<CarrierStatus>,
    /// The carrier's clock when it was observed last, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"), length(max = 40))]
    pub observed_at: Option<String>,
    /// All fleets and orders of the account.
    #[serde(default)]
    pub lines: LineCounts,
    /// Numbers of the account that no fleet declares, under systems and services of its fleets.
    #[serde(default)]
    pub unmanaged: u64,
    /// The latest plan with operations; absent where there is nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanStatus>,
    /// The plan whose operations were approved or allowed and sent last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub last_applied_plan_id: Option<String>,
    /// The last value of the annotation `simfleet.dev/reconcile-at` that was acted on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub last_handled_reconcile_at: Option<String>,
}

/// An identity at a carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CarrierStatus {
    /// The carrier's host.
    #[schemars(length(max = 253))]
    pub host: String,
    /// A digest of host and contractor id: two accounts with the same one are one account.
    #[schemars(length(max = 80))]
    pub identity: String,
}

/// A plan in brief. `simfleet plan --from-cluster NAME` shows it whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanStatus {
    /// What `simfleet.dev/approve` has to say to approve it.
    #[schemars(length(max = 64))]
    pub plan_id: String,
    /// The carrier's clock when it was made, RFC 3339.
    #[schemars(extend("format" = "date-time"), length(max = 40))]
    pub created_at: String,
    /// Operations by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 16))]
    pub operations: BTreeMap<String, u64>,
    /// How many of the operations wait for an approval.
    #[serde(default)]
    pub awaiting_approval: u64,
    /// What they cost at once, and more every month: `12400 JPY`.
    #[schemars(length(max = 32))]
    pub cost_once: String,
    /// More (or less) every month: `3300 JPY`.
    #[schemars(length(max = 32))]
    pub cost_monthly: String,
    /// The last line of the plan's text.
    #[schemars(length(max = 1024))]
    pub summary: String,
    /// The config maps that hold it whole, compressed, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64), inner(length(max = 253)))]
    pub config_maps: Vec<String>,
}

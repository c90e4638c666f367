//! `SimOperation`: one operation that costs money at once, as the controller keeps it in the API.
//!
//! It is named by its operation's id and made **before** the call: creating it is the lock and the fence, for of two
//! controllers that want the same purchase the API server lets one create it. `spec` says what was about to be sent,
//! `status` what became of it: an object without a status, or with that of an earlier call, was sent and nobody
//! knows. (Calls are counted here: one that the carrier refused for now is sent again within the same attempt, and
//! `metadata.generation` begins anew where an object is restored from a backup.)

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::NameRef;
use super::rules::{immutable, rules};

/// An operation that costs money at once. The controller writes it; people only read it, but for the annotation
/// `simfleet.dev/resolve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(
    feature = "controller",
    derive(kube::CustomResource),
    kube(
        group = "simfleet.dev",
        version = "v1alpha1",
        kind = "SimOperation",
        root = "SimOperationResource",
        plural = "simoperations",
        shortname = "simop",
        category = "simfleet-all",
        namespaced,
        schema = "disabled",
        status = "SimOperationStatus",
        derive = "PartialEq",
        doc = "A `SimOperation` in a cluster.",
        printcolumn = r#"{"name": "Operation", "type": "string", "jsonPath": ".spec.operation"}"#,
        printcolumn = r#"{"name": "Line", "type": "string", "jsonPath": ".spec.msisdn"}"#,
        printcolumn = r#"{"name": "Order", "type": "string", "jsonPath": ".spec.order"}"#,
        printcolumn = r#"{"name": "State", "type": "string", "jsonPath": ".status.state"}"#,
        printcolumn = r#"{"name": "Application", "type": "string", "jsonPath": ".status.applicationNo"}"#,
        printcolumn = r#"{"name": "Amount", "type": "integer", "jsonPath": ".spec.amount"}"#,
        printcolumn = r#"{"name": "Account", "type": "string", "jsonPath": ".spec.accountRef.name", "priority": 1}"#,
        printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    )
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = rules([(
    "has(self.msisdn) == has(oldSelf.msisdn) && has(self.order) == has(oldSelf.order)",
    "whose operation it is cannot be changed",
)])))]
pub struct SimOperationSpec {
    /// The account that pays.
    #[schemars(extend("x-kubernetes-validations" = immutable()))]
    pub account_ref: NameRef,
    /// A digest of carrier and contractor id, as in the account's status.
    #[schemars(length(max = 80), extend("x-kubernetes-validations" = immutable()))]
    pub identity: String,
    /// `buyCoupon`, `placeOrder`, `terminate` where that has a fee, or `cancelApplication` where it takes that away.
    #[schemars(length(min = 1, max = 64), extend("x-kubernetes-validations" = immutable()))]
    pub operation: String,
    /// The line, where it is for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20), extend("x-kubernetes-validations" = immutable()))]
    pub msisdn: Option<String>,
    /// The `SimOrder`, where it is for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 63), extend("x-kubernetes-validations" = immutable()))]
    pub order: Option<String>,
    /// The fields it changes, as they were (as in a plan).
    #[schemars(extend("x-kubernetes-preserve-unknown-fields" = true, "maxProperties" = 32))]
    pub from: Map<String, Value>,
    /// The fields it changes, as they will be (as in a plan).
    #[schemars(extend("x-kubernetes-preserve-unknown-fields" = true, "maxProperties" = 32))]
    pub to: Map<String, Value>,
    /// What it costs at once, in JPY.
    #[schemars(range(min = 0))]
    pub amount: i64,
    /// The call, or the latest of several.
    pub sent: SentCall,
}

/// A call that was about to be sent when this was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentCall {
    /// Which attempt, from 1: after a definite end it begins anew.
    #[schemars(range(min = 1))]
    pub attempt: u32,
    /// Which call of all, from 1. A status that tells of an earlier one says nothing of this one.
    #[schemars(range(min = 1))]
    pub call: u32,
    /// Its place among the account's operations: what was begun later has a greater one.
    #[schemars(range(min = 0))]
    pub sequence: i64,
    /// The carrier's clock before it, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub at: Option<String>,
    /// The newest application number known before it: only a newer one can be its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub newest_before: Option<String>,
    /// The plan it was sent for.
    #[schemars(length(max = 160))]
    pub plan: String,
    /// The request of that plan.
    #[schemars(length(max = 64))]
    pub request: String,
    /// Who sent it: the controller's identity in its leases.
    #[schemars(length(max = 253))]
    pub by: String,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SimOperationStatus {
    /// Of which call; an earlier one than `spec.sent.call` says nothing of the latest.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub call: u32,
    /// `intended` (refused for now), `acked`, `confirmed`, `rejected`, `unknown`, `resolved` or `discarded`, as
    /// `simfleet ops list` has them.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub state: String,
    /// `done` or `notDone`, where it was unknown and is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub resolution: Option<String>,
    /// The carrier's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub application_no: Option<String>,
    /// From when on it counts, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10))]
    pub effective_date: Option<String>,
    /// What is known, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2048))]
    pub note: Option<String>,
}

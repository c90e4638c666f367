//! Changes by others that are known.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MsisdnText;

/// A change by others that is known, and not reported as drift until a day: listed apart, with its owner. It neither adds
/// nor removes an operation: what is declared otherwise is still put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftIgnore {
    /// Lines of this fleet, quoted. Absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 4000), extend("x-kubernetes-list-type" = "atomic"))]
    pub msisdns: Option<Vec<MsisdnText>>,
    /// Only lines with all of these labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(inner(length(max = 255)), extend("maxProperties" = 32, "propertyNames" = {"minLength": 1, "maxLength": 63}))]
    pub labels: BTreeMap<String, String>,
    /// The fields. Absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 4), extend("x-kubernetes-list-type" = "atomic"))]
    pub fields: Option<Vec<DriftFieldName>>,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 512))]
    pub reason: Option<String>,
    /// Who answers for it: a team or a person.
    #[schemars(length(min = 1, max = 128))]
    pub owner: String,
    /// The last day on which it holds, `YYYY-MM-DD`, in Japan Standard Time: at most a year ahead.
    #[schemars(length(max = 10), regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), extend("format" = "date"))]
    pub until: String,
}

/// A field that drift is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DriftFieldName {
    /// The state.
    State,
    /// The rate plan.
    RatePlan,
    /// The bound IMEI.
    Imei,
    /// The system number.
    SystemNumber,
}

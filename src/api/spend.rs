//! Spend limits of a fleet or an account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most money to be paid at once: coupons, orders, fees. Never monthly fees. What is in doubt counts as
/// spent. One exceeded limit stops the account's apply until `--ack` names the exact amount.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpendSpec {
    /// By one plan: `50000 JPY`. Absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = r"^(0|[1-9][0-9]{0,11}) JPY$"), extend("format" = "money"))]
    pub per_plan: Option<String>,
    /// In a calendar month (Japan Standard Time), with what was spent before: `200000 JPY`. Absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32), regex(pattern = r"^(0|[1-9][0-9]{0,11}) JPY$"), extend("format" = "money"))]
    pub per_month: Option<String>,
}

//! Purchases of traffic: events, not states.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A named grant of coupons for a month, bought at most once per line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponGrant {
    /// The grant's name, unique in the fleet.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"), extend("format" = "dns-label"))]
    pub name: String,
    /// The month it is for, `YYYY-MM`, in Japan Standard Time. Outside it nothing is bought.
    #[schemars(length(max = 7), regex(pattern = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"), extend("format" = "month"))]
    pub month: String,
    /// The coupon's code.
    #[schemars(length(min = 1, max = 64))]
    pub code: String,
    /// The lines of this fleet that get it, quoted.
    #[schemars(length(min = 1, max = 4000), extend("x-kubernetes-list-type" = "set"))]
    pub msisdns: Vec<MsisdnText>,
}

/// A phone number, quoted, in national form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("maxLength" = 16, "pattern" = r"^(0|\+81)([6-9]0[0-9]{8}|20[1-35-9][0-9]{7}|200[0-9]{10})$", "format" = "msisdn"))]
pub struct MsisdnText(pub String);

/// A policy that buys coupons when traffic runs out, always capped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopUpPolicy {
    /// The policy's name, unique in the fleet.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"), extend("format" = "dns-label"))]
    pub name: String,
    /// The coupon's code.
    #[schemars(length(min = 1, max = 64))]
    pub code: String,
    /// Buys when less traffic than this is left, in decimal units: `50MB`.
    #[schemars(
        length(max = 32),
        regex(pattern = r"^([1-9][0-9]{0,8}(KB|MB|GB)|[1-9][0-9]{0,5}TB)$"),
        extend("format" = "data-size")
    )]
    pub when_remaining_below: String,
    /// The most coupons per line and month.
    #[schemars(range(min = 1, max = 1000))]
    pub max_per_line_per_month: u32,
    /// The most money per month, what is in doubt included: `20000 JPY`.
    #[schemars(length(max = 32), regex(pattern = r"^[1-9][0-9]{0,11} JPY$"), extend("format" = "price"))]
    pub max_spend_per_month: String,
}

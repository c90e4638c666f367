//! What the controller writes into `status`: counts, digests and capped lists, never a whole fleet.

mod account;
mod fleet;
mod order;

pub use account::{CarrierAccountStatus, CarrierStatus, PlanStatus};
pub use fleet::{LineReport, LineSituation, SimFleetStatus};
pub use order::SimOrderStatus;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lines by what is to be said of them. A line counts once in each that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineCounts {
    /// Declared lines.
    pub desired: u64,
    /// Declared lines that need nothing and wait for nothing.
    pub in_sync: u64,
    /// Lines and orders with operations that are to be done.
    pub changing: u64,
    /// Wishes that are on their way: an open application, or a date.
    pub pending: u64,
    /// Wishes that cannot be fulfilled.
    pub blocked: u64,
    /// Lines that somebody else changed.
    pub drifted: u64,
    /// Lines that somebody else changed and of which that is ignored for now.
    #[serde(default, skip_serializing_if = "is_none")]
    pub drift_ignored: u64,
    /// Operations whose outcome is unknown.
    pub in_doubt: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

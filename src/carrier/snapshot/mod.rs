//! The file of `simfleet observe`: what a carrier showed at one moment, as JSON. `plan --observed`
//! plans from it with no credentials.
//!
//! ```json
//! {"formatVersion":"1.1","account":"main","carrier":{"host":"…","contractorId":"…"},"at":"…","complete":true,
//! "system":{…},"plans":[…],"couponPrices":{"fixed-1gb":[…]},"usageAsOf":{"08012345678":"…"},
//! "sims":[
//! {"msisdn":"08012345678",…},
//! …
//! ],
//! "chipSims":[…],
//! "couponApplications":[…],
//! "orderApplications":[…]}
//! ```
//!
//! Rows are those of the wire (functions 7, 19 and 10), one a line of text, sorted by MSISDN (orders by
//! application number), so that two snapshots can be compared with `diff`.
//!
//! What was bought is there since 1.1: a snapshot without `couponApplications` or `orderApplications`
//! does not say that nothing was bought, it does not say anything. `usageAsOf` holds the lines that bought
//! a coupon this month, for which alone a top-up policy has to know it.

mod join;
mod parts;
mod read;
mod write;

use std::sync::Arc;

use crate::domain::Observed;

pub use join::{Listing, join};
pub use read::{SnapshotError, read_snapshot};
pub use write::write_snapshot;

/// The version of the format: a new minor version adds fields, a new major one changes them.
pub const FORMAT_VERSION: &str = "1.1";

/// A snapshot: what was observed, and of which account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The account's name in the manifests.
    pub account: Arc<str>,
    /// What its carrier showed.
    pub observed: Observed,
}

//! The file of `simfleet observe`: what a carrier showed at one moment, as JSON. `plan --observed`
//! plans from it with no credentials.
//!
//! ```json
//! {"formatVersion":"1.0","account":"main","carrier":{"host":"…","contractorId":"…"},"at":"…","complete":true,
//! "system":{…},"plans":[…],
//! "sims":[
//! {"msisdn":"08012345678",…},
//! …
//! ],
//! "chipSims":[…]}
//! ```
//!
//! Rows are those of the wire (functions 7 and 19), one a line of text, sorted by MSISDN, so that two
//! snapshots can be compared with `diff`.

mod join;
mod read;
mod write;

use std::sync::Arc;

use crate::domain::Observed;

pub use join::{Listing, join};
pub use read::{SnapshotError, read_snapshot};
pub use write::write_snapshot;

/// The version of the format: a new minor version adds fields, a new major one changes them.
pub const FORMAT_VERSION: &str = "1.0";

/// A snapshot: what was observed, and of which account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The account's name in the manifests.
    pub account: Arc<str>,
    /// What its carrier showed.
    pub observed: Observed,
}

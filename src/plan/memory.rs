//! What the journal remembers and a plan has to know: operations in doubt, and the last confirmed
//! values that drift is measured against.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{Msisdn, OperationKind};
use crate::plan::OpId;

/// The last confirmed value by line and field (`state`, `ratePlan`, `imei`, `systemNumber`).
pub type Confirmed = BTreeMap<(Msisdn, Arc<str>), Arc<str>>;

/// The journal's view of one account, read-only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// Operations whose outcome is unknown: their lines wait.
    pub in_doubt: Vec<DoubtfulOperation>,
    /// What drift is measured against; `None` where there is no baseline at all.
    pub confirmed: Option<Confirmed>,
}

/// An operation whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulOperation {
    /// The operation.
    pub id: OpId,
    /// Its kind.
    pub kind: OperationKind,
    /// Its line.
    pub msisdn: Msisdn,
    /// When it was sent, on the carrier's clock.
    pub since: Timestamp,
    /// What is known, for people.
    pub note: String,
}

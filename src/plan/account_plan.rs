//! The planner's answer for one account, before the accounts are put together.

use std::sync::Arc;

use crate::domain::CarrierIdentity;
use crate::plan::{
    BlockedItem, DesiredDigest, DriftItem, FleetSection, GuardItem, InDoubtItem, ObservedDigest, Operation, PendingItem,
    ProtectionItem, Request, UnmanagedItem, WarningItem,
};

/// One account's plan. Its requests are numbered from 1; putting accounts together renumbers them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPlan {
    /// The account's name.
    pub account: Arc<str>,
    /// Whose lines these are.
    pub carrier: CarrierIdentity,
    /// What was declared.
    pub desired: DesiredDigest,
    /// What was observed.
    pub observed: ObservedDigest,
    /// What was observed, counted for the eye; `None` where the observation is not complete.
    pub fleet: Option<FleetSection>,
    /// Sorted by wave, request, MSISDN.
    pub operations: Vec<Operation>,
    /// In the order in which they are sent.
    pub requests: Vec<Request>,
    /// Sorted by MSISDN, as is all that follows.
    pub blocked: Vec<BlockedItem>,
    /// On its way.
    pub pending: Vec<PendingItem>,
    /// Changes by others; `None` without a baseline.
    pub drift: Option<Vec<DriftItem>>,
    /// Changes by others that a drift ignore keeps apart.
    pub drift_ignored: Vec<DriftItem>,
    /// Lines that nobody declares.
    pub unmanaged: Vec<UnmanagedItem>,
    /// Lines whose protection the journal has to keep, or to forget.
    pub protection: Vec<ProtectionItem>,
    /// Operations whose outcome is unknown.
    pub in_doubt: Vec<InDoubtItem>,
    /// Guards and their verdicts.
    pub guards: Vec<GuardItem>,
    /// What a reviewer should know.
    pub warnings: Vec<WarningItem>,
    /// Declared lines that need nothing and wait for nothing.
    pub in_sync: u64,
}

//! The plan as a document: what is reviewed, stored, taken up again and applied (DESIGN 3.3).

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::JstTime;
use crate::domain::{CarrierIdentity, ConsoleFiles, Money, OperationKind, Risk};
use crate::plan::{
    BlockedItem, DriftItem, FleetSection, GuardItem, InDoubtItem, Operation, PendingItem, ProtectionItem, Request, UnmanagedItem,
    WarningItem, operation::Currency,
};

/// The version of the format: a new minor version adds fields, a new major one changes them.
pub const FORMAT_VERSION: &str = "1.0";

/// A plan over all accounts of the manifests. It cannot write: only the executor can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// [`FORMAT_VERSION`].
    pub format_version: String,
    /// The version of simfleet that made it.
    pub tool_version: String,
    /// A digest of the accounts' plan ids.
    pub plan_id: String,
    /// The carrier's clock. Before this it is refused, as one made with `--now` for a later day is.
    pub created_at: JstTime,
    /// After this it is refused.
    pub expires_at: JstTime,
    /// One section an account, sorted by name.
    pub accounts: Vec<AccountSection>,
    /// Sorted by account, wave, request, MSISDN.
    pub operations: Vec<Operation>,
    /// In the order in which they are sent.
    pub requests: Vec<Request>,
    /// Sorted by account and MSISDN, as is all that follows.
    pub blocked: Vec<BlockedItem>,
    /// On its way.
    pub pending: Vec<PendingItem>,
    /// Changes by others; `None` without a baseline.
    pub drift: Option<Vec<DriftItem>>,
    /// Changes by others that a drift ignore (`spec.policy.driftIgnores`) keeps apart. They are planned for all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift_ignored: Vec<DriftItem>,
    /// Lines that nobody declares.
    pub unmanaged: Vec<UnmanagedItem>,
    /// Lines that are protected from now on, and lines that no longer are: kept by the journal of whoever
    /// applies this. No part of any id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub protection: Vec<ProtectionItem>,
    /// Operations whose outcome is unknown.
    pub in_doubt: Vec<InDoubtItem>,
    /// Guards and their verdicts.
    pub guards: Vec<GuardItem>,
    /// What a reviewer should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<WarningItem>,
    /// Counts and costs.
    pub summary: Summary,
}

/// One account's part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountSection {
    /// The account's name.
    pub name: Arc<str>,
    /// A digest of the carrier's identity, the operations and the precondition fields they use; not of
    /// time, source lines or versions.
    pub plan_id: String,
    /// The carrier and contractor it is for: another one refuses it.
    pub carrier: CarrierIdentity,
    /// How that carrier is reached, so that the file alone can be applied. No secret, no part of any id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionSection>,
    /// What was declared.
    pub desired: DesiredDigest,
    /// What was observed.
    pub observed: ObservedDigest,
    /// The same, counted for the eye; absent where it was not complete. No part of any id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<FleetSection>,
}

/// How an account's carrier is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "driver", rename_all = "camelCase")]
pub enum ConnectionSection {
    /// Over HTTP.
    #[serde(rename_all = "camelCase")]
    Http {
        /// Its address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endpoint: Option<String>,
        /// The name of the credentials.
        credentials: Arc<str>,
        /// The most requests a second.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        requests_per_second: Option<u32>,
        /// The most requests at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        burst: Option<u32>,
    },
    /// Inside the program.
    Embedded {
        /// The file that a new world begins with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seed: Option<String>,
        /// The file that keeps the world.
        data: String,
    },
    /// By lists that its console exported, and by files for it.
    Csv(Box<ConsoleFiles>),
}

/// A digest of what was declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DesiredDigest {
    /// SHA-256, hex.
    pub digest: String,
    /// Declared lines.
    pub lines: u64,
}

/// A digest of what was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedDigest {
    /// SHA-256, hex.
    pub digest: String,
    /// The carrier's clock when the observation began.
    pub at: JstTime,
    /// Whether it was proven complete.
    pub complete: bool,
    /// Observed numbers.
    pub lines: u64,
}

/// Counts and costs of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Operations.
    pub operations: u64,
    /// Requests.
    pub requests: u64,
    /// Declared lines that need nothing and wait for nothing.
    pub in_sync: u64,
    /// Operations by kind; kinds that do not occur are absent.
    pub by_kind: BTreeMap<OperationKind, u64>,
    /// Operations by risk class.
    pub by_risk: BTreeMap<Risk, u64>,
    /// Money.
    pub cost: SummaryCost,
}

/// The money of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SummaryCost {
    /// Paid once.
    pub once: Money,
    /// More (or less) every month.
    pub monthly: Money,
    /// `JPY`.
    pub currency: Currency,
}

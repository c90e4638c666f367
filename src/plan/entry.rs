//! What a plan says besides operations: what is blocked, pending, drifted, unmanaged, in doubt, and
//! which guards stand.

use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::JstTime;
use crate::domain::{ApplicationNumber, Money, Msisdn, OperationKind};
use crate::plan::{OpId, Place};

macro_rules! blocked_codes {
    ($($(#[$doc:meta])* $variant:ident => $name:literal;)+) => {
        /// Why a wish cannot be fulfilled. Stable: each has a page for `simfleet explain`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum BlockedCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl BlockedCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

blocked_codes! {
    /// The carrier does not list the number. It is never re-ordered.
    LineNotFound => "LINE_NOT_FOUND";
    /// A chip SIM declared under `sims`, or a card under `chipSims`.
    WrongList => "WRONG_LIST";
    /// The number belongs to another card than the pinned one: reassigned.
    IccidMismatch => "ICCID_MISMATCH";
    /// The line belongs to another system number or service than the fleet's.
    WrongSystem => "WRONG_SYSTEM";
    /// Terminated (or about to be, and no longer cancellable), but declared otherwise.
    Terminated => "TERMINATED";
    /// Suspended by the carrier: not ours to lift.
    CarrierSuspended => "CARRIER_SUSPENDED";
    /// A status this version does not know freezes the line.
    UnknownStatus => "UNKNOWN_STATUS";
    /// Another IMEI is bound already, and it is write-once.
    ImeiAlreadyBound => "IMEI_ALREADY_BOUND";
    /// The IMEI is bound to another live chip SIM.
    ImeiInUse => "IMEI_IN_USE";
    /// The wished-for state needs an IMEI, and none is declared or bound.
    ImeiMissing => "IMEI_MISSING";
    /// Starting a chip SIM needs a rate plan, and none is declared.
    RatePlanMissing => "RATE_PLAN_MISSING";
    /// Use has begun: it cannot go back to stock.
    AlreadyStarted => "ALREADY_STARTED";
    /// A chip SIM that was not started cannot be suspended to stock or terminated.
    NotStarted => "NOT_STARTED";
    /// The line is protected.
    Protected => "PROTECTED";
    /// The service does not offer the function that this would need.
    FunctionNotOffered => "FUNCTION_NOT_OFFERED";
    /// The carrier has no such rate plan.
    UnknownRatePlan => "UNKNOWN_RATE_PLAN";
    /// An operation on the line is in doubt; nothing is sent for it before that is settled.
    InDoubt => "IN_DOUBT";
}

/// A wish that cannot be fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockedItem {
    /// The account.
    pub account: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// Why, for programs.
    pub code: BlockedCode,
    /// Why and what to do, for people.
    pub message: String,
    /// Where the wish is declared.
    pub source: Place,
}

/// A wish that is on its way: nothing to do but wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingItem {
    /// The account.
    pub account: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// The application it waits for; none where it waits for a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_no: Option<ApplicationNumber>,
    /// What will happen, for people.
    pub what: String,
    /// From when on it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<Date>,
    /// When it can be asked for (past a cut-off).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<JstTime>,
}

/// A change that somebody else made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriftItem {
    /// The account.
    pub account: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// `state`, `ratePlan`, `imei`, `systemNumber`.
    pub field: Arc<str>,
    /// The last confirmed value.
    pub baseline: Arc<str>,
    /// The value observed.
    pub observed: Arc<str>,
    /// `console`, `api`, `carrier`, where an application tells.
    pub by: Option<Arc<str>>,
}

/// A line of a fleet's system and service that nobody declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnmanagedItem {
    /// The account.
    pub account: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// Its status on the wire.
    pub status: Arc<str>,
    /// What it costs every month.
    pub monthly_cost: Money,
}

/// An operation whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InDoubtItem {
    /// The account.
    pub account: Arc<str>,
    /// The operation.
    pub id: OpId,
    /// Its kind.
    pub kind: OperationKind,
    /// The line.
    pub msisdn: Msisdn,
    /// When it was sent, on the carrier's clock.
    pub since: JstTime,
    /// What is known, for people.
    pub note: String,
}

/// Whether a guard lets the plan pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Within its limit.
    Ok,
    /// Beyond: `--ack KIND=N` with the exact number lets it pass.
    Exceeded,
}

/// A guard and its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardItem {
    /// The account.
    pub account: Arc<str>,
    /// `FLEET/KIND`.
    pub name: String,
    /// The kind it counts.
    pub kind: OperationKind,
    /// The most it allows.
    pub limit: u64,
    /// What the plan holds.
    pub actual: u64,
    /// Whether it passes.
    pub verdict: Verdict,
}

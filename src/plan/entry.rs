//! What a plan says besides operations: what is blocked, pending, drifted, unmanaged, in doubt, and
//! which guards stand.

use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::JstTime;
use crate::domain::{ApplicationNumber, Money, Msisdn, OperationKind, Subject};
use crate::plan::{OpId, Place};

macro_rules! codes {
    ($(#[$about:meta])* $enum:ident { $($(#[$doc:meta])* $variant:ident => $name:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $enum {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl $enum {
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

codes! {
    /// Why a wish cannot be fulfilled. Stable: each has a page for `simfleet explain`.
    BlockedCode {
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
        /// A rate plan is declared, and which one the line has was not observed.
        RatePlanNotObserved => "RATE_PLAN_NOT_OBSERVED";
        /// An operation on the line is in doubt; nothing is sent for it before that is settled.
        InDoubt => "IN_DOUBT";
        /// A coupon for a line that is not active, or will not be.
        LineNotActive => "LINE_NOT_ACTIVE";
        /// The line's rate plan takes no such coupon, or the carrier has none.
        CouponNotOffered => "COUPON_NOT_OFFERED";
        /// A grant was bought with another coupon than the declared one.
        GrantChanged => "GRANT_CHANGED";
        /// The carrier does not say how much traffic is left, so a top-up cannot be judged.
        TrafficUnknown => "TRAFFIC_UNKNOWN";
        /// A top-up policy has bought as often as it may for the line this month.
        TopUpCapReached => "TOP_UP_CAP_REACHED";
        /// A top-up policy has no money left this month.
        SpendCapReached => "SPEND_CAP_REACHED";
        /// What was bought this month was not observed, so nothing can be bought.
        PurchasesNotObserved => "PURCHASES_NOT_OBSERVED";
        /// An order was placed with another content than the declared one: orders are immutable.
        OrderChanged => "ORDER_CHANGED";
        /// The carrier rejected the order.
        OrderRejected => "ORDER_REJECTED";
        /// The order was cancelled, but is declared as wanted.
        OrderCancelled => "ORDER_CANCELLED";
        /// The order is to be cancelled, and the carrier no longer allows it.
        OrderNotCancellable => "ORDER_NOT_CANCELLABLE";
        /// The wished-for day of delivery is over.
        OrderDatePassed => "ORDER_DATE_PASSED";
        /// What is ordered has no price, and nobody can be asked for one (driver `csv`).
        OrderPriceUnknown => "ORDER_PRICE_UNKNOWN";
    }
}

codes! {
    /// What a reviewer should know of a plan. Stable, as [`BlockedCode`] is.
    WarningCode {
        /// A coupon is bought that ends within three days, with its month.
        CouponEndsSoon => "COUPON_ENDS_SOON";
        /// A termination on another day would cost less, or would use what is paid for.
        TerminationDate => "TERMINATION_DATE";
        /// An order was placed and is no longer declared: it goes on.
        OrderNotDeclared => "ORDER_NOT_DECLARED";
        /// The carrier has an order that no declared order explains, and a new one is to be placed.
        OrderUnexplained => "ORDER_UNEXPLAINED";
        /// An order came only in part.
        OrderPartial => "ORDER_PARTIAL";
        /// A price that nobody said is left out of the cost.
        PriceUnknown => "PRICE_UNKNOWN";
    }
}

/// Something that a reviewer should know, and that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WarningItem {
    /// The account.
    pub account: Arc<str>,
    /// The line or order.
    #[serde(flatten)]
    pub subject: Subject,
    /// Which, for programs.
    pub code: WarningCode,
    /// What and why, for people.
    pub message: String,
    /// Where the wish is declared.
    pub source: Place,
}

/// A wish that cannot be fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockedItem {
    /// The account.
    pub account: Arc<str>,
    /// The line or order.
    #[serde(flatten)]
    pub subject: Subject,
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
    /// The line or order.
    #[serde(flatten)]
    pub subject: Subject,
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
    /// `console`, `api`, `carrier`, where an application tells. No part of any id.
    pub by: Option<Arc<str>>,
    /// Among what is ignored: the ignore that holds. Among what drifted: one that no longer does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore: Option<DriftIgnoreNote>,
}

/// A drift ignore (`spec.policy.driftIgnores`), as it is told of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriftIgnoreNote {
    /// Who answers for it.
    pub owner: Arc<str>,
    /// The last day (JST) on which it holds.
    pub until: Date,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// Where it is declared.
    pub source: Place,
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

/// What an apply makes the journal keep of a line's protection, until that is declared otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectionItem {
    /// The account.
    pub account: Arc<str>,
    /// The line.
    pub msisdn: Msisdn,
    /// Whether it is protected from now on, or no longer.
    pub protected: bool,
}

/// An operation whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InDoubtItem {
    /// The account.
    pub account: Arc<str>,
    /// The operation.
    pub id: OpId,
    /// Its kind.
    pub kind: OperationKind,
    /// The line or order.
    #[serde(flatten)]
    pub subject: Subject,
    /// When it was sent, on the carrier's clock.
    pub since: JstTime,
    /// From when on, on the carrier's clock, no trace of it means that it was not done; none where the
    /// carrier shows what it may be, and only a person can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<JstTime>,
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

/// What a guard counts, and what `--ack KIND=N` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardKind {
    /// Operations of a kind.
    Operations(OperationKind),
    /// Whole yen that a plan costs at once: `spendPerPlan`.
    SpendPerPlan,
    /// Whole yen that a month costs at once, with what was spent before: `spendPerMonth`.
    SpendPerMonth,
}

impl GuardKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Operations(OperationKind::Suspend),
        Self::Operations(OperationKind::Resume),
        Self::Operations(OperationKind::ChangeRatePlan),
        Self::Operations(OperationKind::Terminate),
        Self::Operations(OperationKind::BindImei),
        Self::Operations(OperationKind::Allocate),
        Self::Operations(OperationKind::Deallocate),
        Self::Operations(OperationKind::StartUse),
        Self::Operations(OperationKind::BuyCoupon),
        Self::Operations(OperationKind::PlaceOrder),
        Self::Operations(OperationKind::CancelApplication),
        Self::SpendPerPlan,
        Self::SpendPerMonth,
    ];

    /// The name in documents and flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operations(kind) => kind.as_str(),
            Self::SpendPerPlan => "spendPerPlan",
            Self::SpendPerMonth => "spendPerMonth",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "spendPerPlan" => Some(Self::SpendPerPlan),
            "spendPerMonth" => Some(Self::SpendPerMonth),
            _ => OperationKind::from_name(name).map(Self::Operations),
        }
    }
}

impl std::fmt::Display for GuardKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<OperationKind> for GuardKind {
    fn from(kind: OperationKind) -> Self {
        Self::Operations(kind)
    }
}

impl Serialize for GuardKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for GuardKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom(format!("{name:?} is no kind of guard")))
    }
}

impl JsonSchema for GuardKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GuardKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<&str> = Self::ALL.into_iter().map(Self::as_str).collect();
        schemars::json_schema!({"type": "string", "enum": names, "description": "What a guard counts."})
    }
}

/// A guard and its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardItem {
    /// The account.
    pub account: Arc<str>,
    /// `FLEET/KIND`; `/KIND` for a limit of the whole account.
    pub name: String,
    /// What it counts.
    pub kind: GuardKind,
    /// The most it allows.
    pub limit: u64,
    /// What the plan holds.
    pub actual: u64,
    /// Whether it passes.
    pub verdict: Verdict,
}

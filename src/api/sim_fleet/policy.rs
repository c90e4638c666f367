//! Guards and approvals of a fleet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DriftIgnore;
use crate::api::{LimitValue, SpendSpec};
use crate::domain::OperationKind;

/// Limits and approvals.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicySpec {
    /// What to do with lines of the system number and service that no fleet declares.
    #[serde(default)]
    pub unmanaged: UnmanagedMode,
    /// The most operations of a kind in one plan; one exceeded limit stops the account's apply.
    /// Defaults: `suspend: 10%`, `changeRatePlan: 30%`, `terminate: 0`.
    #[serde(default)]
    pub limits: LimitsSpec,
    /// Whether the reviewed manifest itself approves kinds that cost money at once or last for ever.
    #[serde(default)]
    pub approval: ApprovalSpec,
    /// The most money that the fleet may cost at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<SpendSpec>,
    /// Lets several chip SIMs name the same IMEI (boards with two SIMs).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_duplicate_imei: bool,
    /// Changes by others that are known, and not reported as drift until a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100), extend("x-kubernetes-list-type" = "atomic"))]
    pub drift_ignores: Vec<DriftIgnore>,
}

/// What to do with lines that nobody declares. They are never touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum UnmanagedMode {
    /// List them in the plan.
    #[default]
    Report,
    /// Leave them out of the plan.
    Ignore,
}

macro_rules! by_kind {
    ($(#[$doc:meta])* $name:ident: $value:ty { $($(#[$field_doc:meta])* $field:ident => $kind:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$value>,
            )+
        }

        impl $name {
            /// The values that are set, by kind.
            pub fn by_kind(&self) -> impl Iterator<Item = (OperationKind, $value)> {
                let Self { $($field),+ } = self;
                [$((OperationKind::$kind, *$field)),+].into_iter().filter_map(|(kind, value)| Some((kind, value?)))
            }
        }
    };
}

by_kind! {
    /// The most operations of a kind in one plan. Orders belong to no fleet: the account's `spend` limits them.
    LimitsSpec: LimitValue {
        /// Stops of communication.
        suspend => Suspend,
        /// Resumptions.
        resume => Resume,
        /// Changes of rate plan.
        change_rate_plan => ChangeRatePlan,
        /// Terminations.
        terminate => Terminate,
        /// Bindings of an IMEI.
        bind_imei => BindImei,
        /// Allocations of chip SIMs.
        allocate => Allocate,
        /// Deallocations of chip SIMs.
        deallocate => Deallocate,
        /// Starts of use of chip SIMs.
        start_use => StartUse,
        /// Coupons bought.
        buy_coupon => BuyCoupon,
        /// Applications cancelled.
        cancel_application => CancelApplication,
    }
}

by_kind! {
    /// Approval of kinds that cost money at once (R4) or last for ever (R5). Absent: `Manual`.
    /// Orders belong to no fleet: no manifest approves them.
    ApprovalSpec: ApprovalMode {
        /// Terminations.
        terminate => Terminate,
        /// Bindings of an IMEI.
        bind_imei => BindImei,
        /// Starts of use of chip SIMs.
        start_use => StartUse,
        /// Coupons bought.
        buy_coupon => BuyCoupon,
    }
}

/// Whether the reviewed manifest itself approves a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum ApprovalMode {
    /// Needs `--ack KIND=N` or `--approve PLAN_ID`.
    #[default]
    Manual,
    /// The manifest approves it: `--yes`, or yes at the prompt, suffices.
    Auto,
}

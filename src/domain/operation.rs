//! The kinds of operation a plan may hold: each belongs to one carrier function and one risk class.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Function, Risk};

/// What an operation does to one line, chip SIM, order or application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OperationKind {
    /// Stop communication (function 2).
    Suspend,
    /// Let it communicate again (function 3).
    Resume,
    /// Another rate plan from the 1st of next month (function 6).
    ChangeRatePlan,
    /// End the contract of a line (function 14).
    Terminate,
    /// Bind an IMEI to a chip SIM, for ever (function 15).
    BindImei,
    /// Put a chip SIM into a system number's stock (function 16).
    Allocate,
    /// Take it out again (function 17).
    Deallocate,
    /// Start use of an allocated chip SIM: billing begins (function 18).
    StartUse,
    /// Buy a coupon (function 5).
    BuyCoupon,
    /// Order SIMs and devices (functions 8 and 9).
    PlaceOrder,
    /// Cancel an open application (function 10).
    CancelApplication,
}

impl OperationKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Suspend,
        Self::Resume,
        Self::ChangeRatePlan,
        Self::Terminate,
        Self::BindImei,
        Self::Allocate,
        Self::Deallocate,
        Self::StartUse,
        Self::BuyCoupon,
        Self::PlaceOrder,
        Self::CancelApplication,
    ];

    /// Whether the line is no longer in use afterwards: what must not happen to a protected line.
    pub fn stops_a_line(self) -> bool {
        matches!(self, Self::Suspend | Self::Terminate)
    }

    /// Whether it is an event that costs money each time, and no change of a state.
    pub fn is_purchase(self) -> bool {
        matches!(self, Self::BuyCoupon | Self::PlaceOrder)
    }

    /// The carrier function that performs it.
    pub fn function(self) -> Function {
        match self {
            Self::Suspend => Function::Suspend,
            Self::Resume => Function::Resume,
            Self::ChangeRatePlan => Function::ChangePlan,
            Self::Terminate => Function::Terminate,
            Self::BindImei => Function::BindImei,
            Self::Allocate => Function::Allocate,
            Self::Deallocate => Function::Deallocate,
            Self::StartUse => Function::StartUse,
            Self::BuyCoupon => Function::BuyCoupon,
            Self::PlaceOrder => Function::OrderSims,
            Self::CancelApplication => Function::Applications,
        }
    }

    /// Its risk class.
    pub fn risk(self) -> Risk {
        // Function 10 reads and cancels; only the cancelling is an operation.
        if self == Self::CancelApplication { Risk::R1 } else { self.function().risk() }
    }

    /// Whether one request takes many of them.
    pub fn is_bulk(self) -> bool {
        matches!(self, Self::BindImei | Self::Allocate | Self::Deallocate | Self::StartUse)
    }

    /// Whether it counts from a later date on than that of its acceptance.
    pub fn is_deferred(self) -> bool {
        matches!(self, Self::ChangeRatePlan | Self::Terminate)
    }

    /// The name in plans, manifests and flags: `changeRatePlan`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::ChangeRatePlan => "changeRatePlan",
            Self::Terminate => "terminate",
            Self::BindImei => "bindImei",
            Self::Allocate => "allocate",
            Self::Deallocate => "deallocate",
            Self::StartUse => "startUse",
            Self::BuyCoupon => "buyCoupon",
            Self::PlaceOrder => "placeOrder",
            Self::CancelApplication => "cancelApplication",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl std::fmt::Display for OperationKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

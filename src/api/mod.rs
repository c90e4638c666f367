//! The kinds as they are written in files and, with the same fields, as Kubernetes resources.
//!
//! These types are loose: identifiers are text, rules that need more than one field are not here.
//! [`crate::manifest`] proves them and makes [`crate::domain::Desired`] of them. They stay
//! *structural* (no tagged, untagged or flattened enums), because a Kubernetes schema has to be, and
//! because every location inside such types is lost to error messages.

mod carrier_account;
mod condition;
mod config_map;
#[cfg(feature = "controller")]
pub mod crd;
mod csv_console;
mod limit_value;
mod object;
pub(crate) mod rules;
pub(crate) mod schema;
mod sim_fleet;
mod sim_operation;
mod sim_order;
mod spend;
pub mod status;

#[cfg(feature = "controller")]
pub use carrier_account::CarrierAccountResource;
pub use carrier_account::{CarrierAccountSpec, Driver, EmbeddedCarrier, RateLimitSpec};
pub use condition::{Condition, ConditionStatus, ConditionType};
pub use config_map::ConfigMap;
pub use csv_console::{CsvConsole, ExpectedRows, ExportColumns, ExportedStatus};
pub use limit_value::{LimitValue, ParseLimitError};
pub use object::{Metadata, NameRef, Object, present};
#[cfg(feature = "controller")]
pub use sim_fleet::SimFleetResource;
pub use sim_fleet::{
    ApprovalMode, ApprovalSpec, ChipSimEntry, ChipState, ConfigMapKeyRef, CouponGrant, DefaultState, DriftFieldName, DriftIgnore,
    FleetMode, LimitsSpec, LineDefaults, MAX_INLINE_LINES, MsisdnText, PolicySpec, RosterSource, SimEntry, SimFleetSpec,
    SimState, TopUpPolicy, UnmanagedMode,
};
#[cfg(feature = "controller")]
pub use sim_operation::SimOperationResource;
pub use sim_operation::{SentCall, SimOperationSpec, SimOperationStatus};
#[cfg(feature = "controller")]
pub use sim_order::SimOrderResource;
pub use sim_order::{DeviceItem, FormFactor, OrderState, ShippingAddress, SimOrderSpec, TimeSlot};
pub use spend::SpendSpec;

/// The API group of every kind of ours.
pub const GROUP: &str = "simfleet.dev";

/// The `apiVersion` that this version reads and writes.
pub const API_VERSION: &str = "simfleet.dev/v1alpha1";

/// A carrier account and how to reach it.
pub type CarrierAccount = Object<CarrierAccountSpec>;
/// A fleet of SIMs.
pub type SimFleet = Object<SimFleetSpec>;
/// An order of SIMs and devices.
pub type SimOrder = Object<SimOrderSpec>;

//! The vocabulary of the field: identifiers, states and their transitions, functions, risk,
//! money, the calendar, and what was observed. It knows no file format, no wire and no clock.

pub mod address;
pub mod application;
pub mod calendar;
pub mod catalogue;
pub mod console;
pub mod desired;
pub mod drift_ignore;
pub mod function;
pub mod identifier;
pub mod money;
pub mod name;
pub mod observed;
mod open_enum;
pub mod operation;
pub mod order;
pub mod purchase;
pub mod reading;
pub mod risk;
pub mod status;
pub mod subject;
pub mod trace;
pub mod transition;

pub use application::{ApplicationStatus, ApplicationType, RequestedVia};
pub use catalogue::{Catalogue, CouponPrice, OrderPrices, PlanPrice, Service, ServiceTerms, System};
pub use console::{ConsoleFiles, ExportColumn, ExportReading, HandOver};
pub use desired::{
    Approval, Desired, DesiredFleet, DesiredGrant, DesiredOrder, DesiredSim, DesiredState, DesiredTopUp, Limit, List, Mode,
    Policy, Protection, Source, SpendLimits, Unmanaged,
};
pub use drift_ignore::{DriftField, DriftIgnore};
pub use function::Function;
pub use identifier::{Iccid, Imei, Imsi, Msisdn};
pub use money::Money;
pub use name::{ApplicationNumber, CouponCode, RatePlan, ServiceCode, SystemNumber};
pub use observed::{CarrierIdentity, ChipRow, LineRow, Observed, ObservedSim, Pending, PendingTarget};
pub use operation::OperationKind;
pub use order::{OrderContent, OrderedDevice, ShipTo};
pub use purchase::{CouponApplication, CouponPurchase, OrderApplication, OrderPlacement, PurchaseReason, Purchases, Wants};
pub use reading::{LastSeen, Readings, SessionReading, TrafficReading, WantedReadings};
pub use risk::Risk;
pub use status::{ChipStatus, LineStatus};
pub use subject::Subject;
pub use trace::Trace;

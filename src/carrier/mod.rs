//! The carrier: the wire protocol's types, and the drivers that speak it.
//!
//! [`Carrier`] has one method per route. Everything that moves between a carrier and this program
//! goes through it: [`observe()`] and the `get` commands read, only the executor writes.

pub mod convert;
pub mod identity;
pub mod mask;
pub mod snapshot;
pub mod wire;

#[cfg(feature = "client")]
pub mod console;
#[cfg(feature = "client")]
pub mod credentials;
#[cfg(feature = "client")]
pub mod error;
#[cfg(feature = "client")]
pub mod exports;
#[cfg(feature = "client")]
pub mod http;
#[cfg(feature = "client")]
pub mod meter;
#[cfg(feature = "client")]
pub mod observe;
#[cfg(feature = "client")]
pub mod query;
#[cfg(feature = "client")]
pub mod rate;
#[cfg(feature = "client")]
pub mod retry;
#[cfg(feature = "client")]
pub mod routes;

#[cfg(feature = "client")]
pub use console::ExportCarrier;
#[cfg(feature = "client")]
pub use credentials::Credentials;
#[cfg(feature = "client")]
pub use error::{CarrierError, Failure, RetryClass};
#[cfg(feature = "client")]
pub use http::{HttpCarrier, HttpOptions};
#[cfg(feature = "client")]
pub use observe::{
    ObserveError, ObserveOptions, ReadingsOptions, all_purchases, observe, observe_all_purchases, observe_purchases, read_lines,
    read_suspensions,
};
#[cfg(feature = "client")]
pub use query::{ApplicationQuery, ChipQuery, LineQuery, PageQuery, UsageQuery, UsageUnit};
#[cfg(feature = "client")]
pub use routes::{Answer, Carrier};

//! The carrier's driver, observation and snapshots.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

mod credentials;
pub(crate) mod emulated;
mod exports;
mod http;
mod purchases;
mod rate;
mod readings;
mod snapshot;

//! Counts what is sent to a carrier.

use crate::carrier::error::{Call, Failure};

/// Hears of every request that left, retries and tokens among them.
pub trait Meter: std::fmt::Debug + Send + Sync {
    /// A request ended: with an answer's HTTP status, or without one and a failure.
    fn sent(&self, call: Call, status: Option<u16>, failure: Option<&Failure>);
}

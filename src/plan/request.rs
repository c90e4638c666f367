//! One request to the carrier: one operation, or up to the bulk limit of one kind.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::OpId;

/// Names a request within a plan: `r0001`, in the order in which they are sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RequestId(pub Arc<str>);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// A request. When it is sent it may have lost items (whose dependencies failed), never gained any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Unique in the plan.
    pub id: RequestId,
    /// The account whose carrier takes it.
    pub account: Arc<str>,
    /// Requests of a wave may be sent at the same time. From 1.
    pub wave: u32,
    /// The carrier's function number, 1 to 19.
    pub function: u8,
    /// `POST`.
    pub method: String,
    /// The path with its numbers filled in.
    pub path: String,
    /// The operations it carries, sorted by MSISDN.
    pub items: Vec<OpId>,
}

//! What an operation, a wish or a warning is about.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::Msisdn;

/// A line (or chip SIM) by its number, or an order by its name.
///
/// In documents it is a field of its own: `msisdn` or `order`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Subject {
    /// A line or chip SIM.
    #[serde(rename = "msisdn")]
    Line(Msisdn),
    /// A `SimOrder`, by its `metadata.name`.
    #[serde(rename = "order")]
    Order(Arc<str>),
}

impl Subject {
    /// The number, where it is a line.
    pub fn msisdn(&self) -> Option<Msisdn> {
        match self {
            Self::Line(msisdn) => Some(*msisdn),
            Self::Order(_) => None,
        }
    }

    /// The name, where it is an order.
    pub fn order(&self) -> Option<&Arc<str>> {
        match self {
            Self::Line(_) => None,
            Self::Order(name) => Some(name),
        }
    }

    /// Reads what [`Display`](std::fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("order ") {
            Some(name) => Some(Self::Order(name.into())),
            None => Msisdn::parse(text).ok().map(Self::Line),
        }
    }

    /// For logs: numbers masked, names of orders as they are.
    pub fn masked(&self) -> String {
        match self {
            Self::Line(msisdn) => msisdn.masked(),
            Self::Order(name) => format!("order {name}"),
        }
    }
}

impl std::fmt::Display for Subject {
    /// `08012345678` or `order 2026-12-expansion`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(msisdn) => msisdn.fmt(f),
            Self::Order(name) => f.pad(&format!("order {name}")),
        }
    }
}

impl From<Msisdn> for Subject {
    fn from(msisdn: Msisdn) -> Self {
        Self::Line(msisdn)
    }
}

impl PartialEq<Msisdn> for Subject {
    fn eq(&self, other: &Msisdn) -> bool {
        self.msisdn() == Some(*other)
    }
}

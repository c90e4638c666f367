//! What the carrier's list of applications tells of who changed what.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::{ApplicationNumber, ApplicationStatus, ApplicationType, Msisdn, RequestedVia};

/// An application, as far as it may explain a change of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its number.
    pub application: ApplicationNumber,
    /// What it asked for.
    pub kind: ApplicationType,
    /// How far it has come.
    pub status: ApplicationStatus,
    /// Through which entry point it came.
    pub via: RequestedVia,
    /// When it was accepted, on the carrier's clock.
    pub at: Timestamp,
    /// From when on it counts, where that is known.
    pub effective: Option<Date>,
    /// What it leads to (a plan code), where the carrier says so.
    pub target: Option<Arc<str>>,
    /// The lines for which it was not refused.
    pub lines: Vec<Msisdn>,
}

impl Trace {
    /// Which of two was accepted first. Numbers decide within one second: they grow, and a longer one is later.
    pub fn order(&self, other: &Self) -> Ordering {
        let number = |trace: &Self| (trace.application.as_str().len(), trace.application.clone());
        self.at.cmp(&other.at).then_with(|| number(self).cmp(&number(other)))
    }
}

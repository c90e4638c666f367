//! What became of an operation.

use jiff::civil::Date;

use crate::domain::ApplicationNumber;
use crate::plan::OpId;

/// What became of an operation in one apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Completed, or scheduled for its effective date.
    Confirmed {
        /// The application; none where the line was found in the wished-for state.
        application: Option<ApplicationNumber>,
        /// From when on it counts, if that is later.
        effective: Option<Date>,
    },
    /// Accepted by the carrier, and not followed further.
    Accepted {
        /// The application.
        application: ApplicationNumber,
    },
    /// The carrier refused it.
    Rejected {
        /// The carrier's error code, empty where it gave none.
        code: String,
        /// Why, for people.
        message: String,
    },
    /// What it rests on no longer holds. It was not sent.
    Stale {
        /// What changed.
        why: String,
    },
    /// An operation it depends on was not confirmed. It was not sent.
    Skipped {
        /// That operation.
        because: OpId,
    },
    /// It was not sent: a stop, or a carrier that cannot be reached.
    NotSent {
        /// Why.
        why: String,
    },
    /// Sent, and nobody knows whether it was done.
    InDoubt {
        /// What is known.
        note: String,
    },
}

impl Outcome {
    /// Whether the carrier has it.
    pub fn is_success(&self) -> bool {
        match self {
            Self::Confirmed { .. } | Self::Accepted { .. } => true,
            Self::Rejected { .. } | Self::Stale { .. } | Self::Skipped { .. } | Self::NotSent { .. } | Self::InDoubt { .. } => {
                false
            }
        }
    }

    /// Whether what depends on it may start.
    pub fn is_confirmed(&self) -> bool {
        matches!(self, Self::Confirmed { .. })
    }

    /// The name in reports and events.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Confirmed { .. } => "confirmed",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Stale { .. } => "stale",
            Self::Skipped { .. } => "skipped",
            Self::NotSent { .. } => "notSent",
            Self::InDoubt { .. } => "inDoubt",
        }
    }
}

//! What is told to the machine, and what it answers with.

use jiff::civil::Date;

use crate::carrier::error::CarrierError;
use crate::carrier::wire::Application;
use crate::domain::ApplicationNumber;
use crate::exec::Event;
use crate::exec::journal::Resolution;

/// Something that was answered.
#[derive(Debug)]
pub enum Input {
    /// A fresh read before a request: for each operation of the action, whether it still holds.
    Checked {
        /// The request.
        task: usize,
        /// The operations, as the action had them.
        operations: Vec<usize>,
        /// What was read. `Ok(None)` where a list lags.
        outcome: Result<Option<Vec<Result<(), String>>>, CarrierError>,
    },
    /// The answer to a request.
    Answered {
        /// The request.
        task: usize,
        /// The operations, as the action had them.
        operations: Vec<usize>,
        /// The application, or why there is none.
        outcome: Result<Box<Application>, CarrierError>,
    },
    /// A request that was to be sent did not leave: it could not be recorded.
    Withheld {
        /// The request.
        task: usize,
        /// The operations, as the action had them.
        operations: Vec<usize>,
        /// Why, for people.
        why: String,
    },
    /// Applications that were polled; those that could not be read are missing.
    Polled {
        /// As they are now.
        applications: Vec<Application>,
    },
    /// What was found out about operations of unknown outcome.
    Settled {
        /// The request.
        task: usize,
        /// For each operation of the action.
        findings: Vec<(usize, Finding)>,
    },
    /// A stop was asked for.
    Stop {
        /// Why, for people.
        why: String,
        /// Whether it is the carrier's doing rather than the user's.
        fatal: bool,
    },
}

/// What was found out about an operation of unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It became this application.
    Application(Box<Application>),
    /// The line is in the wished-for state.
    Done(String),
    /// The settle window has passed and there is no trace of it.
    NotDone(String),
    /// Nothing can be said yet.
    Open(String),
}

/// What has to be written down, and what has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Accepted under a number.
    Acked {
        /// The operation.
        operation: usize,
        /// The number.
        application: ApplicationNumber,
    },
    /// Completed or scheduled.
    Confirmed {
        /// The operation.
        operation: usize,
        /// From when on it counts.
        effective: Option<Date>,
    },
    /// Not done, to be tried again.
    NotDone {
        /// The operation.
        operation: usize,
        /// Why.
        note: String,
    },
    /// Refused.
    Rejected {
        /// The operation.
        operation: usize,
        /// Why.
        note: String,
    },
    /// Outcome unknown.
    Unknown {
        /// The operation.
        operation: usize,
        /// How the answer was lost.
        note: String,
    },
    /// An unknown outcome is settled.
    Resolved {
        /// The operation.
        operation: usize,
        /// How.
        resolution: Resolution,
        /// Why.
        note: String,
    },
    /// It will not be sent.
    Discarded {
        /// The operation.
        operation: usize,
        /// Why.
        note: String,
    },
    /// Nothing more will be sent for a request.
    RequestEnded {
        /// The request.
        task: usize,
    },
    /// Something happened that people may want to see.
    Event(Event),
}

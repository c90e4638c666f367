//! What happened while a plan was applied: one stream, many sinks (a progress bar, plain lines, JSON).

use std::time::Duration;

use crate::domain::{ApplicationNumber, OperationKind, Subject};
use crate::exec::Outcome;
use crate::plan::{OpId, RequestId};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The apply began.
    Started {
        /// Operations to perform.
        operations: u64,
        /// Requests to send at most.
        requests: u64,
    },
    /// A request was sent (its answer is on its way).
    RequestSent {
        /// Which.
        request: RequestId,
        /// What it carries.
        kind: OperationKind,
        /// How many operations.
        items: u64,
    },
    /// The carrier accepted a request.
    RequestAccepted {
        /// Which.
        request: RequestId,
        /// As this application.
        application: ApplicationNumber,
    },
    /// A request failed and will be tried again.
    RetryScheduled {
        /// Which.
        request: RequestId,
        /// In so much time.
        after: Duration,
        /// Why it failed.
        why: String,
    },
    /// The outcome of a request is unknown; it is being settled.
    OutcomeLost {
        /// Which.
        request: RequestId,
        /// How the answer was lost.
        why: String,
        /// How long it is looked into before it is left in doubt.
        patience: Duration,
    },
    /// An operation came to its end.
    OperationEnded {
        /// Which.
        id: OpId,
        /// Its kind.
        kind: OperationKind,
        /// Its line or order. Masked in logs, whole in reports.
        subject: Subject,
        /// What became of it.
        outcome: Outcome,
    },
    /// The executor waits for applications to come to their end.
    Waiting {
        /// How many are open.
        applications: u64,
    },
    /// A stop was asked for: nothing new is sent.
    Stopping,
}

/// Takes events.
pub trait EventSink: Send {
    /// One more.
    fn take(&mut self, event: &Event);
}

/// Takes events and does nothing with them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl EventSink for Silent {
    fn take(&mut self, _event: &Event) {}
}

impl EventSink for Vec<Event> {
    fn take(&mut self, event: &Event) {
        self.push(event.clone());
    }
}

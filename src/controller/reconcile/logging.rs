//! What a turn writes into the log. Identifiers are masked.

use crate::carrier::mask::mask_identifiers;
use crate::controller::AccountKey;
use crate::exec::{Event, EventSink};
use crate::render::report;

/// Text for people with its identifiers masked.
pub(super) fn masked(text: &str) -> String {
    mask_identifiers(text)
}

/// An error with what is below it, masked.
pub(super) fn causes_of(error: &dyn std::error::Error) -> String {
    masked(&crate::controller::watch::causes(error))
}

/// Writes down what the executor does.
pub(super) struct Log<'a>(pub(super) &'a AccountKey);

impl EventSink for Log<'_> {
    fn take(&mut self, event: &Event) {
        let account = self.0;
        match event {
            Event::RequestSent { request, kind, items } => tracing::info!(%account, %request, %kind, items, "sent"),
            Event::RequestAccepted { request, application } => tracing::info!(%account, %request, %application, "accepted"),
            Event::Waiting { applications } => tracing::debug!(%account, applications, "waiting"),
            Event::Started { .. }
            | Event::RetryScheduled { .. }
            | Event::OutcomeLost { .. }
            | Event::OperationEnded { .. }
            | Event::Stopping => {
                if let Some(line) = report::line(event) {
                    tracing::info!(%account, "{line}");
                }
            }
        }
    }
}

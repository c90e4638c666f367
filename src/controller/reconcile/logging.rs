//! What a turn writes into the log. Identifiers are masked.

use crate::carrier::mask::mask_identifiers;
use crate::controller::AccountKey;
use crate::controller::causes::causes;
use crate::exec::settle::Settlement;
use crate::exec::{Event, EventSink};
use crate::render::report;

/// What ids of plans begin with: people paste them, and their digits identify nobody.
const PLAN: &str = "plan-";

/// Text for people with its identifiers masked, ids of plans aside.
pub(super) fn masked(text: &str) -> String {
    let mut parts = text.split(PLAN);
    let mut whole = mask_identifiers(parts.next().unwrap_or_default());
    for part in parts {
        let id = part.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(part.len());
        let (id, rest) = part.split_at(id);
        whole.push_str(PLAN);
        whole.push_str(id);
        whole.push_str(&mask_identifiers(rest));
    }
    whole
}

/// An error with what is below it, masked.
pub(super) fn causes_of(error: &dyn std::error::Error) -> String {
    masked(&causes(error))
}

/// Writes down what became of what was open.
pub(super) fn log_settlement(account: &AccountKey, settlement: &Settlement) {
    if settlement.record.state.is_in_doubt() {
        tracing::info!(%account, "{}", report::settlement(settlement));
    } else {
        let (kind, line) = (settlement.record.kind, settlement.record.subject.masked());
        tracing::info!(%account, application = settlement.record.application.as_ref().map(ToString::to_string), "{kind} {line}: came to its end");
    }
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

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn lines_are_masked_and_plans_are_not() {
        let text = "plan-93907513162605e8 stops 08012345678; approve=plan-0000000000000000 for 490154203237518";
        assert_eq!(masked(text), "plan-93907513162605e8 stops 080*****678; approve=plan-0000000000000000 for 490*********518");
        assert_eq!(masked("08012345678 plan-8012345678x"), "080*****678 plan-8012345678x");
    }
}

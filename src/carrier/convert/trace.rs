//! Applications as traces of who changed what.

use crate::carrier::wire::Application;
use crate::domain::{ApplicationNumber, Trace};

/// An application as a trace. What it asked for of a line and was refused left none there.
pub fn trace_of(application: &Application) -> Trace {
    let Application {
        application_no,
        kind,
        status,
        status_label: _,
        requested_at,
        requested_via,
        effective_date,
        cancellable_until: _,
        items,
        target,
        order: _,
    } = application;
    Trace {
        application: ApplicationNumber::new(application_no.as_str()),
        kind: kind.clone(),
        status: status.clone(),
        via: requested_via.clone(),
        at: requested_at.0,
        effective: *effective_date,
        target: target.as_deref().map(Into::into),
        lines: items.iter().filter(|item| !item.status.came_to_nothing()).map(|item| item.msisdn).collect(),
    }
}

//! A protected line is never stopped, so it cannot be declared stopped.

use crate::diag::{Diagnostic, codes};
use crate::domain::DesiredState;
use crate::manifest::sink::Place;

/// `protected` and a declared `Suspended` or `Terminated`, defaults applied.
pub(crate) fn stopped(state: Option<DesiredState>, place: impl FnOnce() -> Place) -> Option<Diagnostic> {
    match state {
        Some(state @ (DesiredState::Suspended | DesiredState::Terminated)) => Some(
            place()
                .error(codes::PROTECTED_LINE_STOPPED, format!("the line is protected, and declared {state}"))
                .help("remove protected: true, or declare another state (state: null leaves it unmanaged)"),
        ),
        Some(DesiredState::Active | DesiredState::Allocated | DesiredState::Registered) | None => None,
    }
}

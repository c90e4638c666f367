//! A protected line is never stopped, so it cannot be declared stopped.

use crate::diag::{Diagnostic, codes};
use crate::domain::{DesiredState, Protection};
use crate::manifest::sink::Place;

/// What the line says counts before what its fleet says. That nothing is said is kept apart: then what was
/// applied before still holds.
pub(crate) fn of(line: Option<bool>, fleet: bool) -> Protection {
    match (line, fleet) {
        (Some(true), _) | (None, true) => Protection::Protected,
        (Some(false), _) => Protection::Lifted,
        (None, false) => Protection::Unsaid,
    }
}

/// A protection and a declared `Suspended` or `Terminated`, defaults applied.
pub(crate) fn stopped(
    state: Option<DesiredState>,
    protection: Protection,
    by_line: bool,
    place: &dyn Fn(&str) -> Place,
) -> Option<Diagnostic> {
    if protection != Protection::Protected {
        return None;
    }
    match state {
        Some(state @ (DesiredState::Suspended | DesiredState::Terminated)) if by_line => Some(
            place("protected")
                .error(codes::PROTECTED_LINE_STOPPED, format!("the line is protected, and declared {state}"))
                .help("write protected: false if it is to be stopped, or declare another state (state: null leaves it unmanaged)"),
        ),
        Some(state @ (DesiredState::Suspended | DesiredState::Terminated)) => Some(
            place("state")
                .error(codes::PROTECTED_LINE_STOPPED, format!("the fleet is protected, and the line is declared {state}"))
                .help("write protected: false on the line if it is to be stopped, or declare another state (state: null leaves it unmanaged)"),
        ),
        Some(DesiredState::Active | DesiredState::Allocated | DesiredState::Registered) | None => None,
    }
}

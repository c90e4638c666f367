//! Dates, and that a termination date belongs to a tombstone.

use jiff::civil::Date;

use crate::diag::{Diagnostic, codes};
use crate::domain::DesiredState;
use crate::manifest::sink::Place;

pub(crate) const HELP: &str = "write an existing day as YYYY-MM-DD (Japan Standard Time)";

/// A day of the calendar in exactly the form `YYYY-MM-DD`.
pub(crate) fn parse(text: &str) -> Result<Date, String> {
    let form = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(place, byte)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    let date = if form { text.parse().ok() } else { None };
    date.ok_or_else(|| format!("{:?} is not a date", text.chars().take(40).collect::<String>()))
}

/// A termination date wants `state: Terminated`, defaults applied: a date alone ends nothing.
pub(crate) fn without_terminated(state: Option<DesiredState>, place: impl FnOnce() -> Place) -> Option<Diagnostic> {
    (state != Some(DesiredState::Terminated)).then(|| {
        place()
            .error(codes::TERMINATION_DATE_WITHOUT_TERMINATED, "terminationDate stands on a line that is not to be terminated")
            .help("add state: Terminated, or remove the date")
    })
}

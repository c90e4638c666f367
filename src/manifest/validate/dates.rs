//! Dates, and that those of a termination belong to a tombstone.

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

/// `terminationDate` and `terminateAfter` want `state: Terminated`, defaults applied: a date alone ends
/// nothing.
pub(crate) fn without_terminated(field: &str, state: Option<DesiredState>, place: impl FnOnce() -> Place) -> Option<Diagnostic> {
    (state != Some(DesiredState::Terminated)).then(|| {
        let message = format!("{field} stands on a line that is not to be terminated");
        place().error(codes::TERMINATION_DATE_WITHOUT_TERMINATED, message).help("add state: Terminated, or remove the date")
    })
}

/// A hold ends before the line does: a termination is sent after `terminateAfter` and cannot take effect
/// before it was sent.
pub(crate) fn hold(after: Option<Date>, date: Option<Date>, place: impl FnOnce() -> Place) -> Option<Diagnostic> {
    let (after, date) = after.zip(date).filter(|(after, date)| after >= date)?;
    let message =
        format!("the line is held until the end of {after} (terminateAfter), so it cannot end on {date} (terminationDate)");
    Some(
        place()
            .error(codes::HOLD_PAST_TERMINATION, message)
            .help("declare a terminateAfter before the terminationDate, or only one of them"),
    )
}

//! Lines that are paid for and not used.

use super::case::{BilledLine, Case};
use super::finding::{Matter, UnknownWhy};
use crate::domain::{LastSeen, SessionReading};

/// Whether the line has been open long enough to be idle, as far as the list tells: a younger one need not be asked.
pub(super) fn is_possible(case: &Case<'_>, line: BilledLine<'_>) -> bool {
    line.is_active() && line.opened_at().is_none_or(|opened| case.days_since(opened) >= case.thresholds.idle_days)
}

/// Whether the line is idle.
pub(super) fn judge(case: &Case<'_>, line: BilledLine<'_>, session: &SessionReading) -> Result<Option<Matter>, UnknownWhy> {
    let (last_seen, since) = match session.last {
        LastSeen::Online => return Ok(None),
        LastSeen::At(at) => (Some(at), at),
        LastSeen::Never => (None, line.opened_at().ok_or(UnknownWhy::NoOpeningDate)?),
        LastSeen::Unsaid => return Err(UnknownWhy::NoTime),
    };
    let days = case.days_since(since);
    Ok((days >= case.thresholds.idle_days).then_some(Matter::Idle { last_seen, since, days }))
}

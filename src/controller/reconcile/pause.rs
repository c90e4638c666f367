//! When an account's next turn is due.

use std::time::Duration;

use jiff::SignedDuration;

use crate::controller::Next;
use crate::exec::ApplyReport;

/// How a turn ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// Something failed.
    pub has_trouble: bool,
    /// What was sent.
    pub reports: &'a [ApplyReport],
    /// Whether the plan that was seen last holds something that may be sent.
    pub may_send: bool,
    /// How long ago the latest of the operations was sent whose end is not known yet. None: there is none.
    pub open: Option<SignedDuration>,
}

/// Applications are asked after so soon.
const FIRST_ASKED: Duration = Duration::from_secs(5);

/// Decides. Applications are asked after at a pace that slows down with their age: most take a minute, an order takes
/// days.
pub fn next(ended: &Ended<'_>) -> Next {
    let Ended { has_trouble, reports, may_send, open } = *ended;
    let is_unsuccessful = reports
        .iter()
        .any(|report| report.fatal.is_some() || report.operations.iter().any(|operation| !operation.outcome.is_success()));
    if has_trouble || (is_unsuccessful && may_send) {
        return Next::Failed;
    }
    if may_send {
        return Next::After(Duration::from_secs(1));
    }
    match open {
        Some(age) => Next::After((Duration::try_from(age).unwrap_or_default() / 4).max(FIRST_ASKED)),
        None => Next::Resync,
    }
}

//! Reads the applications that may tell who changed what.

use jiff::civil::Date;

use crate::cli::account::{Session, Target};
use crate::cli::failure::Failure;
use crate::domain::Msisdn;
use crate::domain::calendar::jst_date;
use crate::plan::drift::{Cause, Ours, Outside, attributed, kinds_of};

/// Who made each change; those that are ours are left out.
///
/// The lists are asked for from the day before the lines' last changes on, and as a whole only if that explains too
/// little: a carrier keeps applications for years.
pub(super) async fn attribute<'a>(
    session: &Session,
    target: &Target,
    changes: Vec<Outside<'a>>,
    ours: &Ours,
) -> Result<Vec<(Outside<'a>, Cause)>, Failure> {
    let recent = last_changes(&changes);
    let mut told = look(session, target, changes, ours, recent).await?;
    if recent.is_some() {
        let (open, rest): (Vec<_>, Vec<_>) = told.into_iter().partition(|(_, cause)| *cause == Cause::Unknown);
        told = rest;
        let open = open.into_iter().map(|(change, _)| change).collect();
        told.extend(look(session, target, open, ours, None).await?);
    }
    told.retain(|(_, cause)| *cause != Cause::Intended);
    told.sort_by(|(left, _), (right, _)| (left.sim.msisdn, &left.field).cmp(&(right.sim.msisdn, &right.field)));
    Ok(told)
}

async fn look<'a>(
    session: &Session,
    target: &Target,
    changes: Vec<Outside<'a>>,
    ours: &Ours,
    from: Option<Date>,
) -> Result<Vec<(Outside<'a>, Cause)>, Failure> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines: Vec<Msisdn> = changes.iter().map(|change| change.sim.msisdn).collect();
    lines.sort_unstable();
    lines.dedup();
    let traces = session.observe_traces(target, &lines, &kinds_of(&changes), from).await?;
    Ok(attributed(changes, traces, ours))
}

/// The day before the first of the lines' last changes; `None` where a line does not tell.
fn last_changes(changes: &[Outside<'_>]) -> Option<Date> {
    let updated = |change: &Outside<'_>| change.row?.line.as_ref()?.updated_at;
    let first = changes.iter().map(updated).min().flatten()?;
    jst_date(first).yesterday().ok()
}

//! Orders that were placed and are no longer declared. They go on: absence is never read as a wish.

use std::collections::BTreeMap;

use super::claim::Claims;
use super::{Context, Planned, content, place};
use crate::domain::{DesiredOrder, HandOver, OrderApplication, Source};
use crate::plan::diff::Outcome;
use crate::plan::{RememberedOrder, WarningCode};

/// Those that are still open: a warning each, or with `--cancel-removed-orders` a cancellation where that is
/// possible.
pub(super) fn orders(
    context: Context<'_>,
    declared: &BTreeMap<&str, &DesiredOrder>,
    claims: &Claims<'_>,
    found: &[OrderApplication],
) -> Vec<Planned> {
    let removed = context.memory.orders.iter().filter(|order| !declared.contains_key(&*order.name));
    removed.filter(|order| context.doubt(&order.name).is_none()).filter_map(|order| one(context, order, claims, found)).collect()
}

fn one(context: Context<'_>, order: &RememberedOrder, claims: &Claims<'_>, found: &[OrderApplication]) -> Option<Planned> {
    let number = order.application.as_ref()?;
    let application = found.iter().find(|application| application.application == *number)?;
    if application.status.is_final() || claims.has(application) {
        return None;
    }
    let ordered = application.content.as_ref().unwrap_or(&order.placement.content);
    let (words, status) = (content::words(ordered), &application.status);
    let planned = |outcome| Planned::new(&order.name, Source::NOWHERE, outcome);
    let warns = |message| Planned { warnings: vec![(WarningCode::OrderNotDeclared, message)], ..planned(Outcome::InSync) };
    let goes_on = match HandOver::of(number) {
        None => format!("{number} is {status} and no longer declared: it goes on ({words})"),
        Some(_) => format!("it is no longer declared ({words})"),
    };
    if let Some(late) = place::too_late(context, application) {
        return Some(warns(format!("{goes_on}; {late}")));
    }
    if !context.desired.cancel_removed_orders {
        return Some(warns(format!(
            "{goes_on}; to cancel it, declare it with `state: Cancelled`, or plan and apply with --cancel-removed-orders"
        )));
    }
    let reason = format!("no longer declared, and --cancel-removed-orders is given; calls off application {number}: {words}");
    Some(planned(match place::cancel(context, application, ordered, reason) {
        Ok(step) => Outcome::Work(vec![step], Vec::new()),
        Err((code, message)) => Outcome::Blocked(code, message),
    }))
}

//! One declared order against what became of it.

use super::claim::{By, Claim, Claims};
use super::{Context, Planned, content, place};
use crate::domain::calendar::rfc3339;
use crate::domain::{ApplicationStatus, DesiredOrder, HandOver, OrderApplication};
use crate::plan::diff::{Outcome, Wait};
use crate::plan::{BlockedCode, PurchaseOutcome, RememberedOrder, WarningCode, reason};

pub(super) fn follow(context: Context<'_>, order: &DesiredOrder, claims: &Claims<'_>, found: &[OrderApplication]) -> Planned {
    let planned = |outcome| Planned::new(&order.name, order.source, outcome);
    if let Some(doubt) = context.doubt(&order.name) {
        return planned(Outcome::Blocked(BlockedCode::InDoubt, doubt));
    }
    let placed = context.remembered(&order.name).filter(|order| order.outcome == PurchaseOutcome::Bought);
    match (claims.of(&order.name), placed) {
        (Some(claim), placed) if order.cancelled => planned(cancelled(context, claim, order, placed)),
        (Some(claim), placed) => {
            let (outcome, warning) = wanted(order, claim, placed);
            Planned { warnings: warning.into_iter().collect(), ..planned(outcome) }
        }
        (None, Some(placed)) => planned(unlisted(order, placed)),
        (None, None) if order.cancelled => planned(Outcome::InSync),
        (None, None) if let Some(placed) = claims.unlisted(&order.name) => planned(renamed_and_unlisted(order, placed)),
        (None, None) if let Some(doubt) = context.doubt_about_the_same(order) => {
            planned(Outcome::Blocked(BlockedCode::InDoubt, doubt))
        }
        (None, None) => {
            let (outcome, warnings) = place::place(context, order, claims, found);
            Planned { warnings, ..planned(outcome) }
        }
    }
}

fn wait(application: &OrderApplication, what: String) -> Outcome {
    let wait =
        Wait { application: Some(application.application.clone()), what, effective: application.effective, not_before: None };
    Outcome::Work(Vec::new(), vec![wait])
}

/// An order that is wanted and was placed.
fn wanted(
    order: &DesiredOrder,
    Claim { application, by }: Claim<'_>,
    placed: Option<&RememberedOrder>,
) -> (Outcome, Option<(WarningCode, String)>) {
    let number = &application.application;
    let refused = match application.status {
        ApplicationStatus::Rejected => Some((BlockedCode::OrderRejected, "rejected by the carrier")),
        ApplicationStatus::Cancelled => Some((BlockedCode::OrderCancelled, "cancelled")),
        ApplicationStatus::Accepted
        | ApplicationStatus::Processing
        | ApplicationStatus::Scheduled
        | ApplicationStatus::Completed
        | ApplicationStatus::PartiallyCompleted
        | ApplicationStatus::Arranging
        | ApplicationStatus::Shipped
        | ApplicationStatus::Partial
        | ApplicationStatus::Unknown(_) => None,
    };
    if let Some((code, how)) = refused {
        let message = format!(
            "application {number} was {how}, and it is never placed again by itself: declare it `state: Cancelled`, and what is \
             still wanted under another name"
        );
        return (Outcome::Blocked(code, message), None);
    }
    if let Some(changed) = changed(order, application, placed) {
        return (Outcome::Blocked(BlockedCode::OrderChanged, changed), None);
    }
    let renamed = match by {
        By::Journal | By::Content => None,
        By::Renamed(name) => Some(name),
    };
    let words = content::words(&order.content);
    let sims = order.content.quantity;
    let what = match &application.status {
        ApplicationStatus::Accepted if let Some(step) = HandOver::of(number) => {
            format!("is handed over ({step}), waits for the number that the carrier gave it: {words}")
        }
        ApplicationStatus::Completed => match renamed {
            None => return (Outcome::InSync, None),
            Some(name) => {
                format!(
                    "not ordered again: order {name}, which is no longer declared, was the same ({words}); declare both to have both"
                )
            }
        },
        ApplicationStatus::Partial | ApplicationStatus::PartiallyCompleted => {
            let came = application.msisdns.len();
            let message = format!("{number} came with {came} of {sims} SIMs; what is missing is not ordered again by itself");
            return (Outcome::InSync, Some((WarningCode::OrderPartial, message)));
        }
        ApplicationStatus::Accepted => {
            let until = application
                .cancellable_until
                .map_or_else(String::new, |until| format!(", can be cancelled until {}", rfc3339(until)));
            format!("accepted: {words}{until}")
        }
        ApplicationStatus::Arranging => format!("being made up: {words}"),
        ApplicationStatus::Shipped => {
            format!("shipped: {words}; {} of {sims} SIMs are known by number", application.msisdns.len())
        }
        ApplicationStatus::Unknown(status) => format!("the carrier says {status:?}, which this version does not know: {words}"),
        status @ (ApplicationStatus::Processing
        | ApplicationStatus::Scheduled
        | ApplicationStatus::Rejected
        | ApplicationStatus::Cancelled) => format!("{status}: {words}"),
    };
    let what = match renamed {
        Some(name) if application.status != ApplicationStatus::Completed => {
            format!("{what}; placed as order {name}, which is no longer declared")
        }
        Some(_) | None => what,
    };
    (wait(application, what), None)
}

/// An order that is to be cancelled and was placed. What it was is of no interest any more.
fn cancelled(context: Context<'_>, claim: Claim<'_>, order: &DesiredOrder, placed: Option<&RememberedOrder>) -> Outcome {
    let Claim { application, by } = claim;
    if application.status.came_to_nothing() {
        return Outcome::InSync;
    }
    let ordered = application.content.as_ref().or(placed.map(|placed| &placed.placement.content)).unwrap_or(&order.content);
    let how = match by {
        By::Journal => "",
        By::Content | By::Renamed(_) => ", which has the same content",
    };
    let reason =
        format!("declared Cancelled; calls off application {}{how}: {}", application.application, content::words(ordered));
    match place::cancel(context, application, ordered, reason) {
        Ok(step) => Outcome::Work(vec![step], Vec::new()),
        Err((code, message)) => Outcome::Blocked(code, message),
    }
}

/// The journal has it as placed, and the carrier does not list it: yet, or any more. It is never placed
/// again for that.
fn unlisted(order: &DesiredOrder, placed: &RememberedOrder) -> Outcome {
    let differences = content::differences(&placed.placement.content, &order.content);
    if !differences.is_empty() && !order.cancelled {
        let number = placed.application.as_ref().map_or_else(|| "it".to_owned(), |number| format!("application {number}"));
        return Outcome::Blocked(BlockedCode::OrderChanged, otherwise(&number, &differences));
    }
    let what = match &placed.application {
        Some(_) => "placed, and the carrier does not list it",
        None => "placed, as the journal has it without a number, and the carrier lists none like it",
    };
    let wait = Wait { application: placed.application.clone(), what: what.to_owned(), effective: None, not_before: None };
    Outcome::Work(Vec::new(), vec![wait])
}

/// The journal has it under a name that is no longer declared, and the carrier does not list it.
fn renamed_and_unlisted(order: &DesiredOrder, placed: &RememberedOrder) -> Outcome {
    let (name, words) = (&placed.name, content::words(&order.content));
    let what = format!(
        "not ordered again: order {name}, which is no longer declared, was the same ({words}), and the carrier does not list it; \
         declare both to have both"
    );
    let wait = Wait { application: placed.application.clone(), what, effective: None, not_before: None };
    Outcome::Work(Vec::new(), vec![wait])
}

/// What was ordered otherwise than it is declared, by the journal or else by the carrier.
fn changed(order: &DesiredOrder, application: &OrderApplication, placed: Option<&RememberedOrder>) -> Option<String> {
    let ordered = [placed.map(|placed| &placed.placement.content), application.content.as_ref()];
    let differences = ordered.into_iter().flatten().map(|ordered| content::differences(ordered, &order.content));
    let differences = differences.into_iter().find(|differences| !differences.is_empty())?;
    let number = &application.application;
    Some(match HandOver::of(number) {
        None => otherwise(&format!("application {number}"), &differences),
        Some(step) => {
            let another = differences.join(", another ");
            format!("it is handed over ({step}) with another {another}: if it was not placed, {}", reason::give_back(step))
        }
    })
}

fn otherwise(number: &str, differences: &[String]) -> String {
    format!(
        "{number} was placed with another {}: an order cannot be changed; declare it as it was, and what is wanted besides under \
         another name",
        differences.join(", another ")
    )
}

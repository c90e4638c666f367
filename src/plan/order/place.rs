//! Placing an order, and calling one off.

use super::claim::Claims;
use super::{Context, content, not_offered, price};
use crate::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, DesiredOrder, Function, HandOver, Money, OrderApplication,
    OrderContent, OrderPlacement,
};
use crate::plan::diff::Outcome;
use crate::plan::sequence::Step;
use crate::plan::{BlockedCode, Change, Precondition, Values, WarningCode, reason};

/// An order that nobody has placed: place it, or say what stands in the way.
pub(super) fn place(
    context: Context<'_>,
    order: &DesiredOrder,
    claims: &Claims<'_>,
    found: &[OrderApplication],
) -> (Outcome, Vec<(WarningCode, String)>) {
    let wanted = order.content.clone().normalised();
    if let Some((code, message)) = impossible(context, &wanted) {
        return (Outcome::Blocked(code, message), Vec::new());
    }
    let could_be: Vec<ApplicationNumber> = same(&wanted, found).map(|application| application.application.clone()).collect();
    let (cost, unpriced) = price::of(context.catalogue, &wanted);
    if context.is_console && !unpriced.is_empty() {
        // Whoever works through a check-list has to see what it costs, and no limit can count what nobody knows.
        let message =
            format!("the catalogue has no price for {} (orderPrices), and nothing is ordered without one", unpriced.join(", "));
        return (Outcome::Blocked(BlockedCode::OrderPriceUnknown, message), Vec::new());
    }
    let attempt =
        context.remembered(&order.name).map_or(1, |order| order.placement.attempt.saturating_add(u32::from(order.refused)));
    let before: Vec<String> = same(&wanted, found)
        .filter(|application| application.content.is_some())
        .map(|application| application.application.to_string())
        .collect();
    let remarks = [
        (cost.monthly > Money::ZERO).then(|| format!("they arrive in use and cost {} a month from then on", cost.monthly)),
        (!unpriced.is_empty()).then(|| format!("the catalogue has no price for {}, so the cost is more", unpriced.join(", "))),
        (attempt > 1).then(|| format!("attempt {attempt}, the carrier refused the one before")),
        (!before.is_empty()).then(|| format!("the same was ordered before as {}", before.join(", "))),
    ];
    let why: Vec<String> = [content::words_with_address(&wanted)].into_iter().chain(remarks.into_iter().flatten()).collect();
    let step = Step {
        change: Change::PlaceOrder { placement: Box::new(OrderPlacement { content: wanted.clone(), attempt }) },
        from: Values::default(),
        to: Values { placement: Some(Box::new(OrderPlacement { content: wanted, attempt })), ..Values::default() },
        cost,
        reason: why.join("; "),
        precondition: Precondition { purchases: Some(could_be), ..Precondition::default() },
    };
    (Outcome::Work(vec![step], Vec::new()), unexplained(claims).into_iter().collect())
}

fn impossible(context: Context<'_>, wanted: &OrderContent) -> Option<(BlockedCode, String)> {
    let functions: &[Function] =
        if wanted.devices.is_empty() { &[Function::OrderSims] } else { &[Function::OrderSims, Function::OrderDevices] };
    if let Some(blocked) = not_offered(context, wanted, functions) {
        return Some(blocked);
    }
    if !context.catalogue.plans.contains_key(&wanted.rate_plan) {
        return Some((BlockedCode::UnknownRatePlan, format!("the carrier has no rate plan {}", wanted.rate_plan)));
    }
    let passed = wanted.preferred_date.filter(|date| *date < context.today)?;
    Some((BlockedCode::OrderDatePassed, format!("the wished-for day {passed} is over: declare a later one, or none")))
}

/// Applications that could be this order, whoever placed them: one that does not say what it orders may be
/// anything.
fn same<'a>(content: &OrderContent, found: &'a [OrderApplication]) -> impl Iterator<Item = &'a OrderApplication> {
    let mut same: Vec<&OrderApplication> = found
        .iter()
        .filter(|application| !application.status.came_to_nothing())
        .filter(|application| application.content.as_ref().is_none_or(|found| found.clone().normalised() == *content))
        .collect();
    same.sort_by(|left, right| left.application.cmp(&right.application));
    same.into_iter()
}

/// The most applications that a warning names.
const NAMED: usize = 3;

/// A word on orders that nobody declares: one of them may be what is about to be ordered.
fn unexplained(claims: &Claims<'_>) -> Option<(WarningCode, String)> {
    let named: Vec<String> = claims
        .unexplained
        .iter()
        .take(NAMED)
        .map(|application| {
            let what = application.content.as_ref().map_or_else(|| "it does not say what".to_owned(), content::words);
            let on = crate::domain::calendar::jst_date(application.requested_at);
            format!("{} ({what}, {on}, {})", application.application, application.via)
        })
        .collect();
    let more = claims.unexplained.len().saturating_sub(named.len());
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let message = format!("the carrier has {}{more}, which no declared order explains: is that what you want?", named.join(", "));
    (!named.is_empty()).then_some((WarningCode::OrderUnexplained, message))
}

/// Cancels an application while it is only accepted. The error says why it cannot be.
pub(super) fn cancel(
    context: Context<'_>,
    application: &OrderApplication,
    ordered: &OrderContent,
    reason: String,
) -> Result<Step, (BlockedCode, String)> {
    if let Some(why) = too_late(context, application) {
        return Err((BlockedCode::OrderNotCancellable, why));
    }
    if let Some(blocked) = not_offered(context, ordered, &[Function::Applications]) {
        return Err(blocked);
    }
    let number = &application.application;
    let state = |status: &ApplicationStatus| Some(status.wire().into());
    Ok(Step {
        change: Change::CancelApplication { application: number.clone(), of: ApplicationType::Order },
        from: Values {
            state: state(&application.status),
            application: Some(number.clone()),
            application_type: Some(ApplicationType::Order),
            ..Values::default()
        },
        to: Values { state: state(&ApplicationStatus::Cancelled), ..Values::default() },
        cost: price::of_cancelled(context.catalogue, ordered),
        reason,
        precondition: Precondition { applications: vec![number.clone()], ..Precondition::default() },
    })
}

/// Why an application can no longer be cancelled: only an accepted one can, until its time (DOMAIN 4).
pub(super) fn too_late(context: Context<'_>, application: &OrderApplication) -> Option<String> {
    let number = &application.application;
    if let Some(step) = HandOver::of(number) {
        return Some(format!("it is handed over ({step}): {}", reason::give_back(step)));
    }
    if context.is_console {
        return Some(format!(
            "application {number} is called off in the console; then say that it was not done: `simfleet ops resolve ID PATH \
             --outcome not-done`, with the id that `simfleet ops list PATH` has for it"
        ));
    }
    if application.status != ApplicationStatus::Accepted {
        return Some(format!("application {number} is {} and can no longer be cancelled", application.status));
    }
    let until = application.cancellable_until.filter(|until| *until <= context.now)?;
    Some(format!("application {number} could be cancelled until {}", crate::domain::calendar::rfc3339(until)))
}

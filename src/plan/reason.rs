//! The sentences of a plan: why an operation is needed, what a line waits for, why a wish is blocked.

use jiff::civil::Date;

use crate::domain::calendar::{jst_date, rfc3339};
use crate::domain::{ApplicationType, CarrierIdentity, DesiredState, HandOver, OperationKind, Pending, PendingTarget, RatePlan};
use crate::plan::termination_date;
use jiff::Timestamp;

/// "declared Suspended, observed Active".
pub(crate) fn declared_observed(declared: &str, observed: &str) -> String {
    format!("declared {declared}, observed {observed}")
}

/// What an open application does, in two words or three.
pub(crate) fn doing(application: &Pending) -> String {
    match (&application.kind, &application.target) {
        (ApplicationType::PlanChange, PendingTarget::Plan(plan)) => format!("change to {plan}"),
        (kind, _) => kind.wire().to_owned(),
    }
}

/// A line waits because an application is being carried out. Its number stands beside this.
pub(crate) fn waits_for(application: &Pending) -> String {
    format!("waits for {} ({})", doing(application), application.status)
}

/// What a person was asked to do in the console (driver `csv`). Where it was is told by its number.
pub(crate) fn handed_over(application: &Pending) -> Option<String> {
    let step = HandOver::of(&application.application)?;
    Some(format!("{} is handed over ({step}), waits for an export that shows it", doing(application)))
}

/// How what a person was asked to do is taken back.
pub(crate) fn give_back(step: HandOver<'_>) -> String {
    format!("strike it from the check-list, and give it back: `simfleet ops resolve {} PATH --outcome not-done`", step.number())
}

/// A plan change that is on its way to the declared plan.
pub(crate) fn changes_to(plan: &RatePlan) -> String {
    format!("changes to {plan}")
}

/// A contrary plan change that can no longer be cancelled.
pub(crate) fn waits_for_contrary_change(application: &Pending, wanted: &RatePlan) -> String {
    format!(
        "declared {wanted}; application {} ({}) can no longer be cancelled and comes first",
        application.application,
        doing(application)
    )
}

/// A plan change that cannot be asked for this month.
pub(crate) fn past_cut_off(wanted: &RatePlan, opens: Timestamp) -> String {
    format!("change to {wanted} can be asked for from {}: past this month's cut-off", jst_date(opens))
}

/// A termination that was accepted and is as declared.
pub(crate) fn terminates(date: Option<Date>) -> String {
    date.map_or_else(|| "terminates".to_owned(), |date| format!("terminates at the end of {date}"))
}

/// A termination with another date than the declared one, too late to change.
pub(crate) fn terminates_on_other_date(date: Date, wanted: Date) -> String {
    format!("terminates at the end of {date}; too late to move it to {wanted}")
}

/// A line that is suspended and waits for its termination. `billing` says what its earliest day costs.
pub(crate) fn held(last: Date, ends: Date, billing: &str) -> String {
    let opens = termination_date::after(last);
    let when = if ends == opens { String::new() } else { format!(" (declared for {ends})") };
    format!("held until the end of {last}, a suspended line is billed in full; to be terminated from {opens} on{when}: {billing}")
}

/// What is declared of a line that is held.
pub(crate) fn declared_held(last: Date) -> String {
    format!("{} after {last}", DesiredState::Terminated)
}

/// Work that a fleet's `mode: Observe` holds back.
pub(crate) fn observed_only(kinds: &[OperationKind], reason: &str) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    format!("{reason}; not changed, the fleet's mode is Observe (it would take {})", names.join(", "))
}

/// A number that the carrier does not list.
pub(crate) fn line_not_found(state: Option<DesiredState>) -> String {
    let declared = state.map_or_else(String::new, |state| format!(" (declared {state})"));
    format!("the carrier does not list this number{declared}; it is never ordered anew: check the number or remove the line")
}

/// No order can be judged without knowing what the carrier has.
pub(crate) fn orders_not_observed(carrier: &CarrierIdentity) -> String {
    let why = if carrier.is_console() {
        NOT_VOUCHED
    } else {
        "what was ordered already was not observed, so nothing is ordered: observe again, or plan against the carrier"
    };
    why.to_owned()
}

/// No exported list shows purchases, and a journal that was lost would buy all of them again.
pub(crate) const NOT_VOUCHED: &str = "what was bought is in no exported list, and nobody vouched that the journal has all of it: look at \
     申込状況 in the console, then `simfleet ops vouch`";

/// An operation of an order in doubt, as far as the journal knows it.
pub(crate) fn order_in_doubt(kind: &str, id: Option<&str>, since: Option<Timestamp>) -> String {
    let known: Vec<String> =
        id.map(str::to_owned).into_iter().chain(since.map(|since| format!("sent {}", rfc3339(since)))).collect();
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!("the outcome of {kind}{known} is unknown; nothing is sent for this order until it is settled (simfleet ops)")
}

/// An order of the same content, under another name, whose outcome is unknown.
pub(crate) fn same_order_in_doubt(name: &str, id: Option<&str>, since: Option<Timestamp>) -> String {
    let sent = since.map(|since| format!("sent {}", rfc3339(since)));
    let known: Vec<String> = id.map(str::to_owned).into_iter().chain(sent).collect();
    let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
    format!(
        "the outcome of order {name}{known}, which asks for the same, is unknown; no other is placed until it is settled \
         (simfleet ops)"
    )
}

/// An operation in doubt.
pub(crate) fn in_doubt(kind: OperationKind, id: &str, since: Timestamp) -> String {
    format!(
        "the outcome of {kind} ({id}, sent {}) is unknown; nothing is sent for this line until it is settled (simfleet ops)",
        rfc3339(since)
    )
}

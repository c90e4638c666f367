//! Orders (DOMAIN 4): events with names, each placed at most once, and never derived from counts of lines.
//!
//! An order is what was placed under its name, as the journal has it; where the journal has nothing, an
//! application of the same content is taken for it. So planning without a journal never orders more than
//! planning with it.

mod claim;
mod content;
mod follow;
mod place;
mod price;
mod removed;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::jst_date;
use crate::domain::{
    Catalogue, Desired, DesiredOrder, Function, Observed, OrderContent, ServiceCode, Source, Subject, SystemNumber,
};
use crate::plan::diff::Outcome;
use crate::plan::{BlockedCode, DoubtfulOperation, Memory, PurchaseOutcome, RememberedOrder, WarningCode, reason};
use claim::Claims;

/// How long an order that is no longer declared is followed: they are delivered within weeks, and nobody
/// wants an account that once ordered something to be asked about it for ever.
const FOLLOWED_FOR: SignedDuration = SignedDuration::from_hours(24 * 92);

/// One order with all that a plan says of it.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) name: Arc<str>,
    pub(crate) source: Source,
    pub(crate) outcome: Outcome,
    pub(crate) warnings: Vec<(WarningCode, String)>,
}

impl Planned {
    fn new(name: &Arc<str>, source: Source, outcome: Outcome) -> Self {
        Self { name: Arc::clone(name), source, outcome, warnings: Vec::new() }
    }
}

/// Whether the carrier's orders are needed for a plan: where any is declared, or was placed and left the
/// files not long ago.
pub(crate) fn are_wanted(desired: &Desired, memory: &Memory, now: Timestamp) -> bool {
    let since = now.checked_sub(FOLLOWED_FOR).unwrap_or(Timestamp::MIN);
    let may_be_open = |order: &RememberedOrder| {
        order.outcome != PurchaseOutcome::NotBought && order.sent_at.is_none_or(|sent_at| sent_at >= since)
    };
    !desired.orders.is_empty() || memory.orders.iter().any(may_be_open)
}

/// What is the same for all orders of an account.
#[derive(Debug, Clone, Copy)]
struct Context<'a> {
    desired: &'a Desired,
    catalogue: &'a Catalogue,
    /// Whether nobody can be asked what was ordered (driver `csv`).
    is_console: bool,
    memory: &'a Memory,
    now: Timestamp,
    today: Date,
}

impl<'a> Context<'a> {
    /// What the journal has under a name.
    fn remembered(&self, name: &str) -> Option<&'a RememberedOrder> {
        self.memory.orders.iter().find(|order| *order.name == *name)
    }

    /// Why nothing may be done about an order whose last operation has an unknown outcome.
    fn doubt(&self, name: &str) -> Option<String> {
        let doubtful =
            self.memory.in_doubt.iter().find(|operation| matches!(&operation.subject, Subject::Order(of) if **of == *name));
        if let Some(operation) = doubtful {
            return Some(reason::order_in_doubt(operation.kind.as_str(), Some(&operation.id.0), Some(operation.since)));
        }
        let remembered = self.remembered(name).filter(|order| order.outcome == PurchaseOutcome::InDoubt)?;
        Some(reason::order_in_doubt("placeOrder", None, remembered.sent_at))
    }

    /// Why an order is not placed while one of the same content and another name (it may have been renamed) has an
    /// unknown outcome: only its application's number could tell them apart.
    fn doubt_about_the_same(&self, order: &DesiredOrder) -> Option<String> {
        let content = order.content.clone().normalised();
        let is_same = |remembered: &&RememberedOrder| {
            remembered.outcome == PurchaseOutcome::InDoubt && remembered.placement.content.clone().normalised() == content
        };
        let same = self.memory.orders.iter().filter(is_same).min_by_key(|remembered| &remembered.name)?;
        let of_name = |operation: &&DoubtfulOperation| operation.subject.order() == Some(&same.name);
        let doubtful = self.memory.in_doubt.iter().find(of_name);
        let since = doubtful.map(|operation| operation.since).or(same.sent_at);
        Some(reason::same_order_in_doubt(&same.name, doubtful.map(|operation| &*operation.id.0), since))
    }
}

/// Every selected order that is declared, and every one that is not and goes on. Sorted by name.
pub(crate) fn orders(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    now: Timestamp,
    selected: &dyn Fn(&str) -> bool,
) -> Vec<Planned> {
    let (catalogue, is_console) = (&observed.catalogue, observed.carrier.is_console());
    let context = Context { desired, catalogue, is_console, memory, now, today: jst_date(now) };
    let declared: BTreeMap<&str, &DesiredOrder> = desired.orders.iter().map(|order| (&*order.name, order)).collect();
    let Some(found) = &observed.purchases.orders else {
        let not_observed = |order: &&DesiredOrder| {
            let outcome = Outcome::Blocked(BlockedCode::PurchasesNotObserved, reason::orders_not_observed(&observed.carrier));
            Planned::new(&order.name, order.source, outcome)
        };
        return declared.values().filter(|order| selected(&order.name)).map(not_observed).collect();
    };
    let claims = Claims::new(&declared, memory, found);
    let mut planned: Vec<Planned> = Vec::new();
    for order in declared.values().filter(|order| selected(&order.name)) {
        planned.push(follow::follow(context, order, &claims, found));
    }
    planned.extend(removed::orders(context, &declared, &claims, found).into_iter().filter(|order| selected(&order.name)));
    planned.sort_by(|left, right| left.name.cmp(&right.name));
    planned
}

/// Why the carrier cannot be asked: the service that the SIMs are for lacks a function.
fn not_offered(context: Context<'_>, ordered: &OrderContent, functions: &[Function]) -> Option<(BlockedCode, String)> {
    let (system, service): (&SystemNumber, &ServiceCode) = (&ordered.system_number, &ordered.service_code);
    let lacking = functions.iter().find(|function| !context.catalogue.offers(system, service, **function))?;
    let (number, title) = (lacking.number(), lacking.title());
    let message = format!("service {service} of {system} does not offer function {number} ({title}), which this needs");
    Some((BlockedCode::FunctionNotOffered, message))
}

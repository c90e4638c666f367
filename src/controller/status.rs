//! What a reconciliation knows, as the status of its objects: conditions, counts, capped lists.
//!
//! The reasons of the conditions are in [`reasons`]; `simfleet explain conditions` tells what they mean. A status in
//! which nothing changed is the previous one, byte for byte, so that nothing is written at rest: the time of the
//! observation alone is no change before [`REFRESH`] is over, and then only the account's.

mod drift;
mod facts;
mod matter;
mod previous;
pub mod reasons;
mod trouble;
mod verdict;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

pub use trouble::{Trouble, TroubleKind};

use super::accept::{Accepted, Judged, Standing};
use super::names;
use super::object::{AccountView, Object, ObjectKind};
use super::permit::Permit;
use crate::api::status::{CarrierAccountStatus, CarrierStatus, PlanStatus, SimFleetStatus, SimOrderStatus};
use crate::domain::OrderApplication;
use crate::exec::ApplyReport;
use crate::plan::{Plan, RememberedOrder};
use crate::render::view::Verdict as PlanVerdict;
pub(super) use facts::kinds;
use facts::{Facts, Of, number_of};
pub(super) use matter::capped;
pub(super) use previous::{claim_of, previous};

/// How old the time of an account's observation may become in its status while nothing else changes.
pub const REFRESH: SignedDuration = SignedDuration::from_hours(1);

/// The most lines that a fleet's status lists.
pub const MOST_LINES: usize = 20;

/// What a reconciliation knows at its end.
#[derive(Debug, Clone, Copy)]
pub struct Reconciled<'a> {
    /// What was read of the cluster; it holds the previous statuses.
    pub view: &'a AccountView,
    /// What of it is valid, what the catalogue refutes left out.
    pub accepted: &'a Accepted,
    /// Whose lines these are, once the credentials are known.
    pub carrier: Option<&'a CarrierStatus>,
    /// What was seen and decided. `None`: nothing, because of `trouble`, or because the account is refused; counts and
    /// what was found before then stay as they are.
    pub seen: Option<Seen<'a>>,
    /// What became of what was sent in this reconciliation, before the plan that was seen last was made.
    pub reports: &'a [&'a ApplyReport],
    /// The id of the plan that was sent last in this reconciliation.
    pub applied: Option<&'a str>,
    /// Why the account could not be looked at, or worked on to the end.
    pub trouble: Option<&'a Trouble>,
    /// The real clock: when a condition changes, this is when.
    pub now: Timestamp,
}

/// What was seen and decided. The latest of it: after an apply everything is observed and planned anew.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The plan of the account, and of no other.
    pub plan: &'a Plan,
    /// What of it may be sent.
    pub permit: &'a Permit,
    /// Orders that the carrier has, where they were read.
    pub orders: &'a [OrderApplication],
    /// Orders that the journal knows.
    pub remembered: &'a [RememberedOrder],
    /// Config maps that hold the plan.
    pub plan_body: &'a [String],
}

/// A status, and whether it has to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<S> {
    /// The object's name.
    pub name: Arc<str>,
    /// What is to stand in it; the previous status itself where nothing changed.
    pub status: S,
    /// Whether it is another one than the previous.
    pub is_changed: bool,
}

/// The statuses of an account's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statuses {
    /// The account's.
    pub account: Told<CarrierAccountStatus>,
    /// Those of all fleets, also of those that are refused, sorted by name.
    pub fleets: Vec<Told<SimFleetStatus>>,
    /// Those of all orders, sorted by name.
    pub orders: Vec<Told<SimOrderStatus>>,
}

/// Tells what a reconciliation knows.
pub fn status(reconciled: &Reconciled<'_>) -> Statuses {
    let Reconciled { view, accepted, .. } = reconciled;
    let judged = |object: &Object| accepted.judged(object.kind, &object.name);
    let mut fleets: Vec<_> = view.fleets.iter().filter_map(|object| Some(fleet(reconciled, object, judged(object)?))).collect();
    let mut orders: Vec<_> = view.orders.iter().filter_map(|object| Some(order(reconciled, object, judged(object)?))).collect();
    fleets.sort_by(|left, right| left.name.cmp(&right.name));
    orders.sort_by(|left, right| left.name.cmp(&right.name));
    Statuses { account: account(reconciled), fleets, orders }
}

fn account(reconciled: &Reconciled<'_>) -> Told<CarrierAccountStatus> {
    let Reconciled { view, accepted, carrier, seen, .. } = reconciled;
    let object = &view.account;
    let mut before: CarrierAccountStatus = previous(object);
    let facts = seen.as_ref().map(|seen| Facts::of(Of::Account, &accepted.desired, seen, reconciled.reports));
    let verdict = verdict::account(reconciled, facts.as_ref());
    let section = seen.and_then(|seen| seen.plan.accounts.iter().find(|section| *section.name == *object.name));
    let mut next = CarrierAccountStatus {
        observed_generation: Some(object.generation),
        conditions: verdict.conditions(object.generation, &before.conditions, &written(reconciled.now)),
        // Whoever stands back and could not even ask again stands for nobody: an older account need not wait for it.
        carrier: carrier.cloned().or_else(|| before.carrier.clone().filter(|_| !previous::stands_back(&before.conditions))),
        observed_at: section.map(|section| section.observed.at.to_string()).or_else(|| before.observed_at.clone()),
        lines: facts.as_ref().map_or(before.lines, |facts| facts.counts),
        unmanaged: seen.map_or(before.unmanaged, |seen| facts::count(seen.plan.unmanaged.len())),
        plan: match seen {
            Some(seen) => plan_of(*seen, before.plan.as_ref()),
            None => before.plan.clone(),
        },
        last_applied_plan_id: reconciled.applied.map(str::to_owned).or_else(|| before.last_applied_plan_id.clone()),
        last_handled_reconcile_at: handled(object, before.last_handled_reconcile_at.as_ref()),
    };
    if !previous::is_older(before.observed_at.as_ref(), next.observed_at.as_ref(), REFRESH) {
        let at = next.observed_at.take();
        let then = before.observed_at.take();
        next.observed_at = if next == before { then.clone() } else { at };
        before.observed_at = then;
    }
    told(object, &before, next)
}

fn fleet(reconciled: &Reconciled<'_>, object: &Object, judged: &Judged) -> Told<SimFleetStatus> {
    let Reconciled { accepted, seen, .. } = reconciled;
    let mut before: SimFleetStatus = previous(object);
    let number = number_of(&accepted.desired, &object.name).filter(|_| judged.standing == Standing::Accepted);
    let facts =
        seen.as_ref().zip(number).map(|(seen, number)| Facts::of(Of::Fleet(number), &accepted.desired, seen, reconciled.reports));
    let verdict = verdict::part(reconciled, judged, facts.as_ref());
    let section = seen.filter(|_| facts.is_some()).and_then(|seen| seen.plan.accounts.first());
    let gravest = facts.as_ref().map(|facts| facts.gravest(MOST_LINES));
    let (not_converged, not_converged_beyond) =
        gravest.unwrap_or_else(|| (before.not_converged.clone(), before.not_converged_beyond));
    let mut next = SimFleetStatus {
        observed_generation: Some(object.generation),
        conditions: verdict.conditions(object.generation, &before.conditions, &written(reconciled.now)),
        lines: facts.as_ref().map_or(before.lines, |facts| facts.counts),
        desired_digest: number
            .map(|number| crate::plan::digest::fleet(&accepted.desired, number))
            .or_else(|| before.desired_digest.clone()),
        observed_at: section.map(|section| section.observed.at.to_string()).or_else(|| before.observed_at.clone()),
        next_effective_date: facts.as_ref().map_or_else(|| before.next_effective_date.clone(), |facts| facts.next_date.clone()),
        not_converged,
        not_converged_beyond,
        last_handled_reconcile_at: handled(object, before.last_handled_reconcile_at.as_ref()),
    };
    // The time alone is no change.
    let (at, then) = (next.observed_at.take(), before.observed_at.take());
    next.observed_at = if next == before { then.clone() } else { at };
    before.observed_at = then;
    told(object, &before, next)
}

fn order(reconciled: &Reconciled<'_>, object: &Object, judged: &Judged) -> Told<SimOrderStatus> {
    let Reconciled { accepted, seen, .. } = reconciled;
    let before: SimOrderStatus = previous(object);
    let facts = seen
        .as_ref()
        .filter(|_| judged.standing == Standing::Accepted)
        .map(|seen| Facts::of(Of::Order(&object.name), &accepted.desired, seen, reconciled.reports));
    let verdict = verdict::part(reconciled, judged, facts.as_ref());
    let remembered = seen.and_then(|seen| seen.remembered.iter().find(|order| order.name == object.name));
    let waiting = seen.iter().flat_map(|seen| &seen.plan.pending);
    let number = remembered.and_then(|order| order.application.clone()).or_else(|| {
        waiting.filter(|item| item.subject.order() == Some(&object.name)).find_map(|item| item.application_no.clone())
    });
    let number = number.map(|number| number.to_string()).or_else(|| before.application_no.clone());
    let placed =
        seen.and_then(|seen| seen.orders.iter().find(|order| number.as_deref() == Some(order.application.to_string().as_str())));
    let cost = facts.as_ref().map(|facts| facts.cost).filter(|cost| !cost.is_zero());
    let next = SimOrderStatus {
        observed_generation: Some(object.generation),
        conditions: verdict.conditions(object.generation, &before.conditions, &written(reconciled.now)),
        phase: placed.map(|order| capped(order.status.to_string(), 64)).or_else(|| before.phase.clone()),
        application_no: number.map(|number| capped(number, 64)),
        what: match &facts {
            Some(facts) => facts.what.clone().map(|what| capped(what, 1_024)),
            None => before.what.clone(),
        },
        cost: cost.or(remembered.map(|order| order.amount)).map(yen).or_else(|| before.cost.clone()),
    };
    told(object, &before, next)
}

/// A plan in brief; `None` where there is nothing to do. One that is the same as before was made when it was made.
fn plan_of(seen: Seen<'_>, before: Option<&PlanStatus>) -> Option<PlanStatus> {
    let Seen { plan, permit, plan_body, .. } = seen;
    if plan.operations.is_empty() {
        return None;
    }
    let is_same = |before: &&PlanStatus| before.plan_id == permit.plan_id;
    let counts: BTreeMap<String, u64> =
        plan.summary.by_kind.iter().filter(|(_, count)| **count > 0).map(|(kind, count)| (kind.to_string(), *count)).collect();
    Some(PlanStatus {
        plan_id: permit.plan_id.clone(),
        created_at: before.filter(is_same).map_or_else(|| plan.created_at.to_string(), |before| before.created_at.clone()),
        operations: counts,
        awaiting_approval: permit.awaiting(),
        cost_once: yen(plan.summary.cost.once),
        cost_monthly: yen(plan.summary.cost.monthly),
        summary: capped(PlanVerdict::new(plan).to_string(), 1_024),
        config_maps: plan_body.to_vec(),
    })
}

/// `12400 JPY`.
fn yen(amount: crate::domain::Money) -> String {
    format!("{} {}", amount.0, crate::domain::money::CURRENCY)
}

/// RFC 3339 by the second, as Kubernetes writes times.
fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What was asked for and is now answered.
fn handled(object: &Object, before: Option<&String>) -> Option<String> {
    object.annotations.get(names::RECONCILE_AT).map(|at| capped(at.clone(), 64)).or_else(|| before.cloned())
}

fn told<S: PartialEq>(object: &Object, before: &S, next: S) -> Told<S> {
    Told { name: Arc::clone(&object.name), is_changed: next != *before, status: next }
}

/// Whether an object is an order, for words.
fn noun(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::CarrierAccount => "account",
        ObjectKind::SimFleet => "fleet",
        ObjectKind::SimOrder => "order",
    }
}

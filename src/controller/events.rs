//! What is worth an Event: what changed from one status to the next, and what was sent. Aggregated: one event for each
//! object and reason, with counts, never one for each line. Pure.
//!
//! | on | reason | when |
//! |---|---|---|
//! | all | `Accepted`, `Refused` | the verdict on the declaration changed |
//! | account | `Planned` | there is another plan with operations |
//! | account | a trouble's reason, such as `CarrierUnreachable` | the account can no longer be looked at |
//! | all | `AwaitingApproval`, `GuardExceeded`, `Blocked` | that came up, or its reason changed |
//! | fleet, order | `Applied`, `OrderPlaced`, `Cancelled` | the carrier accepted something |
//! | fleet, order | `RefusedByCarrier` | the carrier refused something |
//! | fleet | `DriftDetected` | somebody else began to change lines |
//! | all | `InDoubt`, `Settled` | an outcome became unknown, or known |

use std::collections::BTreeMap;
use std::sync::Arc;

use super::accept::Standing;
use super::object::{Object, ObjectKind};
use super::status::{Reconciled, Statuses, kinds, previous, reasons};
use crate::api::status::{CarrierAccountStatus, SimFleetStatus, SimOrderStatus};
use crate::api::{Condition, ConditionStatus, ConditionType};
use crate::domain::{OperationKind, Subject};
use crate::exec::Outcome;

/// An event to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The kind of the object that it is about.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Arc<str>,
    /// Whether somebody should look.
    pub severity: EventSeverity,
    /// Why, for programs: CamelCase, at most 128 characters.
    pub reason: String,
    /// What the controller did: `Accept`, `Plan`, `Apply`, `Observe`, `Settle`.
    pub action: &'static str,
    /// What happened, for people; at most [`MOST_BYTES`].
    pub note: String,
}

/// `type` of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventSeverity {
    /// For the record.
    Normal,
    /// Somebody should look.
    Warning,
}

impl EventSeverity {
    /// `type` of an event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// The most bytes of a note: what the API server takes.
pub const MOST_BYTES: usize = 1_024;

/// What is to be announced of a reconciliation whose statuses these are. The view holds the statuses before.
pub fn events(reconciled: &Reconciled<'_>, statuses: &Statuses) -> Vec<Announcement> {
    let Reconciled { view, accepted, .. } = reconciled;
    let mut all = Vec::new();
    let before: CarrierAccountStatus = previous(&view.account);
    let after = &statuses.account.status;
    let account = About(&view.account);
    all.extend(account.acceptance(&before.conditions, &after.conditions));
    let plan_of = |status: &CarrierAccountStatus| status.plan.as_ref().map(|plan| plan.plan_id.clone());
    if let Some(plan) = after.plan.as_ref().filter(|_| plan_of(&before) != plan_of(after)) {
        all.push(account.normal("Planned", "Plan", format!("plan {}: {}", plan.plan_id, plan.summary)));
    }
    if let Some(trouble) = reconciled.trouble {
        let was = find(&before.conditions, ConditionType::Ready).map(|condition| condition.reason.as_str());
        if was != Some(trouble.kind.reason()) {
            all.push(account.warning(trouble.kind.reason(), "Observe", trouble.message.clone()));
        }
    }
    all.extend(account.changes(&before.conditions, &after.conditions));
    for object in &view.fleets {
        let Some(told) = statuses.fleets.iter().find(|told| told.name == object.name) else { continue };
        let before: SimFleetStatus = previous(object);
        let about = About(object);
        all.extend(about.acceptance(&before.conditions, &told.status.conditions));
        let is_accepted = accepted.judged(object.kind, &object.name).is_some_and(|judged| judged.standing == Standing::Accepted);
        if is_accepted {
            all.extend(about.changes(&before.conditions, &told.status.conditions));
        }
        all.extend(about.sent(reconciled));
    }
    for object in &view.orders {
        let Some(told) = statuses.orders.iter().find(|told| told.name == object.name) else { continue };
        let before: SimOrderStatus = previous(object);
        let about = About(object);
        all.extend(about.acceptance(&before.conditions, &told.status.conditions));
        all.extend(about.changes(&before.conditions, &told.status.conditions));
        all.extend(about.sent(reconciled));
    }
    all
}

fn find(conditions: &[Condition], kind: ConditionType) -> Option<&Condition> {
    conditions.iter().find(|condition| condition.kind == kind)
}

fn is_true(conditions: &[Condition], kind: ConditionType) -> bool {
    find(conditions, kind).is_some_and(|condition| condition.status == ConditionStatus::True)
}

/// The object that events are about.
struct About<'a>(&'a Object);

impl About<'_> {
    fn event(&self, severity: EventSeverity, reason: &str, action: &'static str, note: String) -> Announcement {
        let note = super::status::capped(note, MOST_BYTES);
        Announcement { kind: self.0.kind, name: Arc::clone(&self.0.name), severity, reason: reason.to_owned(), action, note }
    }

    fn normal(&self, reason: &str, action: &'static str, note: String) -> Announcement {
        self.event(EventSeverity::Normal, reason, action, note)
    }

    fn warning(&self, reason: &str, action: &'static str, note: String) -> Announcement {
        self.event(EventSeverity::Warning, reason, action, note)
    }

    /// The verdict on the declaration, where it is another one.
    fn acceptance(&self, before: &[Condition], after: &[Condition]) -> Option<Announcement> {
        let now = find(after, ConditionType::Accepted)?;
        let was = find(before, ConditionType::Accepted);
        match now.status {
            ConditionStatus::True => was.is_none_or(|was| was.status != now.status).then(|| {
                let note = if now.message.is_empty() { "the declaration is valid".to_owned() } else { now.message.clone() };
                self.normal("Accepted", "Accept", note)
            }),
            ConditionStatus::False | ConditionStatus::Unknown => was
                .is_none_or(|was| (was.status, &was.message) != (now.status, &now.message))
                .then(|| self.warning("Refused", "Accept", now.message.clone())),
        }
    }

    /// What came up or went away.
    fn changes(&self, before: &[Condition], after: &[Condition]) -> Vec<Announcement> {
        let mut all = Vec::new();
        let message = |kind| find(after, kind).map(|condition| condition.message.clone()).unwrap_or_default();
        let came_up = |kind| is_true(after, kind) && !is_true(before, kind);
        if let Some(now) = find(after, ConditionType::Blocked).filter(|now| now.status == ConditionStatus::True) {
            let was = find(before, ConditionType::Blocked).filter(|was| was.status == ConditionStatus::True);
            if was.is_none_or(|was| was.reason != now.reason) {
                all.push(if now.reason == reasons::AWAITING_APPROVAL {
                    self.normal(reasons::AWAITING_APPROVAL, "Plan", now.message.clone())
                } else if now.reason == reasons::GUARD_EXCEEDED {
                    self.warning(reasons::GUARD_EXCEEDED, "Plan", now.message.clone())
                } else {
                    self.warning("Blocked", "Plan", now.message.clone())
                });
            }
        }
        if self.0.kind == ObjectKind::SimFleet && came_up(ConditionType::DriftDetected) {
            all.push(self.warning("DriftDetected", "Observe", message(ConditionType::DriftDetected)));
        }
        if came_up(ConditionType::InDoubt) {
            all.push(self.warning("InDoubt", "Apply", message(ConditionType::InDoubt)));
        }
        let is_settled = find(after, ConditionType::InDoubt).is_some_and(|now| now.status == ConditionStatus::False);
        if is_true(before, ConditionType::InDoubt) && is_settled {
            all.push(self.normal("Settled", "Settle", "what was in doubt is settled".to_owned()));
        }
        all
    }

    /// What the carrier accepted and refused of this object's operations.
    fn sent(&self, reconciled: &Reconciled<'_>) -> Vec<Announcement> {
        let mut done: BTreeMap<OperationKind, u64> = BTreeMap::new();
        let mut refused: BTreeMap<OperationKind, u64> = BTreeMap::new();
        let mut first = None;
        for operation in reconciled.reports.iter().flat_map(|report| &report.operations) {
            if !self.owns(reconciled, &operation.subject) {
                continue;
            }
            if operation.outcome.is_success() {
                *done.entry(operation.kind).or_default() += 1;
            } else if let Outcome::Rejected { code, message } = &operation.outcome {
                *refused.entry(operation.kind).or_default() += 1;
                first.get_or_insert_with(|| format!("{code} {message}"));
            }
        }
        let mut all = Vec::new();
        if !done.is_empty() {
            let reason = match self.0.kind {
                ObjectKind::SimOrder if done.contains_key(&OperationKind::PlaceOrder) => "OrderPlaced",
                ObjectKind::SimOrder => "Cancelled",
                ObjectKind::CarrierAccount | ObjectKind::SimFleet => "Applied",
            };
            all.push(self.normal(reason, "Apply", format!("accepted by the carrier: {}", kinds(&done))));
        }
        if !refused.is_empty() {
            let note = format!("refused by the carrier: {}; {}", kinds(&refused), first.unwrap_or_default());
            all.push(self.warning(reasons::REFUSED_BY_CARRIER, "Apply", note));
        }
        all
    }

    fn owns(&self, reconciled: &Reconciled<'_>, subject: &Subject) -> bool {
        let desired = &reconciled.accepted.desired;
        match subject {
            Subject::Order(name) => self.0.kind == ObjectKind::SimOrder && *name == self.0.name,
            Subject::Line(msisdn) => {
                let fleet = desired.sim(*msisdn).and_then(|sim| desired.fleet_of(sim));
                self.0.kind == ObjectKind::SimFleet && fleet.is_some_and(|fleet| fleet.name == self.0.name)
            }
        }
    }
}

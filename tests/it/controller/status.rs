//! What a reconciliation tells: laws over worlds made by chance, judged by the rules of kstatus, and examples.

mod events;
mod examples;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use simfleet::api::{Condition, ConditionStatus, ConditionType};
use simfleet::controller::object::{AccountView, ObjectKind};
use simfleet::controller::permit::{Approval, Permit, permit};
use simfleet::controller::status::{Reconciled, Seen, Statuses, Trouble, TroubleKind, reasons, status};
use simfleet::controller::{Accepted, Standing};
use simfleet::domain::Mode;
use simfleet::plan::{Memory, Plan};

use super::view::EPOCH;
use super::world::{World, planned, worlds};

/// What kstatus makes of an object that is not being deleted, in the words of its own rules
/// (sigs.k8s.io/cli-utils, `pkg/kstatus/status/generic.go`): first the generation, then `Reconciling`, then `Stalled`,
/// then `Ready`, else it is current.
pub(super) fn kstatus(generation: i64, observed: Option<i64>, conditions: &[Condition]) -> &'static str {
    let is = |kind, status| conditions.iter().any(|condition| condition.kind == kind && condition.status == status);
    if observed.is_some_and(|observed| observed != generation) || is(ConditionType::Reconciling, ConditionStatus::True) {
        "InProgress"
    } else if is(ConditionType::Stalled, ConditionStatus::True) {
        "Failed"
    } else if is(ConditionType::Ready, ConditionStatus::False) || is(ConditionType::Ready, ConditionStatus::Unknown) {
        "InProgress"
    } else {
        "Current"
    }
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(EPOCH + seconds).expect("a time")
}

/// A reconciliation and all that it knows.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) view: AccountView,
    pub(super) accepted: Accepted,
    pub(super) plan: Plan,
    pub(super) permit: Permit,
    pub(super) trouble: Option<Trouble>,
    pub(super) is_seen: bool,
}

impl Known {
    pub(super) fn of(world: &World, memory: &Memory, approve: bool) -> Self {
        let accepted = world.accepted();
        let plan = planned(&accepted, &world.observed, memory);
        let id = plan.accounts.first().map(|section| section.plan_id.clone()).filter(|_| approve);
        let permit = permit(&plan, "main", &Approval { approve: id, ..Approval::default() });
        Self { view: world.view.clone(), accepted, plan, permit, trouble: None, is_seen: true }
    }

    pub(super) fn seen(&self) -> Seen<'_> {
        let Self { plan, permit, .. } = self;
        Seen { plan, permit, orders: &[], remembered: &[], plan_body: &[] }
    }

    pub(super) fn at(&self, now: Timestamp) -> Reconciled<'_> {
        Reconciled {
            view: &self.view,
            accepted: &self.accepted,
            carrier: None,
            seen: self.is_seen.then(|| self.seen()),
            reports: &[],
            applied: None,
            trouble: self.trouble.as_ref(),
            now,
        }
    }

    /// Writes these statuses into the objects, as a cluster would.
    pub(super) fn write(&mut self, statuses: &Statuses) {
        self.view.account.status = serde_json::to_string(&statuses.account.status).expect("JSON").into();
        for object in &mut self.view.fleets {
            let told = statuses.fleets.iter().find(|told| told.name == object.name).expect("every fleet is told of");
            object.status = serde_json::to_string(&told.status).expect("JSON").into();
        }
        for object in &mut self.view.orders {
            let told = statuses.orders.iter().find(|told| told.name == object.name).expect("every order is told of");
            object.status = serde_json::to_string(&told.status).expect("JSON").into();
        }
    }
}

/// All conditions, by kind and name of their objects.
pub(super) fn conditions(statuses: &Statuses) -> BTreeMap<(ObjectKind, String), Vec<Condition>> {
    let Statuses { account, fleets, orders } = statuses;
    let fleets = fleets.iter().map(|told| ((ObjectKind::SimFleet, told.name.to_string()), told.status.conditions.clone()));
    let orders = orders.iter().map(|told| ((ObjectKind::SimOrder, told.name.to_string()), told.status.conditions.clone()));
    let account = ((ObjectKind::CarrierAccount, account.name.to_string()), account.status.conditions.clone());
    std::iter::once(account).chain(fleets).chain(orders).collect()
}

pub(super) fn of(conditions: &[Condition], kind: ConditionType) -> (ConditionStatus, &str) {
    let condition = conditions.iter().find(|condition| condition.kind == kind).expect("each is there");
    (condition.status, &condition.reason)
}

fn troubles() -> impl Strategy<Value = Option<Trouble>> {
    let trouble =
        prop::sample::select(TroubleKind::ALL.to_vec()).prop_map(|kind| Trouble { kind, message: "it is so".to_owned() });
    prop::option::weighted(0.3, trouble)
}

/// Some reconciliation; sometimes nothing was seen.
fn known() -> impl Strategy<Value = Known> {
    (worlds(), any::<bool>(), troubles(), prop::bool::weighted(0.9)).prop_map(|(world, approve, trouble, is_seen)| Known {
        trouble,
        is_seen,
        ..Known::of(&world, &Memory::default(), approve)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn conditions_never_contradict_one_another(known in known()) {
        for ((kind, name), conditions) in conditions(&status(&known.at(at(0)))) {
            let types: Vec<ConditionType> = conditions.iter().map(|condition| condition.kind).collect();
            let all = [
                ConditionType::Ready,
                ConditionType::Reconciling,
                ConditionType::Stalled,
                ConditionType::Accepted,
                ConditionType::DriftDetected,
                ConditionType::InDoubt,
                ConditionType::Blocked,
            ];
            prop_assert_eq!(types, all);
            let is = |kind| of(&conditions, kind).0 == ConditionStatus::True;
            prop_assert!(!(is(ConditionType::Reconciling) && is(ConditionType::Stalled)), "{kind:?} {name}: {conditions:#?}");
            prop_assert_eq!(is(ConditionType::Ready), !is(ConditionType::Reconciling) && !is(ConditionType::Stalled));
            if is(ConditionType::Ready) {
                prop_assert!(is(ConditionType::Accepted) && !is(ConditionType::Blocked) && !is(ConditionType::InDoubt));
            }
            prop_assert!(conditions.iter().all(|condition| condition.observed_generation == Some(3)));
            for Condition { reason, message, .. } in &conditions {
                let is_known = reasons::REASONS.contains(&reason.as_str())
                    || simfleet::diag::Code::from_name(reason).is_some();
                prop_assert!(is_known, "{reason}");
                prop_assert!(message.len() <= 32_768);
            }
        }
    }

    /// Told from the plan and the permit alone: who has something to send or to wait for is not current, and who only
    /// has what a person must say has failed.
    #[test]
    fn kstatus_says_what_is_so(known in known()) {
        let statuses = status(&known.at(at(0)));
        let is_refused = known.accepted.account.standing == Standing::Refused;
        for ((kind, name), conditions) in conditions(&statuses) {
            let verdict = kstatus(3, Some(3), &conditions);
            if let Some(trouble) = &known.trouble {
                prop_assert_ne!(verdict, "Current");
                if !known.is_seen {
                    prop_assert_eq!(verdict == "Failed", trouble.kind.asks_a_person());
                }
                continue;
            }
            if !known.is_seen || is_refused {
                prop_assert_ne!(verdict, "Current");
                continue;
            }
            let desired = &known.accepted.desired;
            let is_own = |subject: &simfleet::domain::Subject| match (kind, subject.msisdn(), subject.order()) {
                (ObjectKind::CarrierAccount, ..) => true,
                (ObjectKind::SimFleet, Some(msisdn), _) => desired
                    .sims
                    .iter()
                    .find(|sim| sim.msisdn == msisdn)
                    .and_then(|sim| desired.fleet_of(sim))
                    .is_some_and(|fleet| *fleet.name == *name),
                (ObjectKind::SimOrder, _, Some(order)) => **order == *name,
                _ => false,
            };
            let own: Vec<_> = known.plan.operations.iter().filter(|operation| is_own(&operation.subject)).collect();
            let sending = own.iter().any(|operation| known.permit.operations.contains(&operation.id));
            let held = own.iter().any(|operation| !known.permit.operations.contains(&operation.id));
            let blocked = known.plan.blocked.iter().any(|item| is_own(&item.subject));
            let left = known.plan.pending.iter().any(|item| {
                is_own(&item.subject) && item.application_no.is_none() && item.effective_date.is_none() && item.not_before.is_none()
                    && item.subject.msisdn().and_then(|msisdn| desired.sims.iter().find(|sim| sim.msisdn == msisdn))
                        .and_then(|sim| desired.fleet_of(sim)).is_some_and(|fleet| fleet.mode == Mode::Observe)
            });
            let expected = if sending {
                "InProgress"
            } else if held || blocked || left {
                "Failed"
            } else {
                "Current"
            };
            prop_assert_eq!(verdict, expected, "{:?} {}: {:#?}", kind, name, conditions);
            prop_assert_eq!(kstatus(4, Some(3), &conditions), "InProgress");
        }
    }

    /// The same again, later and observed later, is the same status: nothing is written at rest.
    #[test]
    fn what_did_not_change_is_not_written(known in known()) {
        let mut known = known;
        let first = status(&known.at(at(0)));
        known.write(&first);
        for section in &mut known.plan.accounts {
            section.observed.at.0 += SignedDuration::from_mins(59);
        }
        known.plan.created_at.0 += SignedDuration::from_mins(59);
        let again = status(&known.at(at(3_540)));
        prop_assert!(!again.account.is_changed);
        prop_assert!(again.fleets.iter().all(|told| !told.is_changed));
        prop_assert!(again.orders.iter().all(|told| !told.is_changed));
        prop_assert_eq!(conditions(&again), conditions(&first));
        prop_assert_eq!(again.account.status.plan, first.account.status.plan);
        prop_assert!(simfleet::controller::events::events(&known.at(at(3_540)), &status(&known.at(at(3_540)))).is_empty());
    }

    /// A condition's time is that of its last change of status.
    #[test]
    fn times_are_those_of_the_last_change(before in known(), trouble in troubles()) {
        let mut known = before;
        let first = status(&known.at(at(0)));
        known.write(&first);
        known.trouble = trouble;
        known.is_seen = known.trouble.is_none();
        let then = conditions(&first);
        for (key, conditions) in conditions(&status(&known.at(at(60)))) {
            for condition in conditions {
                let was = then[&key].iter().find(|was| was.kind == condition.kind).expect("it was there");
                let is_new = condition.last_transition_time == "2026-11-18T11:07:40Z";
                prop_assert_eq!(is_new, was.status != condition.status, "{}", condition.last_transition_time);
            }
        }
    }

    /// Counts add up, and a status lists so many lines and no more, the gravest first.
    #[test]
    fn counts_add_up(known in known()) {
        let statuses = status(&Known { is_seen: true, ..known }.at(at(0)));
        let lines: u64 = statuses.fleets.iter().map(|told| told.status.lines.desired).sum();
        prop_assert_eq!(statuses.account.status.lines.desired, lines);
        let in_sync: u64 = statuses.fleets.iter().map(|told| told.status.lines.in_sync).sum();
        prop_assert_eq!(statuses.account.status.lines.in_sync, in_sync);
        for told in &statuses.fleets {
            let status = &told.status;
            let open = u64::try_from(status.not_converged.len()).expect("few") + status.not_converged_beyond;
            prop_assert_eq!(open + status.lines.in_sync, status.lines.desired);
            prop_assert!(status.not_converged.is_sorted_by_key(|line| line.situation));
        }
    }
}

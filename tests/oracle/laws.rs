//! The laws of the planner (DESIGN 3.4) as properties of random small fleets.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use jiff::{SignedDuration, Timestamp};
use simfleet::domain::{
    Approval, Desired, DesiredSim, DesiredState, DriftField, DriftIgnore, Mode, Observed, OperationKind, Protection, ServiceCode,
    Subject,
};
use simfleet::plan::{self, AccountPlan, BlockedCode, DoubtfulOperation, Memory, OpId, Operation, Part, Plan};

use super::carrier::{Model, Terms, models};
use super::verdict::Wish;
use super::{scene, world};

static MODELS: LazyLock<Vec<Model>> = LazyLock::new(models);

/// A fleet, what the carrier says of it, and the time.
#[derive(Debug, Clone)]
struct World {
    desired: Desired,
    observed: Observed,
    now: Timestamp,
}

impl World {
    fn plan(&self) -> AccountPlan {
        plan::plan(&self.desired, &self.observed, &Memory::default(), self.now)
    }

    fn check(&self, plan: &AccountPlan) -> Vec<plan::Violation> {
        plan::check(&self.desired, &self.observed, &Memory::default(), self.now, plan)
    }

    fn apply<'a>(&self, operations: impl IntoIterator<Item = &'a Operation>) -> Self {
        let mut after = self.clone();
        for operation in operations {
            world::apply(&mut after.observed, operation, &ServiceCode::new(scene::SERVICE), self.now);
        }
        after
    }
}

fn wish(as_chip: bool) -> impl Strategy<Value = Wish> {
    let state = prop_oneof![
        1 => Just(None),
        1 => Just(Some(DesiredState::Registered)),
        1 => Just(Some(DesiredState::Allocated)),
        3 => Just(Some(DesiredState::Active)),
        3 => Just(Some(DesiredState::Suspended)),
        2 => Just(Some(DesiredState::Terminated)),
    ];
    let plan = select(vec![None, Some(0), Some(1), Some(1), Some(2)]);
    let device = select(vec![None, Some(0), Some(0), Some(1)]);
    let day = select(vec![None, Some(-1), Some(0), Some(5)]);
    let hold = select(vec![None, None, None, Some(-1), Some(0), Some(5)]);
    (state, plan, device, day, hold, prop::bool::weighted(0.1)).prop_map(move |(state, plan, device, day, hold, protected)| {
        Wish { as_chip, state, plan, device: device.filter(|_| as_chip), day, protected, pin: None, hold }
    })
}

fn line() -> impl Strategy<Value = (Model, Wish)> {
    (select(&**MODELS), prop::bool::weighted(0.05))
        .prop_flat_map(|(model, in_wrong_list)| (Just(model), wish(model.is_chip != in_wrong_list)))
}

/// An ignore of one number or all, one field or all, around today.
fn ignore() -> impl Strategy<Value = DriftIgnore> {
    let fields = prop::option::of(select(DriftField::ALL.to_vec()).prop_map(|field| BTreeSet::from([field])));
    (prop::option::of(0..12_usize), fields, -2_i64..3).prop_map(|(line, fields, days)| DriftIgnore {
        msisdns: line.map(|line| vec![scene::msisdn(line % 2 == 1, line)]),
        labels: std::collections::BTreeMap::new(),
        fields,
        reason: None,
        owner: "team".into(),
        until: jiff::civil::date(2026, 11, 10).saturating_add(jiff::Span::new().days(days)),
        source: simfleet::domain::Source::NOWHERE,
    })
}

fn worlds() -> impl Strategy<Value = World> {
    let terms =
        (any::<bool>(), prop::option::weighted(0.1, select(vec![2, 3, 6, 10, 14, 15, 16, 17, 18])), prop::bool::weighted(0.1))
            .prop_map(|(cut_off_passed, missing, device_taken)| Terms { cut_off_passed, missing, device_taken });
    let fleets = prop::collection::vec(0..2_u32, 12);
    (prop::collection::vec(line(), 1..12), terms, 1..4_u32, fleets).prop_map(|(lines, terms, bulk_limit, fleets)| {
        let (mut desired, observed, now) = scene::world(&lines, terms, bulk_limit);
        // The second fleet has the other system number: its lines are somebody else's, its chip SIMs move.
        for (sim, fleet) in desired.sims.iter_mut().zip(fleets) {
            sim.fleet = u32::from(fleet == 1 && sim.imei.is_some());
        }
        World { desired, observed, now }
    })
}

fn ids<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> BTreeSet<OpId> {
    operations.into_iter().map(|operation| operation.id.clone()).collect()
}

fn document(world: &World, plan: AccountPlan) -> String {
    serde_json::to_string(&plan::assemble(vec![plan], world.now)).unwrap()
}

/// The plan with every place in a file forgotten.
fn without_places(mut plan: AccountPlan) -> AccountPlan {
    plan.operations.iter_mut().for_each(|operation| operation.source = plan::Place::default());
    plan.blocked.iter_mut().for_each(|item| item.source = plan::Place::default());
    plan.warnings.iter_mut().for_each(|item| item.source = plan::Place::default());
    plan
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if super::long_run() { 20_000 } else { 384 }, ..ProptestConfig::default() })]

    /// A drift ignore decides how a change is told, and nothing else: the same operations, blocks, guards and ids; and every change
    /// is told in one of the two lists.
    #[test]
    fn a_drift_ignore_changes_no_operation(
        world in worlds(),
        ignores in prop::collection::vec(ignore(), 0..3),
        fleet in any::<Index>(),
        was in select(vec!["Active", "Suspended"]),
    ) {
        let value = |field: &str, value: &str| (std::sync::Arc::<str>::from(field), std::sync::Arc::<str>::from(value));
        let of_line = |sim: &DesiredSim| {
            [value("state", was), value("ratePlan", "another"), value("systemNumber", "S9999999")].map(|(field, value)| ((sim.msisdn, field), value))
        };
        let memory = Memory { confirmed: Some(world.desired.sims.iter().flat_map(of_line).collect()), ..Memory::default() };
        let before = plan::plan(&world.desired, &world.observed, &memory, world.now);
        let mut with = world.desired.clone();
        if !with.fleets.is_empty() {
            let at = fleet.index(with.fleets.len());
            with.fleets[at].policy.drift_ignores = ignores;
        }
        let after = plan::plan(&with, &world.observed, &memory, world.now);
        prop_assert_eq!(plan::account_plan_id(&after), plan::account_plan_id(&before));
        let told = |plan: &AccountPlan| {
            let mut told: Vec<_> = plan.drift.iter().flatten().chain(&plan.drift_ignored).cloned().collect();
            for item in &mut told {
                item.ignore = None;
            }
            told.sort_by(|left, right| (left.msisdn, &left.field).cmp(&(right.msisdn, &right.field)));
            told
        };
        prop_assert_eq!(told(&after), told(&before), "nothing is hidden");
        prop_assert!(before.drift_ignored.is_empty());
        let today = simfleet::domain::calendar::jst_date(world.now);
        for (item, holds) in after.drift.iter().flatten().map(|item| (item, false)).chain(after.drift_ignored.iter().map(|item| (item, true))) {
            let note = item.ignore.as_ref();
            prop_assert_eq!(note.is_some_and(|note| note.until >= today), holds, "{:?}", item);
        }
        let bare = AccountPlan { drift: None, drift_ignored: Vec::new(), ..after };
        prop_assert_eq!(bare, AccountPlan { drift: None, ..before }, "digests among it");
    }

    /// Total and sound: there is a plan for everything, and the judge finds no fault with it.
    #[test]
    fn the_judge_finds_no_fault(world in worlds()) {
        prop_assert_eq!(world.check(&world.plan()), []);
    }

    /// Idempotent: once applied, nothing is left but waiting, and nothing that was planned is blocked.
    #[test]
    fn a_plan_after_apply_is_empty(world in worlds()) {
        let first = world.plan();
        let after = world.apply(&first.operations);
        let second = after.plan();
        prop_assert_eq!(&second.operations, &[]);
        prop_assert_eq!(&second.blocked, &first.blocked);
        prop_assert_eq!(after.check(&second), []);
    }

    /// Every prefix is safe: stop anywhere, plan again, and the end is the same, with no operation
    /// that the first plan did not have.
    #[test]
    fn every_prefix_leads_to_the_same_end(world in worlds(), done in prop::collection::vec(any::<bool>(), 64)) {
        let whole = world.plan();
        let mut applied: BTreeSet<OpId> = BTreeSet::new();
        let mut part = Vec::new();
        for (operation, done) in whole.operations.iter().zip(done.into_iter().chain(std::iter::repeat(true))) {
            if done && operation.depends_on.iter().all(|id| applied.contains(id)) {
                applied.insert(operation.id.clone());
                part.push(operation);
            }
        }
        let stopped = world.apply(part);
        let rest = stopped.plan();
        let expected: BTreeSet<OpId> = ids(&whole.operations).difference(&applied).cloned().collect();
        prop_assert_eq!(ids(&rest.operations), expected);
        prop_assert_eq!(stopped.check(&rest), []);
        prop_assert_eq!(stopped.apply(&rest.operations).observed, world.apply(&whole.operations).observed);
    }

    /// Deterministic, and the same in whatever order and files things come.
    #[test]
    fn order_and_files_do_not_matter(world in worlds(), shuffle in any::<prop::sample::Index>()) {
        let plan = world.plan();
        prop_assert_eq!(document(&world, world.plan()), document(&world, plan.clone()));
        let mut other = world.clone();
        let turn = shuffle.index(other.desired.sims.len());
        other.desired.sims.rotate_left(turn);
        other.observed.sims.reverse();
        other.desired.fleets.reverse();
        other.desired.files.push("another.yaml".into());
        for (line, sim) in (1..).zip(&mut other.desired.sims) {
            sim.fleet = 1 - sim.fleet;
            world::elsewhere(sim, line);
        }
        let replanned = other.plan();
        prop_assert_eq!(plan::account_plan_id(&replanned), plan::account_plan_id(&plan));
        prop_assert_eq!(without_places(replanned), without_places(plan));
    }

    /// Owns only what is declared: a line taken out of the files is left alone, and reported where the
    /// fleets' services are; the others are planned as before.
    #[test]
    fn what_is_not_declared_is_left_alone(world in worlds(), which in any::<Index>()) {
        let before = world.plan();
        let mut less = world.clone();
        let gone = less.desired.sims.remove(which.index(less.desired.sims.len()));
        let after = less.plan();
        prop_assert!(after.operations.iter().all(|operation| operation.subject != gone.msisdn));
        prop_assert!(after.blocked.iter().all(|item| item.subject != gone.msisdn));
        prop_assert_eq!(
            ids(&after.operations),
            ids(before.operations.iter().filter(|operation| operation.subject != gone.msisdn))
        );
        let reported = after.unmanaged.iter().any(|item| item.msisdn == gone.msisdn);
        let is_line = world.observed.get(gone.msisdn).is_some_and(|sim| sim.line.is_some());
        prop_assert!(reported || !is_line, "a line of a fleet's service must be reported");
        prop_assert!(before.unmanaged.iter().all(|item| item.msisdn != gone.msisdn));
        prop_assert_eq!(less.check(&after), []);
    }

    /// Adding protection never adds operations.
    #[test]
    fn protection_never_adds_operations(world in worlds(), which in prop::collection::vec(any::<bool>(), 12)) {
        let before = ids(&world.plan().operations);
        let mut protected = world.clone();
        for (sim, protect) in protected.desired.sims.iter_mut().zip(which) {
            if protect {
                sim.protection = Protection::Protected;
            }
        }
        let plan = protected.plan();
        prop_assert!(ids(&plan.operations).is_subset(&before));
        let safe: BTreeSet<_> = protected.desired.sims.iter().filter(|sim| sim.protection == Protection::Protected).map(|sim| Subject::Line(sim.msisdn)).collect();
        let harmful = [OperationKind::Suspend, OperationKind::Terminate];
        prop_assert!(plan.operations.iter().all(|one| !harmful.contains(&one.change.kind()) || !safe.contains(&one.subject)));
    }

    /// Remembered protection is as good as declared protection, until it is lifted.
    #[test]
    fn remembered_protection_is_protection(world in worlds(), which in prop::collection::vec(any::<bool>(), 12)) {
        let (mut declared, mut silent, mut lifted) = (world.clone(), world.clone(), world);
        let mut memory = Memory::default();
        for (index, protect) in (0..declared.desired.sims.len()).zip(which) {
            if protect {
                memory.protected.insert(declared.desired.sims[index].msisdn);
                declared.desired.sims[index].protection = Protection::Protected;
                silent.desired.sims[index].protection = Protection::Unsaid;
                lifted.desired.sims[index].protection = Protection::Lifted;
            }
        }
        let remembering = |world: &World| {
            let plan = plan::plan(&world.desired, &world.observed, &memory, world.now);
            assert_eq!(plan::check(&world.desired, &world.observed, &memory, world.now, &plan), []);
            plan
        };
        let codes = |plan: &AccountPlan| -> Vec<_> { plan.blocked.iter().map(|item| (item.subject.clone(), item.code)).collect() };
        let (kept, said) = (remembering(&silent), declared.plan());
        prop_assert_eq!((&kept.operations, &kept.pending, codes(&kept)), (&said.operations, &said.pending, codes(&said)));
        prop_assert_eq!(remembering(&lifted).operations, lifted.plan().operations);
    }

    /// A part of the plan is a part of the operations.
    #[test]
    fn a_selected_part_is_planned_as_in_the_whole(world in worlds(), which in prop::collection::vec(any::<bool>(), 12)) {
        let chosen: BTreeSet<_> =
            world.desired.sims.iter().zip(which).filter(|(_, chosen)| *chosen).map(|(sim, _)| sim.msisdn).collect();
        let memory = Memory::default();
        let lines = |sim: &DesiredSim| chosen.contains(&sim.msisdn);
        let only = Part { lines: &lines, ..Part::ALL };
        let part = plan::plan_only(&world.desired, &world.observed, &memory, world.now, only);
        let whole = world.plan();
        prop_assert_eq!(
            ids(&part.operations),
            ids(whole.operations.iter().filter(|operation| operation.subject.msisdn().is_some_and(|msisdn| chosen.contains(&msisdn))))
        );
        prop_assert_eq!(&part.unmanaged, &whole.unmanaged);
        let judged = plan::check_only(&world.desired, &world.observed, &memory, world.now, &part, only);
        prop_assert_eq!(judged, []);
    }

    /// A line with an operation in doubt gets nothing, and says so; the others are planned as before.
    #[test]
    fn doubt_stops_its_line_and_no_other(world in worlds(), which in any::<Index>()) {
        let sim = &world.desired.sims[which.index(world.desired.sims.len())];
        let doubtful = DoubtfulOperation {
            id: OpId("op-0000000000000000".into()),
            kind: OperationKind::Terminate,
            subject: sim.msisdn.into(),
            since: world.now,
            note: "no answer".to_owned(),
            asks_a_person: false,
        };
        let memory = Memory { in_doubt: vec![doubtful], ..Memory::default() };
        let plan = plan::plan(&world.desired, &world.observed, &memory, world.now);
        let before = world.plan();
        prop_assert_eq!(
            ids(&plan.operations),
            ids(before.operations.iter().filter(|operation| operation.subject != sim.msisdn))
        );
        prop_assert!(plan.blocked.iter().any(|item| item.subject == sim.msisdn && item.code == BlockedCode::InDoubt));
        prop_assert_eq!(plan.in_doubt.len(), 1);
        prop_assert_eq!(plan::check(&world.desired, &world.observed, &memory, world.now, &plan), []);
    }

    /// Modes and policies say who may do it, never what has to be done; observing does nothing.
    #[test]
    fn modes_change_approval_only(world in worlds()) {
        let applied = world.plan();
        let with = |mode, approval| {
            let mut other = world.clone();
            for fleet in &mut other.desired.fleets {
                fleet.mode = mode;
                fleet.policy.approval = OperationKind::ALL.map(|kind| (kind, approval)).into();
            }
            other
        };
        for (mode, approval) in [(Mode::Apply, Approval::Auto), (Mode::Plan, Approval::Manual)] {
            let other = with(mode, approval);
            let plan = other.plan();
            prop_assert_eq!(other.check(&plan), []);
            prop_assert_eq!(plan::account_plan_id(&plan), plan::account_plan_id(&applied));
        }
        let observing = with(Mode::Observe, Approval::Manual);
        let plan = observing.plan();
        prop_assert_eq!(observing.check(&plan), []);
        prop_assert_eq!((&plan.operations, &plan.requests), (&vec![], &vec![]));
        prop_assert_eq!(&without_places(plan).blocked, &without_places(applied).blocked);
    }

    /// The document comes back as it was written, byte for byte.
    #[test]
    fn the_document_is_read_as_written(world in worlds()) {
        let plan = plan::assemble(vec![world.plan()], world.now);
        let text = serde_json::to_string_pretty(&plan).unwrap();
        let read: Plan = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &plan);
        prop_assert_eq!(serde_json::to_string_pretty(&read).unwrap(), text);
    }

    /// A plan's id is that of its operations: time, versions, traffic and places leave it alone.
    #[test]
    fn the_id_is_of_the_operations(world in worlds(), version in 2..9_u64) {
        let mut later = world.clone();
        later.now += SignedDuration::from_mins(7);
        later.observed.at = later.now;
        for sim in &mut later.observed.sims {
            if let Some(line) = &mut sim.line {
                (line.version, line.updated_at, line.traffic_remaining) = (version, Some(later.now), Some(version));
            }
            if let Some(chip) = &mut sim.chip {
                chip.version = version;
            }
        }
        let id = |world: &World| plan::assemble(vec![world.plan()], world.now).plan_id;
        prop_assert_eq!(id(&later), id(&world));
        let mut elsewhere = world.clone();
        elsewhere.observed.carrier.contractor_id.push('x');
        prop_assert_ne!(id(&elsewhere), id(&world));
        let empty = World { desired: Desired { sims: vec![], ..world.desired.clone() }, ..world.clone() };
        prop_assert_eq!(id(&world) == id(&empty), world.plan().operations.is_empty());
    }

    /// Nothing is planned from an observation that may lack lines.
    #[test]
    fn an_incomplete_observation_plans_nothing(world in worlds()) {
        let mut partial = world;
        partial.observed.complete = false;
        let plan = partial.plan();
        prop_assert_eq!((plan.operations.len(), plan.blocked.len(), plan.unmanaged.len()), (0, 0, 0));
        prop_assert!(!plan.observed.complete);
    }

    /// Several accounts: requests are numbered through, and every sum is that of its parts.
    #[test]
    fn accounts_are_put_together(first in worlds(), second in worlds()) {
        let mut other = second.plan();
        other.account = "another".into();
        other.operations.iter_mut().for_each(|operation| operation.account = "another".into());
        other.requests.iter_mut().for_each(|request| request.account = "another".into());
        let (one, other) = (first.plan(), other);
        let plan = plan::assemble(vec![one.clone(), other.clone()], first.now);
        let swapped = plan::assemble(vec![other.clone(), one.clone()], first.now);
        prop_assert_eq!(&swapped, &plan);
        let names: Vec<_> = plan.accounts.iter().map(|account| &*account.name).collect();
        prop_assert_eq!(names, ["another", "main"]);
        let numbers: BTreeSet<_> = plan.requests.iter().map(|request| &request.id).collect();
        prop_assert_eq!(numbers.len(), plan.requests.len());
        prop_assert!(plan.requests.is_sorted_by_key(|request| &request.id));
        for operation in &plan.operations {
            let request = plan.requests.iter().find(|request| request.id == operation.request).unwrap();
            prop_assert!(request.items.contains(&operation.id) && request.account == operation.account);
        }
        prop_assert_eq!(plan.summary.in_sync, one.in_sync + other.in_sync);
        prop_assert_eq!(plan.summary.operations, plan.summary.by_kind.values().sum::<u64>());
        prop_assert_eq!(plan.summary.operations, plan.summary.by_risk.values().sum::<u64>());
        let once = plan.operations.iter().map(|operation| operation.cost.one_off()).sum();
        let monthly = plan.operations.iter().map(|operation| operation.cost.every_month()).sum();
        prop_assert_eq!((plan.summary.cost.once, plan.summary.cost.monthly), (once, monthly));
    }
}

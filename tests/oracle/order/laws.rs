//! The laws of orders, as properties of small worlds.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use simfleet::domain::{ApplicationStatus, DesiredState, OperationKind, OrderApplication, OrderContent};
use simfleet::plan::{self, DoubtfulOperation, Memory, OpId, Part, PurchaseOutcome};

use super::super::carrier::{Model, Status};
use super::super::verdict::Wish;
use super::{World, application, content, order, remembered, scene, world};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn status() -> impl Strategy<Value = ApplicationStatus> {
    select(vec![
        ApplicationStatus::Accepted,
        ApplicationStatus::Accepted,
        ApplicationStatus::Arranging,
        ApplicationStatus::Shipped,
        ApplicationStatus::Completed,
        ApplicationStatus::Partial,
        ApplicationStatus::Rejected,
        ApplicationStatus::Cancelled,
        ApplicationStatus::Processing,
        ApplicationStatus::Unknown("resting".into()),
    ])
}

fn found() -> impl Strategy<Value = Vec<OrderApplication>> {
    prop::collection::vec((status(), select(vec![Some(0), Some(0), Some(1), Some(2), None]), 0..3_u8), 0..5).prop_map(|found| {
        let mut found: Vec<OrderApplication> = found
            .into_iter()
            .zip(1..)
            .map(|((status, number, until), index)| {
                let mut found = application(&format!("A{index}"), status, number.map(content));
                let times = [None, Some("2026-11-10T11:00:00+09:00"), Some("2026-11-10T13:00:00+09:00")];
                found.cancellable_until = times[usize::from(until)].map(|time| time.parse().unwrap());
                found
            })
            .collect();
        found.sort_by(|left, right| left.application.cmp(&right.application));
        found
    })
}

/// What is declared under a name, and what the journal has under it: content, outcome, application.
type Name = (Option<(u32, bool)>, Option<(u32, PurchaseOutcome, bool, Option<u8>)>);

fn name() -> impl Strategy<Value = Name> {
    let outcome =
        select(vec![PurchaseOutcome::Bought, PurchaseOutcome::Bought, PurchaseOutcome::InDoubt, PurchaseOutcome::NotBought]);
    (
        prop::option::weighted(0.7, (select(vec![0, 0, 1, 2]), prop::bool::weighted(0.25))),
        prop::option::weighted(0.5, (select(vec![0, 0, 1, 2]), outcome, any::<bool>(), prop::option::weighted(0.9, 1..8_u8))),
    )
}

fn worlds() -> impl Strategy<Value = World> {
    (prop::collection::vec(name(), NAMES.len()), found(), any::<bool>(), prop::bool::weighted(0.1), prop::bool::weighted(0.1))
        .prop_map(|(names, found, cancel_removed, poorer, unread)| {
            let mut taken = Vec::new();
            let (mut orders, mut memory) = (Vec::new(), Vec::new());
            for (name, (declared, known)) in NAMES.into_iter().zip(names) {
                orders.extend(declared.map(|(number, cancelled)| order(name, number, cancelled)));
                memory.extend(known.map(|(number, outcome, refused, application)| {
                    // One name has one application, and a refused order has none.
                    let application = application.filter(|_| outcome == PurchaseOutcome::Bought);
                    let application = application.filter(|number| !taken.contains(number));
                    taken.extend(application);
                    let application = application.map(|number| format!("A{number}"));
                    let mut order = remembered(name, number, outcome, application.as_deref());
                    order.refused = refused && outcome == PurchaseOutcome::NotBought;
                    order
                }));
            }
            let mut world = world(orders, found, memory);
            world.desired.cancel_removed_orders = cancel_removed;
            if poorer {
                let prices = world.observed.catalogue.orders.clone();
                world.observed.catalogue = scene::catalogue(Some(9), 3_000);
                world.observed.catalogue.orders = prices;
            }
            if unread {
                world.observed.purchases.orders = None;
            }
            world
        })
}

/// Where the carrier's orders were read.
fn read_worlds() -> impl Strategy<Value = World> {
    worlds().prop_map(|mut world| {
        world.observed.purchases.orders.get_or_insert_default();
        world
    })
}

/// How many orders of each content there are, are wanted, and are placed by a plan.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    alive: usize,
    wanted: usize,
    placed: usize,
}

fn counts(world: &World) -> BTreeMap<OrderContent, Count> {
    let mut counts: BTreeMap<OrderContent, Count> = BTreeMap::new();
    let void = [ApplicationStatus::Rejected, ApplicationStatus::Cancelled];
    for found in world.observed.purchases.orders.iter().flatten().filter(|found| !void.contains(&found.status)) {
        if let Some(content) = &found.content {
            counts.entry(content.clone()).or_default().alive += 1;
        }
    }
    for order in world.desired.orders.iter().filter(|order| !order.cancelled) {
        counts.entry(order.content.clone()).or_default().wanted += 1;
    }
    for operation in &world.plan().operations {
        if let Some(placement) = &operation.to.placement {
            counts.entry(placement.content.clone()).or_default().placed += 1;
        }
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if super::super::long_run() { 50_000 } else { 512 }, ..ProptestConfig::default() })]

    /// Total and sound (every plan here is judged), and idempotent: once applied, nothing is left to do,
    /// and no more is blocked than was. (Which of two names of one content has an application that the
    /// journal does not know is nobody's concern.)
    #[test]
    fn a_plan_after_apply_is_empty(world in worlds()) {
        let first = world.plan();
        let second = world.apply(&first.operations, true).plan();
        prop_assert_eq!(&second.operations, &[]);
        let codes = |plan: &plan::AccountPlan| {
            let mut codes: Vec<_> = plan.blocked.iter().map(|item| item.code).collect();
            codes.sort_unstable();
            codes
        };
        prop_assert_eq!(codes(&second), codes(&first));
    }

    /// Without a journal, of each content exactly as many are placed as are wanted and not there: fewer
    /// would not do, and one more would be ordered twice.
    #[test]
    fn without_a_journal_the_content_counts(world in read_worlds()) {
        let mut forgetful = world;
        forgetful.memory = Memory::default();
        let can_be_placed = |content: &OrderContent| {
            content.devices.is_empty() || forgetful.observed.catalogue.offers(&content.system_number, &content.service_code, simfleet::domain::Function::OrderDevices)
        };
        for (content, Count { alive, wanted, placed }) in counts(&forgetful) {
            let expected = if can_be_placed(&content) { wanted.saturating_sub(alive) } else { 0 };
            prop_assert_eq!(placed, expected);
        }
    }

    /// A journal that is lost after an apply, or between its requests, orders nothing twice.
    #[test]
    fn a_lost_journal_orders_nothing_twice(world in read_worlds(), done in 0..6_usize) {
        let mut quiet = world;
        // What the journal has is there, alive and as declared; otherwise the file itself asks for more.
        quiet.memory = Memory::default();
        let whole = quiet.plan();
        let part: Vec<_> = whole.operations.iter().take(done).cloned().collect();
        let (kept, lost) = (quiet.apply(&part, true), quiet.apply(&part, false));
        let placed = |world: &World| -> Vec<_> { counts(world).into_iter().map(|(content, count)| (content, count.placed)).collect() };
        prop_assert_eq!(placed(&lost), placed(&kept));
        let everything = quiet.apply(&whole.operations, false).plan();
        let kinds: Vec<_> = everything.operations.iter().map(|operation| operation.change.kind()).collect();
        prop_assert!(!kinds.contains(&OperationKind::PlaceOrder), "{:?}", kinds);
    }

    /// To give an order another name is not to order again.
    #[test]
    fn a_renamed_order_is_not_placed_again(world in read_worlds()) {
        let applied = world.apply(&world.plan().operations, true);
        let mut renamed = applied.clone();
        for order in &mut renamed.desired.orders {
            // `state: Cancelled` is about a name.
            if !order.cancelled {
                order.name = format!("{}-renamed", order.name).into();
            }
        }
        let alive = |world: &World| counts(world).into_values().map(|count| (count.alive, count.wanted, count.placed)).collect::<Vec<_>>();
        for (alive, wanted, placed) in alive(&renamed) {
            prop_assert!(placed <= wanted.saturating_sub(alive) + applied.desired.orders.iter().filter(|order| order.cancelled).count());
        }
        // Where nothing else is going on, nothing at all is placed.
        let quiet = applied.desired.orders.iter().all(|order| !order.cancelled) && applied.plan().blocked.is_empty() && {
            applied.memory.orders.iter().all(|order| order.outcome != PurchaseOutcome::Bought || order.application.as_ref().is_some_and(|number| {
                applied.observed.purchases.orders.iter().flatten().any(|found| found.application == *number && found.content.is_some())
            }))
        };
        if quiet {
            prop_assert!(renamed.plan().operations.iter().all(|operation| operation.change.kind() != OperationKind::PlaceOrder));
        }
    }

    /// Orders are no matter of how many lines there are.
    #[test]
    fn lines_are_no_reason_to_order(world in worlds(), lines in 0..4_usize, declared in 0..4_usize) {
        let before = world.plan();
        let mut other = world;
        let model = Model { status: Status::Active, ..Model::MISSING };
        let wish = Wish { state: Some(DesiredState::Active), ..Wish::BARE };
        let today = simfleet::domain::calendar::jst_date(other.now);
        other.observed.sims = (0..lines).filter_map(|index| scene::rows(index, &model, today)).collect();
        other.desired.sims = (0..declared).map(|index| scene::declared(index, &model, &wish, today)).collect();
        prop_assert_eq!(other.plan().operations, before.operations);
    }

    /// Whatever order the carrier lists them in.
    #[test]
    fn the_order_of_applications_does_not_matter(world in worlds(), turn in any::<prop::sample::Index>()) {
        let mut other = world.clone();
        if let Some(found) = other.observed.purchases.orders.as_mut().filter(|found| !found.is_empty()) {
            let turn = turn.index(found.len());
            found.rotate_left(turn);
            found.reverse();
        }
        other.desired.orders.reverse();
        other.memory.orders.reverse();
        let (one, other) = (world.plan(), other.plan());
        prop_assert_eq!(plan::account_plan_id(&one), plan::account_plan_id(&other));
        prop_assert_eq!((one.blocked, one.pending, one.warnings), (other.blocked, other.pending, other.warnings));
    }

    /// A selected part is planned as it is in the whole.
    #[test]
    fn a_selected_part_is_planned_as_in_the_whole(world in worlds(), which in select(NAMES.to_vec())) {
        let only = Part { orders: &|name| name == which, ..Part::ALL };
        let part = plan::plan_only(&world.desired, &world.observed, &world.memory, world.now, only);
        prop_assert_eq!(plan::check_only(&world.desired, &world.observed, &world.memory, world.now, &part, only), []);
        let whole = world.plan();
        let of = |operations: &[plan::Operation]| -> Vec<OpId> {
            operations.iter().filter(|one| one.subject.order().is_some_and(|name| **name == *which)).map(|one| one.id.clone()).collect()
        };
        prop_assert_eq!(of(&part.operations), of(&whole.operations));
        prop_assert_eq!(part.operations.len(), of(&whole.operations).len());
    }

    /// An order with an operation in doubt gets nothing; the others are planned as if it were not there, or
    /// wait for what may be theirs.
    #[test]
    fn doubt_stops_its_order_and_orders_nothing_more(world in worlds(), which in select(NAMES.to_vec())) {
        let mut doubting = world.clone();
        doubting.memory.in_doubt.push(DoubtfulOperation {
            id: OpId("op-0000000000000000".into()),
            kind: OperationKind::PlaceOrder,
            subject: simfleet::domain::Subject::Order(which.into()),
            since: world.now,
            note: "no answer".to_owned(),
            asks_a_person: false,
        });
        let plan = doubting.plan();
        prop_assert!(!super::names(&plan).contains(&which));
        let placed = |plan: &plan::AccountPlan| plan.operations.iter().filter(|one| one.to.placement.is_some()).count();
        prop_assert!(placed(&plan) <= placed(&world.plan()));
    }
}

/// What the random worlds hold, so that the laws are about something.
#[test]
fn random_worlds_hold_every_answer() {
    use std::collections::BTreeSet;

    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use simfleet::plan::{BlockedCode, WarningCode};

    let mut runner = TestRunner::deterministic();
    let (mut blocked, mut warned, mut attempts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut placed, mut cancelled, mut waits, mut in_sync) = (0, 0, 0, 0);
    for _ in 0..2_000 {
        let world = worlds().new_tree(&mut runner).unwrap().current();
        let plan = world.plan();
        blocked.extend(plan.blocked.iter().map(|item| item.code));
        warned.extend(plan.warnings.iter().map(|item| item.code));
        waits += plan.pending.len();
        in_sync += usize::from(plan.operations.is_empty() && plan.blocked.is_empty() && !world.desired.orders.is_empty());
        for operation in &plan.operations {
            match &operation.to.placement {
                Some(placement) => {
                    placed += 1;
                    attempts.insert(placement.attempt);
                }
                None => cancelled += 1,
            }
        }
    }
    let of_orders = [
        BlockedCode::InDoubt,
        BlockedCode::FunctionNotOffered,
        BlockedCode::PurchasesNotObserved,
        BlockedCode::OrderChanged,
        BlockedCode::OrderRejected,
        BlockedCode::OrderCancelled,
        BlockedCode::OrderNotCancellable,
    ];
    assert_eq!(blocked, of_orders.into());
    assert_eq!(warned, [WarningCode::OrderNotDeclared, WarningCode::OrderPartial, WarningCode::OrderUnexplained].into());
    assert_eq!(attempts, [1, 2].into());
    let least = [placed, cancelled, waits, in_sync].into_iter().min().unwrap();
    assert!(least > 20, "{placed} placed, {cancelled} cancelled, {waits} waits, {in_sync} in sync");
}

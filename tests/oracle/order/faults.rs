//! Faults of orders that the judge must see.

use simfleet::domain::{ApplicationStatus, Subject};
use simfleet::plan::{self, AccountPlan, ApprovalNeed, BlockedCode, BlockedItem, Change, Cost, Part, Place, PurchaseOutcome};

use super::{World, application, content, order, remembered, world};

/// One to place, one to call off, one on its way, one changed, one that came in part, one that was removed,
/// and one that nobody knows.
fn busy() -> World {
    let found = |number: &str, status, which| application(number, status, Some(content(which)));
    let bought = |name: &str, which, number: &str| remembered(name, which, PurchaseOutcome::Bought, Some(number));
    world(
        vec![
            order("call-off", 2, true),
            order("changed", 3, false),
            order("new", 0, false),
            order("on-its-way", 4, false),
            order("part", 5, false),
        ],
        vec![
            found("A1", ApplicationStatus::Accepted, 2),
            found("A2", ApplicationStatus::Accepted, 9),
            found("A3", ApplicationStatus::Shipped, 4),
            found("A4", ApplicationStatus::Partial, 5),
            found("A5", ApplicationStatus::Accepted, 6),
            found("A6", ApplicationStatus::Accepted, 7),
        ],
        vec![
            bought("call-off", 2, "A1"),
            bought("changed", 9, "A2"),
            bought("on-its-way", 4, "A3"),
            bought("part", 5, "A4"),
            bought("removed", 6, "A5"),
        ],
    )
}

/// Whether the judge finds fault with a plan spoilt like that, or in a world that is another one.
fn seen(spoil: impl Fn(&mut AccountPlan, &mut World)) -> bool {
    let mut world = busy();
    let mut plan = world.plan();
    spoil(&mut plan, &mut world);
    !plan::check(&world.desired, &world.observed, &world.memory, world.now, &plan).is_empty()
}

/// 0 calls off, 1 places.
fn spoilt(operation: usize, spoil: impl Fn(&mut plan::Operation)) -> bool {
    seen(|plan, _| {
        plan.operations.sort_by_key(|operation| operation.to.placement.is_some());
        spoil(&mut plan.operations[operation]);
    })
}

#[test]
fn a_good_plan_of_orders_has_everything_in_it() {
    let plan = busy().plan();
    assert_eq!((plan.operations.len(), plan.blocked.len(), plan.pending.len(), plan.warnings.len()), (2, 1, 1, 3));
}

#[test]
fn wrong_operations_of_orders_are_seen() {
    for operation in [0, 1] {
        assert!(spoilt(operation, |one| one.cost = Cost::FREE));
        assert!(spoilt(operation, |one| one.approval = ApprovalNeed::Policy));
        assert!(spoilt(operation, |one| one.fleet = "fleet-0".into()));
        assert!(spoilt(operation, |one| one.change = Change::Suspend));
        for other in ["changed", "on-its-way", "part", "nobody's"] {
            assert!(spoilt(operation, |one| one.subject = Subject::Order(other.into())));
        }
    }
    let replaced = |which, attempt| {
        move |one: &mut plan::Operation| {
            if let Change::PlaceOrder { placement } = &mut one.change {
                (placement.content, placement.attempt) = (content(which), attempt);
            }
            one.to.placement.as_mut().unwrap().content = content(which);
            one.to.placement.as_mut().unwrap().attempt = attempt;
        }
    };
    assert!(!spoilt(1, replaced(0, 1)));
    assert!(spoilt(1, replaced(8, 1)));
    assert!(spoilt(1, replaced(0, 2)));
    assert!(spoilt(1, |one| one.to.placement.as_mut().unwrap().content.quantity = 1));
    assert!(spoilt(1, |one| one.precondition.purchases = None));
    assert!(spoilt(1, |one| one.precondition.purchases = Some(vec!["A6".into()])));
    assert!(spoilt(0, |one| one.precondition.applications.clear()));
    for other in ["A2", "A3", "A4", "A5", "A6", "A7"] {
        assert!(spoilt(0, |one| one.change =
            Change::CancelApplication { application: other.into(), of: simfleet::domain::ApplicationType::Order }));
    }
    assert!(spoilt(0, |one| one.change =
        Change::CancelApplication { application: "A1".into(), of: simfleet::domain::ApplicationType::PlanChange }));
}

#[test]
fn another_world_is_seen() {
    // Somebody placed the same, the journal knows of it, or it is in doubt.
    assert!(seen(|_, world| {
        let found = application("A9", ApplicationStatus::Accepted, Some(content(0)));
        world.observed.purchases.orders.as_mut().unwrap().push(found);
    }));
    for outcome in [PurchaseOutcome::Bought, PurchaseOutcome::InDoubt] {
        assert!(seen(|_, world| world.memory.orders.push(remembered("new", 0, outcome, None))));
    }
    assert!(seen(|_, world| {
        let mut refused = remembered("new", 0, PurchaseOutcome::NotBought, None);
        refused.refused = true;
        world.memory.orders.push(refused);
    }));
    assert!(seen(|_, world| world.observed.purchases.orders = None));
    assert!(seen(|_, world| world.desired.orders[2].cancelled = true));
    assert!(seen(|_, world| world.desired.orders[0].cancelled = false));
    assert!(seen(|_, world| world.desired.orders.retain(|order| *order.name != *"new")));
    for missing in [8, 9, 10] {
        assert!(seen(|_, world| {
            let prices = world.observed.catalogue.orders.clone();
            world.observed.catalogue = super::scene::catalogue(Some(missing), 3_000);
            world.observed.catalogue.orders = prices;
        }));
    }
    assert!(seen(|_, world| world.observed.catalogue.plans.clear()));
    assert!(seen(|_, world| world.observed.purchases.orders.as_mut().unwrap()[0].status = ApplicationStatus::Arranging));
}

#[test]
fn what_is_not_said_is_seen() {
    assert!(seen(|plan, _| plan.blocked.clear()));
    assert!(seen(|plan, _| plan.pending.clear()));
    for index in 0..3 {
        assert!(seen(|plan, _| drop(plan.warnings.remove(index))));
    }
    assert!(seen(|plan, _| {
        let (account, subject) = ("main".into(), Subject::Order("new".into()));
        let message = String::new();
        plan.blocked.push(BlockedItem { account, subject, code: BlockedCode::OrderChanged, message, source: Place::default() });
    }));
    assert!(seen(|plan, _| {
        plan.operations.clear();
        plan.requests.clear();
    }));
    let world = busy();
    let plan = world.plan();
    let only = Part { orders: &|name| name != "new", ..Part::ALL };
    assert!(!plan::check_only(&world.desired, &world.observed, &world.memory, world.now, &plan, only).is_empty());
}

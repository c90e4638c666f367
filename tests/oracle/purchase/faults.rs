//! Faults of purchases that `plan::check` must see.

use simfleet::domain::{DesiredState, Money, PurchaseReason};
use simfleet::plan::{self, AccountPlan, Change, Operation, PurchaseOutcome};

use super::super::carrier::Status;
use super::super::scene;
use super::market::{Grant, IN_USE, Line, Market, Policy, Record, Shown, World, code, month, number};

/// A line with a grant that comes back into use, one with two grants, one that is topped up, and one that
/// has all it was to get.
fn market() -> Market {
    let grant = |name, lines| Grant { name, month: 0, code: 0, lines };
    Market {
        lines: vec![
            Line { status: Status::Suspended, ..IN_USE },
            IN_USE,
            Line { left: Some(10), figures: Some(-1), ..IN_USE },
            Line { left: Some(2_000), ..IN_USE },
            Line { status: Status::Suspended, state: Some(DesiredState::Suspended), ..IN_USE },
        ],
        grants: vec![grant("a", vec![0, 1, 3]), grant("b", vec![1])],
        policies: vec![Policy { name: "keep", fleet: 0, code: 0, below: 1_000, per_line: 2, spend: 200 }],
        shown: vec![
            Shown { number: 1, line: 2, code: Some(0), hours: -20, void: false },
            Shown { number: 2, line: 3, code: Some(0), hours: -20, void: false },
        ],
        records: vec![],
    }
}

/// Whether the judge sees a fault in the plan once it is changed.
fn seen(fault: impl FnOnce(&mut AccountPlan)) -> bool {
    let world = market().world();
    let mut plan = world.judged();
    fault(&mut plan);
    !world.check(&plan).is_empty()
}

/// Whether the judge sees a fault in an unchanged plan for a changed world.
fn seen_in(change: impl FnOnce(&mut World)) -> bool {
    let mut world = market().world();
    let plan = world.judged();
    change(&mut world);
    !world.check(&plan).is_empty()
}

/// The purchase for a line, by its grant or policy.
fn of<'a>(plan: &'a mut AccountPlan, line: usize, name: &str) -> &'a mut Operation {
    let named = |operation: &Operation| {
        operation.to.purchase.as_ref().is_some_and(|purchase| match &purchase.reason {
            PurchaseReason::Grant(of) | PurchaseReason::TopUp(of) => **of == *name,
        })
    };
    let mut found = plan.operations.iter_mut();
    found.find(|operation| operation.subject == scene::msisdn(false, line) && named(operation)).unwrap()
}

/// Changes what a purchase is, in both places where it stands.
fn alter(operation: &mut Operation, change: impl FnOnce(&mut simfleet::domain::CouponPurchase)) {
    let Change::BuyCoupon { purchase } = &mut operation.change else { panic!("{operation:?}") };
    change(purchase);
    operation.to.purchase = Some(purchase.clone());
}

fn drop_operation(plan: &mut AccountPlan, line: usize, name: &str) {
    let id = of(plan, line, name).id.clone();
    plan.operations.retain(|operation| operation.id != id);
    plan.requests.iter_mut().for_each(|request| request.items.retain(|item| *item != id));
    plan.requests.retain(|request| !request.items.is_empty());
}

#[test]
fn missing_and_superfluous_purchases_are_seen() {
    assert!(!seen(|_| {}));
    assert!(seen(|plan| drop_operation(plan, 0, "a")));
    assert!(seen(|plan| drop_operation(plan, 1, "b")));
    assert!(seen(|plan| drop_operation(plan, 2, "keep")));
    // For a line whose grant is bought, and for one that is not in use.
    for line in [3, 4] {
        assert!(seen(|plan| of(plan, 1, "a").subject = scene::msisdn(false, line).into()));
    }
    assert!(seen(|plan| alter(of(plan, 1, "b"), |one| one.reason = PurchaseReason::Grant("a".into()))), "twice");
    assert!(seen(|plan| alter(of(plan, 1, "b"), |one| one.reason = PurchaseReason::Grant("other".into()))));
    assert!(seen(|plan| alter(of(plan, 1, "b"), |one| one.reason = PurchaseReason::TopUp("keep".into()))));
    assert!(seen(|plan| alter(of(plan, 2, "keep"), |one| one.reason = PurchaseReason::TopUp("other".into()))));
}

#[test]
fn wrong_purchases_are_seen() {
    assert!(seen(|plan| alter(of(plan, 1, "a"), |one| one.code = code(1))));
    assert!(seen(|plan| alter(of(plan, 1, "a"), |one| one.month = month(scene::now(false), 1))));
    assert!(seen(|plan| alter(of(plan, 1, "a"), |one| one.ordinal = 2)));
    assert!(seen(|plan| alter(of(plan, 1, "a"), |one| one.attempt = 2)));
    assert!(seen(|plan| of(plan, 1, "a").to.purchase = None));
    assert!(seen(|plan| of(plan, 1, "a").cost = plan::Cost::once(Money(99))));
    assert!(seen(|plan| of(plan, 1, "a").precondition.status = None));
    assert!(seen(|plan| of(plan, 1, "a").precondition.rate_plan = None));
    assert!(seen(|plan| of(plan, 1, "a").precondition.purchases = None));
    assert!(seen(|plan| of(plan, 1, "a").precondition.purchases = Some(vec![number(1)])), "another line's");
    assert!(seen(|plan| of(plan, 2, "keep").precondition.purchases = Some(vec![])));
    assert!(seen(|plan| of(plan, 1, "a").approval = plan::ApprovalNeed::Yes));
}

#[test]
fn wrong_dependencies_are_seen() {
    assert!(seen(|plan| of(plan, 0, "a").depends_on.clear()));
    assert!(seen(|plan| of(plan, 0, "a").wave = 1));
    assert!(seen(|plan| of(plan, 1, "b").depends_on.clear()));
    assert!(seen(|plan| {
        let other = of(plan, 0, "a").id.clone();
        of(plan, 1, "a").depends_on.push(other);
    }));
}

#[test]
fn what_is_known_to_be_bought_is_counted() {
    let shown = |line, coupon: Option<u8>| {
        move |world: &mut World| {
            let mut other = market();
            other.shown.push(Shown { number: 9, line, code: coupon, hours: -2, void: false });
            world.observed.purchases = other.world().observed.purchases;
        }
    };
    assert!(seen_in(shown(1, Some(0))), "one of the two is bought");
    assert!(seen_in(shown(1, None)), "one of the two may be bought");
    assert!(!seen_in(shown(1, Some(1))), "another coupon");
    assert!(seen_in(shown(2, Some(0))), "the cap is reached");
    let noted = |name, is_grant, line, outcome| {
        move |world: &mut World| {
            let record = Record {
                line,
                name,
                is_grant,
                month: 0,
                code: 0,
                ordinal: 1,
                attempt: 1,
                outcome,
                refused: true,
                number: None,
                amount: 100,
                hours: Some(-2),
            };
            world.memory = Market { records: vec![record], ..market() }.world().memory;
        }
    };
    for outcome in [PurchaseOutcome::Bought, PurchaseOutcome::InDoubt] {
        assert!(seen_in(noted("a", true, 1, outcome)));
        assert!(seen_in(noted("gone", true, 1, outcome)), "its coupon may be that of a declared grant");
    }
    assert!(seen_in(noted("a", true, 1, PurchaseOutcome::NotBought)), "the next attempt is due");
    assert!(seen_in(noted("keep", false, 2, PurchaseOutcome::InDoubt)), "it may be what the carrier shows, or not");
    assert!(seen_in(noted("keep", false, 3, PurchaseOutcome::Bought)), "no money is left");
}

#[test]
fn worlds_in_which_nothing_may_be_bought_are_seen() {
    assert!(seen_in(|world| world.observed.purchases.coupons = None));
    assert!(seen_in(|world| world.desired.grants.clear()));
    assert!(seen_in(|world| world.desired.top_ups.clear()));
    assert!(seen_in(|world| world.desired.top_ups[0].spend = Money(199)));
    assert!(seen_in(|world| world.desired.top_ups[0].below = 10));
    assert!(seen_in(|world| world.desired.top_ups[0].per_line = 1));
    assert!(seen_in(|world| world.observed.purchases.usage_as_of.clear()));
    assert!(seen_in(|world| world.now = "2026-12-01T00:00:00+09:00".parse().unwrap()));
    assert!(seen_in(|world| world.now = "2026-11-28T00:00:00+09:00".parse().unwrap()), "no warning");
    assert!(seen(|plan| {
        let blocked = plan.blocked.first().cloned();
        assert_eq!(blocked, None, "nothing is blocked here");
        let operation = of(plan, 1, "a");
        let warning = plan::WarningItem {
            account: operation.account.clone(),
            subject: operation.subject.clone(),
            code: plan::WarningCode::CouponEndsSoon,
            message: String::new(),
            source: operation.source.clone(),
        };
        plan.warnings.push(warning);
    }));
    assert!(seen_in(|world| {
        for price in world.observed.catalogue.plans.values_mut() {
            price.coupons.values_mut().for_each(|coupon| *coupon = None);
        }
    }));
}

//! What the planner asks to be read: as little as it needs, and as much.

use jiff::Timestamp;
use proptest::prelude::*;

use simfleet::domain::{Function, Money, PlanPrice, RatePlan, SpendLimits, Wants};
use simfleet::plan::{self, PurchaseOutcome, Verdict};

use super::super::{order, scene};
use super::compare::{compare, markets};
use super::market::{Grant, IN_USE, Line, Market, Policy, Record, Shown, World, bought};

/// The world before anything was read besides the lists.
fn unread(world: &World) -> World {
    let mut unread = world.clone();
    unread.observed.purchases.coupons = None;
    unread.observed.purchases.orders = None;
    unread.observed.purchases.usage_as_of.clear();
    for price in unread.observed.catalogue.plans.values_mut() {
        price.coupons.values_mut().for_each(|coupon| *coupon = None);
    }
    unread
}

/// Reads what is wanted, as `world` has it.
fn read(of: &mut World, world: &World, wants: &Wants) {
    if wants.coupons_from.is_some() {
        of.observed.purchases.coupons.clone_from(&world.observed.purchases.coupons);
    }
    if wants.orders {
        of.observed.purchases.orders.clone_from(&world.observed.purchases.orders);
    }
    for plan in &wants.prices_of {
        let price: &PlanPrice = &world.observed.catalogue.plans[plan];
        of.observed.catalogue.plans.insert(plan.clone(), price.clone());
    }
    for line in &wants.usage_of {
        if let Some(as_of) = world.observed.purchases.usage_as_of.get(line) {
            of.observed.purchases.usage_as_of.insert(*line, *as_of);
        }
    }
}

fn wants(world: &World) -> Wants {
    plan::wants(&world.desired, &world.observed, &world.memory, world.now)
}

/// Reads until nothing more is wanted that has an answer, and counts.
fn read_all(world: &World) -> (World, Vec<Wants>) {
    let mut reading = unread(world);
    let mut rounds: Vec<Wants> = Vec::new();
    loop {
        let wants = wants(&reading);
        if wants.is_empty() || rounds.last() == Some(&wants) {
            return (reading, rounds);
        }
        read(&mut reading, world, &wants);
        rounds.push(wants);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if super::super::long_run() { 20_000 } else { 512 }, ..ProptestConfig::default() })]

    /// What is read on demand is enough: the plan is that of a world in which everything was read.
    #[test]
    fn what_is_wanted_is_enough(market in markets()) {
        let world = market.world();
        let (read, rounds) = read_all(&world);
        prop_assert!(rounds.len() <= 4, "{rounds:#?}");
        let (plan, whole) = (read.judged(), world.judged());
        prop_assert_eq!(bought(&plan), bought(&whole));
        prop_assert_eq!(plan.blocked, whole.blocked);
        prop_assert_eq!(plan.pending, whole.pending);
    }

    /// So it is for limits of the month, which count what was bought by anybody, and orders too.
    #[test]
    fn limits_count_what_was_bought_by_anybody(market in markets(), ordered in any::<bool>(), orders in any::<bool>()) {
        let mut world = market.world();
        let limits = SpendLimits { per_plan: None, per_month: Some(Money(700)) };
        world.desired.spend = limits;
        world.desired.fleets[0].policy.spend = limits;
        order::with_prices(&mut world.observed);
        world.observed.purchases.orders = Some(ordered.then(order::by_hand).into_iter().collect());
        world.desired.orders.extend(orders.then(order::wanted));
        let (read, rounds) = read_all(&world);
        prop_assert!(rounds.len() <= 5, "{rounds:#?}");
        let (plan, whole) = (read.plan(), world.plan());
        prop_assert_eq!(&plan.operations, &whole.operations);
        if whole.operations.iter().any(|operation| operation.cost.one_off() > Money::ZERO) {
            prop_assert_eq!(plan.guards, whole.guards);
        } else {
            prop_assert!(plan.guards.iter().all(|guard| guard.verdict == Verdict::Ok));
        }
    }

    /// Figures are wanted only of lines that are short and were bought for before.
    #[test]
    fn figures_are_read_where_they_matter(market in markets()) {
        let (_, rounds) = read_all(&market.world());
        for msisdn in rounds.iter().flat_map(|wants| &wants.usage_of) {
            let index: usize = msisdn.as_str()[3..].parse().unwrap();
            let line = &market.lines[index];
            let is_short = market.policies.iter().any(|policy| policy.fleet == line.fleet && line.left < Some(policy.below));
            let was_bought = market.shown.iter().any(|shown| shown.line == index && !shown.void)
                || market.records.iter().any(|record| record.line == index);
            prop_assert!(line.left.is_some() && is_short && was_bought);
        }
    }
}

#[test]
fn nothing_is_read_where_nothing_is_to_be_bought() {
    let limits = SpendLimits { per_plan: Some(Money(1)), per_month: Some(Money(1)) };
    let mut world = Market { lines: vec![IN_USE], ..Market::default() }.world();
    world.desired.spend = limits;
    world.desired.fleets[0].policy.spend = limits;
    assert_eq!(wants(&unread(&world)), Wants::default());
    // A line with traffic enough, a grant of another month, and one that the journal knows.
    let market = Market {
        lines: vec![IN_USE],
        grants: vec![Grant { name: "later", month: 1, code: 0, lines: vec![0] }],
        policies: vec![Policy { name: "keep", fleet: 0, code: 0, below: 500, per_line: 1, spend: 1_000 }],
        ..Market::default()
    };
    assert_eq!(wants(&unread(&market.world())), Wants::default());
    let mut incomplete = Market { grants: vec![Grant { name: "now", month: 0, code: 0, lines: vec![0] }], ..market }.world();
    assert!(!wants(&unread(&incomplete)).is_empty());
    incomplete.observed.complete = false;
    assert_eq!(wants(&unread(&incomplete)), Wants::default());
}

#[test]
fn one_answer_leads_to_the_next_question() {
    let market = Market {
        lines: vec![Line { left: Some(10), figures: Some(-1), ..IN_USE }, Line { plan: 1, ..IN_USE }],
        policies: vec![Policy { name: "keep", fleet: 0, code: 0, below: 500, per_line: 2, spend: 1_000 }],
        shown: vec![Shown { number: 1, line: 0, code: Some(0), hours: -20, void: false }],
        ..Market::default()
    };
    let (_, rounds) = read_all(&market.world());
    let first_of_month = jiff::civil::date(2026, 11, 1);
    let plan: RatePlan = scene::rate_plan(0);
    assert_eq!(rounds[0], Wants { coupons_from: Some(first_of_month), ..Wants::default() });
    assert_eq!(
        rounds[1],
        Wants { prices_of: [plan].into(), usage_of: [scene::msisdn(false, 0)].into(), ..Wants::default() },
        "the price of what was bought, and how fresh the figures are"
    );
    assert_eq!(rounds.len(), 2);
    // Where nobody offers figures, nobody asks for them.
    let mut without = market.world();
    let services = without.observed.catalogue.systems.values_mut().flat_map(|system| system.services.values_mut());
    services.for_each(|service| {
        service.functions.remove(&Function::Usage);
    });
    let (_, rounds) = read_all(&without);
    assert!(rounds.iter().all(|wants| wants.usage_of.is_empty()));
}

#[test]
fn what_has_no_answer_is_said() {
    let market = Market {
        lines: vec![IN_USE],
        grants: vec![Grant { name: "firmware", month: 0, code: 0, lines: vec![0] }],
        ..Market::default()
    };
    let mut world = market.world();
    world.observed.catalogue = unread(&world).observed.catalogue;
    let (read, _) = read_all(&world);
    let plan = read.judged();
    assert_eq!(
        plan.blocked.iter().map(|item| item.message.as_str()).collect::<Vec<_>>(),
        ["grant firmware for 2026-11: the carrier does not say what add-100mb costs on rate plan fixed-3mb"]
    );
    assert_eq!(wants(&World { now: Timestamp::UNIX_EPOCH, ..read }), Wants::default(), "long before its month");
}

/// Application 1 was taken for another purchase (`ops resolve --application`): the journal says that it is
/// the coupon which `b` wants, the carrier says that it is not.
#[test]
fn what_journal_and_carrier_disagree_about_is_not_bought_again() {
    let record = Record {
        line: 0,
        name: "gone",
        is_grant: true,
        month: 0,
        code: 1,
        ordinal: 1,
        attempt: 1,
        outcome: PurchaseOutcome::Bought,
        refused: false,
        number: Some(1),
        amount: 100,
        hours: None,
    };
    let grant = |name, code| Grant { name, month: 0, code, lines: vec![0] };
    for grants in [vec![grant("a", 0)], vec![grant("b", 1)], vec![grant("a", 0), grant("b", 1)]] {
        let count = grants.len();
        let market = Market {
            lines: vec![IN_USE],
            grants,
            shown: vec![Shown { number: 1, line: 0, code: Some(0), hours: -10, void: false }],
            records: vec![record.clone()],
            ..Market::default()
        };
        compare(&market);
        let world = market.world();
        let (plan, whole) = (read_all(&world).0.judged(), world.judged());
        assert_eq!(bought(&plan), bought(&whole));
        assert_eq!(bought(&plan).len(), count - 1, "one of them is bought, whoever is right");
    }
}

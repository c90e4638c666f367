//! What was spent, and the guards that count it.

use std::collections::BTreeMap;

use simfleet::domain::{DesiredState, Money, OperationKind, OrderContent, OrderPlacement, ShipTo, SpendLimits};
use simfleet::plan::{AccountPlan, GuardKind, OpId, PurchaseOutcome, RememberedFee, RememberedOrder, Verdict};

use super::super::carrier::TERMINATION_FEE;
use super::super::scene;
use super::market::{Grant, IN_USE, Line, Market, Record, Shown, World};

fn limits(per_plan: i64, per_month: i64) -> SpendLimits {
    SpendLimits { per_plan: Some(Money(per_plan)), per_month: Some(Money(per_month)) }
}

/// Guards on money: limit, actual and whether it passes.
fn guards(plan: &AccountPlan) -> BTreeMap<&str, (u64, u64, bool)> {
    let of_money = plan.guards.iter().filter(|guard| !matches!(guard.kind, GuardKind::Operations(_)));
    of_money.map(|guard| (guard.name.as_str(), (guard.limit, guard.actual, guard.verdict == Verdict::Ok))).collect()
}

/// Two lines of two fleets with a grant each, on plans on which it costs 100 and 150.
fn market() -> Market {
    Market {
        lines: vec![IN_USE, Line { plan: 1, fleet: 1, ..IN_USE }],
        grants: vec![Grant { name: "firmware", month: 0, code: 0, lines: vec![0, 1] }],
        ..Market::default()
    }
}

fn limited(market: &Market, limits: SpendLimits) -> World {
    let mut world = market.world();
    world.desired.spend = limits;
    world.desired.fleets.iter_mut().for_each(|fleet| fleet.policy.spend = limits);
    world
}

#[test]
fn guards_count_what_a_plan_costs_by_fleet_and_in_all() {
    let plan = limited(&market(), limits(100, 200)).judged();
    assert_eq!(
        guards(&plan),
        BTreeMap::from([
            ("/spendPerMonth", (200, 250, false)),
            ("/spendPerPlan", (100, 250, false)),
            ("fleet-0/spendPerMonth", (200, 100, true)),
            ("fleet-0/spendPerPlan", (100, 100, true)),
            ("fleet-1/spendPerMonth", (200, 150, true)),
            ("fleet-1/spendPerPlan", (100, 150, false)),
        ])
    );
    assert!(plan.guards.is_sorted_by_key(|guard| &guard.name));
    assert_eq!(guards(&market().world().judged()), BTreeMap::new(), "none declared, none counted");
}

#[test]
fn a_month_counts_what_was_spent_before() {
    let record = |line, outcome, number, amount| Record {
        line,
        name: "earlier",
        is_grant: true,
        month: 0,
        code: 1,
        ordinal: 1,
        attempt: 1,
        outcome,
        refused: false,
        number,
        amount,
        hours: Some(-20),
    };
    let shown = |number, line, code| Shown { number, line, code, hours: -20, void: false };
    let counted = |shown: Vec<Shown>, records: Vec<Record>| {
        let plan = limited(&Market { shown, records, ..market() }, limits(1_000, 1_000)).judged();
        let guards = guards(&plan);
        (guards["/spendPerMonth"].1, guards["fleet-0/spendPerMonth"].1, guards["fleet-1/spendPerMonth"].1)
    };
    assert_eq!(counted(vec![], vec![]), (250, 100, 150));
    // What the journal remembers, at its price; in doubt counts as spent, what was not bought does not.
    assert_eq!(counted(vec![], vec![record(0, PurchaseOutcome::Bought, None, 390)]), (640, 490, 150));
    assert_eq!(counted(vec![], vec![record(1, PurchaseOutcome::InDoubt, None, 390)]), (640, 100, 540));
    assert_eq!(counted(vec![], vec![record(1, PurchaseOutcome::NotBought, None, 390)]), (250, 100, 150));
    // What only the carrier shows, at the catalogue's price; once where both know it.
    assert_eq!(counted(vec![shown(1, 0, Some(1))], vec![]), (650, 500, 150));
    assert_eq!(counted(vec![shown(1, 0, Some(1))], vec![record(0, PurchaseOutcome::Bought, Some(1), 390)]), (640, 490, 150));
    assert_eq!(counted(vec![shown(1, 0, Some(1))], vec![record(0, PurchaseOutcome::Bought, None, 390)]), (640, 490, 150));
    // Nobody knows which coupon: the grant has it, so it costs what that costs.
    assert_eq!(counted(vec![shown(1, 1, None)], vec![]), (250, 100, 150));
    // A plan that takes it no more, and a line that nobody declares: the dearest of its coupon counts.
    assert_eq!(counted(vec![shown(1, 1, Some(1))], vec![]), (650, 100, 550));
    assert_eq!(counted(vec![shown(1, 7, Some(0))], vec![]), (400, 100, 150));
}

#[test]
fn a_plan_that_costs_nothing_passes_whatever_was_spent() {
    let shown = vec![Shown { number: 1, line: 0, code: Some(1), hours: -20, void: false }];
    let spent = Market { shown, grants: vec![], ..market() };
    let plan = limited(&spent, limits(0, 0)).judged();
    assert_eq!(guards(&plan)["/spendPerMonth"], (0, 400, true));
    assert_eq!(guards(&plan)["/spendPerPlan"], (0, 0, true));
    let plan = limited(&market(), limits(0, 0)).judged();
    assert!(plan.guards.iter().filter(|guard| guard.verdict == Verdict::Exceeded).count() == 6);
}

#[test]
fn a_termination_costs_its_fee_and_a_moved_one_nothing() {
    let mut world = limited(&market(), limits(500, 5_000));
    world.desired.grants.clear();
    world.desired.sims[0].state = Some(DesiredState::Terminated);
    let fee = u64::try_from(TERMINATION_FEE).unwrap();
    let plan = world.judged();
    assert_eq!(guards(&plan)["fleet-0/spendPerPlan"], (500, fee, false));
    // The same termination on another day: one fee falls away, the other is due.
    let mut ending = world.after(&plan.operations, true);
    ending.desired.sims[0].termination_date = Some(jiff::civil::date(2026, 11, 20));
    let plan = ending.judged();
    let kinds: Vec<_> = plan.operations.iter().map(|operation| operation.change.kind()).collect();
    assert_eq!(kinds, [OperationKind::CancelApplication, OperationKind::Terminate]);
    assert_eq!(guards(&plan)["fleet-0/spendPerPlan"], (500, 0, true));
    // A fee that falls away pays for no coupon.
    ending.desired.sims[0].state = Some(DesiredState::Active);
    ending.desired.sims[0].termination_date = None;
    ending.desired.grants = market().world().desired.grants;
    let plan = ending.judged();
    assert_eq!(guards(&plan)["fleet-0/spendPerPlan"], (500, 100, true));
}

#[test]
fn orders_of_the_month_count_for_the_account() {
    let content = OrderContent {
        system_number: scene::system(0),
        service_code: scene::SERVICE.into(),
        rate_plan: scene::rate_plan(0),
        form_factor: "nano".into(),
        quantity: 3,
        devices: vec![],
        ship_to: ShipTo {
            postal_code: "100-0001".into(),
            prefecture: "東京都".into(),
            city: "千代田区".into(),
            street: "千代田1-1".into(),
            building: None,
            company: "Example".into(),
            department: None,
            contact: "Sato".into(),
            phone: "0312345678".into(),
        },
        preferred_date: None,
        time_slot: None,
    };
    let mut world = limited(&market(), limits(10_000, 10_000));
    let order = |outcome, sent_at| RememberedOrder {
        name: "expansion".into(),
        placement: OrderPlacement { content: content.clone(), attempt: 1 },
        outcome,
        refused: false,
        application: None,
        amount: Money(900),
        sent_at,
    };
    let mut counted = |orders| {
        world.memory.orders = orders;
        let plan = world.judged();
        (guards(&plan)["/spendPerMonth"].1, guards(&plan)["fleet-0/spendPerMonth"].1)
    };
    let now = scene::now(false);
    assert_eq!(counted(vec![order(PurchaseOutcome::Bought, Some(now))]), (1_150, 100));
    assert_eq!(counted(vec![order(PurchaseOutcome::InDoubt, Some(now))]), (1_150, 100));
    assert_eq!(counted(vec![order(PurchaseOutcome::NotBought, Some(now))]), (250, 100));
    let last_month = "2026-10-31T23:59:59+09:00".parse().unwrap();
    assert_eq!(counted(vec![order(PurchaseOutcome::Bought, Some(last_month))]), (250, 100));
}

#[test]
fn fees_of_the_month_count_for_the_account_and_the_fleet_of_the_line() {
    let mut world = limited(&market(), limits(10_000, 10_000));
    let fee = |line: usize, sent_at| RememberedFee {
        operation: OpId(format!("op-{line}").into()),
        attempt: 1,
        msisdn: scene::msisdn(false, line),
        application: None,
        amount: Money(1_000),
        sent_at,
    };
    let mut counted = |fees| {
        world.memory.fees = fees;
        let plan = world.judged();
        let guards = guards(&plan);
        (guards["/spendPerMonth"].1, guards["fleet-0/spendPerMonth"].1, guards["fleet-1/spendPerMonth"].1)
    };
    let now = Some(scene::now(false));
    assert_eq!(counted(vec![]), (250, 100, 150));
    assert_eq!(counted(vec![fee(0, now)]), (1_250, 1_100, 150));
    assert_eq!(counted(vec![fee(0, now), fee(1, None)]), (2_250, 1_100, 1_150));
    assert_eq!(counted(vec![fee(7, now)]), (1_250, 100, 150), "a line that nobody declares any more");
    assert_eq!(counted(vec![fee(0, "2026-10-31T23:59:59+09:00".parse().ok())]), (250, 100, 150));
}

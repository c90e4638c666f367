//! Single situations, told in full.

use jiff::{SignedDuration, Timestamp};
use simfleet::domain::calendar::{JstTime, YearMonth};
use simfleet::domain::{Approval, CouponPurchase, DesiredState, Function, HandOver, Mode, Money, OperationKind, PurchaseReason};
use simfleet::plan::{self, AccountPlan, ApprovalNeed, BlockedCode, PurchaseOutcome, WarningCode};

use super::super::carrier::{Model, Status};
use super::super::scene;
use super::super::verdict::Wish;
use super::market::{Grant, IN_USE, Line, Market, Policy, Record, Shown, World, bought, number};

const FIRMWARE: Grant = Grant { name: "firmware", month: 0, code: 0, lines: Vec::new() };
const KEEP_ALIVE: Policy = Policy { name: "keep-alive", fleet: 0, code: 0, below: 50_000_000, per_line: 2, spend: 1_000 };
/// Bought by somebody a day ago.
const SHOWN: Shown = Shown { number: 1, line: 0, code: Some(0), hours: -24, void: false };

/// One line with a grant.
fn granted(line: Line) -> Market {
    Market { lines: vec![line], grants: vec![Grant { lines: vec![0], ..FIRMWARE }], ..Market::default() }
}

/// One line with a policy and 12 MB left.
fn short(line: Line) -> Market {
    Market { lines: vec![Line { left: Some(12_345_678), ..line }], policies: vec![KEEP_ALIVE], ..Market::default() }
}

/// What the journal knows of the grant, or of the policy's first purchase.
fn record(is_grant: bool, outcome: PurchaseOutcome) -> Record {
    Record {
        line: 0,
        name: if is_grant { "firmware" } else { "keep-alive" },
        is_grant,
        month: 0,
        code: 0,
        ordinal: 1,
        attempt: 1,
        outcome,
        refused: false,
        number: None,
        amount: 100,
        hours: Some(-24),
    }
}

fn told(plan: &AccountPlan) -> Vec<(BlockedCode, &str)> {
    assert_eq!(bought(plan), vec![]);
    plan.blocked.iter().map(|item| (item.code, item.message.as_str())).collect()
}

fn waits(plan: &AccountPlan) -> Vec<&str> {
    assert_eq!((bought(plan), plan.blocked.len()), (vec![], 0));
    plan.pending.iter().map(|item| item.what.as_str()).collect()
}

#[test]
fn a_grant_is_bought_once_with_all_that_is_said_of_it() {
    let plan = granted(IN_USE).world().judged();
    let [operation] = plan.operations.as_slice() else { panic!("{plan:#?}") };
    assert_eq!(operation.reason, "grant firmware for 2026-11: add-100mb, ends with 2026-11-30");
    assert_eq!((operation.cost.one_off(), operation.cost.every_month()), (Money(100), Money::ZERO));
    assert_eq!(operation.approval, ApprovalNeed::Ack);
    assert_eq!((operation.wave, operation.depends_on.len(), operation.source.line), (1, 0, 100));
    assert_eq!(operation.precondition.status.as_deref(), Some("active"));
    assert_eq!(operation.precondition.rate_plan, Some(scene::rate_plan(0)));
    assert_eq!(operation.precondition.purchases, Some(vec![]));
    let purchase = operation.to.purchase.as_deref().unwrap();
    let reason = PurchaseReason::Grant("firmware".into());
    let month = YearMonth::parse("2026-11").unwrap();
    assert_eq!(*purchase, CouponPurchase { reason, month, code: "add-100mb".into(), ordinal: 1, attempt: 1 });
    let [request] = plan.requests.as_slice() else { panic!("{plan:#?}") };
    assert_eq!((request.function, request.path.as_str()), (5, "/v1/sims/08000000000/coupons"));
    assert_eq!((plan.in_sync, plan.warnings.len()), (0, 0));
}

#[test]
fn a_policy_buys_for_the_lines_with_the_least_traffic_first() {
    let line = |left| Line { left: Some(left), ..IN_USE };
    let market = Market {
        lines: vec![line(40_000_000), line(12_345_678), line(60_000_000), line(30_000_000)],
        policies: vec![Policy { spend: 250, ..KEEP_ALIVE }],
        ..Market::default()
    };
    let plan = market.world().judged();
    let reasons: Vec<&str> = plan.operations.iter().map(|operation| operation.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "top-up keep-alive: 12.3 MB are left, fewer than 50 MB; add-100mb, 1 of 2 in 2026-11, ends with 2026-11-30",
            "top-up keep-alive: 30 MB are left, fewer than 50 MB; add-100mb, 1 of 2 in 2026-11, ends with 2026-11-30",
        ]
    );
    assert_eq!(plan.operations[0].source.line, 200);
    assert_eq!(
        plan.blocked.iter().map(|item| (item.code, item.message.as_str())).collect::<Vec<_>>(),
        [(
            BlockedCode::SpendCapReached,
            "top-up keep-alive: 200 JPY of 250 JPY are spent or planned in 2026-11, and add-100mb costs 100 JPY"
        )]
    );
    assert_eq!(plan.in_sync, 1);
}

#[test]
fn codes_say_why_nothing_is_bought() {
    let suspended = Line { status: Status::Suspended, state: Some(DesiredState::Suspended), ..IN_USE };
    let leaving = Line { state: Some(DesiredState::Suspended), ..IN_USE };
    let changed = Market {
        grants: vec![Grant { code: 1, lines: vec![0], ..FIRMWARE }],
        records: vec![record(true, PurchaseOutcome::Bought)],
        ..granted(IN_USE)
    };
    let not_taken = Market { grants: vec![Grant { code: 1, lines: vec![0], ..FIRMWARE }], ..granted(Line { plan: 1, ..IN_USE }) };
    let capped = Market {
        policies: vec![Policy { per_line: 1, ..KEEP_ALIVE }],
        shown: vec![SHOWN],
        ..short(Line { figures: Some(-1), ..IN_USE })
    };
    let unknown = Market { lines: vec![Line { left: None, ..IN_USE }], ..short(IN_USE) };
    for (market, code, message) in [
        (
            granted(suspended),
            BlockedCode::LineNotActive,
            "grant firmware for 2026-11: add-100mb is not bought, the line is Suspended",
        ),
        (
            granted(leaving),
            BlockedCode::LineNotActive,
            "grant firmware for 2026-11: add-100mb is not bought, the line will be Suspended",
        ),
        (changed, BlockedCode::GrantChanged, "grant firmware for 2026-11 was bought as add-100mb, declared is add-500mb"),
        (
            not_taken,
            BlockedCode::CouponNotOffered,
            "grant firmware for 2026-11: rate plan fixed-1gb takes no add-500mb; it takes add-100mb",
        ),
        (capped, BlockedCode::TopUpCapReached, "top-up keep-alive: 1 of 1 coupons are bought in 2026-11, and 12.3 MB are left"),
        (unknown, BlockedCode::TrafficUnknown, "top-up keep-alive: the carrier does not say how much traffic is left"),
    ] {
        let plan = market.world().judged();
        assert_eq!(told(&plan), [(code, message)], "{market:#?}");
        assert!(plan.blocked[0].source.line >= 100, "the place of the wish for the coupon");
    }
}

#[test]
fn what_was_not_observed_is_not_bought() {
    let mut world = granted(IN_USE).world();
    world.observed.purchases.coupons = None;
    let message = "grant firmware for 2026-11: this observation does not say what was bought";
    assert_eq!(told(&world.judged()), [(BlockedCode::PurchasesNotObserved, message)]);
    let lacking = |market: Market, function| {
        let mut world = market.world();
        let services = world.observed.catalogue.systems.values_mut().flat_map(|system| system.services.values_mut());
        services.for_each(|service| {
            service.functions.remove(&function);
        });
        world.judged()
    };
    let message = "grant firmware for 2026-11: service m2m-lte of S0000000 does not offer function 5 (buy coupon)";
    assert_eq!(told(&lacking(granted(IN_USE), Function::BuyCoupon)), [(BlockedCode::FunctionNotOffered, message)]);
    // Figures are needed for a second purchase only.
    assert_eq!(bought(&lacking(short(IN_USE), Function::Usage)).len(), 1);
    let again = Market { shown: vec![SHOWN], ..short(IN_USE) };
    let message = "top-up keep-alive: service m2m-lte of S0000000 does not offer function 4 (usage)";
    assert_eq!(told(&lacking(again, Function::Usage)), [(BlockedCode::FunctionNotOffered, message)]);
}

#[test]
fn what_comes_by_itself_is_waited_for() {
    let of = |month| Market { grants: vec![Grant { month, lines: vec![0], ..FIRMWARE }], ..granted(IN_USE) };
    let plan = of(1).world().judged();
    assert_eq!(waits(&plan), ["grant firmware for 2026-12: add-100mb is bought from 2026-12-01 on"]);
    assert_eq!(plan.pending[0].not_before.map(|time| time.to_string()).as_deref(), Some("2026-12-01T00:00:00+09:00"));
    let over = "grant firmware for 2026-10: its month is over; add-100mb was not bought, as far as is known";
    assert_eq!(waits(&of(-1).world().judged()), [over]);
    // Unless the journal knows that it was.
    let records = vec![Record { month: -1, ..record(true, PurchaseOutcome::Bought) }];
    let plan = Market { records, ..of(-1) }.world().judged();
    assert_eq!((waits(&plan), plan.in_sync), (vec![], 1));
    let plan = granted(Line { busy: true, ..IN_USE }).world().judged();
    assert_eq!(plan.pending.last().unwrap().what, "grant firmware for 2026-11: waits for suspend (processing)");
    let stale = Market { shown: vec![SHOWN], ..short(Line { figures: Some(-25), ..IN_USE }) };
    let what = "top-up keep-alive: waits for traffic figures that are newer than the line's last coupon, bought 2026-11-09T12:00:00+09:00";
    assert_eq!(waits(&stale.world().judged()), [what]);
    let both = Market { grants: granted(IN_USE).grants, ..short(IN_USE) };
    let plan = both.world().judged();
    assert_eq!(bought(&plan).len(), 1);
    let what = "top-up keep-alive: a grant is bought for the line first; its traffic counts before more is bought";
    assert_eq!(plan.pending.iter().map(|item| item.what.as_str()).collect::<Vec<_>>(), [what]);
    let in_doubt = Market { records: vec![record(true, PurchaseOutcome::InDoubt)], ..granted(IN_USE) };
    let what = "grant firmware for 2026-11: whether it was bought is not known yet; nothing is bought before that is settled";
    assert_eq!(waits(&in_doubt.world().judged()), [what]);
}

#[test]
fn what_was_handed_over_waits_for_its_number_and_no_longer_than_its_month() {
    let handed_over = |month, code| {
        let records = vec![Record { month, code, ..record(true, PurchaseOutcome::Bought) }];
        let grants = vec![Grant { month, lines: vec![0], ..FIRMWARE }];
        let mut world = Market { grants, records, ..granted(IN_USE) }.world();
        world.memory.purchases[0].application = Some(HandOver { folder: "plan-1", step: 2 }.number());
        world.judged()
    };
    let waiting = "grant firmware for 2026-11: is handed over (step 2 of plan-1), waits for the number that the carrier gave it";
    assert_eq!(waits(&handed_over(0, 0)), [waiting]);
    let give_back =
        "strike it from the check-list, and give it back: `simfleet ops resolve console:plan-1/2 PATH --outcome not-done`";
    let over = "grant firmware for 2026-10: is handed over (step 2 of plan-1), and its month is over: if it was not bought";
    assert_eq!(waits(&handed_over(-1, 0)), [format!("{over}, {give_back}")]);
    let otherwise =
        "grant firmware for 2026-11 is handed over as add-500mb (step 2 of plan-1), declared is add-100mb: if it was not";
    let message = format!("{otherwise} bought, {give_back}");
    assert_eq!(told(&handed_over(0, 1)), [(BlockedCode::GrantChanged, message.as_str())]);
}

#[test]
fn a_grant_for_a_number_that_nobody_declares_is_blocked() {
    let mut world = granted(IN_USE).world();
    let other = scene::msisdn(false, 7);
    world.desired.grants[0].msisdns = vec![other];
    let plan = world.judged();
    let message = "grant firmware for 2026-11: no fleet declares this number; declare it, or take it out of the grant";
    assert_eq!(told(&plan), [(BlockedCode::LineNotFound, message)]);
    assert_eq!((plan.in_sync, plan.blocked[0].subject.msisdn()), (1, Some(other)));
}

#[test]
fn only_a_definite_refusal_makes_another_attempt() {
    let attempt = |refused, attempt| {
        let records = vec![Record { attempt, refused, ..record(true, PurchaseOutcome::NotBought) }];
        bought(&Market { records, ..granted(IN_USE) }.world().judged())[0].1.attempt
    };
    assert_eq!((attempt(true, 1), attempt(true, 2), attempt(false, 1), attempt(false, 2)), (2, 3, 1, 2));
}

#[test]
fn a_purchase_by_hand_is_a_purchase() {
    let market = Market { shown: vec![SHOWN], ..granted(IN_USE) };
    assert_eq!(market.world().judged().in_sync, 1);
    // One that was rejected is none, and one of another month or coupon is not this one.
    let unlike = [Shown { void: true, ..SHOWN }, Shown { hours: -300, ..SHOWN }, Shown { code: Some(1), ..SHOWN }];
    for shown in unlike {
        assert_eq!(bought(&Market { shown: vec![shown], ..granted(IN_USE) }.world().judged()).len(), 1);
    }
    // One of which nobody knows the coupon may be this one; one that is known not to be is not named.
    assert_eq!(Market { shown: vec![Shown { code: None, ..SHOWN }], ..granted(IN_USE) }.world().judged().in_sync, 1);
    let two = vec![Grant { lines: vec![0], ..FIRMWARE }, Grant { name: "second", lines: vec![0], ..FIRMWARE }];
    let shown = vec![SHOWN, Shown { number: 2, code: Some(1), ..SHOWN }];
    let plan = Market { grants: two, shown, ..granted(IN_USE) }.world().judged();
    let [operation] = plan.operations.as_slice() else { panic!("{plan:#?}") };
    assert_eq!(operation.reason, "grant second for 2026-11: add-100mb, ends with 2026-11-30");
    assert_eq!(operation.precondition.purchases, Some(vec![number(1)]));
}

#[test]
fn a_coupon_waits_for_the_line_to_come_into_use_and_not_for_its_plan() {
    // A suspended line comes back, gets another plan, and two coupons one after the other.
    let suspended = Line { status: Status::Suspended, ..IN_USE };
    let two = vec![Grant { lines: vec![0], ..FIRMWARE }, Grant { name: "second", lines: vec![0], ..FIRMWARE }];
    let mut world = Market { grants: two, ..granted(suspended) }.world();
    world.desired.sims[0].plan = Some(scene::rate_plan(1));
    let plan = world.judged();
    let said: Vec<(OperationKind, u32, Vec<&plan::OpId>)> = plan
        .operations
        .iter()
        .map(|operation| (operation.change.kind(), operation.wave, operation.depends_on.iter().collect()))
        .collect();
    let id = |index: usize| &plan.operations[index].id;
    assert_eq!(
        said,
        [
            (OperationKind::Resume, 1, vec![]),
            (OperationKind::ChangeRatePlan, 2, vec![id(0)]),
            (OperationKind::BuyCoupon, 2, vec![id(0)]),
            (OperationKind::BuyCoupon, 3, vec![id(2)]),
        ]
    );
    assert_eq!(plan.operations[2].precondition.rate_plan, Some(scene::rate_plan(0)), "the plan in force");
}

#[test]
fn a_chip_sim_is_started_and_then_gets_its_coupon() {
    let chip = Model { is_chip: true, status: Status::Allocated, device: Some(0), stock: Some(0), ..Model::MISSING };
    let wish = Wish { as_chip: true, state: Some(DesiredState::Active), plan: Some(1), device: Some(0), ..Wish::BARE };
    let terms = super::super::carrier::Terms { cut_off_passed: false, missing: None, device_taken: false };
    let (mut desired, mut observed, now) = scene::world(&[(chip, wish)], terms, 3_000);
    let wished = granted(IN_USE).world();
    desired.grants = wished.desired.grants;
    desired.grants[0].msisdns = vec![scene::msisdn(true, 0)];
    observed.purchases.coupons = Some(vec![]);
    let plan = World { desired, observed, now, ..granted(IN_USE).world() }.judged();
    let kinds: Vec<_> = plan.operations.iter().map(|operation| (operation.change.kind(), operation.wave)).collect();
    assert_eq!(kinds, [(OperationKind::StartUse, 1), (OperationKind::BuyCoupon, 2)]);
    assert_eq!(plan.operations[1].depends_on, [plan.operations[0].id.clone()]);
    assert_eq!(plan.operations[1].cost.one_off(), Money(150), "the price on the plan it starts with");
}

#[test]
fn modes_and_policies_say_what_a_purchase_takes() {
    let need = |mode, approval: Option<Approval>| {
        let mut world = granted(IN_USE).world();
        world.desired.fleets[0].mode = mode;
        world.desired.fleets[0].policy.approval.extend(approval.map(|approval| (OperationKind::BuyCoupon, approval)));
        world.judged().operations.first().map(|operation| operation.approval)
    };
    assert_eq!(need(Mode::Apply, None), Some(ApprovalNeed::Ack));
    assert_eq!(need(Mode::Apply, Some(Approval::Auto)), Some(ApprovalNeed::Policy));
    assert_eq!(need(Mode::Plan, Some(Approval::Auto)), Some(ApprovalNeed::PlanId));
    assert_eq!(need(Mode::Observe, None), None);
    let mut world = granted(IN_USE).world();
    world.desired.fleets[0].mode = Mode::Observe;
    assert_eq!(
        waits(&world.judged()),
        [
            "grant firmware for 2026-11: add-100mb, ends with 2026-11-30; not changed, the fleet's mode is Observe (it would take buyCoupon)"
        ]
    );
}

/// A world at another time, in the month or after it.
fn at(market: &Market, time: &str) -> World {
    let now: Timestamp = time.parse().unwrap();
    let mut world = market.world();
    world.now = now;
    world.observed.at = now;
    world
}

#[test]
fn a_month_ends_at_midnight_in_japan() {
    let market = Market { policies: vec![KEEP_ALIVE], ..short(IN_USE) };
    let grants = granted(IN_USE);
    let (late, early) = ("2026-11-30T23:59:50+09:00", "2026-12-01T00:00:00+09:00");
    let expiry = |world: &World, plan: AccountPlan| plan::assemble(vec![plan], world.now).expires_at.to_string();

    let world = at(&grants, late);
    let plan = world.judged();
    assert_eq!(bought(&plan)[0].1.month, YearMonth::parse("2026-11").unwrap());
    assert_eq!(plan.warnings[0].message, "add-100mb ends with 2026-11-30: that is today");
    assert_eq!(expiry(&world, plan), early, "a coupon of November is never bought in December");

    let world = at(&grants, early);
    let over = "grant firmware for 2026-11: its month is over; add-100mb was not bought, as far as is known";
    assert_eq!(waits(&world.judged()), [over]);

    // A policy counts from the first again, under ordinals of the new month.
    let bought_before = Market {
        policies: vec![Policy { per_line: 1, ..KEEP_ALIVE }],
        shown: vec![SHOWN],
        records: vec![Record { number: Some(1), ..record(false, PurchaseOutcome::Bought) }],
        ..market
    };
    assert_eq!(bought(&at(&bought_before, late).judged()), vec![]);
    let mut december = at(&bought_before, early);
    december.observed.purchases.usage_as_of.insert(scene::msisdn(false, 0), december.now);
    let plan = december.judged();
    assert_eq!((bought(&plan)[0].1.ordinal, bought(&plan)[0].1.month), (1, YearMonth::parse("2026-12").unwrap()));

    // An application that was accepted just after midnight counts for the month it was accepted in, and the
    // grant that it was sent for has it all the same.
    let world = at(&grants, early);
    let mut late_answer = world.after(&at(&grants, late).judged().operations, true);
    assert_eq!(waits(&late_answer.judged()), Vec::<&str>::new());
    late_answer.desired.grants[0].month = YearMonth::parse("2026-12").unwrap();
    assert_eq!(late_answer.judged().in_sync, 1, "moved to December it is the same coupon");
}

#[test]
fn in_the_last_three_days_of_a_month_a_warning_says_so() {
    let warned = |day: i64| {
        let mut world = granted(IN_USE).world();
        world.now = scene::now(false) + SignedDuration::from_hours(24 * (day - 10));
        let plan = world.judged();
        let warnings = plan.warnings.iter().map(|item| (item.code, item.message.clone(), item.source.line));
        (warnings.collect::<Vec<_>>(), plan::assemble(vec![plan.clone()], world.now).expires_at)
    };
    assert_eq!(warned(27).0, []);
    for (day, left) in [(28, "3 days are left"), (29, "2 days are left"), (30, "that is today")] {
        assert_eq!(warned(day).0, [(WarningCode::CouponEndsSoon, format!("add-100mb ends with 2026-11-30: {left}"), 100)]);
    }
    let expires = |day| JstTime::to_string(&warned(day).1);
    assert_eq!(expires(29), "2026-11-30T12:00:00+09:00");
    assert_eq!(expires(30), "2026-12-01T00:00:00+09:00");
}

/// Bought while the lists were read, by another machine: the figures are newer by now, what is left was
/// listed before.
#[test]
fn what_was_bought_after_the_list_was_read_is_not_in_it() {
    let market = Market { shown: vec![SHOWN], ..short(Line { figures: Some(0), ..IN_USE }) };
    let mut world = market.world();
    assert_eq!(bought(&world.judged()).len(), 1);
    world.observed.purchases.coupons.as_mut().unwrap()[0].requested_at = world.now + SignedDuration::from_secs(1);
    world.observed.purchases.usage_as_of.insert(scene::msisdn(false, 0), world.now + SignedDuration::from_secs(2));
    assert_eq!(
        waits(&world.judged()),
        ["top-up keep-alive: waits for traffic figures that are newer than the line's last coupon, bought \
          2026-11-10T12:00:01+09:00"]
    );
}

/// What was used up in the old month is renewed in the new one, and the figures may not know it yet.
#[test]
fn a_month_begins_with_figures_of_its_own() {
    let market = short(IN_USE);
    for (time, figures, buys) in [
        ("2026-11-01T00:00:10+09:00", None, false),
        ("2026-11-01T00:00:10+09:00", Some("2026-10-31T23:59:59+09:00"), false),
        ("2026-11-01T00:00:10+09:00", Some("2026-11-01T00:00:00+09:00"), true),
        ("2026-11-02T23:59:59+09:00", Some("2026-10-31T23:59:59+09:00"), false),
        ("2026-11-03T00:00:00+09:00", None, true),
    ] {
        let mut world = at(&market, time);
        if let Some(figures) = figures {
            world.observed.purchases.usage_as_of.insert(scene::msisdn(false, 0), figures.parse().unwrap());
        }
        let plan = world.judged();
        assert_eq!(bought(&plan).len(), usize::from(buys), "{time} {figures:?}");
        let wanted = plan::wants(&world.desired, &world.observed, &world.memory, world.now).usage_of;
        assert_eq!(wanted.len(), usize::from(!buys && figures.is_none()));
        if !buys {
            assert_eq!(waits(&plan), ["top-up keep-alive: the month is young; waits for traffic figures of this month"]);
            assert_eq!(plan.pending[0].not_before, Some(JstTime("2026-11-03T00:00:00+09:00".parse().unwrap())));
        }
    }
}

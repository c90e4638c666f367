//! The gate of stored plans: the right carrier, in time, unused, and still true.

use jiff::ToSpan as _;
use simfleet::carrier::{Carrier as _, ObserveOptions, observe};
use simfleet::domain::calendar::YearMonth;
use simfleet::domain::{
    ApplicationStatus, CarrierIdentity, CouponApplication, CouponPurchase, Money, Msisdn, Observed, OrderApplication,
    OrderContent, PurchaseReason, RequestedVia,
};
use simfleet::exec::gate::{GateError, check, month_holds, wants};
use simfleet::exec::journal::{PlanKey, PlanProgress, Sent};
use simfleet::exec::{Holder, Journal, JournalOptions};
use simfleet::plan::{
    GuardItem, GuardKind, Memory, OpId, Operation, Plan, PurchaseOutcome, RememberedFee, RememberedPurchase, Verdict,
};

use super::applying::mixed;
use super::handmade::{bought, cancel, content, coupon, document, order};
use super::plans::{desired, msisdn, planned};

#[tokio::test]
async fn only_a_plan_that_is_still_true_passes() {
    let (world, desired) = mixed().await;
    let carrier = world.carrier();
    let observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let plan = planned(&desired, &observed, &Memory::default());
    let (identity, now, fresh) = (carrier.identity().clone(), observed.at, PlanProgress::default());
    assert_eq!(check(&plan, "main", &identity, now, &fresh, &observed), Ok(()));

    assert!(matches!(check(&plan, "other", &identity, now, &fresh, &observed), Err(GateError::NoAccount(_))));
    let other = CarrierIdentity { contractor_id: "C2".to_owned(), ..identity.clone() };
    assert!(matches!(check(&plan, "main", &other, now, &fresh, &observed), Err(GateError::OtherCarrier { .. })));
    let late = plan.expires_at.0;
    assert!(matches!(check(&plan, "main", &identity, late, &fresh, &observed), Err(GateError::Expired { .. })));
    assert_eq!(check(&plan, "main", &identity, late.checked_sub(1.second()).unwrap(), &fresh, &observed), Ok(()));
    let early = |by: jiff::Span| check(&plan, "main", &identity, plan.created_at.0.checked_sub(by).unwrap(), &fresh, &observed);
    assert_eq!(early(1.minute()), Ok(()), "clocks differ by that much");
    assert!(matches!(early(61.seconds()), Err(GateError::NotYet { .. })));
    let used = PlanProgress { is_used: true, ..PlanProgress::default() };
    assert_eq!(check(&plan, "main", &identity, now, &used, &observed), Err(GateError::Used));
    let mut later = plan.clone();
    later.format_version = "2.0".to_owned();
    assert!(matches!(check(&later, "main", &identity, now, &fresh, &observed), Err(GateError::Format { .. })));

    // Somebody suspends a line in the console: what rests on it is stale, and so is the plan.
    let mut changed = observed.clone();
    let line = changed.sims.iter_mut().find_map(|sim| sim.line.as_mut()).unwrap();
    line.status = simfleet::domain::LineStatus::Suspended;
    let Err(GateError::Stale(stale)) = check(&plan, "main", &identity, now, &fresh, &changed) else { panic!("not stale") };
    assert_eq!(stale.len(), 1);
    assert!(stale[0].1.contains("the status is suspended, the plan rests on active"), "{}", stale[0].1);
}

/// A stored plan of two coupons of one code on one line, and of an order.
#[tokio::test]
async fn a_purchase_that_came_after_the_plan_makes_it_stale() {
    let (world, _) = mixed().await;
    let carrier = world.carrier();
    let mut observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let line = msisdn("08012345601");
    let mut first = coupon(line, "firmware", 1);
    first.precondition.purchases = Some(vec!["A1".into()]);
    let mut second = coupon(line, "map-data", 1);
    second.precondition.purchases = Some(vec!["A1".into()]);
    second.depends_on = vec![first.id.clone()];
    let empty = planned(&desired(vec![]), &observed, &Memory::default());
    let plan = document(empty, vec![first.clone(), second.clone(), order("expansion", 5, 1)]);
    let identity = carrier.identity().clone();
    let why =
        |observed: &Observed, progress: &PlanProgress| match check(&plan, "main", &identity, observed.at, progress, observed) {
            Ok(()) => Vec::new(),
            Err(GateError::Stale(stale)) => stale.into_iter().map(|(_, why)| why).collect(),
            Err(other) => panic!("{other}"),
        };
    assert_eq!(wants(&plan, "main", observed.at).coupons_from, Some("2026-11-01".parse().unwrap()));
    assert!(wants(&plan, "main", observed.at).orders);
    assert!(wants(&plan, "other", observed.at).is_empty());

    let fresh = PlanProgress::default();
    assert_eq!(why(&observed, &fresh).len(), 3, "nothing was read: nothing is known");
    let bought = |number: &str, code: Option<&str>, status: ApplicationStatus| CouponApplication {
        msisdn: line,
        application: number.into(),
        code: code.map(Into::into),
        status,
        requested_at: observed.at,
        via: RequestedVia::Console,
    };
    let done = ApplicationStatus::Completed;
    let known = vec![
        bought("A1", Some("add-100mb"), done.clone()),
        bought("A2", Some("add-500mb"), done.clone()),
        bought("A3", Some("add-100mb"), ApplicationStatus::Rejected),
    ];
    observed.purchases.coupons = Some(known.clone());
    observed.purchases.orders = Some(Vec::new());
    assert_eq!(why(&observed, &fresh), Vec::<String>::new());

    // Somebody buys: the same coupon, or one that does not say which it is.
    for code in [Some("add-100mb"), None] {
        let mut observed = observed.clone();
        observed.purchases.coupons.as_mut().unwrap().push(bought("A4", code, done.clone()));
        let expected = "08012345601: application A4 may be the same purchase, and came after the plan";
        assert_eq!(why(&observed, &fresh), [expected, expected]);
        // What this plan bought itself, before it was interrupted, is no stranger.
        let (journal, key) = interrupted(&plan, &[&first], Some("A4"));
        assert_eq!(why(&observed, &journal.progress(&key).unwrap()), Vec::<String>::new());
        // What is in doubt is not judged: nothing is sent for the line before it is settled.
        let (journal, key) = interrupted(&plan, &[&first], None);
        assert_eq!(why(&observed, &journal.progress(&key).unwrap()), Vec::<String>::new());
    }

    // The month is over.
    let mut later = observed.clone();
    later.at = "2026-12-01T00:00:00+09:00".parse().unwrap();
    let GateError::Stale(stale) = check(&plan, "main", &identity, observed.at, &fresh, &later).unwrap_err() else {
        panic!("stale")
    };
    assert_eq!(stale[0].1, "08012345601: it is for 2026-11, and it is 2026-12 now");

    // The order is placed by hand; one that is cancelled does not count.
    for (status, content, stale) in [
        (ApplicationStatus::Accepted, Some(content(5)), true),
        (ApplicationStatus::Shipped, None, true),
        (ApplicationStatus::Accepted, Some(content(6)), false),
        (ApplicationStatus::Cancelled, Some(content(5)), false),
    ] {
        let mut observed = observed.clone();
        observed.purchases.orders = Some(vec![ordered("A5", status, content, observed.at)]);
        assert_eq!(why(&observed, &fresh).len(), usize::from(stale));
    }
}

/// Two plans of the same morning, each within its policy's money, are not both.
#[tokio::test]
async fn what_counts_towards_a_limit_of_the_month_makes_a_plan_stale() {
    let (world, _) = mixed().await;
    let carrier = world.carrier();
    let mut observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let (line, other) = (msisdn("08012345601"), msisdn("08012345602"));
    let top_up = bought(line, PurchaseReason::TopUp("keep".into()), "2026-11", "add-100mb", 1, 1);
    let (grant, dear) = (coupon(line, "firmware", 1), order("expansion", 5, 1));
    let plan =
        |operation: &Operation| document(planned(&desired(vec![]), &observed, &Memory::default()), vec![operation.clone()]);
    let limited = |name: &str, operation: &Operation| {
        let (account, kind) = (operation.account.clone(), GuardKind::SpendPerMonth);
        let guard = GuardItem { account, name: name.into(), kind, limit: 9_000, actual: 300, verdict: Verdict::Ok };
        Plan { guards: vec![guard], ..plan(operation) }
    };
    let of_fleet = format!("{}/spendPerMonth", grant.fleet);
    let (top_ups, grants, orders) = (plan(&top_up), plan(&grant), plan(&dear));
    let (in_fleet, in_account) = (limited(&of_fleet, &grant), limited("/spendPerMonth", &dear));
    assert!(!wants(&grants, "main", observed.at).orders);
    assert!(wants(&in_fleet, "main", observed.at).orders && wants(&in_account, "main", observed.at).coupons_from.is_some());

    let later = observed.at.checked_add(jiff::SignedDuration::from_secs(60)).unwrap();
    let found = |code: Option<&str>, status: ApplicationStatus, at| CouponApplication {
        msisdn: other,
        application: "A4".into(),
        code: code.map(Into::into),
        status,
        requested_at: at,
        via: RequestedVia::Console,
    };
    let record = |outcome, code: &str, at| RememberedPurchase {
        msisdn: other,
        purchase: CouponPurchase {
            reason: PurchaseReason::Grant("map-data".into()),
            month: YearMonth::parse("2026-11").unwrap(),
            code: code.into(),
            ordinal: 1,
            attempt: 1,
        },
        outcome,
        refused: false,
        application: None,
        amount: Money(300),
        sent_at: Some(at),
    };
    let (created, done) = (observed.at, ApplicationStatus::Completed);
    let fresh = PlanProgress::default();
    let stale = |plan: &Plan, memory: &Memory, observed: &Observed| month_holds(plan, "main", &fresh, memory, observed).is_err();
    // What was bought, and whether it makes plans of top-ups, grants, grants with a limit, and orders with one stale.
    for (found, remembered, expected) in [
        (vec![], vec![], [false, false, false, false]),
        (vec![found(Some("add-100mb"), done.clone(), created)], vec![], [false, false, false, false]),
        (vec![found(Some("add-100mb"), ApplicationStatus::Rejected, later)], vec![], [false, false, false, false]),
        (vec![found(Some("add-100mb"), done.clone(), later)], vec![], [true, false, true, true]),
        (vec![found(None, done.clone(), later)], vec![], [true, false, true, true]),
        (vec![found(Some("add-500mb"), done.clone(), later)], vec![], [false, false, true, true]),
        (vec![], vec![record(PurchaseOutcome::Bought, "add-100mb", created)], [false, false, false, false]),
        (vec![], vec![record(PurchaseOutcome::NotBought, "add-100mb", later)], [false, false, false, false]),
        (vec![], vec![record(PurchaseOutcome::InDoubt, "add-100mb", later)], [true, false, true, true]),
    ] {
        let memory = Memory { purchases: remembered, ..Memory::default() };
        observed.purchases.coupons = Some(found);
        let plans = [&top_ups, &grants, &in_fleet, &in_account];
        assert_eq!(plans.map(|plan| stale(plan, &memory, &observed)), expected, "{:?} {memory:?}", observed.purchases);
    }
    // So does a termination's fee, for which no policy pays.
    observed.purchases.coupons = Some(Vec::new());
    for (at, expected) in [(created, [false, false, false, false]), (later, [false, false, true, true])] {
        let memory = Memory { fees: vec![fee(other, at)], ..Memory::default() };
        assert_eq!([&top_ups, &grants, &in_fleet, &in_account].map(|plan| stale(plan, &memory, &observed)), expected);
    }
    // An order counts for the account, and for no fleet or policy.
    observed.purchases.orders = Some(vec![ordered("A5", ApplicationStatus::Accepted, Some(content(7)), later)]);
    let plans = [&top_ups, &grants, &in_fleet, &orders, &in_account];
    assert_eq!(plans.map(|plan| stale(plan, &Memory::default(), &observed)), [false, false, false, false, true]);
    // What this plan bought itself, before it was interrupted, is in its own limit.
    let two = document(
        top_ups.clone(),
        vec![top_up.clone(), bought(other, PurchaseReason::TopUp("keep".into()), "2026-11", "add-100mb", 1, 1)],
    );
    observed.purchases.coupons = Some(vec![found(Some("add-100mb"), done, later)]);
    for application in [Some("A4"), None] {
        let (journal, key) = interrupted(&two, &[&two.operations[1]], application);
        let (progress, memory) = (journal.progress(&key).unwrap(), journal.memory().unwrap());
        assert_eq!(month_holds(&two, "main", &progress, &memory, &observed), Ok(()));
    }
}

#[tokio::test]
async fn a_cancellation_of_an_order_is_stale_when_it_is_no_longer_open() {
    let (world, _) = mixed().await;
    let carrier = world.carrier();
    let mut observed = observe(&carrier, &ObserveOptions::default()).await.unwrap();
    let empty = planned(&desired(vec![]), &observed, &Memory::default());
    let plan = document(empty, vec![cancel("expansion", &"A5".into())]);
    let fresh = PlanProgress::default();
    for (status, open) in
        [(ApplicationStatus::Accepted, true), (ApplicationStatus::Arranging, false), (ApplicationStatus::Cancelled, false)]
    {
        observed.purchases.orders = Some(vec![ordered("A5", status, None, observed.at)]);
        assert_eq!(check(&plan, "main", carrier.identity(), observed.at, &fresh, &observed).is_ok(), open);
    }
    observed.purchases.orders = Some(Vec::new());
    assert!(check(&plan, "main", carrier.identity(), observed.at, &fresh, &observed).is_err());
}

fn fee(msisdn: Msisdn, sent_at: jiff::Timestamp) -> RememberedFee {
    RememberedFee {
        operation: OpId("op-0".into()),
        attempt: 1,
        msisdn,
        application: None,
        amount: Money(1_000),
        sent_at: Some(sent_at),
    }
}

fn ordered(number: &str, status: ApplicationStatus, content: Option<OrderContent>, at: jiff::Timestamp) -> OrderApplication {
    OrderApplication {
        application: number.into(),
        status,
        cancellable_until: None,
        requested_at: at,
        via: RequestedVia::Console,
        effective: None,
        content,
        msisdns: Vec::new(),
        iccids: Vec::new(),
    }
}

/// A journal as an apply of a plan leaves it that was interrupted after these operations were sent; with an
/// application they were acknowledged.
fn interrupted(plan: &Plan, operations: &[&Operation], application: Option<&str>) -> (Journal, PlanKey) {
    let now = jiff::Timestamp::from_second(1_000).unwrap();
    let options = JournalOptions::new(Holder { host: "test".to_owned(), pid: 1 }, move || now);
    let journal = Journal::in_memory(&plan.accounts[0].carrier, options).unwrap();
    let key = PlanKey::of(plan, "main").unwrap();
    journal
        .together(|entry| {
            entry.begin(&key, None, &[], operations)?;
            let ids = operations.iter().map(|operation| operation.id.clone()).collect();
            entry.sent(&Sent { ids, newest_before: None, at: None })?;
            for operation in operations {
                match application {
                    Some(number) => entry.acked(&operation.id, &number.into())?,
                    None => entry.unknown(&operation.id, "lost")?,
                }
            }
            Ok(())
        })
        .unwrap();
    (journal, key)
}

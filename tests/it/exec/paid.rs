//! Coupons and orders, sent by the executor to the emulator by plans that are made by hand: at most once,
//! whatever the plan says and whatever becomes of the answer.

use serde_json::{Value, json};
use simfleet::carrier::convert::order_to_wire;
use simfleet::carrier::{ApplicationQuery, Carrier as _, ObserveOptions, observe};
use simfleet::domain::{OrderContent, OrderPlacement, OrderedDevice};
use simfleet::exec::journal::{PlanKey, Sent};
use simfleet::exec::{ApplyOptions, ApplyReport, ExitCode, Journal, Outcome, SettleOptions, Stop, apply, settle};
use simfleet::plan::{Change, Memory, Operation, Plan, PurchaseOutcome};

use super::applying::{Advancing, journal, waiting};
use super::handmade::{cancel, content, coupon, document, order};
use super::plans::{desired, msisdn, planned};
use crate::carrier::emulated::Emulated;

const LINE: &str = "08012345601";
const OTHER: &str = "08012345602";

async fn world() -> Emulated {
    let world = Emulated::frozen().await;
    let seed = json!({"sims": [{"msisdn": LINE, "planCode": "fixed-500mb"}, {"msisdn": OTHER, "planCode": "fixed-500mb"}]});
    world.emulator.seed(seed.to_string().as_bytes()).unwrap();
    world
}

/// What was billed at once: kind and line, sorted.
async fn ledger(world: &Emulated) -> Vec<(String, String)> {
    let body: Value = reqwest::get(format!("{}/_emu/ledger", world.server.endpoint())).await.unwrap().json().await.unwrap();
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    let entries = body["entries"].as_array().unwrap().iter();
    let mut bill: Vec<_> =
        entries.filter(|entry| entry["kind"] != "monthlyFee").map(|entry| (text(entry, "kind"), text(entry, "msisdn"))).collect();
    bill.sort();
    bill
}

fn bill(entries: &[(&str, &str)]) -> Vec<(String, String)> {
    entries.iter().map(|(kind, line)| ((*kind).to_owned(), (*line).to_owned())).collect()
}

async fn plan(world: &Emulated, operations: Vec<Operation>) -> Plan {
    let observed = observe(&world.carrier(), &ObserveOptions::default()).await.unwrap();
    document(planned(&desired(vec![]), &observed, &Memory::default()), operations)
}

async fn perform(world: &Emulated, journal: &mut Journal, operations: Vec<Operation>, options: &ApplyOptions) -> ApplyReport {
    let plan = plan(world, operations).await;
    let waiter = Advancing::of(world);
    settle::settle(&world.carrier(), journal, &SettleOptions::default(), &waiter).await.unwrap();
    apply(&plan, "main", &world.carrier(), journal, options, &waiter, &mut Vec::new(), Stop::never()).await.unwrap()
}

#[tokio::test]
async fn what_was_bought_under_a_name_is_not_bought_again_whatever_the_plan_says() {
    let world = world().await;
    let mut journal = journal(&world);
    // The same wishes three times; then as further attempts, as a plan from before a refusal would have them.
    for attempt in [1, 1, 1, 2] {
        let operations = vec![coupon(msisdn(LINE), "firmware", attempt), order("expansion", 2, attempt)];
        let report = perform(&world, &mut journal, operations, &waiting()).await;
        assert_eq!((report.exit_code(), report.count("confirmed")), (ExitCode::Done, 2), "{report:#?}");
    }
    assert_eq!(ledger(&world).await, bill(&[("coupon", LINE), ("deviceOrder", ""), ("simOrder", "")]));
    // Another grant, another line, and another order are other purchases.
    let operations = vec![coupon(msisdn(LINE), "map-data", 1), coupon(msisdn(OTHER), "firmware", 1), order("expansion-2", 3, 1)];
    let report = perform(&world, &mut journal, operations, &waiting()).await;
    assert_eq!((report.exit_code(), report.requests_sent), (ExitCode::Done, 3));
    assert_eq!(ledger(&world).await.len(), 7);
}

/// Every way in which an answer can fail to come, of a coupon and of an order.
#[tokio::test]
async fn lost_answers_are_settled_by_reading_and_paid_once() {
    for kind in ["timeoutAfterCommit", "errorAfterCommit", "errorBeforeCommit", "rateLimited", "maintenance"] {
        let world = world().await;
        let mut journal = journal(&world);
        world.faults(json!([{"function": 5, "kind": kind, "count": 1}, {"function": 8, "kind": kind, "count": 1}])).await;
        let operations = || vec![coupon(msisdn(LINE), "firmware", 1), order("expansion", 2, 1)];
        let report = perform(&world, &mut journal, operations(), &waiting()).await;
        assert_eq!((report.exit_code(), report.count("confirmed")), (ExitCode::Done, 2), "{kind}: {report:#?}");
        assert_eq!(ledger(&world).await, bill(&[("coupon", LINE), ("deviceOrder", ""), ("simOrder", "")]), "{kind}");
        let numbers: Vec<_> = journal.memory().unwrap().purchases.into_iter().filter_map(|known| known.application).collect();
        assert_eq!(numbers.len(), 1, "{kind}: claimed by its number");
        assert_eq!(perform(&world, &mut journal, operations(), &waiting()).await.requests_sent, 0, "{kind}");
    }
}

/// Looks into doubts without the patience to wait for the settle window.
async fn glance(world: &Emulated, journal: &mut Journal) -> Vec<String> {
    let settlements = settle::look(&world.carrier(), journal, settle::SETTLE_WINDOW).await.unwrap().settled;
    settle::write(journal, &settlements).unwrap();
    settlements.iter().map(|settlement| format!("{:?}", settlement.verdict)).collect()
}

/// As a run leaves it that was killed after it had sent.
async fn killed_after_sending(world: &Emulated, journal: &mut Journal, operations: &[Operation]) {
    let before = world.carrier().applications(&ApplicationQuery::default()).await.unwrap().result;
    let sent = Sent {
        ids: operations.iter().map(|operation| operation.id.clone()).collect(),
        newest_before: before.iter().map(|application| application.application_no.as_str()).max().map(Into::into),
        at: Some(world.emulator.now()),
    };
    let operations: Vec<&Operation> = operations.iter().collect();
    journal
        .together(|entry| {
            entry.begin(&PlanKey("killed".to_owned()), None, &[], &operations)?;
            entry.sent(&sent)
        })
        .unwrap();
    journal.reopen().unwrap();
}

#[tokio::test]
async fn several_candidates_stay_in_doubt_and_a_person_picks_one() {
    let world = world().await;
    let mut journal = journal(&world);
    let coupon = coupon(msisdn(LINE), "firmware", 1);
    killed_after_sending(&world, &mut journal, std::slice::from_ref(&coupon)).await;
    // Ours arrived, and somebody bought the same by hand.
    let body = simfleet::carrier::wire::CouponBody { coupon_code: "add-100mb".to_owned() };
    let first = world.carrier().buy_coupon(msisdn(LINE), &body).await.unwrap().application_no;
    let second = world.carrier().buy_coupon(msisdn(LINE), &body).await.unwrap().application_no;
    assert_eq!(glance(&world, &mut journal).await, Vec::<String>::new());
    // Also when the window has passed.
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    assert_eq!(glance(&world, &mut journal).await, Vec::<String>::new());
    let report = perform(&world, &mut journal, vec![coupon.clone()], &waiting()).await;
    assert_eq!((report.exit_code(), report.requests_sent), (ExitCode::InDoubt, 0));
    let [Outcome::InDoubt { note }] =
        &report.operations.iter().map(|operation| operation.outcome.clone()).collect::<Vec<_>>()[..]
    else {
        panic!("{report:#?}")
    };
    assert!(note.contains("in doubt"), "{note}");
    let record = journal.attempts(&coupon.id).unwrap().pop().unwrap();
    journal.together(|entry| entry.resolved_as(&record, &second.as_str().into(), "by hand")).unwrap();
    assert_eq!(journal.claims(&record).unwrap(), vec![], "its own application is not somebody else's");
    let known = journal.memory().unwrap().purchases.pop().unwrap();
    assert_eq!((known.outcome, known.application), (PurchaseOutcome::Bought, Some(second.as_str().into())));
    assert_eq!(perform(&world, &mut journal, vec![coupon], &waiting()).await.requests_sent, 0);
    assert!(first < second);
}

#[tokio::test]
async fn another_coupon_another_line_and_an_older_application_are_not_ours() {
    let world = world().await;
    let mut journal = journal(&world);
    let buy = |line: &'static str, code: &str| {
        let body = simfleet::carrier::wire::CouponBody { coupon_code: code.to_owned() };
        let carrier = world.carrier();
        async move { carrier.buy_coupon(msisdn(line), &body).await.unwrap() }
    };
    buy(LINE, "add-100mb").await;
    world.emulator.advance(std::time::Duration::from_mins(1)).unwrap();
    let coupon = coupon(msisdn(LINE), "firmware", 1);
    killed_after_sending(&world, &mut journal, std::slice::from_ref(&coupon)).await;
    buy(LINE, "add-500mb").await;
    buy(OTHER, "add-100mb").await;
    world.emulator.advance(std::time::Duration::from_mins(14)).unwrap();
    assert_eq!(glance(&world, &mut journal).await, Vec::<String>::new(), "the window has not passed");
    // The request was on its way all the time, and arrives within the window.
    let late = buy(LINE, "add-100mb").await;
    world.emulator.advance(std::time::Duration::from_mins(1)).unwrap();
    let found = glance(&world, &mut journal).await;
    assert!(matches!(&found[..], [verdict] if verdict.contains(&late.application_no)), "{found:?}");
}

#[tokio::test]
async fn an_order_is_claimed_by_its_content_and_a_similar_one_is_for_a_person_to_judge() {
    let world = world().await;
    let mut journal = journal(&world);
    let place = |content: OrderContent| {
        let carrier = world.carrier();
        async move { carrier.order(&order_to_wire(&content)).await.unwrap().application_no }
    };
    let operation = order("expansion", 5, 1);
    killed_after_sending(&world, &mut journal, std::slice::from_ref(&operation)).await;
    place(content(6)).await;
    let mut elsewhere = content(5);
    elsewhere.ship_to.building = Some("別館".to_owned());
    let similar = place(elsewhere).await;
    world.emulator.advance(std::time::Duration::from_mins(16)).unwrap();
    assert_eq!(glance(&world, &mut journal).await, Vec::<String>::new(), "to order again might be to order twice");
    let report = perform(&world, &mut journal, vec![operation.clone()], &waiting()).await;
    assert_eq!((report.exit_code(), report.requests_sent), (ExitCode::InDoubt, 0), "{report:#?}");
    let number = place(content(5)).await;
    let found = glance(&world, &mut journal).await;
    assert!(matches!(&found[..], [verdict] if verdict.contains(&number) && !verdict.contains(&similar)), "{found:?}");
    let orders = journal.memory().unwrap().orders;
    assert_eq!(orders.iter().map(|order| order.outcome).collect::<Vec<_>>(), [PurchaseOutcome::Bought]);
}

#[tokio::test]
async fn an_order_is_recognised_in_whatever_order_its_devices_are_named() {
    let world = world().await;
    let mut journal = journal(&world);
    let device = |model: &str, quantity| OrderedDevice { model: model.into(), quantity };
    let mut ordered = content(5);
    ordered.devices = vec![device("rtr-100", 1), device("usb-10", 2)];
    let on_the_wire = order_to_wire(&ordered);
    // As an older version, or a hand, may have written it into a plan or a journal.
    ordered.devices.reverse();
    let mut operation = order("expansion", 5, 1);
    let placement = Box::new(OrderPlacement { content: ordered, attempt: 1 });
    operation.to.placement = Some(placement.clone());
    operation.change = Change::PlaceOrder { placement };
    killed_after_sending(&world, &mut journal, std::slice::from_ref(&operation)).await;
    let number = world.carrier().order(&on_the_wire).await.unwrap().application_no;
    let found = glance(&world, &mut journal).await;
    assert!(matches!(&found[..], [verdict] if verdict.contains(&number)), "{found:?}");
    // Nor is it ordered again where nobody remembers it.
    let mut forgotten = self::journal(&world);
    let report = perform(&world, &mut forgotten, vec![operation], &waiting()).await;
    assert_eq!((report.exit_code(), report.count("stale")), (ExitCode::NotAllowed, 1), "{report:#?}");
}

#[tokio::test]
async fn an_order_that_somebody_placed_meanwhile_is_not_placed_again() {
    let world = world().await;
    let mut journal = journal(&world);
    let mut operation = order("expansion", 5, 1);
    let by_hand = world.carrier().order(&order_to_wire(&content(5))).await.unwrap().application_no;
    let report = perform(&world, &mut journal, vec![operation.clone()], &waiting()).await;
    assert_eq!((report.exit_code(), report.count("stale")), (ExitCode::NotAllowed, 1), "{report:#?}");
    // A plan that knows of it wants another one.
    operation.precondition.purchases = Some(vec![by_hand.as_str().into()]);
    let report = perform(&world, &mut journal, vec![operation, order("expansion-2", 6, 1)], &waiting()).await;
    assert_eq!((report.exit_code(), report.count("confirmed")), (ExitCode::Done, 2), "{report:#?}");
}

#[tokio::test]
async fn a_coupon_is_bought_only_on_the_line_and_in_the_month_of_the_plan() {
    let world = world().await;
    let mut journal = journal(&world);
    world.emulator.set("2026-11-30T23:59:50+09:00".parse().unwrap()).unwrap();
    let suspended = format!("{}/_emu/console/suspend/{OTHER}", world.server.endpoint());
    assert!(reqwest::Client::new().post(suspended).json(&json!({})).send().await.unwrap().status().is_success());
    let operations = || vec![coupon(msisdn(LINE), "firmware", 1), coupon(msisdn(OTHER), "firmware", 1)];
    let report = perform(&world, &mut journal, operations(), &waiting()).await;
    let outcomes: Vec<_> = report.operations.iter().map(|operation| operation.outcome.as_str()).collect();
    assert_eq!(outcomes, ["confirmed", "stale"], "{report:#?}");
    let later = coupon(msisdn(LINE), "map-data", 1);
    let plan = plan(&world, vec![later]).await;
    world.emulator.set("2026-12-01T00:00:00+09:00".parse().unwrap()).unwrap();
    let waiter = Advancing::of(&world);
    let report =
        apply(&plan, "main", &world.carrier(), &mut journal, &waiting(), &waiter, &mut Vec::new(), Stop::never()).await.unwrap();
    let [Outcome::Stale { why }] = &report.operations.iter().map(|operation| operation.outcome.clone()).collect::<Vec<_>>()[..]
    else {
        panic!("{report:#?}")
    };
    assert_eq!(why, "the coupon is for 2026-11, and it is 2026-12 at the carrier");
    assert_eq!(ledger(&world).await.iter().filter(|(kind, _)| kind == "coupon").count(), 1);
}

#[tokio::test]
async fn an_order_is_cancelled_while_it_is_open_and_its_lost_answer_settled() {
    for fault in ["none", "timeoutAfterCommit", "errorBeforeCommit"] {
        let world = world().await;
        let mut journal = journal(&world);
        perform(&world, &mut journal, vec![order("one", 5, 1), order("other", 6, 1)], &waiting()).await;
        let placed = journal.memory().unwrap().orders;
        let number = |name: &str| placed.iter().find(|order| &*order.name == name).unwrap().application.clone().unwrap();
        if fault != "none" {
            world.faults(json!([{"function": 10, "kind": fault, "count": 1}])).await;
        }
        let report = perform(&world, &mut journal, vec![cancel("one", &number("one"))], &waiting()).await;
        assert_eq!((report.exit_code(), report.count("confirmed")), (ExitCode::Done, 1), "{fault}: {report:#?}");
        // One that is on its way is no longer ours to cancel, and that is found out before it is tried.
        let url = format!("{}/_emu/orders/{}/ship", world.server.endpoint(), number("other"));
        assert!(reqwest::Client::new().post(url).json(&json!({})).send().await.unwrap().status().is_success());
        let report = perform(&world, &mut journal, vec![cancel("other", &number("other"))], &waiting()).await;
        assert_eq!((report.count("stale"), report.requests_sent), (1, 0), "{fault}: {report:#?}");
        let doubtful = cancel("other", &number("other"));
        killed_after_sending(&world, &mut journal, std::slice::from_ref(&doubtful)).await;
        let found = glance(&world, &mut journal).await;
        assert!(matches!(&found[..], [verdict] if verdict.contains("Rejected") && verdict.contains("shipped")), "{found:?}");
    }
}

#[tokio::test]
async fn an_equal_order_waits_for_one_in_doubt_of_another_run() {
    let world = world().await;
    let mut journal = journal(&world);
    killed_after_sending(&world, &mut journal, &[order("first", 5, 1)]).await;
    // Not settled: the plan is applied at once, as by somebody who has no time.
    let plan = plan(&world, vec![order("first", 7, 1), order("second", 5, 1), order("third", 6, 1)]).await;
    let waiter = Advancing::of(&world);
    let report =
        apply(&plan, "main", &world.carrier(), &mut journal, &waiting(), &waiter, &mut Vec::new(), Stop::never()).await.unwrap();
    let outcomes: Vec<_> = report.operations.iter().map(|operation| operation.outcome.as_str()).collect();
    assert_eq!((report.exit_code(), outcomes), (ExitCode::InDoubt, vec!["inDoubt", "inDoubt", "confirmed"]));
}

#[tokio::test]
async fn what_a_short_list_hides_is_not_taken_for_not_done() {
    let world = world().await;
    let mut journal = journal(&world);
    let coupon = coupon(msisdn(LINE), "firmware", 1);
    killed_after_sending(&world, &mut journal, std::slice::from_ref(&coupon)).await;
    let body = simfleet::carrier::wire::CouponBody { coupon_code: "add-100mb".to_owned() };
    let ours = world.carrier().buy_coupon(msisdn(LINE), &body).await.unwrap().application_no;
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    world.faults(json!([{"function": 10, "kind": "shortList", "count": 100}])).await;
    assert_eq!(glance(&world, &mut journal).await, Vec::<String>::new());
    world.faults(json!([])).await;
    let found = glance(&world, &mut journal).await;
    assert!(matches!(&found[..], [verdict] if verdict.contains(&ours)), "{found:?}");
}

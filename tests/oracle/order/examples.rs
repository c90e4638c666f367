//! Every message of an order, in the situation it is for.

use jiff::Timestamp;
use jiff::civil::date;

use simfleet::domain::{ApplicationStatus, Money, OperationKind, RequestedVia};
use simfleet::plan::{self, ApprovalNeed, BlockedCode, DoubtfulOperation, Memory, OpId, Place, PurchaseOutcome, WarningCode};

use super::{
    application, content, names, nothing, only_blocked, only_operation, only_pending, order, remembered, scene, warned, world,
};

fn accepted(number: &str, which: u32) -> simfleet::domain::OrderApplication {
    application(number, ApplicationStatus::Accepted, Some(content(which)))
}

fn bought(name: &str, which: u32, number: &str) -> plan::RememberedOrder {
    remembered(name, which, PurchaseOutcome::Bought, Some(number))
}

#[test]
fn an_order_is_placed_with_its_price_and_in_words() {
    let world = world(vec![order("expansion", 0, false)], vec![], vec![]);
    let plan = world.plan();
    let operation = only_operation(&plan);
    assert_eq!(
        operation.reason,
        "50 nano SIMs on fixed-3mb and 50 rtr-100 to 東京都 台東区; they arrive in use and cost 15,000 JPY a month from then on"
    );
    // 50 cards of 300, 50 devices of 12,000.
    assert_eq!((operation.cost.one_off(), operation.cost.every_month()), (Money(615_000), Money(15_000)));
    assert_eq!((operation.approval, &*operation.fleet, operation.wave), (ApprovalNeed::Ack, "", 1));
    assert_eq!(operation.precondition.purchases.as_deref(), Some(&[][..]));
    assert_eq!(operation.to.placement.as_ref().map(|placement| (placement.attempt, &placement.content)), Some((1, &content(0))));
    assert_eq!(operation.source, Place { file: "fleet.yaml".into(), line: 9, column: 3 });
    let request = &plan.requests[0];
    assert_eq!((request.function, request.wave, request.path.as_str(), request.items.len()), (8, 1, "/v1/orders", 1));
    for secret in ["山田", "0312345678", "上野", "例示"] {
        assert!(!operation.reason.contains(secret), "{secret} is nobody else's business");
    }
}

#[test]
fn chip_sims_are_not_in_use_when_they_arrive_and_a_wished_for_day_is_named() {
    let world = world(vec![order("chips", 1, false)], vec![], vec![]);
    let plan = world.plan();
    let operation = only_operation(&plan);
    assert_eq!(operation.reason, "20 chip SIMs on fixed-3mb to 東京都 台東区, to arrive on 2026-12-10 (morning)");
    assert_eq!((operation.cost.one_off(), operation.cost.every_month()), (Money(10_000), Money::ZERO));
}

#[test]
fn what_has_no_price_is_said_and_the_rest_is_counted() {
    let mut world = world(vec![order("expansion", 0, false)], vec![], vec![]);
    world.observed.catalogue.orders.devices.clear();
    let plan = world.plan();
    assert!(only_operation(&plan).reason.ends_with("; the catalogue has no price for rtr-100, so the cost is more"));
    assert_eq!(only_operation(&plan).cost.one_off(), Money(15_000));
    world.observed.catalogue.orders.cards.clear();
    assert!(world.plan().operations[0].reason.ends_with("no price for nano SIMs, rtr-100, so the cost is more"));
}

#[test]
fn two_orders_of_one_content_are_two_orders() {
    let world = world(vec![order("a", 0, false), order("b", 0, false)], vec![], vec![]);
    let plan = world.plan();
    assert_eq!((names(&plan), plan.requests.len()), (vec!["a", "b"], 2));
    assert_ne!(plan.operations[0].id, plan.operations[1].id);
    let first = world.apply(&plan.operations[..1], true);
    let rest = first.plan();
    assert_eq!(names(&rest), ["b"]);
    assert_eq!(rest.operations[0].id, plan.operations[1].id, "a new plan for the same intent has the same id");
    assert!(rest.operations[0].reason.ends_with("; the same was ordered before as B-a-0"), "{}", rest.operations[0].reason);
    assert_eq!(rest.operations[0].precondition.purchases.as_deref(), Some(&["B-a-0".into()][..]));
}

#[test]
fn a_refused_order_is_another_attempt_and_one_that_never_left_is_not() {
    let attempt = |refused| {
        let mut memory = remembered("expansion", 0, PurchaseOutcome::NotBought, None);
        memory.refused = refused;
        let plan = world(vec![order("expansion", 0, false)], vec![], vec![memory]).plan();
        let operation = only_operation(&plan);
        (
            operation.to.placement.as_ref().unwrap().attempt,
            operation.reason.contains("attempt 2, the carrier refused the one before"),
        )
    };
    assert_eq!((attempt(true), attempt(false)), ((2, true), (1, false)));
}

#[test]
fn an_order_is_followed_by_its_number_through_its_states() {
    let told = |status, msisdns: usize| {
        let mut found = application("A42", status, Some(content(0)));
        found.msisdns = (0..msisdns).map(|index| scene::msisdn(false, index)).collect();
        found.cancellable_until = Some("2026-11-11T09:00:00+09:00".parse().unwrap());
        found.effective = Some(date(2026, 11, 20));
        let plan = world(vec![order("expansion", 0, false)], vec![found], vec![bought("expansion", 0, "A42")]).plan();
        let item = only_pending(&plan);
        assert_eq!(item.application_no.as_ref().map(ToString::to_string).as_deref(), Some("A42"));
        assert_eq!((item.effective_date, item.not_before), (Some(date(2026, 11, 20)), None));
        item.what.clone()
    };
    let what = "50 nano SIMs on fixed-3mb and 50 rtr-100";
    assert_eq!(
        told(ApplicationStatus::Accepted, 0),
        format!("accepted: {what}, can be cancelled until 2026-11-11T09:00:00+09:00")
    );
    assert_eq!(told(ApplicationStatus::Arranging, 0), format!("being made up: {what}"));
    assert_eq!(told(ApplicationStatus::Shipped, 50), format!("shipped: {what}; 50 of 50 SIMs are known by number"));
    assert_eq!(told(ApplicationStatus::Processing, 0), format!("processing: {what}"));
    assert_eq!(
        told(ApplicationStatus::Unknown("resting".into()), 0),
        format!("the carrier says \"resting\", which this version does not know: {what}")
    );
    let done = application("A42", ApplicationStatus::Completed, Some(content(0)));
    assert!(nothing(&world(vec![order("expansion", 0, false)], vec![done], vec![bought("expansion", 0, "A42")]).plan()));
}

#[test]
fn an_order_that_came_in_part_is_a_warning() {
    let partial = application("A42", ApplicationStatus::Partial, Some(content(0)));
    let plan = world(vec![order("expansion", 0, false)], vec![partial], vec![bought("expansion", 0, "A42")]).plan();
    assert!(nothing(&plan));
    let message = "A42 came with 2 of 50 SIMs; what is missing is not ordered again by itself";
    assert_eq!(warned(&plan), [(WarningCode::OrderPartial, message)]);
}

#[test]
fn without_a_journal_the_content_tells_which_order_it_is() {
    let mut elsewhere = content(0);
    // The way somebody wrote it by hand is another one.
    elsewhere.ship_to.postal_code = "1100005".into();
    elsewhere.ship_to.street = "上野7-1-1 ".into();
    elsewhere.ship_to.phone = "03-1234-5678".into();
    let found = application("A42", ApplicationStatus::Accepted, Some(elsewhere));
    let plan = world(vec![order("expansion", 0, false)], vec![found], vec![]).plan();
    assert_eq!(only_pending(&plan).what, "accepted: 50 nano SIMs on fixed-3mb and 50 rtr-100");
    // What was rejected or cancelled was not bought.
    for status in [ApplicationStatus::Rejected, ApplicationStatus::Cancelled] {
        let found = application("A42", status, Some(content(0)));
        let plan = world(vec![order("expansion", 0, false)], vec![found], vec![]).plan();
        assert_eq!(only_operation(&plan).change.kind(), OperationKind::PlaceOrder);
    }
    // One that does not say what it is may be this one: whoever approves is told, and so is whoever sends.
    let found = application("A42", ApplicationStatus::Arranging, None);
    let plan = world(vec![order("expansion", 0, false)], vec![found], vec![]).plan();
    assert_eq!(only_operation(&plan).precondition.purchases.as_deref(), Some(&["A42".into()][..]));
    let message =
        "the carrier has A42 (it does not say what, 2026-11-09, api), which no declared order explains: is that what you want?";
    assert_eq!(warned(&plan), [(WarningCode::OrderUnexplained, message)]);
}

#[test]
fn a_renamed_order_is_taken_for_what_it_was() {
    let renamed = |status| {
        let found = application("A42", status, Some(content(0)));
        let plan = world(vec![order("new", 0, false)], vec![found], vec![bought("old", 0, "A42")]).plan();
        assert_eq!(warned(&plan), []);
        only_pending(&plan).what.clone()
    };
    let what = "50 nano SIMs on fixed-3mb and 50 rtr-100";
    assert_eq!(
        renamed(ApplicationStatus::Arranging),
        format!("being made up: {what}; placed as order old, which is no longer declared")
    );
    assert_eq!(
        renamed(ApplicationStatus::Completed),
        format!("not ordered again: order old, which is no longer declared, was the same ({what}); declare both to have both")
    );
    let found = application("A42", ApplicationStatus::Completed, Some(content(0)));
    let both = world(vec![order("new", 0, false), order("old", 0, false)], vec![found], vec![bought("old", 0, "A42")]);
    assert_eq!(names(&both.plan()), ["new"]);
}

/// A list may lag behind what the journal knows, and to rename an order in that time is not to order again either.
#[test]
fn a_renamed_order_that_the_list_does_not_show_yet_is_not_placed_again() {
    let mut renamed = world(vec![order("new", 0, false)], vec![], vec![bought("old", 0, "A42")]);
    let plan = renamed.plan();
    let message = "not ordered again: order old, which is no longer declared, was the same (50 nano SIMs on fixed-3mb and 50 \
                   rtr-100), and the carrier does not list it; declare both to have both";
    assert_eq!((only_pending(&plan).what.as_str(), names(&plan)), (message, vec![]));
    // It is one order, and not two.
    renamed.desired.orders.push(order("newer", 0, false));
    assert_eq!(names(&renamed.plan()), ["newer"]);
    // Another order is another, and what was not bought is not there.
    let other = world(vec![order("new", 1, false)], vec![], vec![bought("old", 0, "A42")]);
    assert_eq!(names(&other.plan()), ["new"]);
    let refused = remembered("old", 0, PurchaseOutcome::NotBought, Some("A42"));
    assert_eq!(names(&world(vec![order("new", 0, false)], vec![], vec![refused]).plan()), ["new"]);
}

#[test]
fn an_open_order_that_nothing_explains_is_told_before_another_is_placed() {
    let mut console = accepted("A40", 2);
    console.via = RequestedVia::Console;
    let found = vec![console.clone(), accepted("A41", 3), accepted("A42", 4), accepted("A43", 5), accepted("A44", 6)];
    let plan = world(vec![order("expansion", 0, false)], found, vec![]).plan();
    let messages: Vec<_> = warned(&plan);
    assert_eq!(
        messages,
        [(
            WarningCode::OrderUnexplained,
            "the carrier has A40 (52 nano SIMs on fixed-3mb and 50 rtr-100, 2026-11-09, console), \
             A41 (53 nano SIMs on fixed-3mb and 50 rtr-100, 2026-11-09, api), \
             A42 (54 nano SIMs on fixed-3mb and 50 rtr-100, 2026-11-09, api) and 2 more, \
             which no declared order explains: is that what you want?"
        )]
    );
    assert_eq!(only_operation(&plan).precondition.purchases.as_deref(), Some(&[][..]), "none of them is the same");
    // Where nothing is to be placed, or what there is is over, nothing is said.
    assert_eq!(warned(&world(vec![], vec![console], vec![]).plan()), []);
    let over = application("A40", ApplicationStatus::Completed, Some(content(2)));
    assert_eq!(warned(&world(vec![order("expansion", 0, false)], vec![over], vec![]).plan()), []);
}

#[test]
fn an_order_cannot_be_changed() {
    let blocked = |declared, found, memory| {
        let plan = world(vec![order("expansion", declared, false)], found, memory).plan();
        let (code, message) = only_blocked(&plan);
        assert_eq!(code, BlockedCode::OrderChanged);
        message.to_owned()
    };
    let way_out = ": an order cannot be changed; declare it as it was, and what is wanted besides under another name";
    assert_eq!(
        blocked(10, vec![accepted("A42", 0)], vec![bought("expansion", 0, "A42")]),
        format!("application A42 was placed with another quantity (50, declared is 60){way_out}")
    );
    // Also where the carrier no longer lists it, and where it was settled by hand with another one.
    assert_eq!(
        blocked(10, vec![], vec![bought("expansion", 0, "A42")]),
        format!("application A42 was placed with another quantity (50, declared is 60){way_out}")
    );
    assert_eq!(
        blocked(0, vec![accepted("A42", 2)], vec![bought("expansion", 0, "A42")]),
        format!("application A42 was placed with another quantity (52, declared is 50){way_out}")
    );
    assert_eq!(
        blocked(0, vec![accepted("A42", 1)], vec![bought("expansion", 1, "A42")]),
        format!(
            "application A42 was placed with another formFactor (chip, declared is nano), another quantity (20, declared is 50), \
             another devices (none, declared is 50 rtr-100), another preferredDate (2026-12-10, declared is none), \
             another timeSlot (morning, declared is none){way_out}"
        )
    );
}

#[test]
fn of_a_changed_address_only_the_fields_are_named() {
    let mut moved = content(0);
    moved.ship_to.contact = "鈴木次郎".into();
    moved.ship_to.building = Some("3F".into());
    moved.rate_plan = scene::rate_plan(1);
    let found = application("A42", ApplicationStatus::Accepted, Some(moved.clone()));
    let mut memory = bought("expansion", 0, "A42");
    memory.placement.content = moved;
    let plan = world(vec![order("expansion", 0, false)], vec![found], vec![memory]).plan();
    let (_, message) = only_blocked(&plan);
    assert!(
        message.starts_with(
            "application A42 was placed with another ratePlan (fixed-1gb, declared is fixed-3mb), another shipTo.building, \
             another shipTo.contact: "
        ),
        "{message}"
    );
    assert!(!message.contains("鈴木") && !message.contains("山田"));
}

#[test]
fn a_rejected_or_cancelled_order_is_not_placed_again() {
    let way_out =
        "and it is never placed again by itself: declare it `state: Cancelled`, and what is still wanted under another name";
    for (status, code, how) in [
        (ApplicationStatus::Rejected, BlockedCode::OrderRejected, "rejected by the carrier"),
        (ApplicationStatus::Cancelled, BlockedCode::OrderCancelled, "cancelled"),
    ] {
        let found = application("A42", status, Some(content(0)));
        let mut world = world(vec![order("expansion", 0, false)], vec![found], vec![bought("expansion", 0, "A42")]);
        assert_eq!(only_blocked(&world.plan()), (code, format!("application A42 was {how}, {way_out}").as_str()));
        world.desired.orders[0].cancelled = true;
        assert!(nothing(&world.plan()));
    }
}

#[test]
fn a_declared_cancellation_calls_an_accepted_order_off() {
    let mut found = accepted("A42", 0);
    found.cancellable_until = Some("2026-11-11T09:00:00+09:00".parse().unwrap());
    // Whatever was edited besides: it is not wanted any more.
    let world_of = |found| world(vec![order("expansion", 10, true)], vec![found], vec![bought("expansion", 0, "A42")]);
    let plan = world_of(found.clone()).plan();
    let operation = only_operation(&plan);
    assert_eq!(operation.reason, "declared Cancelled; calls off application A42: 50 nano SIMs on fixed-3mb and 50 rtr-100");
    assert_eq!((operation.change.kind(), operation.approval), (OperationKind::CancelApplication, ApprovalNeed::Yes));
    assert_eq!((operation.cost.one_off(), operation.cost.every_month()), (Money(-615_000), Money(-15_000)));
    assert_eq!(operation.precondition.applications, ["A42".into()]);
    assert_eq!((operation.from.state.as_deref(), operation.to.state.as_deref()), (Some("accepted"), Some("cancelled")));
    assert_eq!((plan.requests[0].function, plan.requests[0].path.as_str()), (10, "/v1/applications/A42/cancel"));
    // A minute after its time, and once it is being made up, it is too late.
    let mut late = world_of(found.clone());
    late.now = "2026-11-11T09:00:00+09:00".parse().unwrap();
    let message = "application A42 could be cancelled until 2026-11-11T09:00:00+09:00";
    assert_eq!(only_blocked(&late.plan()), (BlockedCode::OrderNotCancellable, message));
    found.status = ApplicationStatus::Shipped;
    let message = "application A42 is shipped and can no longer be cancelled";
    assert_eq!(only_blocked(&world_of(found).plan()), (BlockedCode::OrderNotCancellable, message));
}

#[test]
fn a_cancelled_order_that_was_never_placed_is_as_declared() {
    assert!(nothing(&world(vec![order("expansion", 0, true)], vec![], vec![]).plan()));
    // Without a journal it is told by its content.
    let plan = world(vec![order("expansion", 0, true)], vec![accepted("A42", 0)], vec![]).plan();
    assert!(
        only_operation(&plan).reason.starts_with("declared Cancelled; calls off application A42, which has the same content: ")
    );
    // Once: what else has the same content is somebody else's.
    let off = application("A41", ApplicationStatus::Cancelled, Some(content(0)));
    assert!(nothing(&world(vec![order("expansion", 0, true)], vec![off, accepted("A42", 0)], vec![]).plan()));
    // But not one that is, or was, another name's.
    let plan = world(vec![order("a", 0, true), order("b", 0, false)], vec![accepted("A42", 0)], vec![]).plan();
    assert!(only_pending(&plan).subject.order().is_some_and(|name| **name == *"b"));
    let plan = world(vec![order("a", 0, true)], vec![accepted("A42", 0)], vec![bought("b", 0, "A42")]).plan();
    assert_eq!((plan.operations.len(), warned(&plan).len()), (0, 1));
}

#[test]
fn a_removed_order_goes_on_unless_its_cancellation_is_asked_for() {
    let mut found = accepted("A42", 0);
    let memory = || vec![bought("expansion", 0, "A42")];
    let mut removed = world(vec![], vec![found.clone()], memory());
    let plan = removed.plan();
    assert!(nothing(&plan));
    let goes_on = "A42 is accepted and no longer declared: it goes on (50 nano SIMs on fixed-3mb and 50 rtr-100)";
    let message =
        format!("{goes_on}; to cancel it, declare it with `state: Cancelled`, or plan and apply with --cancel-removed-orders");
    assert_eq!(warned(&plan), [(WarningCode::OrderNotDeclared, message.as_str())]);
    assert_eq!(plan.warnings[0].source, Place::default());
    removed.desired.cancel_removed_orders = true;
    let plan = removed.plan();
    assert_eq!(
        only_operation(&plan).reason,
        "no longer declared, and --cancel-removed-orders is given; calls off application A42: \
         50 nano SIMs on fixed-3mb and 50 rtr-100"
    );
    assert_eq!((warned(&plan), names(&plan)), (vec![], vec!["expansion"]));
    assert!(nothing(&removed.apply(&plan.operations, true).plan()));
    // Too late, it goes on all the same; and once it has come, nobody speaks of it.
    found.status = ApplicationStatus::Arranging;
    removed.observed.purchases.orders = Some(vec![found.clone()]);
    let message = "A42 is arranging and no longer declared: it goes on (50 nano SIMs on fixed-3mb and 50 rtr-100); \
                   application A42 is arranging and can no longer be cancelled";
    assert_eq!(warned(&removed.plan()), [(WarningCode::OrderNotDeclared, message)]);
    found.status = ApplicationStatus::Completed;
    removed.observed.purchases.orders = Some(vec![found]);
    assert_eq!(warned(&removed.plan()), []);
}

#[test]
fn what_the_service_or_the_catalogue_lacks_blocks_an_order() {
    let plan_of = |missing, which, cancelled| {
        let memory = if cancelled { vec![bought("expansion", which, "A42")] } else { vec![] };
        let found = if cancelled { vec![accepted("A42", which)] } else { vec![] };
        let mut world = world(vec![order("expansion", which, cancelled)], found, memory);
        world.observed.catalogue = scene::catalogue(missing, 3_000);
        world.plan()
    };
    let message = "service m2m-lte of S0000000 does not offer function 8 (order SIM shipment), which this needs";
    assert_eq!(only_blocked(&plan_of(Some(8), 0, false)), (BlockedCode::FunctionNotOffered, message));
    let message = "service m2m-lte of S0000000 does not offer function 9 (order devices), which this needs";
    assert_eq!(only_blocked(&plan_of(Some(9), 0, false)), (BlockedCode::FunctionNotOffered, message));
    assert_eq!(names(&plan_of(Some(9), 1, false)), ["expansion"], "no devices, no function 9");
    let message =
        "service m2m-lte of S0000000 does not offer function 10 (application status and cancellation), which this needs";
    assert_eq!(only_blocked(&plan_of(Some(10), 0, true)), (BlockedCode::FunctionNotOffered, message));
    let mut unknown = world(vec![order("expansion", 0, false)], vec![], vec![]);
    unknown.desired.orders[0].content.rate_plan = "none-such".into();
    assert_eq!(only_blocked(&unknown.plan()), (BlockedCode::UnknownRatePlan, "the carrier has no rate plan none-such"));
}

#[test]
fn a_wished_for_day_lasts_until_its_midnight() {
    let mut world = world(vec![order("chips", 1, false)], vec![], vec![]);
    world.now = "2026-12-10T23:59:50+09:00".parse().unwrap();
    let plan = world.plan();
    assert_eq!(only_operation(&plan).change.kind(), OperationKind::PlaceOrder);
    assert_eq!(plan::assemble(vec![plan], world.now).expires_at.to_string(), "2026-12-11T00:00:00+09:00");
    world.now = "2026-12-11T00:00:00+09:00".parse().unwrap();
    let message = "the wished-for day 2026-12-10 is over: declare a later one, or none";
    assert_eq!(only_blocked(&world.plan()), (BlockedCode::OrderDatePassed, message));
    // Once it was placed, the day is the carrier's affair.
    world.observed.purchases.orders = Some(vec![accepted("A42", 1)]);
    assert!(only_pending(&world.plan()).what.starts_with("accepted: 20 chip SIMs on fixed-3mb"));
}

#[test]
fn without_knowing_what_was_ordered_nothing_is() {
    let mut world = world(vec![order("a", 0, false), order("b", 0, true)], vec![], vec![bought("c", 0, "A42")]);
    world.observed.purchases.orders = None;
    let plan = world.plan();
    assert_eq!((plan.operations.len(), plan.blocked.len()), (0, 2));
    assert!(plan.blocked.iter().all(|item| item.code == BlockedCode::PurchasesNotObserved
        && item.message
            == "what was ordered already was not observed, so nothing is ordered: observe again, or plan against the carrier"));
}

#[test]
fn what_the_carrier_does_not_list_is_not_placed_again() {
    let plan = world(vec![order("expansion", 0, false)], vec![], vec![bought("expansion", 0, "A42")]).plan();
    assert_eq!(only_pending(&plan).what, "placed, and the carrier does not list it");
    assert!(only_pending(&plan).application_no.is_some());
    let by_hand = remembered("expansion", 0, PurchaseOutcome::Bought, None);
    let plan = world(vec![order("expansion", 0, false)], vec![], vec![by_hand.clone()]).plan();
    assert_eq!(only_pending(&plan).what, "placed, as the journal has it without a number, and the carrier lists none like it");
    let plan = world(vec![order("expansion", 0, false)], vec![accepted("A42", 0)], vec![by_hand]).plan();
    assert!(only_pending(&plan).what.starts_with("accepted: "));
}

#[test]
fn nothing_is_sent_for_an_order_in_doubt_and_nobody_takes_its_place() {
    let mut world = world(vec![order("a", 0, false), order("b", 0, false)], vec![accepted("A42", 0)], vec![]);
    world.memory.orders = vec![remembered("a", 0, PurchaseOutcome::InDoubt, None)];
    world.memory.in_doubt = vec![DoubtfulOperation {
        id: OpId("op-1".into()),
        kind: OperationKind::PlaceOrder,
        subject: simfleet::domain::Subject::Order("a".into()),
        since: world.now,
        note: "no answer".to_owned(),
        asks_a_person: false,
    }];
    let plan = world.plan();
    assert_eq!((plan.operations.len(), plan.in_doubt.len()), (0, 1));
    assert_eq!(plan.blocked[0].code, BlockedCode::InDoubt);
    assert_eq!(
        plan.blocked[0].message,
        "the outcome of placeOrder (op-1, sent 2026-11-10T12:00:00+09:00) is unknown; nothing is sent for this order until it is \
         settled (simfleet ops)"
    );
    // What there is may be either's: the other waits for it rather than being ordered beside it.
    assert!(plan.pending[0].what.starts_with("accepted: "));
    world.memory.in_doubt.clear();
    let plan = world.plan();
    assert!(plan.blocked[0].message.starts_with("the outcome of placeOrder (sent 2026-11-09T10:00:00+09:00) is unknown"));
}

#[test]
fn an_order_in_doubt_that_is_renamed_is_waited_for() {
    // Declared besides or renamed, in either way to write it: only its number could tell them apart.
    for declared in [vec![order("b", 0, false)], vec![order("a", 0, false), order("b", 0, false)]] {
        let mut world = world(declared, vec![], vec![remembered("a", 0, PurchaseOutcome::InDoubt, None)]);
        let phone = &mut world.memory.orders[0].placement.content.ship_to.phone;
        *phone = phone.replace('-', "");
        world.memory.in_doubt = vec![DoubtfulOperation {
            id: OpId("op-1".into()),
            kind: OperationKind::PlaceOrder,
            subject: simfleet::domain::Subject::Order("a".into()),
            since: world.now,
            note: "no answer".to_owned(),
            asks_a_person: false,
        }];
        let plan = world.plan();
        assert_eq!(plan.operations, []);
        let of_b = plan.blocked.iter().find(|item| item.subject.order().is_some_and(|name| **name == *"b")).unwrap();
        assert_eq!(of_b.code, BlockedCode::InDoubt);
        assert_eq!(
            of_b.message,
            "the outcome of order a (op-1, sent 2026-11-10T12:00:00+09:00), which asks for the same, is unknown; no other is placed \
             until it is settled (simfleet ops)"
        );
        // Another content is nobody's doubt, and what the carrier shows is taken for the new name.
        world.desired.orders.push(order("c", 1, false));
        assert_eq!(super::names(&world.plan()), ["c"]);
        world.observed.purchases.orders = Some(vec![accepted("A42", 0)]);
        assert!(world.plan().pending.iter().any(|item| item.what.starts_with("accepted: ")));
        // It was not done after all.
        world.observed.purchases.orders = Some(vec![]);
        world.memory.in_doubt.clear();
        world.memory.orders[0].outcome = PurchaseOutcome::NotBought;
        assert!(super::names(&world.plan()).contains(&"b"));
    }
}

#[test]
fn orders_are_asked_for_where_there_may_be_any() {
    let wants = |world: &super::World| plan::wants(&world.desired, &world.observed, &world.memory, world.now).orders;
    let mut quiet = world(vec![], vec![], vec![]);
    quiet.observed.purchases.orders = None;
    assert!(!wants(&quiet));
    let mut declared = quiet.clone();
    declared.desired.orders = vec![order("a", 0, true)];
    assert!(wants(&declared));
    declared.observed.purchases.orders = Some(Vec::new());
    assert!(!wants(&declared), "they were read");
    // One that left the files is followed for a quarter of a year.
    quiet.memory = Memory { orders: vec![bought("gone", 0, "A42")], ..Memory::default() };
    assert!(wants(&quiet));
    quiet.now = "2027-02-10T12:00:00+09:00".parse::<Timestamp>().unwrap();
    assert!(!wants(&quiet));
    quiet.memory.orders[0].outcome = PurchaseOutcome::NotBought;
    quiet.now = "2026-11-10T12:00:00+09:00".parse::<Timestamp>().unwrap();
    assert!(!wants(&quiet));
}

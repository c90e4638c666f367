//! The judge itself is judged: every way in which a good plan is spoilt must be seen.

use simfleet::domain::{DesiredState, Money, Protection, RatePlan};
use simfleet::plan::{self, AccountPlan, ApprovalNeed, Change, Cost, Memory, OpId, Operation, ProtectionItem};

use super::carrier::{Model, Openness, PlanChange, Status, Terms};
use super::scene;
use super::verdict::Wish;

const PLAIN: Terms = Terms { cut_off_passed: false, missing: None, device_taken: false };

/// Cards to suspend, to change and to terminate, one in sync, one blocked; two chip SIMs to start; a card
/// to hold before its termination.
fn pairs() -> Vec<(Model, Wish)> {
    let card = |state, plan| Wish { state: Some(state), plan, ..Wish::BARE };
    let chip = Wish { as_chip: true, device: Some(0), ..card(DesiredState::Active, Some(1)) };
    let active = Model { status: Status::Active, ..Model::MISSING };
    let ordered = Model { is_chip: true, status: Status::Ordered, ..Model::MISSING };
    let change = Some(PlanChange { to: 1, open: Openness::Scheduled });
    vec![
        (active, card(DesiredState::Suspended, Some(1))),
        (active, card(DesiredState::Terminated, None)),
        (Model { change, ..active }, card(DesiredState::Active, Some(0))),
        (active, card(DesiredState::Active, Some(0))),
        (Model { status: Status::CarrierSuspended, ..active }, card(DesiredState::Active, None)),
        (ordered, chip),
        (ordered, chip),
        (active, Wish { hold: Some(5), ..card(DesiredState::Terminated, None) }),
    ]
}

/// Whether the judge finds fault with a plan spoilt like that.
fn seen(spoil: impl Fn(&mut AccountPlan)) -> bool {
    let (desired, observed, now) = scene::world(&pairs(), PLAIN, 2);
    let memory = Memory::default();
    let mut plan = plan::plan(&desired, &observed, &memory, now);
    assert_eq!(plan::check(&desired, &observed, &memory, now, &plan), []);
    spoil(&mut plan);
    !plan::check(&desired, &observed, &memory, now, &plan).is_empty()
}

fn first(plan: &mut AccountPlan, which: impl Fn(&Change) -> bool) -> &mut Operation {
    plan.operations.iter_mut().find(|operation| which(&operation.change)).unwrap()
}

/// Takes an operation out of the plan and its request.
fn drop_operation(plan: &mut AccountPlan, which: impl Fn(&Change) -> bool) {
    let id = first(plan, which).id.clone();
    plan.operations.retain(|operation| operation.id != id);
    plan.requests.iter_mut().for_each(|request| request.items.retain(|item| *item != id));
    plan.requests.retain(|request| !request.items.is_empty());
}

#[test]
fn missing_and_superfluous_operations_are_seen() {
    assert!(seen(|plan| drop_operation(plan, |change| *change == Change::Suspend)));
    assert!(seen(|plan| drop_operation(plan, |change| matches!(change, Change::Terminate { .. }))));
    assert!(seen(|plan| drop_operation(plan, |change| matches!(change, Change::BindImei { .. }))));
    assert!(seen(|plan| drop_operation(plan, |change| matches!(change, Change::CancelApplication { .. }))));
    assert!(seen(|plan| plan.operations.clear()));
    assert!(seen(|plan| plan.requests.clear()));
    // On a blocked line, and on one that nobody declares.
    for number in [scene::msisdn(false, 4), scene::msisdn(false, 99)] {
        assert!(seen(|plan| first(plan, |change| *change == Change::Suspend).subject = number.into()));
    }
}

#[test]
fn wrong_operations_are_seen() {
    let suspend = |change: &Change| *change == Change::Suspend;
    assert!(seen(|plan| first(plan, suspend).change = Change::Resume));
    assert!(seen(|plan| first(plan, suspend).cost = Cost::once(Money(1))));
    assert!(seen(|plan| first(plan, suspend).approval = ApprovalNeed::Policy));
    assert!(seen(|plan| first(plan, suspend).precondition.status = Some("suspended".into())));
    assert!(seen(|plan| first(plan, suspend).fleet = "fleet-1".into()));
    let start = |change: &Change| matches!(change, Change::StartUse { .. });
    let wrong = |plan: &str| Change::StartUse { system: scene::system(0), plan: RatePlan::from(plan) };
    assert!(seen(|plan| first(plan, start).change = wrong("fixed-3mb")));
    assert!(seen(|plan| first(plan, start).change = wrong("none-such")));
    let bind = |change: &Change| matches!(change, Change::BindImei { .. });
    assert!(seen(|plan| first(plan, bind).change = Change::BindImei { imei: scene::imei(6, 0) }), "the other chip SIM's device");
    let allocate = |change: &Change| matches!(change, Change::Allocate { .. });
    assert!(seen(|plan| first(plan, allocate).change = Change::Allocate { system: scene::system(1) }));
    let end = |change: &Change| matches!(change, Change::Terminate { .. });
    assert!(seen(|plan| first(plan, end).change = Change::Terminate { date: jiff::civil::date(2026, 11, 9) }));
}

#[test]
fn wrong_requests_and_waves_are_seen() {
    let suspend = |change: &Change| *change == Change::Suspend;
    assert!(seen(|plan| first(plan, suspend).wave = 2));
    assert!(seen(|plan| first(plan, suspend).depends_on.push(OpId("op-1".into()))));
    assert!(seen(|plan| first(plan, |change| matches!(change, Change::ChangeRatePlan { .. })).depends_on.clear()));
    assert!(seen(|plan| plan.requests.reverse()));
    assert!(seen(|plan| plan.requests[0].items.clear()));
    assert!(seen(|plan| plan.requests[0].function = 1));
    assert!(seen(|plan| plan.requests[0].wave = 9));
    assert!(seen(|plan| plan.requests[1].id = plan.requests[0].id.clone()));
    assert!(seen(|plan| {
        let items = plan.requests[1].items.clone();
        plan.requests[0].items.extend(items);
    }));
    // More than the limit of two in one request.
    let (desired, observed, now) = scene::world(&[pairs(), pairs()].concat(), PLAIN, 4);
    let plan = plan::plan(&desired, &observed, &Memory::default(), now);
    let mut smaller = observed;
    smaller.catalogue.terms.bulk_limit = 2;
    assert!(!plan::check(&desired, &smaller, &Memory::default(), now, &plan).is_empty());
}

#[test]
fn wrong_entries_are_seen() {
    assert!(seen(|plan| plan.blocked.clear()));
    assert!(seen(|plan| plan.in_sync += 1));
    assert!(seen(|plan| plan.guards.clear()));
    assert!(seen(|plan| plan.guards[0].actual += 1));
    assert!(seen(|plan| plan.unmanaged.push(plan::UnmanagedItem {
        account: "main".into(),
        msisdn: scene::msisdn(false, 0),
        status: "active".into(),
        monthly_cost: Money::ZERO,
    })));
}

#[test]
fn wrong_holds_and_untold_days_are_seen() {
    let held = |operation: &&mut Operation| operation.subject == scene::msisdn(false, 7);
    assert!(seen(|plan| plan.pending.clear()));
    assert!(seen(|plan| plan.warnings.clear()));
    let of_held = |plan: &mut AccountPlan| plan.operations.iter_mut().find(held).unwrap().id.clone();
    assert!(seen(|plan| {
        let id = of_held(plan);
        plan.operations.retain(|operation| operation.id != id);
        plan.requests.retain(|request| !request.items.contains(&id));
    }));
    assert!(seen(|plan| {
        let terminate = first(plan, |change| matches!(change, Change::Terminate { .. })).clone();
        let operation = plan.operations.iter_mut().find(held).unwrap();
        (operation.change, operation.cost, operation.approval) = (terminate.change, terminate.cost, terminate.approval);
        let request = operation.request.clone();
        plan.requests.iter_mut().filter(|one| one.id == request).for_each(|one| one.function = 14);
    }));
}

#[test]
fn protection_doubt_and_incompleteness_are_seen() {
    let (desired, observed, now) = scene::world(&pairs(), PLAIN, 2);
    let memory = Memory::default();
    let plan = plan::plan(&desired, &observed, &memory, now);
    let mut protected = desired.clone();
    protected.sims.iter_mut().for_each(|sim| sim.protection = Protection::Protected);
    // Told of, and stopped all the same.
    let told = AccountPlan { protection: plan::plan(&protected, &observed, &memory, now).protection, ..plan.clone() };
    let faults = plan::check(&protected, &observed, &memory, now, &told);
    assert!(!faults.is_empty() && faults.iter().all(|fault| fault.operation.is_some()), "{faults:#?}");
    // Not told of, told of twice, told of the wrong way round, or though nobody declares it.
    let right = plan::plan(&protected, &observed, &memory, now);
    assert_eq!(plan::check(&protected, &observed, &memory, now, &right), []);
    let faults: [fn(&mut Vec<ProtectionItem>); 4] = [
        |told| drop(told.pop()),
        |told| told.push(told[0].clone()),
        |told| told[0].protected = false,
        |told| told[0].msisdn = scene::msisdn(false, 99),
    ];
    for fault in faults {
        let mut wrong = right.clone();
        fault(&mut wrong.protection);
        assert!(!plan::check(&protected, &observed, &memory, now, &wrong).is_empty());
    }
    let unasked = AccountPlan { protection: right.protection, ..plan.clone() };
    assert!(!plan::check(&desired, &observed, &memory, now, &unasked).is_empty());
    for stopped in [0, 1, 7] {
        let remembering = Memory { protected: [scene::msisdn(false, stopped)].into(), ..Memory::default() };
        assert!(!plan::check(&desired, &observed, &remembering, now, &plan).is_empty());
    }
    let doubtful = plan::DoubtfulOperation {
        id: plan.operations[0].id.clone(),
        kind: plan.operations[0].change.kind(),
        subject: plan.operations[0].subject.clone(),
        since: now,
        note: String::new(),
        asks_a_person: false,
    };
    let doubting = Memory { in_doubt: vec![doubtful], ..Memory::default() };
    assert!(!plan::check(&desired, &observed, &doubting, now, &plan).is_empty());
    let mut partial = observed.clone();
    partial.complete = false;
    assert!(!plan::check(&desired, &partial, &memory, now, &plan).is_empty());
    let mut poorer = observed;
    poorer.catalogue = scene::catalogue(Some(18), 2);
    assert!(!plan::check(&desired, &poorer, &memory, now, &plan).is_empty());
}

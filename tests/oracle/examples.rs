//! Single situations, told in full: what the properties cannot show by themselves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use simfleet::domain::calendar::JstTime;
use simfleet::domain::{Approval, Desired, DesiredState, Limit, Mode, Money, Msisdn, Observed, OperationKind, Unmanaged};
use simfleet::plan::{self, AccountPlan, ApprovalNeed, BlockedCode, Memory, PendingItem, Verdict};

use super::carrier::{Ending, Model, Openness, PlanChange, Status, Terms};
use super::scene;
use super::verdict::Wish;

const PLAIN: Terms = Terms { cut_off_passed: false, missing: None, device_taken: false };
const LATE: Terms = Terms { cut_off_passed: true, ..PLAIN };
const ACTIVE: Model = Model { status: Status::Active, ..Model::MISSING };
const ORDERED: Model = Model { is_chip: true, status: Status::Ordered, ..Model::MISSING };

fn wish(state: DesiredState) -> Wish {
    Wish { state: Some(state), ..Wish::BARE }
}

fn chip(state: DesiredState) -> Wish {
    Wish { as_chip: true, plan: Some(1), device: Some(0), ..wish(state) }
}

fn planned(world: &(Desired, Observed, Timestamp)) -> AccountPlan {
    let (desired, observed, now) = world;
    let plan = plan::plan(desired, observed, &Memory::default(), *now);
    assert_eq!(plan::check(desired, observed, &Memory::default(), *now, &plan), []);
    plan
}

fn plan_of(model: Model, wish: Wish, terms: Terms) -> AccountPlan {
    planned(&scene::world(&[(model, wish)], terms, 3_000))
}

fn kinds(plan: &AccountPlan) -> Vec<OperationKind> {
    plan.operations.iter().map(|operation| operation.change.kind()).collect()
}

fn only_pending(plan: &AccountPlan) -> &PendingItem {
    assert_eq!((plan.operations.len(), plan.blocked.len(), plan.pending.len()), (0, 0, 1));
    &plan.pending[0]
}

fn only_blocked(plan: &AccountPlan) -> BlockedCode {
    assert_eq!((plan.operations.len(), plan.blocked.len(), plan.pending.len()), (0, 1, 0));
    plan.blocked[0].code
}

#[test]
fn a_plan_change_that_is_on_its_way_is_shown_with_its_date() {
    let change = Some(PlanChange { to: 1, open: Openness::Scheduled });
    let plan = plan_of(Model { change, ..ACTIVE }, Wish { plan: Some(1), ..wish(DesiredState::Active) }, PLAIN);
    let item = only_pending(&plan);
    assert_eq!(item.what, "changes to fixed-1gb");
    assert_eq!(item.effective_date, Some(date(2026, 12, 1)));
    assert_eq!(item.application_no.as_ref().map(ToString::to_string).as_deref(), Some("A0-plan"));
}

#[test]
fn past_the_cut_off_a_plan_change_waits_for_the_first() {
    let plan = plan_of(ACTIVE, Wish { plan: Some(1), ..wish(DesiredState::Active) }, LATE);
    let item = only_pending(&plan);
    assert_eq!(item.what, "change to fixed-1gb can be asked for from 2026-12-01: past this month's cut-off");
    assert_eq!(item.not_before.map(|time| time.to_string()).as_deref(), Some("2026-12-01T00:00:00+09:00"));
    assert_eq!((&item.application_no, item.effective_date), (&None, None));
}

#[test]
fn a_wrong_plan_change_is_cancelled_even_past_the_cut_off_where_the_current_plan_is_the_declared_one() {
    let change = Some(PlanChange { to: 1, open: Openness::Scheduled });
    let plan = plan_of(Model { change, ..ACTIVE }, Wish { plan: Some(0), ..wish(DesiredState::Active) }, LATE);
    assert_eq!(kinds(&plan), [OperationKind::CancelApplication]);
    let operation = &plan.operations[0];
    assert_eq!(operation.reason, "declared fixed-3mb, but application A0-plan would change it to fixed-1gb");
    assert_eq!(operation.cost.every_month(), Money(-200));
    assert_eq!(plan.requests[0].path, "/v1/applications/A0-plan/cancel");
}

#[test]
fn state_comes_before_rate_plan() {
    let plan = plan_of(ACTIVE, Wish { plan: Some(1), ..wish(DesiredState::Suspended) }, PLAIN);
    assert_eq!(kinds(&plan), [OperationKind::Suspend, OperationKind::ChangeRatePlan]);
    assert_eq!(plan.operations[1].depends_on, [plan.operations[0].id.clone()]);
    assert_eq!(plan.operations[0].reason, "declared Suspended, observed Active; a suspended line is billed in full");
    assert_eq!(plan.operations[1].precondition.status.as_deref(), Some("suspended"));
}

#[test]
fn a_termination_supersedes_a_plan_change_and_needs_no_resume() {
    let change = Some(PlanChange { to: 1, open: Openness::Scheduled });
    let suspended = Model { status: Status::Suspended, change, ..ACTIVE };
    let plan = plan_of(suspended, Wish { plan: Some(0), ..wish(DesiredState::Terminated) }, PLAIN);
    assert_eq!(kinds(&plan), [OperationKind::Terminate]);
    let operation = &plan.operations[0];
    assert_eq!((operation.cost.one_off(), operation.cost.every_month()), (Money(1_000), Money(-300)));
    assert_eq!(operation.to.termination_date, Some(date(2026, 11, 10)));
    assert_eq!(operation.approval, ApprovalNeed::Ack);
    assert!(operation.precondition.iccid.is_some(), "the right card is ended");
}

#[test]
fn another_termination_date_means_cancelling_first_and_too_late_means_waiting() {
    let ending = |open| Model { status: Status::Ending, ending: Some(Ending { day: 5, open }), ..ACTIVE };
    let declared = Wish { day: Some(3), ..wish(DesiredState::Terminated) };
    let plan = plan_of(ending(Openness::Scheduled), declared, PLAIN);
    assert_eq!(kinds(&plan), [OperationKind::CancelApplication, OperationKind::Terminate]);
    assert_eq!(plan.operations[1].to.termination_date, Some(date(2026, 11, 13)));
    let once: Money = plan.operations.iter().map(|operation| operation.cost.one_off()).sum();
    let monthly: Money = plan.operations.iter().map(|operation| operation.cost.every_month()).sum();
    assert_eq!((once, monthly), (Money::ZERO, Money::ZERO), "the day moves, the bill does not");
    let plan = plan_of(ending(Openness::Fixed), declared, PLAIN);
    assert_eq!(only_pending(&plan).what, "terminates at the end of 2026-11-15; too late to move it to 2026-11-13");
}

#[test]
fn a_chip_sim_goes_all_the_way_in_one_plan() {
    let plan = plan_of(ORDERED, chip(DesiredState::Suspended), PLAIN);
    assert_eq!(kinds(&plan), [OperationKind::BindImei, OperationKind::Allocate, OperationKind::StartUse, OperationKind::Suspend]);
    assert_eq!(plan.operations.iter().map(|operation| operation.wave).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let paths: Vec<&str> = plan.requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/v1/chip-sims/imei-registrations",
            "/v1/chip-sims/allocations",
            "/v1/chip-sims/activations",
            "/v1/sims/02010000000/suspend"
        ]
    );
    assert_eq!(plan.requests.iter().map(|request| request.function).collect::<Vec<_>>(), [15, 16, 18, 2]);
    let start = &plan.operations[2];
    assert_eq!(start.cost.every_month(), Money(500));
    assert_eq!(start.precondition.status.as_deref(), Some("allocated"));
    assert_eq!(start.precondition.system_number.as_deref(), Some("S0000000"));
}

#[test]
fn codes_say_why_a_wish_is_blocked() {
    let started = Model { is_chip: true, device: Some(0), ..ACTIVE };
    let registered = Model { status: Status::Registered, device: Some(0), ..ORDERED };
    let active = wish(DesiredState::Active);
    for (model, wish, terms, code) in [
        (Model::MISSING, active, PLAIN, BlockedCode::LineNotFound),
        (ACTIVE, chip(DesiredState::Active), PLAIN, BlockedCode::WrongList),
        (started, active, PLAIN, BlockedCode::WrongList),
        (ACTIVE, Wish { pin: Some(false), ..active }, PLAIN, BlockedCode::IccidMismatch),
        (Model { home: 1, ..ACTIVE }, active, PLAIN, BlockedCode::WrongSystem),
        (Model { status: Status::Ended, ..ACTIVE }, active, PLAIN, BlockedCode::Terminated),
        (Model { status: Status::CarrierEnded, ..ACTIVE }, active, PLAIN, BlockedCode::Terminated),
        (
            Model { status: Status::CarrierSuspended, ..ACTIVE },
            wish(DesiredState::Terminated),
            PLAIN,
            BlockedCode::CarrierSuspended,
        ),
        (Model { status: Status::Strange, ..ACTIVE }, active, PLAIN, BlockedCode::UnknownStatus),
        (registered, Wish { device: Some(1), ..chip(DesiredState::Registered) }, PLAIN, BlockedCode::ImeiAlreadyBound),
        (started, Wish { device: Some(1), ..chip(DesiredState::Active) }, PLAIN, BlockedCode::ImeiAlreadyBound),
        (ORDERED, chip(DesiredState::Registered), Terms { device_taken: true, ..PLAIN }, BlockedCode::ImeiInUse),
        (ORDERED, Wish { device: None, ..chip(DesiredState::Allocated) }, PLAIN, BlockedCode::ImeiMissing),
        (registered, Wish { plan: None, ..chip(DesiredState::Active) }, PLAIN, BlockedCode::RatePlanMissing),
        (started, chip(DesiredState::Allocated), PLAIN, BlockedCode::AlreadyStarted),
        (registered, chip(DesiredState::Terminated), PLAIN, BlockedCode::NotStarted),
        (ACTIVE, Wish { protected: true, ..wish(DesiredState::Terminated) }, PLAIN, BlockedCode::Protected),
        (ACTIVE, wish(DesiredState::Suspended), Terms { missing: Some(2), ..PLAIN }, BlockedCode::FunctionNotOffered),
        (ACTIVE, Wish { plan: Some(2), ..active }, PLAIN, BlockedCode::UnknownRatePlan),
        (ACTIVE, Wish { plan: Some(2), ..active }, LATE, BlockedCode::UnknownRatePlan),
    ] {
        assert_eq!(only_blocked(&plan_of(model, wish, terms)), code, "{model:?} {wish:?}");
    }
}

#[test]
fn one_device_for_two_chip_sims_is_bound_to_neither() {
    let mut world =
        scene::world(&[(ORDERED, chip(DesiredState::Active)), (ORDERED, chip(DesiredState::Registered))], PLAIN, 3_000);
    world.0.sims[1].imei = world.0.sims[0].imei;
    let plan = planned(&world);
    assert_eq!(plan.operations, []);
    let said: Vec<(Msisdn, BlockedCode)> =
        plan.blocked.iter().map(|item| (item.subject.msisdn().expect("a line"), item.code)).collect();
    assert_eq!(said, [0, 1].map(|index| (scene::msisdn(true, index), BlockedCode::ImeiInUse)));
    assert!(plan.blocked[0].message.contains("02010000001"), "{}", plan.blocked[0].message);
}

#[test]
fn a_board_with_two_sims_has_one_device_where_both_fleets_say_so() {
    let bound = Model { status: Status::Registered, device: Some(0), ..ORDERED };
    let both = |bound_too: bool, allowed: [bool; 2]| {
        let second = if bound_too { bound } else { ORDERED };
        let mut world =
            scene::world(&[(ORDERED, chip(DesiredState::Registered)), (second, chip(DesiredState::Registered))], PLAIN, 3_000);
        // The first chip SIM's fleet is the first, the second one's the second.
        world.0.sims[1].fleet = 1;
        world.0.sims[1].imei = world.0.sims[0].imei;
        if bound_too {
            world.1.sims[1].chip.as_mut().unwrap().imei = world.0.sims[0].imei;
        }
        for (fleet, allowed) in world.0.fleets.iter_mut().zip(allowed) {
            fleet.policy.allow_duplicate_imei = allowed;
        }
        let plan = planned(&world);
        (plan.operations.len(), plan.blocked.iter().filter(|item| item.code == BlockedCode::ImeiInUse).count())
    };
    assert_eq!(both(false, [true, true]), (2, 0));
    assert_eq!(both(true, [true, true]), (1, 0));
    for allowed in [[true, false], [false, true], [false, false]] {
        assert_eq!(both(false, allowed), (0, 2), "{allowed:?}");
        assert_eq!(both(true, allowed), (0, 1), "{allowed:?}");
    }
    // A chip SIM that nobody declares shares with none.
    let mut world = scene::world(&[(ORDERED, chip(DesiredState::Registered))], Terms { device_taken: true, ..PLAIN }, 3_000);
    world.0.fleets.iter_mut().for_each(|fleet| fleet.policy.allow_duplicate_imei = true);
    assert_eq!(planned(&world).blocked[0].code, BlockedCode::ImeiInUse);
}

#[test]
fn guards_count_by_fleet_and_kind_and_judge() {
    let lines: Vec<(Model, Wish)> = (0..11).map(|_| (ACTIVE, wish(DesiredState::Suspended))).collect();
    let mut world = scene::world(&lines, PLAIN, 3_000);
    let plan = planned(&world);
    let said = |plan: &AccountPlan| -> BTreeMap<String, (u64, u64, Verdict)> {
        plan.guards.iter().map(|guard| (guard.name.clone(), (guard.limit, guard.actual, guard.verdict))).collect()
    };
    let guards = said(&plan);
    // 10 % of 11 lines are 2, but a percentage always allows 10.
    assert_eq!(guards["fleet-0/suspend"], (10, 11, Verdict::Exceeded));
    assert_eq!(guards["fleet-0/terminate"], (0, 0, Verdict::Ok));
    assert_eq!(guards["fleet-1/suspend"], (10, 0, Verdict::Ok));
    assert_eq!(guards.len(), 6);
    world.0.fleets[0].policy.limits = BTreeMap::from([(OperationKind::Suspend, Limit::Count(11))]);
    let guards = said(&planned(&world));
    assert_eq!(guards["fleet-0/suspend"], (11, 11, Verdict::Ok));
    assert!(!guards.contains_key("fleet-0/terminate"));
}

#[test]
fn what_nobody_declares_is_reported_with_its_price_unless_ignored() {
    let terminated = Model { status: Status::Ended, ..ACTIVE };
    let stocked = Model { status: Status::Allocated, stock: Some(0), device: Some(0), ..ORDERED };
    let loose = Model { status: Status::Registered, device: Some(0), ..ORDERED };
    let pairs = [ACTIVE, terminated, stocked, loose].map(|model| (model, wish(DesiredState::Active)));
    let mut world = scene::world(&pairs, PLAIN, 3_000);
    world.0.sims.clear();
    let plan = planned(&world);
    let said: Vec<(String, String, Money)> =
        plan.unmanaged.iter().map(|item| (item.msisdn.to_string(), item.status.to_string(), item.monthly_cost)).collect();
    let row = |msisdn: &str, status: &str, cost| (msisdn.to_owned(), status.to_owned(), Money(cost));
    assert_eq!(
        said,
        [row("02010000002", "allocated", 0), row("08000000000", "active", 300), row("08000000001", "terminated", 0)]
    );
    world.0.fleets.iter_mut().for_each(|fleet| fleet.policy.unmanaged = Unmanaged::Ignore);
    assert_eq!(planned(&world).unmanaged, []);
}

#[test]
fn drift_is_what_differs_from_the_baseline_and_is_not_ours() {
    let on_its_way = Model { change: Some(PlanChange { to: 1, open: Openness::Scheduled }), ..ACTIVE };
    let ending = Model { status: Status::Ending, ending: Some(Ending { day: 5, open: Openness::Scheduled }), ..ACTIVE };
    let suspended = Model { status: Status::Suspended, ..ACTIVE };
    let pairs = [suspended, on_its_way, ending, Model::MISSING].map(|model| (model, wish(DesiredState::Active)));
    let (desired, observed, now) = scene::world(&pairs, PLAIN, 3_000);
    let confirmed = |index: usize, field: &str, value: &str| ((scene::msisdn(false, index), field.into()), value.into());
    let memory = Memory {
        in_doubt: vec![],
        confirmed: Some(BTreeMap::from([
            confirmed(0, "state", "Active"),
            confirmed(0, "ratePlan", "fixed-3mb"),
            confirmed(0, "systemNumber", "S0000000"),
            confirmed(1, "ratePlan", "fixed-1gb"),
            confirmed(2, "state", "Terminated"),
            confirmed(3, "state", "Active"),
            confirmed(9, "state", "Active"),
        ])),
        ..Memory::default()
    };
    let plan = plan::plan(&desired, &observed, &memory, now);
    let said: Vec<String> = plan
        .drift
        .unwrap()
        .iter()
        .map(|item| format!("{} {}: {} -> {}", item.msisdn, item.field, item.baseline, item.observed))
        .collect();
    assert_eq!(said, ["08000000000 state: Active -> Suspended", "08000000003 state: Active -> missing"]);
    // An observation is its own baseline.
    let memory = Memory { in_doubt: vec![], confirmed: Some(plan::drift::baseline(&observed)), ..Memory::default() };
    assert_eq!(plan::plan(&desired, &observed, &memory, now).drift, Some(vec![]));
    assert_eq!(plan::plan(&desired, &observed, &Memory::default(), now).drift, None);
}

#[test]
fn a_plan_expires_after_a_day_or_at_midnight_when_a_date_matters() {
    let expiry = |model, wish| {
        let world = scene::world(&[(model, wish)], PLAIN, 3_000);
        plan::assemble(vec![planned(&world)], world.2).expires_at.to_string()
    };
    assert_eq!(expiry(ACTIVE, wish(DesiredState::Suspended)), "2026-11-11T12:00:00+09:00");
    let ends = |day| Wish { day: Some(day), ..wish(DesiredState::Terminated) };
    assert_eq!(expiry(ACTIVE, ends(5)), "2026-11-11T12:00:00+09:00");
    assert_eq!(expiry(ACTIVE, ends(0)), "2026-11-11T00:00:00+09:00");
    assert_eq!(expiry(ACTIVE, Wish { plan: Some(1), ..wish(DesiredState::Active) }), "2026-11-11T00:00:00+09:00");
}

#[test]
fn modes_and_policies_say_what_approval_takes() {
    let need = |mode, approval: Option<Approval>, wish| {
        let mut world = scene::world(&[(ACTIVE, wish)], PLAIN, 3_000);
        world.0.fleets[0].mode = mode;
        world.0.fleets[0].policy.approval = approval.map(|approval| (OperationKind::Terminate, approval)).into_iter().collect();
        planned(&world).operations.first().map(|operation| operation.approval)
    };
    let (suspend, terminate) = (wish(DesiredState::Suspended), wish(DesiredState::Terminated));
    assert_eq!(need(Mode::Apply, None, suspend), Some(ApprovalNeed::Yes));
    assert_eq!(need(Mode::Apply, None, terminate), Some(ApprovalNeed::Ack));
    assert_eq!(need(Mode::Apply, Some(Approval::Auto), terminate), Some(ApprovalNeed::Policy));
    assert_eq!(need(Mode::Plan, Some(Approval::Auto), terminate), Some(ApprovalNeed::PlanId));
    assert_eq!(need(Mode::Observe, None, suspend), None);
}

#[test]
fn an_observed_fleet_is_told_what_differs() {
    let mut world = scene::world(&[(ACTIVE, wish(DesiredState::Suspended))], PLAIN, 3_000);
    world.0.fleets[0].mode = Mode::Observe;
    let plan = planned(&world);
    assert!(only_pending(&plan).what.starts_with("declared Suspended, observed Active"));
}

#[test]
fn what_blocks_a_line_does_so_in_an_observed_fleet_too() {
    let taken = Terms { device_taken: true, ..PLAIN };
    let mut world = scene::world(&[(ORDERED, chip(DesiredState::Registered))], taken, 3_000);
    world.0.fleets[0].mode = Mode::Observe;
    assert_eq!(only_blocked(&planned(&world)), BlockedCode::ImeiInUse);
}

#[test]
fn times_are_the_carriers() {
    let world = scene::world(&[(ACTIVE, wish(DesiredState::Active))], PLAIN, 3_000);
    let plan = plan::assemble(vec![planned(&world)], world.2);
    assert_eq!(plan.created_at, JstTime(world.2));
    assert_eq!(plan.accounts[0].observed.at, JstTime(world.2));
    assert_eq!((plan.summary.in_sync, plan.summary.operations), (1, 0));
}

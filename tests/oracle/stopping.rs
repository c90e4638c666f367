//! Terminations, told in full: what the day costs, the hold before it, and protection.

use jiff::Timestamp;
use simfleet::domain::{Desired, DesiredState, Mode, Money, Msisdn, Observed, OperationKind, Protection};
use simfleet::plan::{self, AccountPlan, BlockedCode, Memory, Part, WarningCode};

use super::carrier::{Ending, Model, Openness, PlanChange, Status, Terms};
use super::scene;
use super::verdict::Wish;

const PLAIN: Terms = Terms { cut_off_passed: false, missing: None, device_taken: false };
const ACTIVE: Model = Model { status: Status::Active, ..Model::MISSING };
const SUSPENDED: Model = Model { status: Status::Suspended, ..Model::MISSING };
const TOMBSTONE: Wish = Wish { state: Some(DesiredState::Terminated), ..Wish::BARE };

fn held(last: i8) -> Wish {
    Wish { hold: Some(last), ..TOMBSTONE }
}

type World = (Desired, Observed, Timestamp);

/// Noon of 2026-11-10.
fn on_the_tenth(pairs: &[(Model, Wish)]) -> World {
    scene::world(pairs, PLAIN, 3_000)
}

/// The same world at another time.
fn at(time: &str, mut world: World) -> World {
    world.2 = time.parse().unwrap();
    world.1.at = world.2;
    world
}

fn remembering(world: &World, memory: &Memory) -> AccountPlan {
    let (desired, observed, now) = world;
    let plan = plan::plan(desired, observed, memory, *now);
    assert_eq!(plan::check(desired, observed, memory, *now, &plan), []);
    plan
}

fn planned(world: &World) -> AccountPlan {
    remembering(world, &Memory::default())
}

fn kinds(plan: &AccountPlan) -> Vec<OperationKind> {
    plan.operations.iter().map(|operation| operation.change.kind()).collect()
}

fn reason(plan: &AccountPlan) -> &str {
    &plan.operations.last().unwrap().reason
}

fn warned(plan: &AccountPlan) -> Vec<(Msisdn, &str)> {
    assert!(plan.warnings.iter().all(|item| item.code == WarningCode::TerminationDate));
    plan.warnings.iter().map(|item| (item.subject.msisdn().unwrap(), item.message.as_str())).collect()
}

#[test]
fn a_month_that_has_begun_is_billed_whatever_the_day() {
    let plan = planned(&on_the_tenth(&[(ACTIVE, TOMBSTONE)]));
    assert_eq!(
        reason(&plan),
        "declared Terminated, observed Active; ends for good at the end of 2026-11-10; \
         all of November is billed, 300 JPY, on any day until 2026-11-30"
    );
    let first = scene::msisdn(false, 0);
    assert_eq!(warned(&plan), [(first, "ends on 2026-11-10: all of November is billed (300 JPY), on any day until 2026-11-30")]);
    assert_eq!(plan.warnings[0].source.line, 1);
}

#[test]
fn a_day_in_a_new_month_costs_a_month_more() {
    let plan = planned(&on_the_tenth(&[(ACTIVE, Wish { day: Some(21), ..TOMBSTONE })]));
    assert_eq!(
        reason(&plan),
        "declared Terminated, observed Active; ends for good at the end of 2026-12-01; \
         all of December is billed, 300 JPY, on any day until 2026-12-31; on or before 2026-11-30 it would not be"
    );
    assert_eq!(
        warned(&plan)[0].1,
        "ends on 2026-12-01: all of December is billed (300 JPY), on any day until 2026-12-31; \
         on or before 2026-11-30 it would not be"
    );
    // A plan that the catalogue does not have has no price, and the rule is the same.
    let plan = planned(&on_the_tenth(&[(Model { plan: 2, ..ACTIVE }, Wish { day: Some(21), ..TOMBSTONE })]));
    assert!(
        reason(&plan)
            .ends_with("all of December is billed, on any day until 2026-12-31; on or before 2026-11-30 it would not be")
    );
}

#[test]
fn the_last_day_of_a_month_wastes_nothing_and_is_no_warning() {
    let pairs = [(ACTIVE, Wish { day: Some(20), ..TOMBSTONE }), (ACTIVE, Wish { day: Some(51), ..TOMBSTONE })];
    let plan = planned(&on_the_tenth(&pairs));
    assert_eq!(
        plan.operations[0].reason,
        "declared Terminated, observed Active; ends for good at the end of 2026-11-30; \
         all of November is billed, 300 JPY; a day later all of December would be too"
    );
    assert_eq!(
        plan.operations[1].reason,
        "declared Terminated, observed Active; ends for good at the end of 2026-12-31; \
         all of December is billed, 300 JPY; on or before 2026-11-30 it would not be"
    );
    assert_eq!(warned(&plan), []);
}

#[test]
fn ten_seconds_before_and_at_a_months_end_are_a_month_apart() {
    let tombstones = [(ACTIVE, TOMBSTONE), (ACTIVE, Wish { day: Some(0), ..TOMBSTONE })];
    let last_day = Terms { cut_off_passed: true, ..PLAIN };
    let november = at("2026-11-30T23:59:50+09:00", scene::world(&tombstones, last_day, 3_000));
    let plan = planned(&november);
    assert!(plan.operations.iter().all(|operation| operation.to.termination_date == Some("2026-11-30".parse().unwrap())));
    assert!(reason(&plan).ends_with("all of November is billed, 300 JPY; a day later all of December would be too"));
    assert_eq!(warned(&plan), []);
    let document = plan::assemble(vec![plan], november.2);
    assert_eq!(document.expires_at.to_string(), "2026-12-01T00:00:00+09:00", "nobody applies it on the wrong side");

    // The same files, ten seconds later: one is as declared, the other's day is over.
    let plan = planned(&at("2026-12-01T00:00:00+09:00", november));
    assert!(plan.operations.iter().all(|operation| operation.to.termination_date == Some("2026-12-01".parse().unwrap())));
    assert_eq!(
        reason(&plan),
        "declared Terminated on 2026-11-30, which is over, observed Active; ends for good at the end of 2026-12-01; \
         all of December is billed, 300 JPY, on any day until 2026-12-31"
    );
    let messages: Vec<&str> = warned(&plan).into_iter().map(|(_, message)| message).collect();
    assert_eq!(
        messages,
        [
            "ends on 2026-12-01: all of December is billed (300 JPY), on any day until 2026-12-31",
            "ends on 2026-12-01, as the declared 2026-11-30 is over: all of December is billed (300 JPY), on any day until 2026-12-31",
        ]
    );
}

#[test]
fn two_hundred_tombstones_are_one_warning_a_fleet_and_day() {
    let expensive = Model { plan: 1, ..ACTIVE };
    let pairs: Vec<(Model, Wish)> = (0..200)
        .map(|index| (if index % 2 == 0 { ACTIVE } else { expensive }, Wish { day: (index >= 198).then_some(21), ..TOMBSTONE }))
        .collect();
    let plan = planned(&on_the_tenth(&pairs));
    assert_eq!(
        warned(&plan),
        [
            (
                scene::msisdn(false, 0),
                "this line and 197 others of fleet-0 end on 2026-11-10: all of November is billed (79,200 JPY together), \
                 on any day until 2026-11-30"
            ),
            (
                scene::msisdn(false, 198),
                "this line and another one of fleet-0 end on 2026-12-01: all of December is billed (800 JPY together), \
                 on any day until 2026-12-31; on or before 2026-11-30 it would not be"
            ),
        ]
    );
}

#[test]
fn an_observed_fleet_is_not_warned_of_what_it_does_not_do() {
    let mut world = on_the_tenth(&[(ACTIVE, TOMBSTONE), (ACTIVE, held(20))]);
    world.0.fleets[0].mode = Mode::Observe;
    assert_eq!(warned(&planned(&world)), []);
}

#[test]
fn a_held_line_is_suspended_first_and_terminated_when_its_hold_is_over() {
    let mut world = on_the_tenth(&[(ACTIVE, held(5))]);
    let plan = planned(&world);
    assert_eq!(kinds(&plan), [OperationKind::Suspend]);
    assert_eq!(reason(&plan), "declared Terminated after 2026-11-15, observed Active; a suspended line is billed in full");
    assert_eq!(plan.pending.len(), 1);
    let waits = &plan.pending[0];
    assert_eq!(
        waits.what,
        "held until the end of 2026-11-15, a suspended line is billed in full; to be terminated from 2026-11-16 on: \
         all of November is billed, 300 JPY, on any day until 2026-11-30"
    );
    assert_eq!(waits.not_before.map(|time| time.to_string()).as_deref(), Some("2026-11-16T00:00:00+09:00"));
    assert_eq!((&waits.application_no, waits.effective_date), (&None, None));
    assert_eq!(plan.guards.iter().find(|guard| guard.name == "fleet-0/suspend").map(|guard| guard.actual), Some(1));
    assert_eq!(plan.guards.iter().find(|guard| guard.name == "fleet-0/terminate").map(|guard| guard.actual), Some(0));

    // Suspended, it waits; to the last second of its day, and not a second longer.
    super::world::apply(&mut world.1, &plan.operations[0], &scene::SERVICE.into(), world.2);
    let world = at("2026-11-15T23:59:59+09:00", world);
    let plan = planned(&world);
    assert_eq!((plan.operations.len(), plan.pending.len()), (0, 1));
    let plan = planned(&at("2026-11-16T00:00:00+09:00", world));
    assert_eq!((kinds(&plan), plan.pending.len()), (vec![OperationKind::Terminate], 0));
    assert_eq!(plan.operations[0].to.termination_date, Some("2026-11-16".parse().unwrap()));
}

#[test]
fn a_hold_with_a_day_behind_it_names_that_day() {
    let plan = planned(&on_the_tenth(&[(SUSPENDED, Wish { day: Some(20), ..held(5) })]));
    assert_eq!(kinds(&plan), []);
    assert_eq!(
        plan.pending[0].what,
        "held until the end of 2026-11-15, a suspended line is billed in full; to be terminated from 2026-11-16 on \
         (declared for 2026-11-30): all of November is billed, 300 JPY; a day later all of December would be too"
    );
}

#[test]
fn a_hold_that_runs_into_a_new_month_is_told_what_that_costs() {
    let plan = planned(&on_the_tenth(&[(ACTIVE, held(20)), (SUSPENDED, held(20)), (ACTIVE, held(19))]));
    assert_eq!(
        warned(&plan),
        [(
            scene::msisdn(false, 0),
            "this line and another one of fleet-0 are held into December, so all of December is billed (600 JPY together): \
             terminateAfter 2026-11-29 or earlier would save it"
        )]
    );
    let plan = planned(&on_the_tenth(&[(SUSPENDED, held(20))]));
    assert_eq!(
        warned(&plan)[0].1,
        "is held into December, so all of December is billed (300 JPY): terminateAfter 2026-11-29 or earlier would save it"
    );
    // Declared for a day behind it, that is what is wanted.
    let plan = planned(&on_the_tenth(&[(SUSPENDED, Wish { day: Some(51), ..held(20) })]));
    assert_eq!(warned(&plan), []);
}

#[test]
fn a_chip_sim_in_use_is_held_like_a_card_and_one_that_was_never_started_is_not() {
    let started = Model { is_chip: true, device: Some(0), ..ACTIVE };
    let chip = Wish { as_chip: true, ..held(5) };
    let plan = planned(&on_the_tenth(&[(started, chip)]));
    assert_eq!((kinds(&plan), plan.pending.len()), (vec![OperationKind::Suspend], 1));
    let registered = Model { is_chip: true, status: Status::Registered, device: Some(0), ..Model::MISSING };
    let plan = planned(&on_the_tenth(&[(registered, chip)]));
    assert_eq!(plan.blocked[0].code, BlockedCode::NotStarted);
}

#[test]
fn a_termination_inside_the_hold_is_cancelled_and_one_behind_it_stays() {
    let ending = |day, open| Model { status: Status::Ending, ending: Some(Ending { day, open }), ..ACTIVE };
    let plan = planned(&on_the_tenth(&[(ending(5, Openness::Scheduled), held(5))]));
    assert_eq!(kinds(&plan), [OperationKind::CancelApplication, OperationKind::Suspend]);
    assert_eq!(
        plan.operations[0].reason,
        "declared Terminated after 2026-11-15, but application A0-end terminates at the end of 2026-11-15"
    );
    let plan = planned(&on_the_tenth(&[(ending(5, Openness::Fixed), held(5))]));
    assert_eq!(plan.pending[0].what, "terminates at the end of 2026-11-15; too late to move it to 2026-11-16");
    let plan = planned(&on_the_tenth(&[(ending(5, Openness::Scheduled), held(4))]));
    assert_eq!((kinds(&plan), plan.pending[0].what.as_str()), (vec![], "terminates at the end of 2026-11-15"));
}

#[test]
fn what_is_held_leaves_its_rate_plan_alone_and_waits_for_what_is_in_progress() {
    let plan = planned(&on_the_tenth(&[(ACTIVE, Wish { plan: Some(1), ..held(5) })]));
    assert_eq!(kinds(&plan), [OperationKind::Suspend]);
    let change = Some(PlanChange { to: 1, open: Openness::Processing });
    let plan = planned(&on_the_tenth(&[(Model { change, ..SUSPENDED }, held(5))]));
    assert_eq!(plan.pending[0].what, "waits for change to fixed-1gb (processing)");
}

#[test]
fn a_hold_that_cannot_end_in_a_termination_is_blocked_now() {
    let protected = Wish { protected: true, ..held(5) };
    for model in [ACTIVE, SUSPENDED] {
        let plan = planned(&on_the_tenth(&[(model, protected)]));
        assert_eq!((kinds(&plan), plan.blocked[0].code, plan.pending.len()), (vec![], BlockedCode::Protected, 0));
    }
    let mut world = on_the_tenth(&[(SUSPENDED, held(5))]);
    world.1.catalogue = scene::catalogue(Some(14), 3_000);
    assert_eq!(planned(&world).blocked[0].code, BlockedCode::FunctionNotOffered);
}

#[test]
fn protection_says_where_it_comes_from_and_what_lifts_it() {
    let mut world = on_the_tenth(&[(ACTIVE, Wish { protected: true, ..TOMBSTONE })]);
    let plan = planned(&world);
    assert_eq!(plan.blocked[0].code, BlockedCode::Protected);
    assert_eq!(
        plan.blocked[0].message,
        "the line is protected (it or its fleet declares `protected: true`): no terminate; `protected: false` on the line \
         lifts that"
    );
    // Out of the file, and back without the word: it is still protected.
    world.0.sims[0].protection = Protection::Unsaid;
    let memory = Memory { protected: [scene::msisdn(false, 0)].into(), ..Memory::default() };
    let plan = remembering(&world, &memory);
    assert_eq!(
        plan.blocked[0].message,
        "the line was declared protected when it was applied last, and stays so although the files no longer say it: \
         no terminate; `protected: false` on the line lifts that"
    );
    world.0.sims[0].protection = Protection::Lifted;
    assert_eq!(kinds(&remembering(&world, &memory)), [OperationKind::Terminate]);
    // It is no reason to leave alone what brings a line back.
    world.0.sims[0].protection = Protection::Unsaid;
    world.0.sims[0].state = Some(DesiredState::Active);
    world.1.sims[0].line.as_mut().unwrap().status = simfleet::domain::LineStatus::Suspended;
    assert_eq!(kinds(&remembering(&world, &memory)), [OperationKind::Resume]);
    assert_eq!(Money::ZERO, plan.operations.iter().map(|operation| operation.cost.one_off()).sum());
}

/// A stored plan has nothing else that tells what was declared.
#[test]
fn a_plan_tells_which_protection_is_to_be_kept() {
    let wishes =
        [(ACTIVE, Wish { protected: true, ..Wish::BARE }), (ACTIVE, TOMBSTONE), (ACTIVE, Wish::BARE), (ACTIVE, Wish::BARE)];
    let mut world = on_the_tenth(&wishes);
    let told = |plan: &AccountPlan| -> Vec<_> { plan.protection.iter().map(|item| (item.msisdn, item.protected)).collect() };
    let line = |index| scene::msisdn(false, index);
    world.0.sims[1].protection = Protection::Lifted;
    world.0.sims[2].protection = Protection::Lifted;
    // Whoever applies it may have a journal that protects what is stopped here. What is lifted and left alone is
    // said as soon as it matters.
    let plan = remembering(&world, &Memory::default());
    assert_eq!(told(&plan), [(line(0), true), (line(1), false)]);
    let memory = Memory { protected: (0..4).map(line).collect(), ..Memory::default() };
    let with_journal = remembering(&world, &memory);
    assert_eq!(told(&with_journal), [(line(1), false), (line(2), false)]);
    // It is no change at the carrier, so the plan is the same.
    assert_eq!(plan::account_plan_id(&plan), plan::account_plan_id(&with_journal));
    let part = plan::plan_only(&world.0, &world.1, &memory, world.2, Part { lines: &|sim| sim.msisdn == line(2), ..Part::ALL });
    assert_eq!(told(&part), [(line(2), false)]);
}

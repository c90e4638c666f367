//! The counts of an account's fleet: right, and nothing that a plan hangs on.

use jiff::Timestamp;
use simfleet::domain::{Desired, DesiredState, Observed};
use simfleet::plan::{self, FleetSection, Memory, QuotaCount, StatusCount, UsedShares, account_plan_id};

use super::carrier::{Model, Status, Terms};
use super::scene;
use super::verdict::Wish;

const PLAIN: Terms = Terms { cut_off_passed: false, missing: None, device_taken: false };
const ACTIVE: Model = Model { status: Status::Active, ..Model::MISSING };

/// Lines of these models; plan 0 includes 1,000 bytes, plan 1 nothing that is known.
fn world(models: &[Model], remaining: &[Option<u64>]) -> (Desired, Observed, Timestamp) {
    let wish = Wish { state: Some(DesiredState::Suspended), ..Wish::BARE };
    let lines: Vec<(Model, Wish)> = models.iter().map(|model| (*model, wish)).collect();
    let (desired, mut observed, now) = scene::world(&lines, PLAIN, 3_000);
    observed.catalogue.plans.get_mut(&scene::rate_plan(0)).unwrap().quota_bytes = 1_000;
    for (sim, remaining) in observed.sims.iter_mut().zip(remaining) {
        sim.line.as_mut().unwrap().traffic_remaining = *remaining;
    }
    (desired, observed, now)
}

fn fleet(desired: &Desired, observed: &Observed, now: Timestamp) -> Option<FleetSection> {
    plan::plan(desired, observed, &Memory::default(), now).fleet
}

#[test]
fn lines_are_counted_by_rate_plan_and_status() {
    let models = [
        Model { is_chip: true, status: Status::Ordered, ..Model::MISSING },
        ACTIVE,
        Model { plan: 1, ..ACTIVE },
        ACTIVE,
        Model { status: Status::Suspended, ..Model::MISSING },
        Model::MISSING,
    ];
    let (desired, observed, now) = world(&models, &[]);
    let count = |status: &str, plan: Option<u8>, lines| StatusCount {
        status: status.into(),
        rate_plan: plan.map(scene::rate_plan),
        lines,
    };
    let lines =
        [count("ordered", None, 1), count("active", Some(1), 1), count("active", Some(0), 2), count("suspended", Some(0), 1)];
    assert_eq!(fleet(&desired, &observed, now).unwrap().lines, lines);
}

#[test]
fn traffic_is_counted_by_the_share_that_is_used() {
    // All of it, a byte of it, exactly a quarter, a half, three quarters used; nothing left; more than included; not told.
    let left = [Some(1_000), Some(751), Some(750), Some(500), Some(250), Some(1), Some(0), Some(5_000), None];
    let (desired, observed, now) = world(&[ACTIVE; 9], &left);
    let used = UsedShares { under25: 3, under50: 1, under75: 1, under100: 2, used_up: 1, unknown: 1 };
    let of_plan = QuotaCount { rate_plan: scene::rate_plan(0), quota_bytes: 1_000, used };
    assert_eq!(fleet(&desired, &observed, now).unwrap().traffic, [of_plan]);
}

/// Lines that do not communicate use nothing, and of a plan without a known quota no share can be told.
#[test]
fn traffic_is_that_of_active_lines_on_plans_with_a_quota() {
    let models = [Model { status: Status::Suspended, ..Model::MISSING }, Model { plan: 1, ..ACTIVE }];
    let (desired, observed, now) = world(&models, &[Some(10), Some(10)]);
    assert_eq!(fleet(&desired, &observed, now).unwrap().traffic, []);
}

#[test]
fn of_an_incomplete_observation_nothing_is_counted() {
    let (desired, mut observed, now) = world(&[ACTIVE], &[]);
    observed.complete = false;
    assert_eq!(fleet(&desired, &observed, now), None);
}

/// Traffic moves by the minute: a plan that was reviewed is still that plan.
#[test]
fn the_counts_are_no_part_of_any_id() {
    let (desired, before, now) = world(&[ACTIVE; 3], &[Some(900), Some(900), None]);
    let (_, after, _) = world(&[ACTIVE; 3], &[Some(0), Some(400), Some(1)]);
    let [before, after] = [before, after].map(|observed| plan::plan(&desired, &observed, &Memory::default(), now));
    assert_ne!(before.fleet, after.fleet);
    assert_eq!(account_plan_id(&before), account_plan_id(&after));
    let [before, after] = [before, after].map(|account| plan::assemble(vec![account], now));
    assert_eq!(before.plan_id, after.plan_id);
    assert!(plan::verify_ids(&after).is_ok() && plan::verify_ids(&before).is_ok());
}

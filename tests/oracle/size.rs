//! How planning grows with the fleet. Time is printed, never judged: this machine may be anyone's.

use simfleet::domain::DesiredState;
use simfleet::domain::calendar::jst_date;
use simfleet::plan::{self, Memory};

use super::carrier::{Model, Status, Terms};
use super::scene;
use super::verdict::Wish;

#[test]
fn a_large_fleet_in_sync_needs_nothing() {
    let lines: usize = if super::long_run() { 1_000_000 } else { 20_000 };
    let terms = Terms { cut_off_passed: false, missing: None, device_taken: false };
    let model = Model { status: Status::Active, ..Model::MISSING };
    let wish = Wish { as_chip: false, state: Some(DesiredState::Active), plan: Some(0), device: None, ..Wish::BARE };
    let now = scene::now(terms.cut_off_passed);
    let today = jst_date(now);
    let rows = (0..lines).filter_map(|index| scene::rows(index, &model, today)).collect();
    let wishes = (0..lines).map(|index| scene::declared(index, &model, &wish, today)).collect();
    let (desired, observed) = (scene::desired(wishes), scene::observed(now, scene::catalogue(None, 3_000), rows));
    let begin = std::time::Instant::now();
    let plan = plan::plan(&desired, &observed, &Memory::default(), now);
    println!("plan: {lines} lines in {:?}", begin.elapsed());
    let begin = std::time::Instant::now();
    assert_eq!(plan::check(&desired, &observed, &Memory::default(), now, &plan), []);
    println!("check: {lines} lines in {:?}", begin.elapsed());
    assert_eq!((plan.operations.len(), plan.in_sync), (0, u64::try_from(lines).unwrap()));
}

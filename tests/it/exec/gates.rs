//! The gate of stored plans: the right carrier, in time, unused, and still true.

use jiff::ToSpan as _;
use simfleet::carrier::{Carrier as _, ObserveOptions, observe};
use simfleet::domain::CarrierIdentity;
use simfleet::exec::gate::{GateError, check};
use simfleet::exec::journal::PlanProgress;
use simfleet::plan::Memory;

use super::applying::mixed;
use super::plans::planned;

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

//! Two objects that contradict one another: the younger is refused and told which the older is, and the older goes on.

use kube::ResourceExt as _;

use super::carrier::PASSWORD;
use super::world::{World, account, fleet, lines};

const A: &str = "08012345601";
const B: &str = "08012345602";

/// Creation times are in whole seconds: waits until the next object is younger than this one.
async fn next_second(world: &World, place: &str) {
    let created = world.object(place).await.creation_timestamp();
    world
        .until("another second", async || {
            world.roster("clock", "").await;
            let now = world.config_maps().get("clock").await.expect("it was just written").creation_timestamp();
            drop(world.config_maps().delete("clock", &kube::api::DeleteParams::default()).await);
            if now > created { Ok(()) } else { Err(format!("{now:?}")) }
        })
        .await;
}

#[tokio::test]
async fn of_two_fleets_with_the_same_number_the_younger_is_refused() {
    let world = World::new("duplicate", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("zzz", &format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{A}\", state: Active}}\n")).await;
    world.says("SimFleet/zzz", "Ready=True InSync").await;
    next_second(&world, "SimFleet/zzz").await;
    let younger = format!(
        "  mode: Apply\n  sims:\n    - {{msisdn: \"{A}\", state: Suspended}}\n    - {{msisdn: \"{B}\", state: Suspended}}\n"
    );
    world.apply(&fleet("aaa", "main", &younger)).await;
    let message = world.says("SimFleet/aaa", "Accepted=False DUPLICATE_MSISDN").await;
    assert!(message.contains(A) && message.contains("SimFleet/zzz"), "{message}");
    world.says("SimFleet/aaa", "Stalled=True DUPLICATE_MSISDN").await;
    world.event("SimFleet/aaa", "Refused").await;
    world.look("SimFleet/zzz").await;
    world.says("SimFleet/zzz", "Ready=True InSync").await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new(), "all of the younger is left out");

    // With the older gone, the younger is as good as any.
    world.delete("SimFleet/zzz").await;
    world.says("SimFleet/aaa", "Accepted=True Valid").await;
    world.carrier_got(&[&format!("POST /v1/sims/{A}/suspend"), &format!("POST /v1/sims/{B}/suspend")]).await;
    world.says("SimFleet/aaa", "Ready=True Pending").await;
    controller.stop().await;
}

#[tokio::test]
async fn of_two_accounts_of_one_contractor_the_younger_is_refused() {
    let world = World::new("twins", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{A}\", state: Active}}\n")).await;
    world.says("CarrierAccount/main", "Ready=True InSync").await;
    next_second(&world, "CarrierAccount/main").await;

    world.secret("another-credentials", PASSWORD).await;
    world.apply(&account("another", &world.carrier.endpoint)).await;
    let suspended = format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{B}\", state: Suspended}}\n");
    world.apply(&fleet("osaka", "another", &suspended)).await;
    let message = world.says("CarrierAccount/another", "Ready=False DuplicateAccount").await;
    assert!(message.contains("main"), "it names the older: {message}");
    world.says("CarrierAccount/another", "Accepted=False DuplicateAccount").await;
    world.says("SimFleet/osaka", "Ready=False DuplicateAccount").await;
    world.event("CarrierAccount/another", "DuplicateAccount").await;
    world.look("CarrierAccount/main").await;
    world.says("CarrierAccount/main", "Ready=True InSync").await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new());

    // The older goes, and the younger takes its place.
    world.delete("SimFleet/kanto").await;
    world.delete("CarrierAccount/main").await;
    world.gone("CarrierAccount/main").await;
    world.says("CarrierAccount/another", "Accepted=True Valid").await;
    world.carrier_got(&[&format!("POST /v1/sims/{B}/suspend")]).await;
    controller.stop().await;
}

//! A controller that is to end, or an apply that is called off, finishes what is on its way and begins nothing more.

use std::fmt::Write as _;

use serde_json::json;

use super::world::{World, fleet, lines};
use crate::exec::proxy::{Act, Point, Proxy};

const LINE: &str = "08012345601";

const COUPON: &str = "  mode: Apply\n  policy: {approval: {buyCoupon: Auto}}\n  sims:\n    - {msisdn: \"08012345601\"}\n  \
                      coupons:\n    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: [\"08012345601\"]}\n";

#[tokio::test]
async fn a_purchase_on_its_way_is_finished_before_the_process_ends() {
    let world = World::new("stop", &lines(&[LINE])).await;
    let proxy = Proxy::start(&world.carrier.endpoint).await;
    world.account_at(&proxy.endpoint).await;
    world.apply(&fleet("kanto", "main", COUPON)).await;
    let under_way = proxy.stop("POST", "/coupons", 1, Act::Pass, Point::Seen);
    let mut controller = world.controller();
    under_way.reached().await;
    controller.ask_to_stop().await;
    assert_eq!(world.carrier.billed("coupon").await.len(), 0);
    under_way.resume();
    controller.ended().await;
    assert_eq!(world.carrier.billed("coupon").await, [LINE]);
    let records = world.records().await;
    let states: Vec<_> = records.iter().map(|record| record.data["status"]["state"].clone()).collect();
    assert_eq!(states, ["confirmed"], "the next process has nothing to find out");

    let controller = world.controller();
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.look("SimFleet/kanto").await;
    let events = world.events("SimFleet/kanto").await;
    assert!(events.iter().all(|(reason, _)| reason != "InDoubt"), "{events:?}");
    controller.stop().await;
    assert_eq!(world.carrier.billed("coupon").await, [LINE]);
}

#[tokio::test]
async fn who_pauses_a_fleet_stops_the_apply_that_is_under_way() {
    const LINES: usize = 40;
    let numbers: Vec<String> = (0..LINES).map(|number| format!("080123456{number:02}")).collect();
    let world = World::new("pause", &lines(&numbers.iter().map(String::as_str).collect::<Vec<_>>())).await;
    let account = super::world::account("main", &world.carrier.endpoint);
    // Slow enough for a person.
    world.apply(&account.replace("requestsPerSecond: 1000, burst: 1000", "requestsPerSecond: 8, burst: 8")).await;
    let mut spec = "  mode: Apply\n  policy: {limits: {suspend: 100}}\n  sims:\n".to_owned();
    for number in &numbers {
        writeln!(spec, "    - {{msisdn: \"{number}\", state: Suspended}}").expect("writing to a String cannot fail");
    }
    world.apply(&fleet("kanto", "main", &spec)).await;
    let controller = world.controller();
    world
        .until("it has begun", async || {
            let sent = world.carrier.mutations().await.len();
            if sent > 0 { Ok(()) } else { Err("nothing is sent".to_owned()) }
        })
        .await;
    world.patch("SimFleet/kanto", json!({"spec": {"paused": true}})).await;
    world.says("SimFleet/kanto", "Ready=False Paused").await;
    let sent = world.carrier.mutations().await.len();
    assert!(sent < LINES, "all of it was sent");
    world.look("SimFleet/kanto").await;
    assert_eq!(world.carrier.mutations().await.len(), sent, "nothing more is sent");

    world.patch("SimFleet/kanto", json!({"spec": {"paused": false}})).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    controller.stop().await;
    let mut suspended = world.carrier.mutations().await;
    suspended.sort();
    let wanted: Vec<String> = numbers.iter().map(|number| format!("POST /v1/sims/{number}/suspend")).collect();
    assert_eq!(suspended, wanted, "each once");
}

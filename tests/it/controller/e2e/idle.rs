//! At rest a controller asks the API server for as much as it has to, however many lines there are.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::world::World;

/// Resyncs that are looked at.
const ROUNDS: usize = 4;

/// What a controller says to the API server (in bytes, encrypted) in so many resyncs of a fleet of so many lines at rest.
async fn said_at_rest(lines: usize) -> u64 {
    let numbers: Vec<String> = (0..lines).map(|number| format!("0801{number:07}")).collect();
    let sims: Vec<Value> = numbers.iter().map(|msisdn| json!({"msisdn": msisdn, "planCode": "fixed-500mb"})).collect();
    let seed = json!({"now": "2026-11-20T10:00:00+09:00", "sims": sims});
    let world = World::new("idle", &seed).await;
    let mut roster = "msisdn,state\n".to_owned();
    for number in &numbers {
        writeln!(roster, "{number},Active").expect("writing to a String cannot fail");
    }
    world.roster("lines", &roster).await;
    world.declare("kanto", "  mode: Apply\n  rosters:\n    - {configMapRef: {name: lines, key: lines.csv}}\n").await;
    let link = world.link().await;
    let controller = world.controller_by(&link);
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    assert_eq!(world.object("SimFleet/kanto").await.data["status"]["lines"]["inSync"], json!(lines));

    // A resync is a list of all lines at the carrier.
    let listed = async || {
        let calls = world.carrier.calls().await;
        calls
            .iter()
            .filter(|call| call["path"].as_str().is_some_and(|path| path == "/v1/sims" || path.starts_with("/v1/sims?")))
            .count()
    };
    let until = async |count: usize| {
        world
            .until("resyncs", async || {
                let listed = listed().await;
                if listed >= count { Ok(()) } else { Err(format!("{listed} of {count}")) }
            })
            .await;
    };
    // What was written last is written.
    let settled = listed().await + 2;
    until(settled).await;
    let before = link.sent();
    until(settled + ROUNDS).await;
    let said = link.sent() - before;
    controller.stop().await;
    assert_eq!(world.carrier.mutations().await, Vec::<String>::new());
    said
}

#[tokio::test]
async fn an_idle_controller_asks_as_much_for_many_lines_as_for_few() {
    let (few, many) = tokio::join!(said_at_rest(10), said_at_rest(5_000));
    // A request is some hundred bytes; a resync that wrote every line down would be hundreds of thousands.
    assert!(few > 0, "nothing was measured");
    assert!(many < few * 2 + 4_096, "{few} bytes for 10 lines, {many} for 5,000");
}

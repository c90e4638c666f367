//! A large account: 100 fleets of 1,000 lines each, by rosters, with `SIMFLEET_SCALE=long`, and a small one of the same
//! shape otherwise. Prints what it costs: memory, requests to the API server at rest, and the time from an edit to its first
//! call at the carrier. `SIMFLEET_BINARY` is measured instead of the binary of the tests, a release build for example.

use std::fmt::Write as _;
use std::time::Instant;

use kube::api::GetParams;
use kube::core::Request;
use serde_json::{Value, json};

use super::world::{World, fleet};
use crate::kubernetes::Cluster;

/// Turns at rest that are looked at.
const ROUNDS: f64 = 5.0;

/// A line's number.
fn number(fleet: usize, line: usize) -> String {
    format!("0801{fleet:03}{line:04}")
}

fn roster(fleet: usize, lines: usize, suspended: Option<usize>) -> String {
    let mut text = "msisdn,state\n".to_owned();
    for line in 0..lines {
        let state = if suspended == Some(line) { "Suspended" } else { "Active" };
        writeln!(text, "{},{state}", number(fleet, line)).expect("writing to a String cannot fail");
    }
    text
}

/// Requests that an API server of our own has answered, its own aside.
async fn answered(cluster: &Cluster) -> f64 {
    let request = Request::new("").get("metrics", &GetParams::default()).expect("the path is valid");
    let text = cluster.client().request_text(request).await.expect("an administrator may read metrics");
    let ours = |line: &&str| {
        let is_of = |resource: &str| line.contains(&format!("resource=\"{resource}\""));
        line.starts_with("apiserver_request_total{")
            && !line.contains("verb=\"WATCH\"")
            && ["carrieraccounts", "simfleets", "simorders", "simoperations", "secrets", "configmaps", "events", "leases"]
                .into_iter()
                .any(is_of)
    };
    text.lines().filter(ours).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the switch of the long run")]
async fn a_large_account_costs_the_api_server_nothing_at_rest_and_an_edit_is_sent_soon() {
    let is_long = std::env::var_os("SIMFLEET_SCALE").is_some_and(|long| long == "long");
    let (fleets, lines) = if is_long { (100, 1_000) } else { (10, 50) };
    let cluster = Cluster::alone().await;
    cluster.install_simfleet().await;
    let sims: Vec<Value> = (0..fleets)
        .flat_map(|fleet| (0..lines).map(move |line| json!({"msisdn": number(fleet, line), "planCode": "fixed-500mb"})))
        .collect();
    let world = World::on(&cluster, "scale", "frozen", &json!({"now": "2026-11-20T10:00:00+09:00", "sims": sims})).await;
    for nth in 0..fleets {
        world.roster(&format!("roster-{nth}"), &roster(nth, lines, None)).await;
    }
    world.account_at(&world.carrier.endpoint).await;
    for nth in 0..fleets {
        let rosters = format!("  mode: Apply\n  rosters: [{{configMapRef: {{name: roster-{nth}, key: lines.csv}}}}]\n");
        world.apply(&fleet(&format!("fleet-{nth}"), "main", &rosters)).await;
    }
    let begun = Instant::now();
    let controller = world.controller();
    world.says("CarrierAccount/main", "Ready=True InSync").await;
    let ready = begun.elapsed();
    let status = world.object("CarrierAccount/main").await.data["status"].clone();
    assert_eq!(status["lines"]["inSync"], json!(fleets * lines), "{status}");

    // At rest.
    let listed = async || {
        let calls = world.carrier.calls().await;
        let is_first_page = |call: &&Value| call["path"].as_str().is_some_and(|path| path.starts_with("/v1/system"));
        #[expect(clippy::cast_precision_loss, reason = "few")]
        let turns = calls.iter().filter(is_first_page).count() as f64;
        (turns, calls.len())
    };
    let until = async |turns: f64| {
        world
            .until("turns at rest", async || match listed().await {
                (had, calls) if had >= turns => Ok((had, calls)),
                (had, _) => Err(format!("{had} of {turns}")),
            })
            .await
    };
    let (turns, _) = until(listed().await.0 + 2.0).await;
    let (requests, calls_before) = (answered(&cluster).await, listed().await.1);
    let (turns_after, calls_after) = until(turns + ROUNDS).await;
    let requests = (answered(&cluster).await - requests) / ROUNDS;
    let calls = calls_after - calls_before;
    let memory = controller.memory();

    // An edit of one fleet's roster.
    let edited = Instant::now();
    world.roster("roster-7", &roster(7, lines, Some(3))).await;
    let wanted = format!("POST /v1/sims/{}/suspend", number(7, 3));
    world.carrier_got(&[&wanted]).await;
    let sent = edited.elapsed();
    println!(
        "{fleets} fleets of {lines} lines: ready after {ready:.1?}; at rest {requests:.1} requests to the API server and {} to the \
         carrier a turn; {} MB now, {} MB at most; {sent:.1?} from an edit to its first call at the carrier",
        calls / 5,
        memory.0,
        memory.1,
    );
    // The Secret is read, and nothing is written; a turn may begin or end within the window.
    assert!(requests <= 3.0, "{requests} requests a turn at rest ({turns_after} turns)");
    controller.stop().await;
}

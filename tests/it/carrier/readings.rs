//! Reading single lines: one that fails is unknown, a function that fails for all is given up, credentials that are
//! refused end it.

use serde_json::json;
use simfleet::carrier::rate::RateLimit;
use simfleet::carrier::retry::RetryPolicy;
use simfleet::carrier::{Credentials, HttpCarrier, HttpOptions, ReadingsOptions, read_lines, read_suspensions};
use simfleet::domain::{LastSeen, Msisdn, Readings, WantedReadings};

use super::emulated::Emulated;

const LINES: u32 = 10;

fn msisdn(index: u32) -> Msisdn {
    Msisdn::parse(&format!("080{index:08}")).unwrap()
}

async fn world() -> Emulated {
    let world = Emulated::frozen().await;
    let sims: Vec<_> = (0..LINES).map(|index| json!({"msisdn": msisdn(index)})).collect();
    world.emulator.seed(json!({"sims": sims}).to_string().as_bytes()).unwrap();
    world
}

/// A driver that tries once: what is tested is what comes after its patience.
fn impatient(world: &Emulated, password: &str) -> HttpCarrier {
    let options = HttpOptions { rate: RateLimit::NONE, retry: RetryPolicy::ONCE, ..HttpOptions::default() };
    HttpCarrier::new(&world.server.endpoint(), Credentials::new("demo", password), options).unwrap()
}

fn wanted() -> WantedReadings {
    let lines = (0..LINES).map(msisdn).collect();
    WantedReadings { sessions: lines, traffic: (0..LINES).map(msisdn).collect(), suspensions: false }
}

const ONE_BY_ONE: ReadingsOptions = ReadingsOptions { parallel: 1, patience: 3 };

#[tokio::test]
async fn a_line_that_fails_is_unknown_and_the_next_is_read() {
    let world = world().await;
    world.faults(json!([{"function": 11, "kind": "errorBeforeCommit", "count": 2}])).await;
    let (carrier, mut came) = (impatient(&world, "demo"), 0);
    let readings = read_lines(&carrier, &wanted(), world.emulator.now(), ONE_BY_ONE, || came += 1).await.unwrap();
    assert_eq!(came, 2 * LINES);
    let failed: Vec<_> = readings.sessions.iter().filter(|(_, session)| session.is_err()).map(|(msisdn, _)| *msisdn).collect();
    assert_eq!(failed, [0, 1].map(msisdn));
    assert!(readings.sessions[&msisdn(0)].as_ref().unwrap_err().contains("500"));
    assert_eq!(readings.sessions[&msisdn(2)].as_ref().unwrap().last, LastSeen::Never);
    let traffic = readings.traffic[&msisdn(0)].as_ref().unwrap();
    assert_eq!((traffic.full_month(), traffic.so_far()), (Some(0), Some(0)));
    assert_eq!(traffic.month.previous().to_string(), "2026-10");
}

#[tokio::test]
async fn a_function_that_fails_for_all_is_given_up_and_the_other_is_not() {
    let world = world().await;
    world.faults(json!([{"function": 11, "kind": "errorBeforeCommit", "count": 1_000}])).await;
    let readings = read_lines(&impatient(&world, "demo"), &wanted(), world.emulator.now(), ONE_BY_ONE, || {}).await.unwrap();
    let asked = world.calls().await.iter().filter(|call| call["function"] == 11).count();
    assert_eq!(asked, 3, "nobody waits for thousands of answers that do not come");
    assert!(readings.sessions.values().all(Result::is_err));
    assert!(readings.sessions[&msisdn(9)].as_ref().unwrap_err().contains("stopped answering"));
    assert!(readings.traffic.values().all(Result::is_ok));
}

#[tokio::test]
async fn refused_credentials_end_it() {
    let world = world().await;
    let read = read_lines(&impatient(&world, "wrong"), &wanted(), world.emulator.now(), ONE_BY_ONE, || {}).await;
    assert!(read.is_err());
}

#[tokio::test]
async fn the_last_suspension_of_a_line_counts() {
    let world = world().await;
    let at = |time: &str| time.parse::<jiff::Timestamp>().unwrap();
    let application = |number: &str, status: &str, time: &str| {
        json!({"applicationNo": number, "type": "suspend", "status": status, "requestedAt": time,
            "items": [{"msisdn": "08000000001", "status": status}]})
    };
    let seed = json!({"applications": [
        application("A0000000001", "completed", "2026-03-01T00:00:00+09:00"),
        application("A0000000002", "completed", "2026-05-01T00:00:00+09:00"),
        application("A0000000003", "rejected", "2026-06-01T00:00:00+09:00"),
    ]});
    world.emulator.seed(seed.to_string().as_bytes()).unwrap();
    let mut readings = Readings::default();
    read_suspensions(&impatient(&world, "demo"), &mut readings).await.unwrap();
    let expected = [(msisdn(1), at("2026-05-01T00:00:00+09:00"))];
    assert_eq!(readings.suspended_at.into_iter().collect::<Vec<_>>(), expected, "a rejected one suspended nobody");
}

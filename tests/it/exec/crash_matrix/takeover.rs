//! A journal on a shared path whose holder was killed: who comes next takes it over, at once where the operating
//! system tells that the holder is dead, else when the lease has expired; and looks first for what was sent.

use simfleet::domain::OperationKind;
use simfleet::exec::journal::RecordState;

use super::cell::{Cell, Fault, Kill, Retry, kinds};
use super::kill::kill;
use super::world::World;

/// Killed when the carrier had it (or the network, or nobody).
async fn killed(kind: OperationKind, fault: Fault) -> World {
    let cell = Cell { kind, kill: Kill::AfterSend, fault, retry: Retry::Same };
    let world = World::sharing(cell).await;
    kill(&world).await.unwrap();
    world
}

/// The audit log's records of that event, as a field of each.
fn recorded(world: &World, event: &str, field: &str) -> Vec<String> {
    let log = world.audit_log();
    let records = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    records.filter(|record| record["event"] == event).map(|record| record[field].to_string()).collect()
}

/// Takes over, and does not send again what may have been done.
async fn takes_over(world: &World, from: &str) {
    let before = world.mutations();
    let run = world.apply("fleet").await;
    let taken = recorded(world, "takeover", "from");
    assert!(taken.len() == 1 && taken[0].contains(from), "{taken:?}: {}", run.told());
    let outcomes = recorded(world, "outcome", "outcome");
    assert_eq!(outcomes.first().map(String::as_str), Some("\"unknown\""), "what was sent is in doubt first: {outcomes:?}");
    let states: Vec<_> = world.records().iter().map(|record| record.state).collect();
    let (code, state) = match world.cell.fault {
        // It is there, and claimed by its number.
        Fault::AnswerLost => (0, &[RecordState::Confirmed, RecordState::Acked][..]),
        // It may come yet.
        Fault::Late | Fault::RequestLost => (5, &[RecordState::Unknown][..]),
        Fault::None | Fault::AnswerDoubled | Fault::ErrorAfterCommit | Fault::ErrorBeforeCommit | Fault::RateLimited => {
            unreachable!("not of these tests")
        }
    };
    assert_eq!(run.code, Some(code), "{}", run.told());
    assert!(states.len() == 1 && state.contains(&states[0]), "{states:?}: {}", run.told());
    assert_eq!(world.mutations(), before, "{}", run.told());
    world.at_most_once().await.unwrap();
}

/// Whatever was under way arrives, time goes by, and it was done once.
async fn comes_to_rest(world: &World) {
    if world.cell.fault == Fault::Late {
        world.arrive().await;
    }
    super::until_quiet(world, &super::Tally::default()).await.unwrap();
    world.exactly_once().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dead_of_this_machine_are_succeeded_at_once() {
    for kind in kinds() {
        for fault in [Fault::AnswerLost, Fault::Late, Fault::RequestLost] {
            let world = killed(kind, fault).await;
            takes_over(&world, &gethostname::gethostname().to_string_lossy()).await;
            comes_to_rest(&world).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dead_of_another_machine_are_succeeded_when_their_lease_has_expired() {
    for kind in kinds() {
        for fault in [Fault::AnswerLost, Fault::Late, Fault::RequestLost] {
            let world = killed(kind, fault).await;
            // The killed run, as another machine sees it.
            world.tell_journal("UPDATE lease SET host = 'far-away'");
            let requests = world.proxy.passed().len();
            let run = world.apply("fleet").await;
            assert_eq!(run.code, Some(1), "{}", run.told());
            assert!(run.told().contains("another simfleet is applying to this account: process "), "{}", run.told());
            assert!(run.told().contains(" on far-away, since ") && run.told().contains("its lock expires at "), "{}", run.told());
            let asked = &world.proxy.passed()[requests..];
            assert!(asked.iter().all(|asked| asked.method == "GET" || asked.path == "/v1/auth/token"), "{asked:?}");
            assert_eq!(world.records()[0].state, RecordState::Sent, "it is not touched");

            world.tell_journal("UPDATE lease SET expires_at = since / 1000");
            takes_over(&world, "far-away").await;
            comes_to_rest(&world).await;
        }
    }
}

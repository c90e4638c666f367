//! Store files: what is answered is kept.

use serde_json::json;
use simfleet::emulator::{Emulator, Error, Options};

use super::world::{NOW, World, options};

const CARD: &str = "08012345678";

#[tokio::test]
async fn a_world_is_the_same_after_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("carrier.db");
    let world = World::open(Some(&store), options()).await;
    world.set(NOW).await;
    world.emulator.seed(json!({"sims": [{"msisdn": CARD}]}).to_string().as_bytes()).unwrap();
    world.post(&format!("/v1/sims/{CARD}/coupons"), json!({"couponCode": "add-1gb"})).await.good();
    world.post(&format!("/v1/sims/{CARD}/suspend"), json!({"reason": "lost"})).await.good();
    world.get("/v1/sims").await.good();
    let before = world.emulator.snapshot().unwrap();
    let (journal, ledger) = (world.get("/_emu/journal").await.good(), world.get("/_emu/ledger").await.good());
    world.server.stop().await.unwrap();
    drop(world.emulator);

    let again = World::open(Some(&store), Options { pace: None, ..options() }).await;
    assert_eq!(again.emulator.snapshot().unwrap(), before);
    assert_eq!(again.get("/_emu/ledger").await.good(), ledger);
    let calls = again.get("/_emu/journal").await.good()["calls"].as_array().unwrap().clone();
    let known = journal["calls"].as_array().unwrap();
    assert_eq!(&calls[..known.len()], known.as_slice());
    again.advance("PT60S").await;
    assert_eq!(again.line(CARD).await["status"], "suspended");
}

/// A copy of the files of an open store is what a process that is killed leaves behind.
#[tokio::test]
async fn what_was_answered_is_on_disk_already() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("carrier.db");
    let world = World::open(Some(&store), options()).await;
    world.emulator.seed(json!({"sims": [{"msisdn": CARD}]}).to_string().as_bytes()).unwrap();
    world.post(&format!("/v1/sims/{CARD}/coupons"), json!({"couponCode": "add-1gb"})).await.good();
    let snapshot = world.emulator.snapshot().unwrap();
    let copy = folder.path().join("copy.db");
    for suffix in ["", "-wal"] {
        let name = |path: &std::path::Path| format!("{}{suffix}", path.display());
        std::fs::copy(name(&store), name(&copy)).unwrap();
    }
    let left_behind = Emulator::open(Some(&copy), options()).unwrap();
    assert_eq!(left_behind.snapshot().unwrap(), snapshot);
    drop(left_behind);
    let reopened = World::open(Some(&copy), options()).await;
    let journal = reopened.get("/_emu/journal").await.good();
    assert!(journal["calls"].as_array().unwrap().iter().any(|call| call["function"] == 5 && call["status"] == 202));
}

#[test]
fn a_store_has_one_process_and_one_format() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("carrier.db");
    let open = || Emulator::open(Some(&store), options());
    let first = open().unwrap();
    assert!(matches!(open(), Err(Error::InUse(_))));
    drop(first);
    assert!(open().unwrap().is_empty().unwrap());
    let other = folder.path().join("other.db");
    let foreign = rusqlite::Connection::open(&other).unwrap();
    foreign.execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    drop(foreign);
    assert!(matches!(Emulator::open(Some(&other), options()), Err(Error::Foreign(_))));
}

//! Pages: any page of any size is the same slice of one ordered list.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::world::World;

fn msisdns(page: &Value) -> Vec<String> {
    page["result"].as_array().unwrap().iter().map(|row| row["msisdn"].as_str().unwrap().to_owned()).collect()
}

async fn whole(world: &World, list: &str, filter: &str, page_size: usize) -> (Vec<String>, u64) {
    let mut all = Vec::new();
    for page in 1.. {
        let answer = world.get(&format!("/v1/{list}?page={page}&pageSize={page_size}{filter}")).await.good();
        let rows = msisdns(&answer);
        let full = rows.len() == page_size;
        all.extend(rows);
        if !full {
            return (all, answer["totalSize"].as_u64().unwrap());
        }
    }
    unreachable!()
}

#[tokio::test]
async fn pages_of_any_size_make_the_same_list() {
    let world = World::new().await;
    world.emulator.generate(1_000, 7).unwrap();
    for list in ["sims", "chip-sims"] {
        for filter in ["", "&status=active", "&status=suspended", "&systemNo=S0001234"] {
            let (reference, total) = whole(&world, list, filter, 10_000).await;
            assert_eq!(reference.len() as u64, total, "{list}{filter}");
            let sorted: BTreeSet<&String> = reference.iter().collect();
            assert!(reference.iter().eq(sorted), "{list}{filter} is in order and has no doubles");
            for page_size in [1_000, 97, 13] {
                assert_eq!(
                    whole(&world, list, filter, page_size).await,
                    (reference.clone(), total),
                    "{list}{filter} by {page_size}"
                );
            }
        }
    }
    let beyond = world.get("/v1/sims?page=1000000000&pageSize=10000").await.good();
    assert_eq!(beyond["result"], json!([]));
}

#[tokio::test]
async fn a_filter_finds_what_a_scan_finds_after_every_change() {
    let world = World::new().await;
    world.emulator.generate(300, 3).unwrap();
    world.advance("PT1H").await;
    let all = world.get("/v1/sims?pageSize=10000").await.good()["result"].as_array().unwrap().clone();
    let active: Vec<&Value> = all.iter().filter(|row| row["status"] == "active").take(3).collect();
    for row in active {
        let before = world.get("/v1/sims?status=active&pageSize=10000").await.good()["totalSize"].as_u64().unwrap();
        let path = format!("/v1/sims/{}/suspend", row["msisdn"].as_str().unwrap());
        world.post(&path, json!({"reason": "lost"})).await.good();
        world.advance("PT60S").await;
        let after = world.get("/v1/sims?status=active&pageSize=10000").await.good();
        assert_eq!(after["totalSize"], before - 1);
        assert!(!msisdns(&after).contains(&row["msisdn"].as_str().unwrap().to_owned()));
    }
    let changed = world.get("/v1/sims?updatedSince=2026-11-22T21:30:00%2B09:00").await.good();
    assert_eq!(changed["totalSize"], 3);
    let unescaped = world.get("/v1/sims?updatedSince=2026-11-22T21:30:00+09:00&status=suspended").await.good();
    assert_eq!(unescaped["totalSize"], 3);
    let plan = world.get("/v1/sims?planCode=fixed-1gb&pageSize=10000").await.good();
    let scanned = all.iter().filter(|row| row["planCode"] == "fixed-1gb").count();
    assert_eq!(plan["totalSize"], scanned);
}

#[tokio::test]
async fn generated_worlds_are_reproducible_and_complete() {
    let (one, two, other) = (World::new().await, World::new().await, World::new().await);
    one.post("/_emu/seed?generate=200&seed=5", json!({})).await.good();
    two.post("/_emu/seed?generate=200&seed=5", json!({})).await.good();
    other.post("/_emu/seed?generate=200&seed=6", json!({})).await.good();
    let world = |world: &World| world.emulator.snapshot().unwrap();
    assert_eq!(world(&one), world(&two));
    assert_ne!(world(&one), world(&other));
    let lines = one.get("/v1/sims?pageSize=10000").await.good();
    let chips = one.get("/v1/chip-sims?pageSize=10000").await.good();
    assert_eq!(chips["totalSize"], 40);
    let cards = lines["result"].as_array().unwrap().iter().filter(|row| row["kind"] == "card").count();
    assert_eq!(cards, 160);
    let values = |page: &Value, name: &str| -> BTreeSet<String> {
        page["result"].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(values(&lines, "status").len(), 6);
    assert_eq!(values(&chips, "status").len(), 9);
    assert_eq!(values(&lines, "planCode").len(), 10);
    let again = one.post("/_emu/seed?generate=200&seed=5", json!({})).await.good();
    assert_eq!(again, json!({"sims": 0, "chipSims": 0, "applications": 0}), "known numbers are left alone");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn made_up_identifiers_are_valid_and_unique(count in 1_u64..3_000, seed in any::<u64>()) {
        let emulator = simfleet::emulator::Emulator::open(None, super::world::options()).unwrap();
        emulator.generate(count, seed).unwrap();
        let snapshot: Value = serde_json::from_slice(&emulator.snapshot().unwrap()).unwrap();
        let rows: Vec<&Value> = ["sims", "chipSims"].iter().flat_map(|list| snapshot[*list].as_array().unwrap()).collect();
        prop_assert_eq!(rows.len() as u64, count);
        let mut seen = BTreeSet::new();
        for row in rows {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            text("msisdn").parse::<simfleet::domain::Msisdn>().unwrap();
            text("iccid").parse::<simfleet::domain::Iccid>().unwrap();
            prop_assert!(seen.insert(text("msisdn").to_owned()));
            prop_assert!(seen.insert(text("iccid").to_owned()));
            if !text("imei").is_empty() {
                text("imei").parse::<simfleet::domain::Imei>().unwrap();
                prop_assert!(seen.insert(text("imei").to_owned()));
            }
        }
    }
}

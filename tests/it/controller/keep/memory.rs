//! What is remembered of lines, in config maps.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt as _;
use kube::api::{Api, ListParams, Patch, PatchParams};
use proptest::prelude::*;
use serde_json::json;
use simfleet::carrier::Carrier as _;
use simfleet::controller::keep::memory::{Remembered, join, split};
use simfleet::controller::keep::{Kept, KeptError, Restored};
use simfleet::domain::Msisdn;
use simfleet::plan::{Change, Confirmed, Memory};

use super::{LINE, Scene};
use crate::exec::handmade::operation;
use crate::exec::plans::msisdn;
use crate::kubernetes::Cluster;

/// So many lines, of which every fifth is a chip and every hundredth is protected.
fn fleet(lines: u32) -> Memory {
    let mut confirmed = Confirmed::new();
    let mut protected = BTreeSet::new();
    for nth in 0..lines {
        let msisdn = numbered(nth);
        let mut put = |field: &str, value: String| drop(confirmed.insert((msisdn, field.into()), value.into()));
        put("state", if nth % 7 == 0 { "Suspended" } else { "Active" }.to_owned());
        put("ratePlan", ["fixed-500mb", "fixed-1gb", "payg-3gb"][(nth % 3) as usize].to_owned());
        put("systemNumber", "S0001234".to_owned());
        if nth % 5 == 0 {
            // As random as digits are.
            put("imei", format!("35{:013}", u64::from(nth).wrapping_mul(6_364_136_223_846_793_005) % 10_000_000_000_000));
        }
        if nth % 100 == 0 {
            protected.insert(msisdn);
        }
    }
    Memory { confirmed: Some(confirmed), protected, ..Memory::default() }
}

/// A number, scattered as a fleet's are.
fn numbered(nth: u32) -> Msisdn {
    Msisdn::parse(&format!("080{:08}", u64::from(nth) * 7 + u64::from(nth % 5))).unwrap()
}

async fn maps(scene: &Scene) -> Vec<ConfigMap> {
    let maps: Api<ConfigMap> = Api::namespaced(scene.client.clone(), &scene.namespace);
    maps.list(&ListParams::default().labels("simfleet.dev/content=memory")).await.unwrap().items
}

fn remembered(restored: &Restored) -> Remembered {
    Remembered::of(&restored.journal.memory().unwrap())
}

#[tokio::test]
async fn what_is_remembered_outlives_the_process_and_is_written_where_it_changed() {
    let scene = Scene::new(Cluster::shared().await, "keep-memory").await;
    let mut process = scene.takes_over("one").await;
    assert_eq!(process.kept.remember(&Memory::default()).await.unwrap(), 0, "nothing is nothing to write");
    let mut memory = fleet(100_000);
    let written = process.kept.remember(&memory).await.unwrap();
    let sizes: Vec<usize> =
        maps(&scene).await.iter().map(|map| map.binary_data.as_ref().unwrap()["memory.csv.gz"].0.len()).collect();
    eprintln!("100,000 lines: {written} config maps, {} bytes in all, sizes {sizes:?}", sizes.iter().sum::<usize>());
    assert_eq!(usize::try_from(written).unwrap(), sizes.len());
    assert!(sizes.iter().all(|size| *size < 700 << 10), "{sizes:?}");
    assert_eq!(process.kept.remember(&memory).await.unwrap(), 0, "at rest nothing is written");

    // A line more, one less, and another value: a part each.
    let confirmed = memory.confirmed.as_mut().unwrap();
    confirmed.insert((numbered(50_000), "state".into()), "Terminated".into());
    assert_eq!(process.kept.remember(&memory).await.unwrap(), 1);
    let process = scene.takes_over("two").await;
    assert_eq!(process.problems, []);
    assert_eq!(remembered(&process), Remembered::of(&memory));
    assert_eq!(maps(&scene).await.len(), sizes.len());
}

#[tokio::test]
async fn what_is_going_to_change_is_forgotten_first() {
    let scene = Scene::new(Cluster::shared().await, "keep-forget").await;
    let mut process = scene.takes_over("one").await;
    let line = msisdn(LINE);
    let confirmed = [("state", "Active"), ("ratePlan", "fixed-1gb"), ("systemNumber", "S0001234")];
    let confirmed: Confirmed = confirmed.map(|(field, value)| ((line, field.into()), value.into())).into();
    let memory = Memory { confirmed: Some(confirmed), protected: BTreeSet::from([line]), ..Memory::default() };
    process.kept.remember(&memory).await.unwrap();
    let terminate = operation(line, Change::Terminate { date: "2026-11-30".parse().unwrap() }, 0);
    assert_eq!(process.kept.forget(&memory, [&terminate]).await.unwrap(), 1);
    let next = scene.takes_over("two").await;
    let Remembered { confirmed, protected } = remembered(&next);
    let fields: Vec<&str> = confirmed.keys().map(|(_, field)| &**field).collect();
    assert_eq!((fields, protected), (vec!["ratePlan", "systemNumber"], BTreeSet::from([line])));
}

#[tokio::test]
async fn of_two_that_write_the_second_one_is_told() {
    let scene = Scene::new(Cluster::shared().await, "keep-maps").await;
    let mut one = scene.takes_over("one").await;
    one.kept.remember(&fleet(3)).await.unwrap();
    let mut two = scene.takes_over("two").await;
    two.kept.remember(&fleet(5)).await.unwrap();
    let refused = one.kept.remember(&fleet(4)).await;
    assert!(matches!(refused, Err(KeptError::Lost(_))), "{refused:?}");
    // The same is no conflict: whoever wrote it.
    assert_eq!(one.kept.remember(&fleet(5)).await.unwrap(), 1);
    assert_eq!(remembered(&scene.takes_over("three").await), Remembered::of(&fleet(5)));
}

#[tokio::test]
async fn what_others_made_of_it_is_told_and_costs_no_more_than_its_lines() {
    let scene = Scene::new(Cluster::shared().await, "keep-corrupt").await;
    let mut process = scene.takes_over("one").await;
    let memory = fleet(45_000);
    process.kept.remember(&memory).await.unwrap();
    let of_scene: Api<ConfigMap> = Api::namespaced(scene.client.clone(), &scene.namespace);
    let all = maps(&scene).await;
    let first = all.iter().find(|map| map.name_any().ends_with("-first")).unwrap();
    let labels = first.labels().clone();
    let garbage = [vec![], b"garbage".to_vec(), {
        let mut cut = first.binary_data.as_ref().unwrap()["memory.csv.gz"].0.clone();
        cut.truncate(cut.len() / 2);
        cut
    }];
    for bytes in garbage {
        let change = Patch::Merge(json!({"binaryData": {"memory.csv.gz": ByteString(bytes)}}));
        of_scene.patch(&first.name_any(), &PatchParams::default(), &change).await.unwrap();
        let mut next = scene.takes_over("two").await;
        assert_eq!(next.problems.len(), 1);
        let problem = next.problems[0].to_string();
        assert!(problem.starts_with(&format!("config map {} cannot be read: ", first.name_any())), "{problem}");
        let left = remembered(&next);
        assert!(!left.confirmed.is_empty(), "the other parts are there");
        assert!(left.confirmed.len() < Remembered::of(&memory).confirmed.len());
        assert_eq!(next.kept.remember(&memory).await.unwrap(), 1, "what cannot be read is written anew");
    }
    let foreign = ConfigMap {
        metadata: kube::api::ObjectMeta {
            name: Some("foreign".to_owned()),
            labels: Some(labels),
            ..kube::api::ObjectMeta::default()
        },
        data: Some(BTreeMap::from([("from".to_owned(), "nowhere".to_owned())])),
        ..ConfigMap::default()
    };
    of_scene.create(&kube::api::PostParams::default(), &foreign).await.unwrap();
    let next = scene.takes_over("three").await;
    assert_eq!(next.problems.len(), 1, "{:?}", next.problems);
    assert_eq!(remembered(&next), Remembered::of(&memory));
}

#[tokio::test]
async fn an_account_of_another_contractor_is_another_account() {
    let scene = Scene::new(Cluster::shared().await, "keep-other").await;
    let mut process = scene.takes_over("one").await;
    process.kept.remember(&fleet(3)).await.unwrap();
    let other =
        simfleet::domain::CarrierIdentity { contractor_id: "somebody".to_owned(), ..scene.world.carrier().identity().clone() };
    let owner = simfleet::controller::keep::Owner { carrier: simfleet::controller::keep::digest(&other), ..scene.owner("one") };
    let found = Kept::restore(&scene.client, owner, &other, || Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(remembered(&found), Remembered::default());
}

fn any_memory() -> impl Strategy<Value = Remembered> {
    let number = (0u32..400).prop_map(numbered);
    let field = prop::sample::select(vec!["state", "ratePlan", "imei", "systemNumber"]);
    let value = prop::string::string_regex("[A-Za-z0-9,\"\n 日-]{1,8}").unwrap();
    let confirmed = prop::collection::btree_map((number.clone(), field.prop_map(Into::into)), value.prop_map(Into::into), 0..200);
    (confirmed, prop::collection::btree_set(number, 0..20)).prop_map(|(confirmed, protected)| Remembered { confirmed, protected })
}

proptest! {
    /// Wherever the parts begin, and in whatever order they come.
    #[test]
    fn parts_put_together_are_what_was_cut(memory in any_memory(), borders in prop::collection::btree_set((0u32..400).prop_map(numbered), 0..6)) {
        let mut parts = split(&memory, &borders);
        prop_assert_eq!(parts[0].from, None);
        prop_assert!(parts.iter().skip(1).all(|part| borders.contains(&part.from.unwrap())));
        parts.reverse();
        let (joined, unreadable) = join(&parts);
        prop_assert!(unreadable.is_empty());
        prop_assert_eq!(joined, memory);
    }

    /// A process may die between two writes: whichever of the config maps are the old ones, no line is there twice, and
    /// each has a value that it had before or has now.
    #[test]
    fn a_mixture_of_old_and_new_parts_invents_nothing(
        old in any_memory(),
        new in any_memory(),
        borders in prop::collection::btree_set((0u32..400).prop_map(numbered), 0..6),
        more in prop::collection::btree_set((0u32..400).prop_map(numbered), 0..3),
        taken in any::<u16>(),
    ) {
        let before = split(&old, &borders);
        let after = split(&new, &(&borders | &more));
        let mut mixed: BTreeMap<_, _> = before.into_iter().map(|part| (part.from, part)).collect();
        // The last are written first.
        let written = usize::from(taken) % (after.len() + 1);
        mixed.extend(after.into_iter().rev().take(written).map(|part| (part.from, part)));
        let (joined, _) = join(&mixed.into_values().collect::<Vec<_>>());
        for (key, value) in &joined.confirmed {
            prop_assert!(old.confirmed.get(key) == Some(value) || new.confirmed.get(key) == Some(value));
        }
        prop_assert!(joined.protected.iter().all(|line| old.protected.contains(line) || new.protected.contains(line)));
        prop_assert!(old.protected.intersection(&new.protected).all(|line| joined.protected.contains(line)));
    }
}

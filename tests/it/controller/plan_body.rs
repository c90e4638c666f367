//! A plan in config maps is read back as it was, by whoever may read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DeleteParams, Patch, PatchParams};
use simfleet::carrier::{ObserveOptions, observe};
use simfleet::controller::object::{Object, ObjectKind};
use simfleet::controller::plan_body::{self, Packed, ReadError, Unreadable, pack, unpack};
use simfleet::domain::DesiredState;
use simfleet::plan::{Memory, Plan};

use crate::carrier::emulated::Emulated;
use crate::exec::plans::{card, desired, planned};
use crate::kubernetes::Cluster;

/// A plan that suspends so many lines.
async fn plan(lines: usize) -> Plan {
    let numbers: Vec<String> = (0..lines).map(|nth| format!("080{nth:08}")).collect();
    let world = Emulated::frozen().await;
    let sims: Vec<_> = numbers.iter().map(|number| serde_json::json!({"msisdn": number})).collect();
    world.emulator.seed(serde_json::json!({"sims": sims}).to_string().as_bytes()).expect("it is seeded");
    let observed = observe(&world.carrier(), &ObserveOptions::default()).await.expect("it is observed");
    let wishes = desired(numbers.iter().map(|number| card(number, DesiredState::Suspended, None)).collect());
    let plan = planned(&wishes, &observed, &Memory::default());
    assert_eq!(plan.operations.len(), lines);
    plan
}

fn account(namespace: &str) -> Object {
    Object {
        kind: ObjectKind::CarrierAccount,
        namespace: namespace.into(),
        name: "main".into(),
        uid: "4f1f5f0e-0000-4000-8000-000000000001".to_owned(),
        resource_version: "1".to_owned(),
        generation: 1,
        created: Timestamp::UNIX_EPOCH,
        deleting: false,
        finalizers: Vec::new(),
        annotations: BTreeMap::new(),
        document: Arc::from("{}"),
        status: Arc::from("null"),
    }
}

#[tokio::test]
async fn what_is_packed_is_unpacked_as_it_was() {
    for lines in [1, 40] {
        let plan = plan(lines).await;
        let packed = pack(&plan).expect("it fits");
        assert_eq!(unpack(&packed.parts).expect("it is whole"), plan);
        assert!(packed.text.lines().next_back().expect("text").starts_with("Plan: "), "{}", packed.text);
    }
}

#[tokio::test]
async fn what_was_tampered_with_is_not_shown() {
    let packed = pack(&plan(3).await).expect("it fits");
    let mut cut = packed.parts.clone();
    let half = cut[0].len() / 2;
    cut[0].truncate(half);
    assert!(matches!(unpack(&cut), Err(Unreadable::Packing(_) | Unreadable::Json(_))));
    let mut changed = plan(3).await;
    changed.operations.pop();
    let changed = pack(&changed).expect("it fits");
    assert!(matches!(unpack(&changed.parts), Err(Unreadable::Changed(_))));
}

#[tokio::test]
async fn a_body_is_replaced_whole_and_removed_whole() {
    let space = Cluster::shared().await.namespace("plan-body").await;
    let client = Cluster::shared().await.client();
    let account = account(space.name());
    let none = plan_body::read(&client, space.name(), "main").await;
    assert!(matches!(none, Err(ReadError::None { .. })), "{none:?}");

    // In three parts, as a plan of a hundred thousand operations is.
    let long = plan(40).await;
    let packed = pack(&long).expect("it fits");
    let whole = packed.parts.concat();
    let parts: Vec<Vec<u8>> = whole.chunks(whole.len().div_ceil(3)).map(<[u8]>::to_vec).collect();
    let packed = Packed { parts, ..packed };
    let names = plan_body::write(&client, &account, &long.plan_id, &packed).await.expect("it is written");
    assert_eq!(names.len(), 3);
    assert_eq!(plan_body::read(&client, space.name(), "main").await.expect("it is there"), long);
    let maps: Api<ConfigMap> = space.api();
    let first = maps.get(&names[0]).await.expect("it is there");
    assert!(first.data.expect("text")["plan.txt"].contains("Plan: "));

    // One that is missing a part, or has one of another plan, is never put together.
    let other = Patch::Merge(serde_json::json!({"metadata": {"annotations": {"simfleet.dev/plan-id": "plan-other"}}}));
    maps.patch(&names[1], &PatchParams::default(), &other).await.expect("it is changed");
    let torn = plan_body::read(&client, space.name(), "main").await;
    assert!(matches!(torn, Err(ReadError::Torn(_))), "{torn:?}");
    maps.delete(&names[1], &DeleteParams::default()).await.expect("it goes");
    let torn = plan_body::read(&client, space.name(), "main").await;
    assert!(matches!(torn, Err(ReadError::Torn(_))), "{torn:?}");

    let short = plan(1).await;
    let packed = pack(&short).expect("it fits");
    plan_body::write(&client, &account, &short.plan_id, &packed).await.expect("it is written");
    assert_eq!(plan_body::read(&client, space.name(), "main").await.expect("it is there"), short);
    plan_body::remove(&client, &account).await.expect("it goes");
    let none = plan_body::read(&client, space.name(), "main").await;
    assert!(matches!(none, Err(ReadError::None { .. })), "{none:?}");
}

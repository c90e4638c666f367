//! Objects of a cluster, made by hand: what the pure part of the controller is given.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use simfleet::controller::object::{AccountView, Object, ObjectKind, RosterMap};

/// When the first object of a view was made; others follow by the second.
pub(super) const EPOCH: i64 = 1_795_000_000;

/// An object made `age` seconds after the first one. `spec` lacks `accountRef`, which is `main`.
pub(super) fn object(kind: ObjectKind, name: &str, age: i64, mut spec: Value) -> Object {
    if kind != ObjectKind::CarrierAccount
        && let Some(fields) = spec.as_object_mut()
    {
        fields.entry("accountRef").or_insert_with(|| json!({"name": "main"}));
    }
    let document = json!({
        "apiVersion": "simfleet.dev/v1alpha1",
        "kind": kind.as_str(),
        "metadata": {"name": name, "namespace": "iot"},
        "spec": spec,
    });
    Object {
        kind,
        namespace: "iot".into(),
        name: name.into(),
        uid: format!("uid-{name}"),
        resource_version: "1".to_owned(),
        generation: 3,
        created: Timestamp::from_second(EPOCH + age).expect("a time"),
        deleting: false,
        finalizers: Vec::new(),
        annotations: BTreeMap::new(),
        document: document.to_string().into(),
        status: "null".into(),
    }
}

/// A fleet of `sims` by their numbers.
pub(super) fn fleet(name: &str, age: i64, numbers: &[&str]) -> Object {
    let sims: Vec<Value> = numbers.iter().map(|number| json!({"msisdn": number, "state": "Active"})).collect();
    fleet_of(name, age, json!({"sims": sims}))
}

/// A fleet with these fields besides system and service.
pub(super) fn fleet_of(name: &str, age: i64, rest: Value) -> Object {
    let mut spec = json!({"systemNumber": "S0001234", "serviceCode": "m2m-lte"});
    if let (Some(spec), Value::Object(rest)) = (spec.as_object_mut(), rest) {
        spec.extend(rest);
    }
    object(ObjectKind::SimFleet, name, age, spec)
}

/// An order that is valid.
pub(super) fn order(name: &str, age: i64) -> Object {
    let ship_to = json!({
        "postalCode": "100-0001", "prefecture": "東京都", "city": "千代田区", "street": "千代田1-1",
        "company": "例示株式会社", "contact": "山田太郎", "phone": "03-1234-5678",
    });
    let spec = json!({
        "systemNumber": "S0001234", "serviceCode": "m2m-lte", "ratePlan": "fixed-500mb", "formFactor": "nano",
        "quantity": 50, "shipTo": ship_to,
    });
    object(ObjectKind::SimOrder, name, age, spec)
}

/// The account `main`, the oldest of all.
pub(super) fn account() -> Object {
    object(ObjectKind::CarrierAccount, "main", 0, json!({"driver": "http", "endpoint": "https://carrier.example.jp"}))
}

pub(super) fn roster(name: &str, key: &str, text: &str) -> RosterMap {
    RosterMap { name: name.into(), data: BTreeMap::from([(key.to_owned(), Arc::from(text))]) }
}

pub(super) fn view(fleets: Vec<Object>, orders: Vec<Object>, rosters: Vec<RosterMap>) -> AccountView {
    AccountView { account: account(), fleets, orders, rosters }
}

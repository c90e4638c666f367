//! The JSON Schema of all kinds, for editors (yaml-language-server) and other tools.

use serde_json::{Map, Value, json};

use crate::api::schema::schema_of;
use crate::api::{API_VERSION, CarrierAccount, CarrierAccountSpec, ConfigMap, SimFleet, SimFleetSpec, SimOrder, SimOrderSpec};

/// A JSON Schema (draft 2020-12) that covers a document of any kind: which one applies follows from
/// `kind`. Documents of other tools in the same file are not judged.
pub fn schema() -> Value {
    let kinds = [
        ("CarrierAccount", API_VERSION, schema_of::<CarrierAccount>(), schema_of::<CarrierAccountSpec>()),
        ("SimFleet", API_VERSION, schema_of::<SimFleet>(), schema_of::<SimFleetSpec>()),
        ("SimOrder", API_VERSION, schema_of::<SimOrder>(), schema_of::<SimOrderSpec>()),
        ("ConfigMap", "v1", schema_of::<ConfigMap>(), schema_of::<ConfigMap>()),
    ];
    let names: Vec<&str> = kinds.iter().map(|(name, ..)| *name).collect();
    let rules: Vec<Value> = kinds
        .into_iter()
        .map(|(name, version, schema, spec)| {
            let mut schema = schema.to_value();
            // A ConfigMap may have fields that are none of our business.
            if name != "ConfigMap" {
                close(&mut schema);
            }
            describe(&mut schema, name, spec.get("description"));
            pin(&mut schema, "apiVersion", version);
            pin(&mut schema, "kind", name);
            json!({
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": schema,
            })
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://simfleet.dev/schemas/v1alpha1.json",
        "title": "simfleet manifests",
        "description": "Fleets of SIMs, the carrier accounts they belong to, and orders.",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": {"enum": [API_VERSION, "v1"]},
            "kind": {"enum": names},
        },
        "allOf": rules,
    })
}

/// Refuses unknown fields, which a Kubernetes schema must not say, and leaves out what only Kubernetes reads.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            // Rules in CEL and keys of lists are for clusters; an editor has no use for them.
            fields.retain(|name, _| !name.starts_with("x-kubernetes-"));
            for value in fields.values_mut() {
                close(value);
            }
            if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".into(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An editor shows the kind and what it is, not how our types are made.
fn describe(schema: &mut Value, name: &str, description: Option<&Value>) {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("title".into(), name.into());
        fields.extend(description.map(|text| ("description".to_owned(), text.clone())));
    }
}

fn pin(schema: &mut Value, field: &str, value: &str) {
    let property = schema.get_mut("properties").and_then(|properties| properties.get_mut(field)).and_then(Value::as_object_mut);
    if let Some(property) = property {
        let pinned: &mut Map<String, Value> = property;
        pinned.insert("const".into(), value.into());
    }
}

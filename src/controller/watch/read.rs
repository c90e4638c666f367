//! Objects as the API server gives them, made into ours.

use std::collections::BTreeSet;
use std::sync::Arc;

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::{Value, json};

use crate::api::API_VERSION;
use crate::controller::object::{Object, ObjectKind};

/// An object of ours, with the document as `validate` would read it. Nothing in it is judged.
pub fn object(kind: ObjectKind, mut from: DynamicObject) -> Object {
    let spec = from.data.get_mut("spec").map(Value::take);
    let status = from.data.get_mut("status").map_or(Value::Null, Value::take);
    let (name, namespace) = (from.name_any(), from.namespace().unwrap_or_default());
    let mut document = json!({
        "apiVersion": API_VERSION,
        "kind": kind.as_str(),
        "metadata": {"name": name, "namespace": namespace},
    });
    if let (Some(spec), Some(fields)) = (spec, document.as_object_mut()) {
        fields.insert("spec".to_owned(), spec);
    }
    Object {
        kind,
        namespace: namespace.into(),
        name: name.into(),
        uid: from.metadata.uid.unwrap_or_default(),
        resource_version: from.metadata.resource_version.unwrap_or_default(),
        generation: from.metadata.generation.unwrap_or_default(),
        created: from.metadata.creation_timestamp.map(|time| time.0).unwrap_or_default(),
        deleting: from.metadata.deletion_timestamp.is_some(),
        finalizers: from.metadata.finalizers.unwrap_or_default(),
        annotations: from.metadata.annotations.unwrap_or_default(),
        document: document.to_string().into(),
        status: status.to_string().into(),
    }
}

/// What an object names: its account (empty where it names none) and its config maps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct References {
    pub(super) account: Arc<str>,
    pub(super) config_maps: BTreeSet<Arc<str>>,
}

pub(super) fn references(document: &str) -> References {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(Arc::from);
    let rosters = document.pointer("/spec/rosters").and_then(Value::as_array);
    References {
        account: text(document.pointer("/spec/accountRef/name")).unwrap_or_default(),
        config_maps: rosters.into_iter().flatten().filter_map(|roster| text(roster.pointer("/configMapRef/name"))).collect(),
    }
}

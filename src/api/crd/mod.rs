//! The kinds as `CustomResourceDefinition`s: `kubectl apply -f crds/`.
//!
//! Names, columns and short names stand at the types (`#[kube(…)]`, from which kube derives what a client needs); the
//! schemas come from the same types, rewritten by `structural`. What neither a type nor a bound can say is a CEL rule,
//! also at the type. Whatever they refuse, the manifest reader refuses too; it alone knows the rest.
//!
//! `kubectl get simfleet-all` lists all of them. A category must not be called like a kind: kubectl takes the category
//! first, `kubectl get simfleet kanto` would fail, and `kubectl delete simfleet --all` would delete accounts, orders and
//! what keeps them from being bought twice.

mod structural;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::schema::schema_of;
use super::status::{CarrierAccountStatus, SimFleetStatus, SimOrderStatus};
use super::{
    CarrierAccountResource, CarrierAccountSpec, Metadata, SimFleetResource, SimFleetSpec, SimOperationResource, SimOperationSpec,
    SimOperationStatus, SimOrderResource, SimOrderSpec,
};
use structural::structural;

/// All kinds of ours.
///
/// # Errors
/// Only if a schema is none.
pub fn all() -> Result<Vec<CustomResourceDefinition>, CrdError> {
    Ok(vec![
        named::<CarrierAccountSpec, CarrierAccountStatus>(CarrierAccountResource::crd())?,
        named::<SimFleetSpec, SimFleetStatus>(SimFleetResource::crd())?,
        named::<SimOrderSpec, SimOrderStatus>(SimOrderResource::crd())?,
        // Named by an operation's id.
        with_schema(SimOperationResource::crd(), &kind::<SimOperationSpec, SimOperationStatus>())?,
    ])
}

/// All kinds as YAML, by the names of their files.
///
/// # Errors
/// As [`all`].
pub fn kinds() -> Result<Vec<(String, String)>, CrdError> {
    all()?
        .iter()
        .map(|kind| {
            let name = format!("{}_{}.yaml", kind.spec.group, kind.spec.names.plural);
            Ok((name, format!("{GENERATED}---\n{}", serde_yaml::to_string(kind)?)))
        })
        .collect()
}

/// The files of `crds/` by name: the [`kinds`], and what `kubectl apply -k` reads.
///
/// # Errors
/// As [`all`].
pub fn files() -> Result<Vec<(String, String)>, CrdError> {
    let mut files = kinds()?;
    let names: Vec<String> = files.iter().map(|(name, _)| format!("  - {name}\n")).collect();
    let list =
        format!("{GENERATED}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n{}", names.concat());
    files.push(("kustomization.yaml".to_owned(), list));
    Ok(files)
}

const GENERATED: &str = "# Made by `simfleet crd -o DIR` from the Rust types in src/api.\n";

/// The types cannot be said in a cluster's terms: a mistake in the program, which its tests would find.
#[derive(Debug, thiserror::Error)]
pub enum CrdError {
    /// The schema is none.
    #[error("a kind's schema is not one that Kubernetes has")]
    Schema(#[from] serde_json::Error),
    /// It cannot be written.
    #[error("a kind cannot be written as YAML")]
    Yaml(#[from] serde_yaml::Error),
}

/// A kind whose objects are named as in files.
fn named<Spec: JsonSchema, Status: JsonSchema>(crd: CustomResourceDefinition) -> Result<CustomResourceDefinition, CrdError> {
    let mut schema = kind::<Spec, Status>();
    let metadata = schema_of::<Metadata>();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    if let (Some(properties), Some(name)) = (properties, metadata.as_value().pointer("/properties/name")) {
        properties.insert("metadata".into(), json!({"type": "object", "properties": {"name": structural(name)}}));
    }
    with_schema(crd, &schema)
}

fn kind<Spec: JsonSchema, Status: JsonSchema>() -> Value {
    let spec = structural(schema_of::<Spec>().as_value());
    json!({
        "type": "object",
        "description": spec.get("description").cloned().unwrap_or_default(),
        "required": ["spec"],
        "properties": {
            "spec": spec,
            "status": structural(schema_of::<Status>().as_value()),
        },
    })
}

fn with_schema(mut crd: CustomResourceDefinition, schema: &Value) -> Result<CustomResourceDefinition, CrdError> {
    for version in &mut crd.spec.versions {
        let validation = version.schema.get_or_insert_default();
        validation.open_api_v3_schema = Some(serde_json::from_value(schema.clone())?);
    }
    Ok(crd)
}

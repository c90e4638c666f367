//! The published JSON Schema of plans.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::plan::Plan;

/// Where it is published.
pub const PLAN_SCHEMA_ID: &str = "https://simfleet.dev/schemas/plan-1.0.json";

/// The JSON Schema (draft 2020-12) of a plan as `plan --format json` writes it.
///
/// It is the schema of writing: a reader of a later minor version has to accept more fields.
pub fn plan_schema() -> Value {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Plan>();
    let mut value = schema.to_value();
    if let Some(object) = value.as_object_mut() {
        object.insert("$id".to_owned(), PLAN_SCHEMA_ID.into());
    }
    value
}

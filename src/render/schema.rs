//! The published JSON Schemas of plans, of drift and of the money-saving report.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::plan::Plan;
use crate::plan::drift::DriftReport;
use crate::savings::document::ReportDocument;

/// Where it is published.
pub const PLAN_SCHEMA_ID: &str = "https://simfleet.dev/schemas/plan-1.0.json";

/// Where that of drift is published.
pub const DRIFT_SCHEMA_ID: &str = "https://simfleet.dev/schemas/drift-1.0.json";

/// Where that of the money-saving report is published.
pub const REPORT_SCHEMA_ID: &str = "https://simfleet.dev/schemas/report-1.0.json";

/// The JSON Schema (draft 2020-12) of a plan as `plan --format json` writes it.
///
/// It is the schema of writing: a reader of a later minor version has to accept more fields.
pub fn plan_schema() -> Value {
    schema_of::<Plan>(PLAN_SCHEMA_ID)
}

/// The JSON Schema (draft 2020-12) of what `drift --format json` writes: a schema of writing too.
pub fn drift_schema() -> Value {
    schema_of::<DriftReport>(DRIFT_SCHEMA_ID)
}

/// The JSON Schema (draft 2020-12) of what `report --format json` writes: a schema of writing too.
pub fn report_schema() -> Value {
    schema_of::<ReportDocument>(REPORT_SCHEMA_ID)
}

fn schema_of<T: JsonSchema>(id: &str) -> Value {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    let mut value = schema.to_value();
    if let Some(object) = value.as_object_mut() {
        object.insert("$id".to_owned(), id.into());
    }
    value
}

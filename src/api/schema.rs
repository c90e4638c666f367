//! The JSON Schema of a type: the one definition from which the structural check, the editors' schema and the
//! cluster's come.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The schema of an API type, without references.
pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator()
        .into_root_schema_for::<T>()
}

//! `simfleet schema`: the JSON Schema of manifests, plans, drift or reports.

use crate::cli::args::{Schema, SchemaOf};
use crate::cli::failure::Failure;
use crate::cli::{exit, output};
use crate::{manifest, render};

pub(crate) fn run(args: &Schema) -> Result<u8, Failure> {
    let schema = match args.of {
        SchemaOf::Manifest => manifest::schema(),
        SchemaOf::Plan => render::schema::plan_schema(),
        SchemaOf::Drift => render::schema::drift_schema(),
        SchemaOf::Report => render::schema::report_schema(),
    };
    output::to_stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        writeln!(out)
    })?;
    Ok(exit::DONE)
}

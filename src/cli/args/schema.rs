//! `simfleet schema`.

use clap::{Args, ValueEnum};

/// `simfleet schema`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  simfleet schema > simfleet.schema.json    of manifests, for an editor
  simfleet schema plan                      of `simfleet plan --format json`")]
pub struct Schema {
    /// Of which document
    #[arg(value_enum, default_value_t = SchemaOf::Manifest)]
    pub of: SchemaOf,
}

/// Which schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Manifests.
    Manifest,
    /// The JSON plan.
    Plan,
    /// The JSON of `drift`.
    Drift,
    /// The JSON of `report`.
    Report,
}

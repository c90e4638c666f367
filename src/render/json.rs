//! A plan as JSON: the document itself (DESIGN 3.3), the same bytes for the same plan.

use std::io::{self, Write};

use serde::Serialize;

use crate::plan::Plan;

/// How the JSON is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Indented, for people and diffs.
    #[default]
    Pretty,
    /// One line.
    Compact,
}

/// Writes a plan as JSON and a newline.
pub fn write(out: &mut (impl Write + ?Sized), plan: &Plan, layout: Layout) -> io::Result<()> {
    write_any(out, plan, layout)
}

/// Writes any document (rows of the carrier's lists, say) as JSON and a newline. Nothing is built in
/// memory first.
pub fn write_any(out: &mut (impl Write + ?Sized), document: &impl Serialize, layout: Layout) -> io::Result<()> {
    match layout {
        Layout::Pretty => serde_json::to_writer_pretty(&mut *out, document)?,
        Layout::Compact => serde_json::to_writer(&mut *out, document)?,
    }
    writeln!(out)
}

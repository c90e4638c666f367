//! GitLab's Code Quality report: `artifacts: reports: codequality:` (docs.gitlab.com, "Code Quality report
//! format"). A JSON array; GitLab reads `description`, `check_name`, `fingerprint`, `severity`, `location.path`
//! and `location.lines.begin`, shows one finding of a fingerprint, and wants paths without `./`.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::annotate::fingerprint::fingerprints;
use crate::annotate::{Annotation, Level, Spot};

/// Writes every mark. What no line causes stands at the first file that any of them names, because a finding
/// without a place is refused.
pub fn write(out: &mut (impl Write + ?Sized), marks: &[Annotation]) -> io::Result<()> {
    let somewhere = marks.iter().find_map(Annotation::spot).map_or(".", |spot| spot.file.as_str());
    let findings: Vec<Value> =
        marks.iter().zip(fingerprints(marks)).map(|(mark, fingerprint)| finding(mark, &fingerprint, somewhere)).collect();
    serde_json::to_writer_pretty(&mut *out, &findings)?;
    writeln!(out)
}

fn finding(mark: &Annotation, fingerprint: &str, somewhere: &str) -> Value {
    let severity = match mark.level() {
        Level::Error => "critical",
        Level::Warning => "minor",
        Level::Notice => "info",
    };
    let (path, line) = match mark.spot() {
        Some(Spot { file, line, .. }) => (file.as_str(), *line),
        None => (somewhere, 0),
    };
    json!({
        "check_name": mark.rule(),
        "description": mark.text(),
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line.max(1)}},
    })
}

//! Diagnostics for programs.

use serde_json::{Value, json};

use crate::diag::Diagnostic;

/// `{"diagnostics": [{code, severity, message, file, line, column, length, route, help, related[]}]}`.
pub fn json(diagnostics: &[Diagnostic]) -> Value {
    let rows: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let Diagnostic { location, severity, code, message, route, help, related } = diagnostic;
            json!({
                "code": code,
                "severity": severity,
                "message": message,
                "file": location.file,
                "line": location.line,
                "column": location.column,
                "length": location.length,
                "route": route,
                "help": help,
                "related": related.iter().map(|other| json!({
                    "message": other.message,
                    "file": other.location.file,
                    "line": other.location.line,
                    "column": other.location.column,
                    "length": other.location.length,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "diagnostics": rows })
}

//! SARIF 2.1.0 (OASIS) of what `validate` found, for code scanning.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::annotate::fingerprint::fingerprints;
use crate::annotate::{Annotation, Level, Spot};
use crate::diag::Code;

/// GitHub refuses a run with more results (docs.github.com, "SARIF results exceed limits").
pub const MOST_RESULTS: usize = 25_000;

/// Of these it shows so many, by severity.
pub const RESULTS_SHOWN: usize = 5_000;

/// Writes the marks, the worst first, as one run. Rules are the codes that occur, with the pages of
/// `simfleet explain` as help.
pub fn write(out: &mut (impl Write + ?Sized), marks: &[Annotation], tool_version: &str) -> io::Result<()> {
    let mut marks = marks.to_vec();
    marks.sort_by_key(Annotation::level);
    let all = marks.len();
    marks.truncate(MOST_RESULTS);
    let mut rules: Vec<&str> = marks.iter().map(Annotation::rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let results: Vec<Value> =
        marks.iter().zip(fingerprints(&marks)).map(|(mark, fingerprint)| result(mark, &fingerprint, &rules)).collect();
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "simfleet",
                "semanticVersion": tool_version,
                "rules": rules.iter().map(|name| rule(name)).collect::<Vec<_>>(),
            }},
            // What was found is the result; the check itself did its work.
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": too_many(all, marks.len())}],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "note",
    }
}

fn too_many(all: usize, kept: usize) -> Vec<Value> {
    let text = match (all > kept, kept > RESULTS_SHOWN) {
        (true, _) => {
            format!("{kept} of {all} findings are in this file: GitHub takes no more; `simfleet validate PATH` lists all")
        }
        (false, true) => format!("GitHub shows {RESULTS_SHOWN} of the {kept} findings; `simfleet validate PATH` lists all"),
        (false, false) => return Vec::new(),
    };
    vec![json!({"level": "warning", "message": {"text": text}})]
}

fn rule(name: &str) -> Value {
    let page = Code::from_name(name).map_or("", Code::page);
    let title = page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or(name);
    json!({
        "id": name,
        "shortDescription": {"text": literal(title)},
        "help": {"text": format!("simfleet explain {name}"), "markdown": page},
    })
}

fn result(mark: &Annotation, fingerprint: &str, rules: &[&str]) -> Value {
    let related: Vec<Value> = mark
        .others()
        .iter()
        .zip(0..)
        .map(|((message, spot), id)| {
            let id: u32 = id;
            json!({"id": id, "message": {"text": literal(message)}, "physicalLocation": place(spot)})
        })
        .collect();
    let mut result = json!({
        "ruleId": mark.rule(),
        "ruleIndex": rules.binary_search(&mark.rule()).unwrap_or(0),
        "level": level(mark.level()),
        "message": {"text": literal(&mark.text())},
        "locations": mark.spot().map(|spot| json!({"physicalLocation": place(spot)})).into_iter().collect::<Vec<_>>(),
        // Of our own name and version: `primaryLocationLineHash` is made by GitHub's upload action from the source.
        "partialFingerprints": {"simfleet/v1": fingerprint},
    });
    if !related.is_empty()
        && let Some(result) = result.as_object_mut()
    {
        result.insert("relatedLocations".to_owned(), related.into());
    }
    result
}

fn place(spot: &Spot) -> Value {
    let Spot { file, line, column, end_column } = spot;
    let artifact = if file.starts_with('/') {
        json!({"uri": format!("file://{}", uri(file))})
    } else {
        json!({"uri": uri(file), "uriBaseId": "%SRCROOT%"})
    };
    if *line == 0 {
        return json!({"artifactLocation": artifact});
    }
    let mut region = json!({"startLine": line});
    if let Some(region) = region.as_object_mut() {
        for (key, number) in [("startColumn", column), ("endColumn", end_column)] {
            if *number > 0 {
                region.insert(key.to_owned(), (*number).into());
            }
        }
    }
    json!({"artifactLocation": artifact, "region": region})
}

/// A path as the reference of a URI (RFC 3986): what is no unreserved character or `/` is encoded.
fn uri(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            uri.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            // Writing to a `String` cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

/// Text in which nothing is a link: `[…](…)` would be one (SARIF 3.11.6).
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

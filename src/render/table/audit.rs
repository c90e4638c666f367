//! The audit log.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::sheet::{Column, or_dash, text, write};
use crate::exec::audit::Selected;
use crate::render::record::Record;

/// Records of an audit log: when, what, about which line or order, and by whom.
pub fn audit(out: &mut (impl Write + ?Sized), records: &[Record<'_, Selected<'_>>]) -> io::Result<()> {
    let columns: [Column<Selected<'_>>; 7] = [
        text("TIME", |record| field(record.fields, "at").to_owned()),
        text("EVENT", |record| field(record.fields, "event").to_owned()),
        text("KIND", |record| or_dash(Some(field(first(record.fields), "kind")))),
        text("SUBJECT", |record| subject(record.fields)),
        text("WHAT", |record| or_dash(Some(what(record.fields)))),
        text("BY", by),
        text("PLAN", |record| or_dash(field(record.fields, "plan").split('@').next())),
    ];
    write(out, records, &columns)
}

/// `hanako@build-7`, and whom the CI system names.
fn by(record: &Selected<'_>) -> String {
    let Some(run) = record.run else { return "-".to_owned() };
    let user = format!("{}@{}", field(run, "user"), field(run, "host"));
    match run.get("ci").and_then(Value::as_object) {
        Some(ci) => format!("{} ({} {})", user, field(ci, "system"), field(ci, "actor")),
        None => user,
    }
}

fn subject(fields: &Map<String, Value>) -> String {
    let carried = fields.get("operations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match carried {
        [Value::Object(one)] => subject(one),
        [] => match field(fields, "order") {
            "" => or_dash(Some(field(fields, "msisdn"))),
            order => format!("order {order}"),
        },
        more => format!("{} lines", more.len()),
    }
}

/// The first operation of a call, which are all of one kind; any other record itself.
fn first(fields: &Map<String, Value>) -> &Map<String, Value> {
    fields.get("operations").and_then(Value::as_array).and_then(|all| all.first()?.as_object()).unwrap_or(fields)
}

/// What is worth a cell of a record; programs take the JSON.
fn what(fields: &Map<String, Value>) -> String {
    match field(fields, "event") {
        "run" => joined(fields, &["command", "version"]),
        "plan" => {
            let revision = fields.get("revision").and_then(Value::as_object);
            let revision = revision.map(|revision| {
                let dirty = if revision.get("dirty") == Some(&Value::Bool(true)) { " with changes" } else { "" };
                format!("revision {}{dirty}", field(revision, "id"))
            });
            let counts = fields.get("operations").and_then(Value::as_object).into_iter().flatten();
            let counts = counts.map(|(kind, count)| format!("{count} {kind}"));
            counts.chain(revision).collect::<Vec<_>>().join(", ")
        }
        "approved" => {
            let texts = |key| fields.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            let flags = texts("flags").map(str::to_owned);
            let prompt = (fields.get("prompt") == Some(&Value::Bool(true))).then(|| "yes at the prompt".to_owned());
            let policy = texts("policy").map(|kind| format!("policy.approval {kind}"));
            flags.chain(prompt).chain(policy).collect::<Vec<_>>().join(", ")
        }
        "intent" => changes(fields),
        "call" => joined(fields, &["method", "path"]),
        "outcome" => {
            let application = Some(field(fields, "application")).filter(|number| !number.is_empty());
            let application = application.map(|number| format!("application {number}"));
            let note = Some(field(fields, "note")).filter(|note| !note.is_empty()).map(str::to_owned);
            let parts = [Some(field(fields, "outcome").to_owned()), application, note];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        "takeover" => fields.get("from").and_then(Value::as_object).map_or_else(String::new, |from| {
            format!("from process {} on {}", from.get("pid").unwrap_or(&Value::Null), field(from, "host"))
        }),
        "protection" if fields.get("protected") == Some(&Value::Bool(true)) => "protected".to_owned(),
        "protection" => "no longer protected".to_owned(),
        "vouched" => format!("nothing else was bought since {}", field(fields, "nothingBoughtSince")),
        "torn" => format!("{} bytes that a killed run left", fields.get("bytes").unwrap_or(&Value::Null)),
        "gap" => format!("record {} is not in this log", fields.get("knownSeq").unwrap_or(&Value::Null)),
        // `refused`, `decided`, and what a later version records.
        _ => joined(fields, &["why", "decision", "application"]),
    }
}

/// `state Active → Suspended, ratePlan → fixed-1gb`
fn changes(fields: &Map<String, Value>) -> String {
    let side = |key| fields.get(key).and_then(Value::as_object);
    let (from, to) = (side("from"), side("to"));
    let simple = |value: &Value| value.as_str().map(str::to_owned);
    let changed = to.into_iter().flatten().map(|(name, value)| {
        let before = from.and_then(|from| from.get(name)).and_then(simple);
        let before = before.map(|before| format!("{before} ")).unwrap_or_default();
        format!("{name} {before}→ {}", simple(value).unwrap_or_else(|| value.to_string()))
    });
    changed.collect::<Vec<_>>().join(", ")
}

fn joined(fields: &Map<String, Value>, keys: &[&str]) -> String {
    keys.iter().map(|key| field(fields, key)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

fn field<'a>(fields: &'a Map<String, Value>, key: &str) -> &'a str {
    fields.get(key).and_then(Value::as_str).unwrap_or_default()
}

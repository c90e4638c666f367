//! `simfleet audit show`

use serde_json::Value;
use tracing::Level;

use super::logs::logs;
use crate::cli::args::{AuditShow, TableFormat};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::domain::Subject;
use crate::exec::audit::{AuditFilter, Selected, read, select};
use crate::render::record::Record;
use crate::render::table;

pub(super) fn run(shell: &Shell, args: &AuditShow) -> Result<u8, Failure> {
    if args.line.is_some() && args.order.is_some() {
        return Err(Failure::usage("a record is of a line or of an order: give --line or --order"));
    }
    let subject = args.line.map(Subject::Line).or_else(|| args.order.as_deref().map(|name| Subject::Order(name.into())));
    let filter = AuditFilter { subject, op: args.op.clone(), plan: args.plan.clone() };
    let mut code = exit::DONE;
    let mut read_logs = Vec::new();
    for log in logs(shell, &args.paths, &args.audit, &args.connection)? {
        let found = read(&log.file).map_err(|error| log.unreadable(error))?;
        if let Err(broken) = &found.verdict {
            // What stands behind a broken line proves nothing, so it is not shown.
            let text = format!("error: {}: {broken}; only what stands before it is shown", log.file.display());
            shell.tell(Level::ERROR, &text);
            code = exit::strongest(code, exit::ERROR);
        }
        read_logs.push((log.file.display().to_string(), found.records));
    }
    let selected: Vec<(&str, Selected<'_>)> = read_logs
        .iter()
        .flat_map(|(name, records)| select(records, &filter).into_iter().map(move |record| (name.as_str(), record)))
        .collect();
    output::to_stdout(|out| match args.format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &selected.iter().map(|(_, record)| as_json(record)).collect::<Vec<_>>())?;
            writeln!(out)
        }
        TableFormat::Table if selected.is_empty() => writeln!(out, "no records"),
        TableFormat::Table => {
            let records: Vec<Record<'_, Selected<'_>>> = selected.iter().map(|(account, row)| Record { account, row }).collect();
            table::audit(&mut { out }, &records)
        }
    })?;
    Ok(code)
}

/// The record as it is written, with whose it is.
fn as_json(record: &Selected<'_>) -> Value {
    let mut fields = record.fields.clone();
    let by = record.run.map(|run| {
        let who = ["user", "uid", "host", "pid", "ci", "command"];
        who.iter().filter_map(|key| Some(((*key).to_owned(), run.get(*key)?.clone()))).collect()
    });
    fields.insert("by".to_owned(), by.map_or(Value::Null, Value::Object));
    Value::Object(fields)
}

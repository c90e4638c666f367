//! `simfleet ops`: the operation journal.

use serde_json::{Value, json};

use crate::cli::account::{Target, identity, journal_path, open_journal, targets};
use crate::cli::args::{Connection, Ops, OpsList, OpsResolve, OpsShow, SettledOutcome, TableFormat};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::domain::calendar::rfc3339;
use crate::exec::Journal;
use crate::exec::journal::{OperationFilter, OperationRecord, RecordState, Resolution};
use crate::plan::OpId;

pub(crate) fn run(shell: &Shell, ops: &Ops) -> Result<u8, Failure> {
    match ops {
        Ops::List(args) => list(shell, args),
        Ops::Show(args) => show(shell, args),
        Ops::Resolve(args) => resolve(shell, args),
    }
}

fn list(shell: &Shell, args: &OpsList) -> Result<u8, Failure> {
    let states = if args.in_doubt { vec![RecordState::Sent, RecordState::Unknown] } else { Vec::new() };
    let filter = OperationFilter { states, ..OperationFilter::default() };
    let mut records = Vec::new();
    for target in &targets(shell, &args.paths, &args.connection)? {
        if let Some(journal) = read_only(shell, &args.connection, target)? {
            records.extend(journal.operations(&filter)?);
        }
    }
    output::to_stdout(|out| match args.format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &records.iter().map(as_json).collect::<Vec<_>>())?;
            writeln!(out)
        }
        TableFormat::Table => {
            for record in &records {
                let sent = record.sent_at.map(rfc3339).unwrap_or_default();
                writeln!(
                    out,
                    "{:<20} {:<18} {:<14} {:<10} {sent}",
                    record.id,
                    record.kind,
                    record.subject,
                    record.state.as_str()
                )?;
            }
            if records.is_empty() { writeln!(out, "no operations") } else { Ok(()) }
        }
    })?;
    Ok(if args.in_doubt && !records.is_empty() { exit::IN_DOUBT } else { exit::DONE })
}

fn show(shell: &Shell, args: &OpsShow) -> Result<u8, Failure> {
    let id = OpId(args.id.as_str().into());
    for target in &targets(shell, &args.paths, &args.connection)? {
        let attempts =
            read_only(shell, &args.connection, target)?.map(|journal| journal.attempts(&id)).transpose()?.unwrap_or_default();
        if !attempts.is_empty() {
            output::to_stdout(|out| {
                serde_json::to_writer_pretty(&mut *out, &attempts.iter().map(as_json).collect::<Vec<_>>())?;
                writeln!(out)
            })?;
            return Ok(exit::DONE);
        }
    }
    Err(unknown(&args.id))
}

fn resolve(shell: &Shell, args: &OpsResolve) -> Result<u8, Failure> {
    let id = OpId(args.id.as_str().into());
    let targets = targets(shell, &args.paths, &args.connection)?;
    for target in &targets {
        let identity = identity(shell, &args.connection, target, targets.len())?;
        let path = journal_path(shell, &args.connection, target, &identity)?;
        if !path.exists() {
            continue;
        }
        let mut open = open_journal(&args.connection, &path, &identity)?;
        let journal = open.journal()?;
        let Some(record) = journal.attempts(&id)?.pop() else { continue };
        if !matches!(record.state, RecordState::Sent | RecordState::Unknown) {
            return Err(Failure::error(format!("operation {id} is {}, not in doubt", record.state.as_str())));
        }
        let resolution = match args.outcome {
            SettledOutcome::Done => Resolution::Done,
            SettledOutcome::NotDone => Resolution::NotDone,
        };
        journal.together(|entry| entry.resolved(&record, resolution, "settled by hand"))?;
        output::to_stdout(|out| writeln!(out, "operation {id} is settled: {}", resolution.as_str()))?;
        return Ok(exit::DONE);
    }
    Err(unknown(&args.id))
}

fn read_only(shell: &Shell, connection: &Connection, target: &Target) -> Result<Option<Journal>, Failure> {
    let identity = identity(shell, connection, target, 1)?;
    Ok(Journal::open_read_only(&journal_path(shell, connection, target, &identity)?, &identity)?)
}

fn unknown(id: &str) -> Failure {
    Failure::error(format!("no journal has an operation {id}")).help("`simfleet ops list` shows all")
}

fn as_json(record: &OperationRecord) -> Value {
    json!({
        "id": record.id,
        "attempt": record.attempt,
        "kind": record.kind,
        "msisdn": record.subject.msisdn(),
        "order": record.subject.order(),
        "state": record.state.as_str(),
        "resolution": record.resolution.map(Resolution::as_str),
        "from": record.from,
        "to": record.to,
        "applicationNo": record.application,
        "sentAt": record.sent_at.map(rfc3339),
        "effectiveDate": record.effective,
        "note": record.note,
    })
}

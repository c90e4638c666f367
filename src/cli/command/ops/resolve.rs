//! `simfleet ops resolve`: what a person saw in the carrier's console.

use super::journals::{Found, journals};
use super::unknown;
use crate::cli::account::{Auditing, open_journal};
use crate::cli::args::{OpsResolve, SettledOutcome};
use crate::cli::ask;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::domain::ApplicationNumber;
use crate::exec::Stop;
use crate::exec::audit::AuditEvent;
use crate::exec::journal::{OperationRecord, Resolution};
use crate::plan::OpId;

pub(super) async fn run(shell: &Shell, args: &OpsResolve) -> Result<u8, Failure> {
    if args.outcome == SettledOutcome::NotDone && args.application.is_some() {
        return Err(Failure::usage("--application names what it became, and --outcome not-done says that it became nothing"));
    }
    let id = OpId(args.id.as_str().into());
    for found in journals(shell, &args.manifests.paths(), &args.connection)? {
        if let Some(record) = found.journal.attempts(&id)?.pop() {
            return settle(shell, args, found, &record).await;
        }
    }
    Err(unknown(&args.id))
}

async fn settle(shell: &Shell, args: &OpsResolve, found: Found, seen: &OperationRecord) -> Result<u8, Failure> {
    let id = &seen.id;
    in_doubt(seen)?;
    if seen.kind.risk().needs_approval() && !args.yes {
        confirm(shell, args, seen).await?;
    }
    let Found { file, identity, journal, account: _ } = found;
    drop(journal);
    let auditing = Auditing { file: &args.audit, command: "ops resolve" };
    let mut open = open_journal(shell, &args.connection, &file, &identity, auditing)?;
    let journal = open.journal()?;
    // It may have been settled while the question stood.
    let record = journal.attempts(id)?.pop().ok_or_else(|| unknown(&args.id))?;
    in_doubt(&record)?;
    let resolution = match args.outcome {
        SettledOutcome::Done => Resolution::Done,
        SettledOutcome::NotDone => Resolution::NotDone,
    };
    let application = args.application.as_deref().map(ApplicationNumber::new);
    journal.audit(&[AuditEvent::Decided {
        operation: (&record).into(),
        decision: resolution.as_str().to_owned(),
        application: application.clone(),
    }])?;
    journal.together(|entry| match &application {
        Some(application) => entry.resolved_as(&record, application, NOTE),
        None => entry.resolved(&record, resolution, NOTE),
    })?;
    let became = application.map(|number| format!(", application {number}")).unwrap_or_default();
    output::to_stdout(|out| writeln!(out, "operation {id} is settled: {}{became}", resolution.as_str()))?;
    Ok(exit::DONE)
}

/// What the journal says of it from then on.
const NOTE: &str = "settled by hand";

fn in_doubt(record: &OperationRecord) -> Result<(), Failure> {
    if record.state.is_in_doubt() {
        return Ok(());
    }
    Err(Failure::error(format!("operation {} is {}, not in doubt", record.id, record.state.as_str()))
        .help(format!("`simfleet ops show {}` says how it ended", record.id)))
}

/// What costs money or cannot be undone is settled by a yes only: a wrong "not done" buys it again.
async fn confirm(shell: &Shell, args: &OpsResolve, record: &OperationRecord) -> Result<(), Failure> {
    let OperationRecord { kind, subject, .. } = record;
    let (says, then) = match args.outcome {
        SettledOutcome::Done => ("was done", "it is not sent again"),
        SettledOutcome::NotDone => ("was not done", "the next apply may send it again, and pay again"),
    };
    let question = format!("{kind} {subject} {says}, as the carrier's console shows? Then {then}.");
    match ask::confirm(shell, &question, &Stop::never()).await {
        Some(true) => Ok(()),
        Some(false) => Err(Failure { code: exit::REFUSED, ..Failure::error("declined; nothing was written") }),
        None => Err(Failure {
            code: exit::REFUSED,
            ..Failure::error(format!("{kind} {subject} costs money or cannot be undone, and nobody confirmed that it {says}"))
                .help("nothing was written; after a look at the carrier's console, say so with --yes")
        }),
    }
}

//! `simfleet ops resolve`: what a person saw in the carrier's console.

use tracing::Level;

use super::journals::{Found, journals};
use super::unknown;
use crate::cli::account::{Auditing, Session, Target, open_journal};
use crate::cli::args::{OpsResolve, SettledOutcome};
use crate::cli::ask;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::count::counted;
use crate::domain::address::width::half_width;
use crate::domain::{ApplicationNumber, HandOver};
use crate::exec::Stop;
use crate::exec::by_hand::{self, Decision, Refused};
use crate::exec::journal::{Journal, JournalError, OperationRecord};
use crate::plan::OpId;

pub(super) async fn run(shell: &Shell, args: &OpsResolve) -> Result<u8, Failure> {
    if args.outcome == SettledOutcome::NotDone && args.application.is_some() {
        return Err(Failure::usage("--application names what it became, and --outcome not-done says that it became nothing"));
    }
    let decision = match (args.outcome, args.application.as_deref()) {
        (SettledOutcome::NotDone, _) => Decision::NotDone,
        (SettledOutcome::Done, None) => Decision::Done,
        (SettledOutcome::Done, Some(number)) => Decision::Became(number_of(number)?),
    };
    for found in journals(shell, &args.manifests.paths(), &args.connection)? {
        let records = meant(&found.journal, &args.id)?;
        if records.len() > 1 && decision.application().is_some() {
            let what = counted(records.len(), "operation");
            return Err(Failure::usage(format!("{} holds {what}, and each has a number of its own", args.id))
                .help("name one of them: `simfleet ops list` has their ids"));
        }
        if !records.is_empty() {
            return settle(shell, args, found, &records, &decision).await;
        }
    }
    if args.id.starts_with(HandOver::PREFIX) {
        return Err(Failure::error(format!("no journal has anything open of {}", args.id))
            .help("what was settled before is settled; `simfleet ops list` shows all"));
    }
    Err(unknown(&args.id))
}

/// A number as a person copies it from a console: without the blanks around it, and in half width.
fn number_of(text: &str) -> Result<ApplicationNumber, Failure> {
    let number: String = text.chars().map(half_width).collect::<String>().trim().to_owned();
    let is_number = |c: char| c.is_ascii_alphanumeric() || "-_./:#".contains(c);
    if number.is_empty() || !number.chars().all(is_number) {
        return Err(Failure::usage(format!("--application {text:?} is no application number"))
            .help("copy it from the carrier's console: letters, digits and hyphens"));
    }
    Ok(ApplicationNumber::new(number))
}

/// What an id means: an operation, by its last attempt; or whatever of a step or a folder that was handed over is open.
fn meant(journal: &Journal, id: &str) -> Result<Vec<OperationRecord>, JournalError> {
    let Some(named) = id.strip_prefix(HandOver::PREFIX) else {
        return Ok(journal.attempts(&OpId(id.into()))?.pop().into_iter().collect());
    };
    let is_meant = |record: &OperationRecord| {
        let step = record.application.as_ref().and_then(HandOver::of);
        step.is_some_and(|step| step.folder == named || format!("{}/{}", step.folder, step.step) == named)
    };
    Ok(journal.open_operations()?.into_iter().filter(is_meant).collect())
}

async fn settle(
    shell: &Shell,
    args: &OpsResolve,
    found: Found,
    seen: &[OperationRecord],
    decision: &Decision,
) -> Result<u8, Failure> {
    let Found { file, identity, journal, target, account: _ } = found;
    for record in seen {
        by_hand::check(&journal, record, decision)?.map_err(|why| refused(&why, record))?;
        let Some(number) = decision.application() else { continue };
        match &target {
            // No exported list has it. The journal says whether it is another operation's.
            _ if identity.is_console() => {}
            Some((target, accounts)) => shown(shell, args, (target, *accounts), number, record).await?,
            None => shell
                .tell(Level::WARN, &format!("application {number} was not looked for at the carrier: only the journal is known")),
        }
    }
    if !args.yes && seen.iter().any(|record| record.kind.risk().needs_approval()) {
        confirm(shell, args, seen).await?;
    }
    drop(journal);
    let auditing = Auditing { file: &args.audit, command: "ops resolve" };
    let mut open = open_journal(shell, &args.connection, &file, &identity, auditing)?;
    let journal = open.journal()?;
    // They may have been settled while the question stood.
    let last = |seen: &OperationRecord| journal.attempts(&seen.id)?.pop().ok_or_else(|| unknown(&args.id));
    let records: Vec<OperationRecord> = seen.iter().map(last).collect::<Result<_, Failure>>()?;
    for record in &records {
        by_hand::check(journal, record, decision)?.map_err(|why| refused(&why, record))?;
    }
    by_hand::write(journal, &records, decision)?;
    let became = decision.application().map(|number| format!(", application {number}")).unwrap_or_default();
    let how = decision.resolution().as_str();
    output::to_stdout(|out| {
        records.iter().try_for_each(|record| writeln!(out, "operation {} is settled: {how}{became}", record.id))
    })?;
    Ok(exit::DONE)
}

/// What the carrier shows of the application has to fit: a mistyped number would be taken for the purchase.
async fn shown(
    shell: &Shell,
    args: &OpsResolve,
    (target, accounts): (&Target, usize),
    number: &ApplicationNumber,
    record: &OperationRecord,
) -> Result<(), Failure> {
    let session = Session::open(shell, &args.connection, target, accounts).await?;
    let looked_up = by_hand::look_up(session.carrier(), record, number).await;
    let judged = looked_up.map_err(|error| Failure::from(error).while_(&format!("application {number}")))?;
    judged.map_err(|why| refused(&why, record))
}

fn refused(why: &Refused, record: &OperationRecord) -> Failure {
    match why {
        Refused::NotInDoubt(state) => Failure::error(format!("operation {} is {}, not in doubt", record.id, state.as_str()))
            .help(format!("`simfleet ops show {}` says how it ended", record.id)),
        Refused::ListsTell => {
            Failure { code: exit::REFUSED, ..Failure::error(format!("{} {}: {why}", record.kind, record.subject)) }
                .help("nothing was written; export the lists again. What will not be done is given back with --outcome not-done")
        }
        Refused::NumberNeeded => Failure::error(format!("{} {}: {why}", record.kind, record.subject))
            .help("nothing was written; look at 申込状況 in the console, and name it: --application NO"),
        Refused::IsAStep(_) | Refused::Taken { .. } | Refused::Absent(_) | Refused::Contradicts(_) => {
            let help = format!("nothing was written; `simfleet ops show {}` says what the operation was", record.id);
            let message = format!("it is not {} {}: {why}", record.kind, record.subject);
            Failure { code: exit::REFUSED, ..Failure::error(message) }.help(help)
        }
    }
}

/// What costs money or cannot be undone is settled by a yes only: a wrong "not done" buys it again.
async fn confirm(shell: &Shell, args: &OpsResolve, records: &[OperationRecord]) -> Result<(), Failure> {
    let (says, then) = match (args.outcome, records) {
        (SettledOutcome::Done, [_]) => ("was done", "it is not sent again"),
        (SettledOutcome::NotDone, [_]) => ("was not done", "the next apply may send it again, and pay again"),
        (SettledOutcome::Done, _) => ("were done", "they are not sent again"),
        (SettledOutcome::NotDone, _) => ("were not done", "the next apply may send them again, and pay again"),
    };
    let what = match records {
        [OperationRecord { kind, subject, .. }] => format!("{kind} {subject}"),
        _ => counted(records.len(), "operation"),
    };
    let question = format!("{what} {says}, as the carrier's console shows? Then {then}.");
    match ask::confirm(shell, &question, &Stop::never()).await {
        Some(true) => Ok(()),
        Some(false) => Err(Failure { code: exit::REFUSED, ..Failure::error("declined; nothing was written") }),
        None => Err(Failure {
            code: exit::REFUSED,
            ..Failure::error(format!("{what}: this costs money or cannot be undone, and nobody confirmed that it {says}"))
                .help("nothing was written; after a look at the carrier's console, say so with --yes")
        }),
    }
}

//! `simfleet audit verify`

use serde_json::{Value, json};
use tracing::Level;

use super::logs::{Log, logs};
use crate::cli::args::{AuditVerify, TableFormat};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::exec::audit::{Head, Verified, verify};

pub(super) fn run(shell: &Shell, args: &AuditVerify) -> Result<u8, Failure> {
    let logs = logs(shell, &args.paths, &args.audit, &args.connection)?;
    if args.head.is_some() && logs.len() != 1 {
        return Err(Failure::usage(format!("--head names a record of one log, and there are {}", logs.len())));
    }
    let (mut code, mut found) = (exit::DONE, Vec::new());
    for log in &logs {
        match whole(log, args.head.as_deref()) {
            Ok(verified) => found.push((log, verified)),
            Err(failure) => code = exit::strongest(code, failure.print(shell)),
        }
    }
    let complete: Vec<bool> = found.iter().map(|(_, verified)| has_predecessor(verified, &found)).collect();
    for ((log, verified), _) in found.iter().zip(&complete).filter(|(_, complete)| !**complete) {
        code = exit::strongest(code, incomplete(log, verified).print(shell));
    }
    let found: Vec<_> = found.into_iter().zip(complete).collect();
    output::to_stdout(|out| match args.format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(
                &mut *out,
                &found.iter().map(|((log, found), complete)| as_json(log, found, *complete)).collect::<Vec<_>>(),
            )?;
            writeln!(out)
        }
        TableFormat::Table => found.iter().try_for_each(|((log, verified), complete)| {
            writeln!(out, "{}: {}", log.file.display(), if *complete { "whole" } else { "incomplete" })?;
            let Verified { records, torn, first, last, continues, head } = verified;
            writeln!(out, "  records  {records}")?;
            let times = [("first", first), ("last", last)];
            times
                .iter()
                .filter_map(|(name, at)| Some((name, at.as_ref()?)))
                .try_for_each(|(name, at)| writeln!(out, "  {name:<7}  {at}"))?;
            if let Some(Head { seq, hash }) = head {
                writeln!(out, "  head     {hash} (record {seq})")?;
            }
            if *torn > 0 {
                writeln!(out, "  torn     {torn}: left by runs that were killed, and named by the next")?;
            }
            if let Some(Head { seq, hash }) = continues {
                let is_given = if *complete { "given too" } else { "not given" };
                writeln!(out, "  before   another log, {is_given}, up to {hash} (record {seq})")?;
            }
            Ok(())
        }),
    })?;
    if code == exit::DONE && args.head.is_some() && args.format == TableFormat::Table {
        shell.tell(Level::INFO, "the head is in it: nothing before it was changed");
    }
    Ok(code)
}

/// That a log is what was written, with all heads that are known: those asked for, and the journal's.
pub(in crate::cli::command) fn whole(log: &Log, asked: Option<&str>) -> Result<Verified, Failure> {
    let name = log.file.display();
    let asked = asked.into_iter().map(|hash| Head { seq: 0, hash: hash.to_owned() });
    let known = log.known()?;
    let heads: Vec<Head> = asked.chain(known.clone()).collect();
    let (verdict, missing) = verify(&log.file, &heads).map_err(|error| log.unreadable(error))?;
    let verified = verdict
        .map_err(|broken| Failure::error(format!("{name}: {broken}")).help("what stands before that line is what was written"))?;
    for head in missing {
        // A log that was moved away took the journal's record with it, and the new one says so.
        let is_before =
            verified.continues.as_ref().is_some_and(|continues| continues.seq >= head.seq && Some(&head) == known.as_ref());
        if is_before {
            continue;
        }
        let whose = if Some(&head) == known.as_ref() {
            format!("record {}, which the journal knows", head.seq)
        } else {
            format!("a record with the head {}", head.hash)
        };
        return Err(Failure::error(format!("{name}: {whose}, is not in it: the log was cut, or this is another log"))
            .help(format!("its last record is {}", verified.head.map_or(0, |head| head.seq))));
    }
    Ok(verified)
}

/// Whether the log that this one continues, if any, is among those that were found to be what was written.
fn has_predecessor(verified: &Verified, found: &[(&Log, Verified)]) -> bool {
    let Some(before) = &verified.continues else { return true };
    found.iter().any(|(log, _)| {
        let holds = verify(&log.file, std::slice::from_ref(before));
        holds.is_ok_and(|(verdict, missing)| verdict.is_ok() && missing.is_empty())
    })
}

/// Nothing in it was changed, and it is not all: what stood in the log before it is proven by that one only.
pub(in crate::cli::command) fn incomplete(log: &Log, verified: &Verified) -> Failure {
    let name = log.file.display();
    let seq = verified.continues.as_ref().map_or(0, |before| before.seq);
    Failure::error(format!(
        "{name}: it begins after record {seq} of another log, which is not given: it was moved away or deleted"
    ))
    .help(format!(
        "give that log too: `simfleet audit verify OLD.jsonl {name}`; if it is gone, what it held is proven by nothing"
    ))
}

fn as_json(log: &Log, verified: &Verified, complete: bool) -> Value {
    let Verified { records, torn, first, last, continues, head } = verified;
    let named = |head: &Option<Head>| head.as_ref().map(|Head { seq, hash }| json!({"seq": seq, "hash": hash}));
    json!({
        "file": log.file.display().to_string(),
        "complete": complete,
        "records": records,
        "torn": torn,
        "first": first,
        "last": last,
        "continues": named(continues),
        "head": named(head),
    })
}

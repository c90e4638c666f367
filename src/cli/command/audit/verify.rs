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
        match one(args, log) {
            Ok(verified) => found.push((log, verified)),
            Err(failure) => code = exit::strongest(code, failure.print(shell)),
        }
    }
    output::to_stdout(|out| match args.format {
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &found.iter().map(|(log, found)| as_json(log, found)).collect::<Vec<_>>())?;
            writeln!(out)
        }
        TableFormat::Table => found.iter().try_for_each(|(log, verified)| {
            writeln!(out, "{}: whole", log.file.display())?;
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
                writeln!(out, "  before   another log, up to {hash} (record {seq})")?;
            }
            Ok(())
        }),
    })?;
    if code == exit::DONE && args.head.is_some() && args.format == TableFormat::Table {
        shell.tell(Level::INFO, "the head is in it: nothing before it was changed");
    }
    Ok(code)
}

fn one(args: &AuditVerify, log: &Log) -> Result<Verified, Failure> {
    let name = log.file.display();
    let asked = args.head.iter().map(|hash| Head { seq: 0, hash: hash.clone() });
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

fn as_json(log: &Log, verified: &Verified) -> Value {
    let Verified { records, torn, first, last, continues, head } = verified;
    let named = |head: &Option<Head>| head.as_ref().map(|Head { seq, hash }| json!({"seq": seq, "hash": hash}));
    json!({
        "file": log.file.display().to_string(),
        "records": records,
        "torn": torn,
        "first": first,
        "last": last,
        "continues": named(continues),
        "head": named(head),
    })
}

//! The audit log: whether it is what was written.

use std::path::Path;

use super::disk;
use super::findings::{Check, Findings};
use crate::cli::args::AuditFile;
use crate::cli::command::audit::{Log, incomplete, whole};
use crate::count::counted;
use crate::exec::audit::Verified;

/// Verifies the log that belongs to a journal, if there is one.
pub(super) fn check(file: &AuditFile, journal: &Path, has_journal: bool, found: &mut Findings) {
    let log = Log::of(file, journal.to_owned());
    let name = log.file.display();
    if !log.file.exists() {
        let known = if has_journal { log.known() } else { Ok(None) };
        return match known {
            Err(failure) => found.failure(Check::AuditLog, failure),
            Ok(Some(_)) => found.problem(
                Check::AuditLog,
                format!("{name} is gone, and the journal knows of records in it"),
                "bring it back, or keep what is left: the next apply begins another one, which says so",
            ),
            Ok(None) => match disk::writable(&log.file) {
                Ok(()) => found.ok(Check::AuditLog, format!("{name} (not there yet; the first apply makes it)")),
                Err(why) => found.problem(Check::AuditLog, format!("{name}: {why}"), "name another place with --audit-log FILE"),
            },
        };
    }
    match whole(&log, None) {
        Err(failure) => found.failure(Check::AuditLog, failure),
        Ok(verified @ Verified { continues: Some(_), .. }) => {
            let failure = incomplete(&log, &verified);
            found.warning(Check::AuditLog, failure.message, failure.help.unwrap_or_default());
        }
        Ok(Verified { records, .. }) => {
            let records = counted(usize::try_from(records).unwrap_or(usize::MAX), "record");
            found.ok(Check::AuditLog, format!("{name}: whole, {records}"));
        }
    }
}

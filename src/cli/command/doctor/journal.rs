//! The journal: where it is, whether it can be used, who holds it, and what it has open.

use std::path::Path;

use jiff::Timestamp;

use super::carrier::long;
use super::findings::{Check, Findings};
use super::{audit, disk};
use crate::cli::account::{Target, journal_path, real_time, this_process};
use crate::cli::args::Doctor;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::CarrierIdentity;
use crate::exec::journal::Lease;
use crate::exec::{Journal, JournalError};

/// Looks at the journal of an account, and at its audit log. `now` is the carrier's clock, if it is known.
pub(super) fn check(
    shell: &Shell,
    args: &Doctor,
    target: &Target,
    identity: &CarrierIdentity,
    now: Option<Timestamp>,
    found: &mut Findings,
) {
    let path = match journal_path(shell, &args.connection, target, identity) {
        Ok(path) => path,
        Err(failure) => return found.failure(Check::Journal, failure),
    };
    let journal = match Journal::open_read_only(&path, identity) {
        Ok(journal) => journal,
        Err(error) => {
            unusable(error, found);
            return disk(&path, args, found);
        }
    };
    place(&path, found);
    disk(&path, args, found);
    if let Some(journal) = &journal {
        lock(journal, found);
        operations(journal, found);
        last_apply(journal, now, found);
    }
    audit::check(&args.audit, &path, journal.is_some(), found);
}

/// The same where nobody knows whose account it is. A journal that is named says that itself.
pub(super) fn check_anybodys(shell: &Shell, args: &Doctor, target: &Target, now: Option<Timestamp>, found: &mut Findings) {
    let Some(file) = &args.connection.journal else {
        return found.warning(
            Check::Journal,
            "not looked at: its name depends on the carrier and the contractor",
            "mend the credentials and the endpoint first, or name the journal with --journal FILE",
        );
    };
    let carrier = Journal::open_anybodys(file).and_then(|journal| journal.map_or(Ok(None), |journal| journal.carrier()));
    match carrier {
        Ok(Some(identity)) => check(shell, args, target, &identity, now, found),
        Ok(None) => {
            place(file, found);
            disk(file, args, found);
        }
        Err(error) => {
            unusable(error, found);
            disk(file, args, found);
        }
    }
}

/// A file that is no journal, or not one of this account: that it could be written is no good news.
fn unusable(error: JournalError, found: &mut Findings) {
    let help = error.hint().unwrap_or_else(|| "name another one with --journal FILE (SIMFLEET_JOURNAL)".to_owned());
    found.failure(Check::Journal, Failure::from(error).help(help));
}

/// Whether it is there, and can be written.
fn place(path: &Path, found: &mut Findings) {
    let name = path.display();
    let is_there = path.exists();
    let state = if is_there { "" } else { " (not there yet; the first apply makes it)" };
    match disk::writable(path) {
        Ok(()) => found.ok(Check::Journal, format!("{name}{state}")),
        Err(why) => found.problem(
            Check::Journal,
            format!("{name}{state}: {why}"),
            "an apply has to write there: mend the permissions, or name another place with --journal FILE (SIMFLEET_JOURNAL)",
        ),
    }
}

/// Whether it lies on a disk that keeps what is written.
fn disk(path: &Path, args: &Doctor, found: &mut Findings) {
    let name = path.display();
    let Some(system) = disk::file_system(path) else { return };
    match (disk::is_shared(&system), args.connection.journal.is_some()) {
        (false, _) => found.ok(Check::Disk, format!("{system}, of this machine")),
        (true, true) => found.ok(Check::Disk, format!("{system}, shared with other machines: used without a write-ahead log")),
        (true, false) => found.problem(
            Check::Disk,
            format!("{system}, shared with other machines: the journal's write-ahead log does not work there"),
            format!("say that it is shared, by naming it: --journal {name} (or SIMFLEET_JOURNAL)"),
        ),
    }
}

/// Who may send for this account at the moment.
fn lock(journal: &Journal, found: &mut Findings) {
    let lease = match journal.lease() {
        Ok(lease) => lease,
        Err(error) => return found.failure(Check::Lock, error.into()),
    };
    let Some(Lease { holder, since, expires_at }) = lease else { return found.ok(Check::Lock, "free") };
    let is_gone = if holder.host == this_process().host { !disk::lives(holder.pid) } else { real_time() >= expires_at };
    let since = since.strftime("%Y-%m-%dT%H:%M:%SZ");
    if is_gone {
        found.warning(
            Check::Lock,
            format!("{holder} had it since {since}, and did not end cleanly"),
            "the next apply takes it over, and settles first what that run had sent",
        );
    } else {
        found.warning(
            Check::Lock,
            format!("{holder} has it, since {since}: an apply is under way"),
            "plans can be made; another apply is refused until that one ends",
        );
    }
}

/// What is on its way, and what nobody knows the outcome of.
fn operations(journal: &Journal, found: &mut Findings) {
    let open = match journal.open_operations() {
        Ok(open) => open,
        Err(error) => return found.failure(Check::Operations, error.into()),
    };
    let in_doubt = open.iter().filter(|record| record.state.is_in_doubt()).count();
    found.checkup.in_doubt += in_doubt;
    if in_doubt == 0 {
        return found.ok(Check::Operations, format!("{} on the way, none in doubt", open.len()));
    }
    let (are, it) = if in_doubt == 1 { ("is", "it") } else { ("are", "them") };
    found.warning(
        Check::Operations,
        format!("{in_doubt} {are} in doubt, {} on the way", open.len() - in_doubt),
        format!("every plan and apply asks the carrier what became of {it}; `simfleet ops list --in-doubt` names {it}"),
    );
}

fn last_apply(journal: &Journal, now: Option<Timestamp>, found: &mut Findings) {
    let begun: Result<Option<Timestamp>, JournalError> = journal.last_begun();
    match begun {
        Err(error) => found.failure(Check::LastApply, error.into()),
        Ok(None) => found.ok(Check::LastApply, "none that had anything to do so far"),
        Ok(Some(at)) => {
            let age = now.map(|now| format!(", {} ago", long(now.duration_since(at)))).unwrap_or_default();
            found.ok(Check::LastApply, format!("begun at {}{age} (the carrier's clock)", at.strftime("%Y-%m-%dT%H:%M:%SZ")));
        }
    }
}

//! Which logs a command is about.

use std::path::{Path, PathBuf};

use crate::cli::account::{Target, audit_path, identity, journal_path, targets};
use crate::cli::args::{AuditFile, Connection};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::exec::Journal;
use crate::exec::audit::Head;

/// A log, and the journal that writes to it, if it is known.
pub(in crate::cli::command) struct Log {
    pub(in crate::cli::command) file: PathBuf,
    journal: Option<PathBuf>,
}

/// Logs named themselves, the log of a journal that is named, or the logs of the accounts of manifests.
pub(super) fn logs(shell: &Shell, paths: &[PathBuf], file: &AuditFile, connection: &Connection) -> Result<Vec<Log>, Failure> {
    let (mut logs, manifests): (Vec<PathBuf>, Vec<PathBuf>) = paths.iter().cloned().partition(|path| is_log(path));
    if paths.is_empty() && logs.is_empty() {
        logs.extend(file.audit_log.clone().filter(|_| connection.journal.is_none()));
    }
    let mut found: Vec<Log> = logs.into_iter().map(Log::named).collect();
    if let (Some(journal), true) = (&connection.journal, found.is_empty()) {
        found.push(Log::of(file, journal.clone()));
    } else if !manifests.is_empty() || found.is_empty() {
        let targets: Vec<Target> = targets(shell, &manifests, connection)?;
        for target in &targets {
            let identity = identity(shell, connection, target, targets.len())?;
            let journal = journal_path(shell, connection, target, &identity)?;
            found.push(Log::of(file, journal));
        }
    }
    found.dedup_by(|one, other| one.file == other.file && one.journal == other.journal);
    Ok(found)
}

fn is_log(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl"))
}

impl Log {
    /// The journal is beside it, if its name is the usual one.
    fn named(file: PathBuf) -> Self {
        let journal = file.to_str().and_then(|name| name.strip_suffix(".audit.jsonl")).map(PathBuf::from);
        Self { journal: journal.filter(|journal| journal.is_file()), file }
    }

    /// The log of a journal.
    pub(in crate::cli::command) fn of(file: &AuditFile, journal: PathBuf) -> Self {
        Self { file: audit_path(file, &journal), journal: Some(journal) }
    }

    /// The last record that the journal knows to be in this log.
    pub(in crate::cli::command) fn known(&self) -> Result<Option<Head>, Failure> {
        let Some(journal) = &self.journal else { return Ok(None) };
        let Some(journal) = Journal::open_anybodys(journal)? else { return Ok(None) };
        let is_here = |path: &Path| std::path::absolute(&self.file).is_ok_and(|file| file == path);
        Ok(journal.known_audit()?.filter(|(path, _)| is_here(path)).map(|(_, head)| head))
    }

    /// That it cannot be read.
    pub(super) fn unreadable(&self, error: std::io::Error) -> Failure {
        let name = self.file.display();
        if error.kind() == std::io::ErrorKind::NotFound {
            return Failure::error(format!("there is no audit log {name}"))
                .help("the first apply makes it; --audit-log FILE or SIMFLEET_AUDIT_LOG names another");
        }
        Failure::from(error).while_(&name.to_string())
    }
}

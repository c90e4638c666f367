//! The audit log of a command: where it is, and who writes to it.

use std::path::{Path, PathBuf};

use super::journal::this_process;
use crate::cli::args::AuditFile;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::CarrierIdentity;
use crate::exec::Holder;
use crate::exec::audit::{Actor, AuditLog};

/// Where a command that writes records what it does.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Auditing<'a> {
    /// `--audit-log`.
    pub(in crate::cli) file: &'a AuditFile,
    /// The command, as the log names it.
    pub(in crate::cli) command: &'a str,
}

/// `--audit-log`, else beside the journal.
pub(in crate::cli) fn audit_path(file: &AuditFile, journal: &Path) -> PathBuf {
    file.audit_log.clone().unwrap_or_else(|| AuditLog::beside(journal))
}

impl Auditing<'_> {
    /// Opens the log that belongs to a journal.
    pub(super) fn open(&self, shell: &Shell, journal: &Path, identity: &CarrierIdentity) -> Result<AuditLog, Failure> {
        let path = audit_path(self.file, journal);
        // The same file under two names would look like two.
        let path = std::path::absolute(&path).unwrap_or(path);
        Ok(AuditLog::open(&path, actor(shell, self.command), identity.clone())?)
    }
}

/// Who is at work.
fn actor(shell: &Shell, command: &str) -> Actor {
    let Holder { host, pid } = this_process();
    let uid = uid();
    let user = uid.and_then(user_name).or_else(|| shell.environment.user.clone());
    Actor {
        user: user.or_else(|| uid.map(|uid| uid.to_string())).unwrap_or_else(|| "unknown".to_owned()),
        uid,
        host,
        pid,
        ci: shell.environment.ci.clone(),
        command: command.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The number of the user whose process this is: what the system says, not the environment.
#[cfg(target_os = "linux")]
fn uid() -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").ok().map(|process| process.uid())
}

/// Elsewhere the environment has to be believed.
#[cfg(not(target_os = "linux"))]
fn uid() -> Option<u32> {
    None
}

/// The name of a user of this machine. Users of a directory service are not in this file.
fn user_name(uid: u32) -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let uid = uid.to_string();
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number == uid).then(|| name.to_owned())
    })
}

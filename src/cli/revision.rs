//! Which revision of the manifests a command works on, for the audit log.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::shell::Shell;
use crate::exec::audit::Revision;

/// `--revision` (or `SIMFLEET_REVISION`), else the commit that a CI system names, else the commit of the
/// repository that the manifests are in.
pub(super) fn revision(shell: &Shell, said: Option<&str>, manifests: &[PathBuf]) -> Option<Revision> {
    let named = |id: &str, from: &str| Revision { id: id.to_owned(), dirty: None, from: from.to_owned() };
    said.map(|id| named(id, "flag"))
        .or_else(|| shell.environment.ci_commit.as_deref().map(|id| named(id, "ci")))
        .or_else(|| of_repository(manifests))
}

fn of_repository(manifests: &[PathBuf]) -> Option<Revision> {
    let folder = folder_of(manifests.first()?);
    let id = git(&folder, &["rev-parse", "HEAD"])?;
    let changes = manifests.iter().map(|path| {
        let name = path.file_name().filter(|_| path.is_file()).map_or_else(|| ".".into(), PathBuf::from);
        git(&folder_of(path), &["status", "--porcelain", "--", &name.display().to_string()])
    });
    // What git cannot tell is not clean.
    let dirty = changes.into_iter().any(|changes| changes.is_none_or(|changes| !changes.is_empty()));
    Some(Revision { id, dirty: Some(dirty), from: "git".to_owned() })
}

fn folder_of(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

/// What git says; `None` where there is no git, no repository, or no commit.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        // Nothing of the repository's own settings is run, and nothing is written to it.
        .args(["-c", "core.fsmonitor=false", "--no-optional-locks"])
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

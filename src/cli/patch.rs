//! A patch of manifests: named so that it can be applied, and shown.

use std::io;
use std::path::{Path, PathBuf};

use tracing::Level;

use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{output, redaction};
use crate::redact::may_hold_address;
use crate::render::patch::{File, Reader, unified, write};

/// A file that changes: its path, the text it has or nothing if it is new, the text it gets.
pub(super) type Change<'c> = (&'c Path, Option<&'c str>, &'c str);

/// A patch.
#[derive(Debug, Default)]
pub(super) struct Patch {
    pub(super) text: String,
    /// Where it applies, if not here.
    pub(super) elsewhere: Option<PathBuf>,
    /// The files that change and are not shown: strangers read it, and an address stands in them.
    hidden: Vec<PathBuf>,
}

impl Patch {
    /// The patch of these changes. Files are named from this folder if they are below it, else from the root of their
    /// repository, else from the folder that holds them all: no other names can be applied (`git apply` refuses names
    /// that begin at the root or leave the folder).
    pub(super) fn of(changes: &[Change<'_>]) -> Result<Self, Failure> {
        let here = std::env::current_dir().and_then(std::fs::canonicalize).map_err(|error| Failure::from(error).while_("."))?;
        let mut places = Vec::with_capacity(changes.len());
        for (path, ..) in changes {
            places.push(place(path).map_err(|error| Failure::from(error).while_(&path.display().to_string()))?);
        }
        let base = base(&here, &places);
        let is_hidden = |before: Option<&str>, after: &str| {
            redaction::is_on() && (may_hold_address(after) || before.is_some_and(may_hold_address))
        };
        let (mut files, mut hidden) = (Vec::new(), Vec::new());
        for ((path, before, after), place) in changes.iter().zip(&places) {
            if is_hidden(*before, after) {
                hidden.push(path.to_path_buf());
            } else {
                files.push(File { name: place.strip_prefix(&base).unwrap_or(place), before: *before, after });
            }
        }
        Ok(Self { text: unified(files), elsewhere: (base != here).then_some(base), hidden })
    }

    /// Says where it applies, if not here, and what is not shown of it.
    pub(super) fn tell(&self, shell: &Shell) {
        for path in &self.hidden {
            let path = path.display();
            shell.tell(
                Level::INFO,
                &format!("note: {path} changes too, and may hold a shipping address: --redact does not show it"),
            );
        }
        if let Some(base) = self.elsewhere.as_ref().filter(|_| !self.text.is_empty()) {
            let base = base.display();
            shell.tell(Level::INFO, &format!("note: the patch names files from {base} on: git -C {base} apply takes it"));
        }
    }
}

/// Who reads a patch on stdout.
pub(super) fn reader(shell: &Shell) -> Reader {
    let color = output::colours(&shell.global, &shell.environment);
    if color || shell.environment.terminals.stdout { Reader::Person { color } } else { Reader::Program }
}

/// Shows the patch of changes on stdout.
pub(super) fn show(shell: &Shell, changes: &[Change<'_>]) -> Result<(), Failure> {
    let patch = Patch::of(changes)?;
    output::to_stdout(|out| write(out, &patch.text, reader(shell)))?;
    patch.tell(shell);
    Ok(())
}

/// Where a file really is, or will be: a patch goes through no link.
fn place(path: &Path) -> io::Result<PathBuf> {
    match std::fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match (path.parent(), path.file_name()) {
            (Some(folder), Some(name)) => {
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                Ok(place(folder)?.join(name))
            }
            (_, _) => Err(error),
        },
        found => found,
    }
}

fn base(here: &Path, places: &[PathBuf]) -> PathBuf {
    let holds_all = |folder: &Path| places.iter().all(|place| place.starts_with(folder));
    if holds_all(here) {
        return here.to_owned();
    }
    let folders = || places.first().into_iter().flat_map(|place| place.ancestors().skip(1)).filter(|folder| holds_all(folder));
    let repository = folders().find(|folder| folder.join(".git").exists());
    repository.or_else(|| folders().next()).unwrap_or(here).to_owned()
}

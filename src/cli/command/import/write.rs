//! Where what is imported is written: files of its own below one folder, and never so that what is there says something else.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::cli::{output, redaction};
use crate::diag::Diagnostic;
use crate::manifest::export::{Export, ExportFile};
use crate::manifest::valid_as_if;

/// Writes every file or none: one that is there and differs is refused before the first is written. `paths`: the manifests
/// that were imported from.
pub(super) fn write(folder: &Path, paths: &[PathBuf], export: &Export, force: bool) -> Result<(), Failure> {
    let files: Vec<(PathBuf, &str)> =
        export.files.iter().map(|ExportFile { path, content }| (folder.join(path), content.as_str())).collect();
    for (path, _) in &files {
        stays_inside(folder, path)?;
    }
    let mut changes: Vec<(&Path, Option<String>, &str)> = Vec::new();
    let mut different = Vec::new();
    for ((path, after), file) in files.iter().zip(&export.files) {
        let before = match std::fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::from(error).while_(&format!("{}: nothing was written", path.display()))),
        };
        if before.as_deref() != Some(*after) {
            different.extend(before.is_some().then_some(file.path.as_str()));
            changes.push((path, before, after));
        }
    }
    if !force && !different.is_empty() {
        let different = different.join(", ");
        return Err(Failure::error(format!("{} holds other content: {different}; nothing was written", folder.display()))
            .help("choose an empty folder, or overwrite with --force"));
    }
    says_nothing_twice(folder, paths, &files)?;
    let all: Vec<_> = changes.iter().map(|(path, before, after)| (*path, before.as_deref(), *after)).collect();
    output::replace_files(&all)
}

/// A link in the folder may lead out of it.
fn stays_inside(folder: &Path, path: &Path) -> Result<(), Failure> {
    let Ok(real) = std::fs::canonicalize(folder) else { return Ok(()) };
    let known = path.ancestors().take_while(|place| *place != folder).find_map(|place| std::fs::canonicalize(place).ok());
    if known.is_none_or(|place| place.starts_with(&real)) {
        return Ok(());
    }
    Err(Failure::error(format!("{} leads out of {}; nothing was written", path.display(), folder.display()))
        .help("choose an empty folder"))
}

/// Whether what is below a folder is below PATH, too.
pub(super) fn is_part_of(folder: &Path, paths: &[PathBuf]) -> bool {
    // The folder may not be there yet; what is above it decides.
    let mut place = folder.ancestors().map(|place| if place.as_os_str().is_empty() { Path::new(".") } else { place });
    let Some(place) = place.find_map(|place| std::fs::canonicalize(place).ok()) else { return false };
    let is_above = |path: &PathBuf| std::fs::canonicalize(path).is_ok_and(|path| place.starts_with(path));
    paths.iter().any(is_above)
}

/// Below PATH what is written is read together with what is there the next time.
fn says_nothing_twice(folder: &Path, paths: &[PathBuf], files: &[(PathBuf, &str)]) -> Result<(), Failure> {
    if !is_part_of(folder, paths) {
        return Ok(());
    }
    let texts: BTreeMap<PathBuf, String> = files.iter().map(|(path, text)| (path.clone(), (*text).to_owned())).collect();
    let Err(problems) = valid_as_if(paths, texts) else { return Ok(()) };
    let problems = redaction::findings(&problems);
    let mut problems = problems.iter().filter(|problem| problem.is_error());
    let shown: Vec<String> = (&mut problems)
        .take(5)
        .map(|Diagnostic { code, location, message, .. }| format!("\n  {code}: {location}: {message}"))
        .collect();
    let more = match problems.count() {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let folder = folder.display();
    Err(Failure::error(format!(
        "{folder} is a part of what is imported from, and would contradict the rest of it; nothing was written:{}{more}",
        shown.concat()
    ))
    .help("choose another folder with -o, or bring the manifests up to date in place with --merge"))
}

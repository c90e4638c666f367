//! Manifests in one layout: `simfleet fmt`.
//!
//! What a formatted text means is proved, not hoped: read again, it has the same values (keys apart, whose order means
//! nothing) and the same comments. Where that fails, or a document has what only a person should move (anchors, tags),
//! only blanks are mended; where even that fails, the document stays as it is, byte for byte. Documents of other kinds are
//! never touched.

mod flow;
mod gap;
mod keys;
mod print;
mod raw;
mod roster;
mod same;
mod segments;
mod tidy;
mod tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::edit::Patched;
use super::header::{Dispatch, dispatch};
use super::load;
use super::locate::{Documents, Tree};
use super::validate::flaws::broken;
use crate::diag::Diagnostic;
use keys::{Kind, Place};

pub(in crate::manifest) use raw::comments;
pub(in crate::manifest) use raw::{Raw, RawKind, raw as read_raw};
pub(in crate::manifest) use roster::push_cell;
pub(in crate::manifest) use segments::{Segment, join as join_segments, split as split_segments};

/// How manifests are formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FormatOptions {
    /// Lines by number. Otherwise their order is the user's.
    pub sort: bool,
}

/// A byte order mark. Spreadsheets need it to read a roster as UTF-8; in YAML it is of no use.
const MARK: &str = "\u{feff}";

/// The files below these paths, and the rosters that they name, that are not formatted. Nothing is written.
///
/// # Errors
/// Everything that cannot be read as YAML or CSV at all; what else is wrong with a manifest is not judged here.
pub fn format(paths: &[PathBuf], options: FormatOptions) -> Result<Vec<Patched>, Vec<Diagnostic>> {
    let listing = load::manifests(paths);
    let mut problems = listing.problems;
    let mut files: Vec<Patched> = Vec::new();
    let mut rosters: BTreeSet<PathBuf> = BTreeSet::new();
    for found in listing.found {
        let path = found.path;
        if path.extension().is_some_and(|extension| extension == "csv") {
            rosters.insert(path);
            continue;
        }
        let before = match load::whole(&path) {
            Ok(text) => text,
            Err(problem) => {
                problems.push(*problem);
                continue;
            }
        };
        if !before.contains(crate::api::GROUP) {
            continue;
        }
        let text = before.strip_prefix(MARK).unwrap_or(&before);
        let shown = load::shown(&path);
        let wrong: Vec<Diagnostic> = Documents::new(text).filter_map(Result::err).map(|error| broken(&shown, &error)).collect();
        if wrong.is_empty() {
            rosters.extend(named_rosters(text, path.parent().unwrap_or(Path::new(""))));
            let after = format_manifest(&before, options);
            files.push(Patched { path, before, after });
        }
        problems.extend(wrong);
    }
    for path in rosters {
        // One that is missing is told by `validate`.
        let Ok(before) = std::fs::read_to_string(&path) else { continue };
        if let Some(after) = format_roster(&before, options) {
            files.push(Patched { path, before, after });
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    files.retain(|file| file.before != file.after);
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// Formats a manifest. Text that is no manifest of ours comes back as it is.
pub fn format_manifest(text: &str, options: FormatOptions) -> String {
    let body = text.strip_prefix(MARK).unwrap_or(text);
    let mut segments = segments::split(body);
    let mut is_ours = false;
    for segment in &mut segments {
        if let Some(formatted) = document(&segment.body, options) {
            segment.body = formatted;
            is_ours = true;
        }
    }
    if !is_ours {
        return text.to_owned();
    }
    segments.iter_mut().for_each(segments::Segment::tidy_marker);
    segments::join(&segments)
}

/// Formats a roster: blanks around cells, quotes that are not needed, rows of nothing but commas, and line ends go; the
/// order of columns and a byte order mark stay. `None`: it is no whole roster, and stays as it is.
pub fn format_roster(text: &str, options: FormatOptions) -> Option<String> {
    roster::format(text, options.sort)
}

/// One document, formatted; `None` where it is none of ours.
fn document(body: &str, options: FormatOptions) -> Option<String> {
    let kind = kind_of(body)?;
    let unix = body.replace("\r\n", "\n");
    // A CR alone is a line end to one reader and a character to another.
    if unix.contains('\r') {
        return Some(body.to_owned());
    }
    let is_same = |after: &str| same::is_same(&unix, after, kind, options.sort);
    let whole = || {
        let raw = raw::raw(&unix)?;
        let comments = raw::placed_comments(&unix)?;
        let (head, document) = tree::tree(&unix, &raw, Place::Document(kind), &comments)?;
        print::print(&head, document, options.sort)
    };
    let formatted = whole().filter(|after| is_same(after)).or_else(|| tidy::tidy(&unix).filter(|after| is_same(after)));
    Some(formatted.unwrap_or_else(|| body.to_owned()))
}

fn kind_of(body: &str) -> Option<Kind> {
    let mut documents = Documents::new(body);
    let document = documents.next()?.ok()?;
    if documents.next().is_some() || !document.flaws.is_empty() || document.tree.is_none() {
        return None;
    }
    match dispatch(&document.header) {
        Dispatch::CarrierAccount => Some(Kind::Account),
        Dispatch::SimFleet => Some(Kind::Fleet),
        Dispatch::SimOrder => Some(Kind::Order),
        Dispatch::ConfigMap | Dispatch::Foreign | Dispatch::Wrong { .. } => None,
    }
}

/// The rosters that the fleets of a text name.
fn named_rosters(text: &str, folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for document in Documents::new(text).flatten() {
        if let (Some(tree), Dispatch::SimFleet) = (&document.tree, dispatch(&document.header)) {
            paths.extend(csv_rosters(tree).into_iter().map(|csv| folder.join(csv)));
        }
    }
    paths
}

/// The CSV files of a fleet, as it names them.
pub(in crate::manifest) fn csv_rosters(tree: &Tree<'_>) -> Vec<String> {
    let rosters = tree.field(tree.root(), "spec").and_then(|(_, spec)| tree.field(spec, "rosters"));
    let entries = rosters.into_iter().flat_map(|(_, list)| tree.entries(list));
    entries.filter_map(|(_, entry)| tree.field(entry, "csv").and_then(|(_, value)| tree.text(value))).map(str::to_owned).collect()
}

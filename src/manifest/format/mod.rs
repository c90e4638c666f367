//! Manifests in one layout: `simfleet fmt`.
//!
//! What a formatted text means is proved, not hoped: read again, it has the same values (keys apart, whose order means
//! nothing) and the same comments. Where that fails, or a document has what only a person should move (anchors, tags),
//! only blanks are mended; where even that fails, the document stays as it is, byte for byte. Such documents are named, with
//! the place that keeps them from it: they are not formatted. Documents of other kinds are never touched.
//!
//! How a file is encoded is the user's: line ends stay LF or CRLF (what is mixed becomes what most of a document's lines
//! have, or the header of a roster), and a byte order mark stays. An editor or a `.gitattributes` wants them, and a diff that changes every line hides
//! the one that matters.

mod comments;
mod flow;
mod gap;
mod keys;
mod left;
mod print;
mod raw;
mod reader;
mod roster;
mod same;
mod segments;
mod tidy;
mod tree;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::edit::Patched;
use super::header::{Dispatch, dispatch};
use super::line_end::LineEnd;
use super::load;
use super::locate::{Documents, NodeId, Tree};
use super::roster::{Origin, not_csv};
use super::validate::flaws::{broken, flaw, location};
use crate::diag::{Diagnostic, Location};
use keys::{Kind, Place};
use left::Left;

pub(in crate::manifest) use gap::dash;
pub(in crate::manifest) use raw::{Comment, Raw, RawKind, end_of, placed_comments, raw as read_raw};
pub(in crate::manifest) use roster::push_cell;
pub(in crate::manifest) use segments::{Segment, join as join_segments, split as split_segments};

/// How manifests are formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FormatOptions {
    /// Lines by number. Otherwise their order is the user's.
    pub sort: bool,
}

/// What formatting comes to. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formatted {
    /// The files that change, sorted by name.
    pub files: Vec<Patched>,
    /// What is not laid out anew, sorted by place.
    pub left: Vec<NotFormatted>,
}

/// A document or roster that is not laid out anew: at most blanks are mended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotFormatted {
    /// Where the reason stands.
    pub location: Location,
    /// The reason.
    pub why: String,
}

/// A byte order mark. Spreadsheets need it to read a roster as UTF-8.
const MARK: &str = "\u{feff}";

/// Formats the files below these paths, and the rosters that they name.
///
/// # Errors
/// Everything that cannot be read as YAML or CSV at all, or not be found; what else is wrong with a manifest is not judged
/// here.
pub fn format(paths: &[PathBuf], options: FormatOptions) -> Result<Formatted, Vec<Diagnostic>> {
    let listing = load::manifests(paths);
    let mut problems = listing.problems;
    let Formatted { mut files, mut left } = Formatted::default();
    // Rosters, and where they are named.
    let mut rosters: BTreeMap<PathBuf, Location> = BTreeMap::new();
    for found in listing.found {
        let path = found.path;
        if path.extension().is_some_and(|extension| extension == "csv") {
            let named = Location::of_file(load::shown(&path));
            rosters.entry(path).or_insert(named);
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
            for (roster, named) in named_rosters(text, &path) {
                rosters.entry(roster).or_insert(named);
            }
            let (after, of_file) = manifest(&before, options);
            let place = |line: u32| Location::new(Arc::clone(&shown), line, 1, 1);
            left.extend(of_file.into_iter().map(|Left { line, why }| NotFormatted { location: place(line), why }));
            files.push(Patched { path, before, after });
        }
        problems.extend(wrong);
    }
    for (path, named) in rosters {
        match read_roster(&path, named) {
            Ok(before) => {
                if let Some(after) = format_roster(&before, options) {
                    files.push(Patched { path, before, after });
                } else {
                    let why = "its cells cannot be written in another way and stay the same".to_owned();
                    left.push(NotFormatted { location: Location::of_file(load::shown(&path)), why });
                }
            }
            Err(of_roster) => problems.extend(of_roster),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    files.retain(|file| file.before != file.after);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    left.sort();
    Ok(Formatted { files, left })
}

/// The text of a roster, or why it is none.
fn read_roster(path: &Path, named: Location) -> Result<String, Vec<Diagnostic>> {
    let mut file = load::roster(path).map_err(|problem| {
        // The mistake is where the roster is named.
        vec![Diagnostic { location: named, ..*problem }]
    })?;
    let origin = Origin::of_file(load::shown(path));
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| vec![load::unreadable(path, &error)])?;
    let problems = not_csv(&bytes, &origin);
    String::from_utf8(bytes).ok().filter(|_| problems.is_empty()).ok_or(problems)
}

/// Formats a manifest. Text that is no manifest of ours comes back as it is.
pub fn format_manifest(text: &str, options: FormatOptions) -> String {
    manifest(text, options).0
}

/// A manifest, formatted, and what of it is not laid out anew.
fn manifest(text: &str, options: FormatOptions) -> (String, Vec<Left>) {
    let (mark, body) = text.strip_prefix(MARK).map_or(("", text), |body| (MARK, body));
    let mut segments = segments::split(body);
    let (mut is_ours, mut left) = (false, Vec::new());
    let mut lines_before = 0;
    let lines_of = |text: &str| u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
    for segment in &mut segments {
        lines_before += lines_of(&segment.marker);
        let lines = lines_of(&segment.body);
        let of_document = match kind_of(&segment.body) {
            None => None,
            Some(Err(reason)) => Some(reason),
            Some(Ok(kind)) => {
                is_ours = true;
                let (formatted, reason) = document(&segment.body, kind, options);
                segment.body = formatted;
                reason
            }
        };
        left.extend(of_document.map(|Left { line, why }| Left { line: lines_before + line, why }));
        lines_before += lines;
    }
    if !is_ours {
        return (text.to_owned(), left);
    }
    segments.iter_mut().for_each(segments::Segment::tidy_marker);
    (format!("{mark}{}", segments::join(&segments)), left)
}

/// Formats a roster: blanks around cells, quotes that are not needed, and rows of nothing but commas go; the order of columns,
/// line ends and a byte order mark stay. `None`: it is no whole roster, and stays as it is.
pub fn format_roster(text: &str, options: FormatOptions) -> Option<String> {
    roster::format(text, options.sort)
}

/// One document, formatted, and why it is not laid out anew if it is not.
fn document(body: &str, kind: Kind, options: FormatOptions) -> (String, Option<Left>) {
    let unix = body.replace("\r\n", "\n");
    if let Some(at) = unix.find('\r') {
        let why = "a CR stands alone here: a line end to one reader and a character to another";
        return (body.to_owned(), Some(Left::at(&unix, at, why)));
    }
    let end = LineEnd::of(body);
    let is_same = |after: &String| same::is_same(&unix, after, kind, options.sort);
    let written = |after: String| match end {
        LineEnd::Lf => Some(after),
        LineEnd::CrLf => Some(end.put(&after)).filter(is_same),
    };
    let reached = Cell::new(0);
    let anew = || {
        let raw = raw::raw(&unix)?;
        let comments = raw::placed_comments(&unix)?;
        let (head, document) = reader::tree(&unix, (&raw, &comments), Place::Document(kind), &reached)?;
        reached.set(0);
        print::print(&head, document, options.sort)
    };
    if let Some(after) = anew().filter(is_same).and_then(written) {
        return (after, None);
    }
    let tidied = tidy::tidy(&unix).filter(is_same).and_then(written);
    (tidied.unwrap_or_else(|| body.to_owned()), Some(Left::of(&unix, reached.get())))
}

/// What a document is, or why it is not looked at although it is ours; `None` where it is not.
fn kind_of(body: &str) -> Option<Result<Kind, Left>> {
    let documents: Vec<_> = Documents::new(body).collect::<Result<_, _>>().ok()?;
    let kind = |header| match dispatch(header) {
        Dispatch::CarrierAccount => Some(Ok(Kind::Account)),
        Dispatch::SimFleet => Some(Ok(Kind::Fleet)),
        Dispatch::SimOrder => Some(Ok(Kind::Order)),
        Dispatch::Wrong { message, .. } => Some(Err(message)),
        Dispatch::ConfigMap | Dispatch::Foreign => None,
    };
    let [document] = documents.as_slice() else {
        let ours = documents.iter().find(|document| kind(&document.header).is_some())?;
        let why = "a document begins behind `---` on the same line".to_owned();
        return Some(Err(Left { line: ours.start.line, why }));
    };
    let is_mistaken = |line: u32, why: String| Some(Err(Left { line, why }));
    match kind(&document.header)? {
        Err(message) => is_mistaken(document.start.line, message),
        Ok(kind) => match document.flaws.first().map(|found| flaw(&"".into(), found)) {
            Some(found) => is_mistaken(found.location.line, found.message),
            None => document.tree.is_some().then_some(Ok(kind)),
        },
    }
}

/// The rosters that the fleets of a manifest name, and where.
fn named_rosters(text: &str, manifest: &Path) -> Vec<(PathBuf, Location)> {
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let mut named = Vec::new();
    for document in Documents::new(text).flatten() {
        if let (Some(tree), Dispatch::SimFleet) = (&document.tree, dispatch(&document.header)) {
            for value in csv_values(tree) {
                let place = location(&load::shown(manifest), tree.spot(value));
                named.extend(tree.text(value).map(|csv| (folder.join(csv), place)));
            }
        }
    }
    named
}

/// The CSV files of a fleet, as it names them.
pub(in crate::manifest) fn csv_rosters(tree: &Tree<'_>) -> Vec<String> {
    csv_values(tree).filter_map(|value| tree.text(value)).map(str::to_owned).collect()
}

fn csv_values<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = NodeId> + 't {
    let rosters = tree.field(tree.root(), "spec").and_then(|(_, spec)| tree.field(spec, "rosters"));
    let entries = rosters.into_iter().flat_map(|(_, list)| tree.entries(list));
    entries.filter_map(|(_, entry)| tree.field(entry, "csv").map(|(_, value)| value))
}

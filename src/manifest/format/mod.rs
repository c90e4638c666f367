//! Manifests in one layout: `simfleet fmt`.
//!
//! What a formatted text means is proved, not hoped: read again, it has the same values (keys apart, whose order means
//! nothing) and the same comments. Where that fails, or a document has what only a person should move (anchors, tags),
//! only blanks are mended; where even that fails, the document stays as it is, byte for byte. Documents of other kinds are
//! never touched.
//!
//! How a file is encoded is the user's: line ends stay LF or CRLF (what is mixed becomes what most of a document's lines
//! have, or the header of a roster), and a byte order mark stays. An editor or a `.gitattributes` wants them, and a diff that changes every line hides
//! the one that matters.

mod comments;
mod flow;
mod gap;
mod keys;
mod print;
mod raw;
mod reader;
mod roster;
mod same;
mod segments;
mod tidy;
mod tree;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::edit::Patched;
use super::header::{Dispatch, dispatch};
use super::line_end::LineEnd;
use super::load;
use super::locate::{Documents, NodeId, Tree};
use super::roster::{Origin, not_csv};
use super::validate::flaws::{broken, location};
use crate::diag::{Diagnostic, Location};
use keys::{Kind, Place};

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

/// A byte order mark. Spreadsheets need it to read a roster as UTF-8.
const MARK: &str = "\u{feff}";

/// The files below these paths, and the rosters that they name, that are not formatted. Nothing is written.
///
/// # Errors
/// Everything that cannot be read as YAML or CSV at all, or not be found; what else is wrong with a manifest is not judged
/// here.
pub fn format(paths: &[PathBuf], options: FormatOptions) -> Result<Vec<Patched>, Vec<Diagnostic>> {
    let listing = load::manifests(paths);
    let mut problems = listing.problems;
    let mut files: Vec<Patched> = Vec::new();
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
            let after = format_manifest(&before, options);
            files.push(Patched { path, before, after });
        }
        problems.extend(wrong);
    }
    for (path, named) in rosters {
        match read_roster(&path, named) {
            Ok(before) => {
                if let Some(after) = format_roster(&before, options) {
                    files.push(Patched { path, before, after });
                }
            }
            Err(of_roster) => problems.extend(of_roster),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    files.retain(|file| file.before != file.after);
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
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
    let (mark, body) = text.strip_prefix(MARK).map_or(("", text), |body| (MARK, body));
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
    format!("{mark}{}", segments::join(&segments))
}

/// Formats a roster: blanks around cells, quotes that are not needed, and rows of nothing but commas go; the order of columns,
/// line ends and a byte order mark stay. `None`: it is no whole roster, and stays as it is.
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
    let end = LineEnd::of(body);
    let is_same = |after: &str| same::is_same(&unix, after, kind, options.sort);
    let whole = || {
        let raw = raw::raw(&unix)?;
        let comments = raw::placed_comments(&unix)?;
        let (head, document) = reader::tree(&unix, &raw, Place::Document(kind), &comments)?;
        print::print(&head, document, options.sort)
    };
    let formatted = whole().filter(|after| is_same(after)).or_else(|| tidy::tidy(&unix).filter(|after| is_same(after)));
    let written = formatted.and_then(|after| match end {
        LineEnd::Lf => Some(after),
        LineEnd::CrLf => Some(end.put(&after)).filter(|after| is_same(after)),
    });
    Some(written.unwrap_or_else(|| body.to_owned()))
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

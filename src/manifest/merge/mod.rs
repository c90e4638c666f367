//! What a carrier has, merged into the manifests that are there: values that differ are edited in place, lines that nobody
//! declares are added to the fleet that they belong to, and nothing is taken away.
//!
//! The answer is whole texts, proved before anybody sees them: read again, the manifests are valid, say what was to be said
//! and nothing else, and have all of their comments, each beside the line that it is about.

mod add;
mod check;
mod decide;
mod devices;
mod home;
mod into_fleet;
mod into_list;
mod into_roster;
mod known;
mod new_fleet;
mod texts;
mod whose;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::Compiled;
use super::edit::{Edit, Edited, edit};
use crate::diag::Diagnostic;
use crate::domain::{Desired, Msisdn, Observed, Source};
use add::add;
use check::{Meant, prove};
use known::known_lines;
use texts::Texts;

/// Manifests and what their carriers have.
#[derive(Debug)]
pub struct Merge<'a> {
    /// The paths that were read.
    pub paths: &'a [PathBuf],
    /// What they say.
    pub compiled: &'a Compiled,
    /// What each account has, by name. Accounts that are not here stay as they are.
    pub observed: &'a [(Arc<str>, Observed)],
    /// New fleets of more lines than this get a roster.
    pub roster_above: usize,
}

/// What a merge comes to. Nothing is written.
#[derive(Debug, Default)]
pub struct Merged {
    /// The files that change, sorted by name.
    pub files: Vec<Changed>,
    /// Lines of which a value changes.
    pub edited: usize,
    /// Lines that are added, by the fleet that they are added to.
    pub added: BTreeMap<Arc<str>, usize>,
    /// What is left to a person, sorted by line.
    pub left: Vec<LeftLine>,
    /// Lines that are declared, not as `Terminated`, and that the carrier does not have.
    pub gone: Vec<Msisdn>,
    /// Numbers that cannot be declared, and the like; for people.
    pub notes: Vec<String>,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub path: PathBuf,
    /// Its text; `None` if it is new.
    pub before: Option<String>,
    /// Its text to be.
    pub after: String,
}

/// A line that does not agree with the carrier and is left to a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftLine {
    /// The line.
    pub msisdn: Msisdn,
    /// Why.
    pub why: String,
    /// The file that declares it.
    pub file: Arc<str>,
    /// Where it does, from 1.
    pub line: u32,
}

/// Why a merge comes to nothing.
#[derive(Debug)]
pub enum MergeError {
    /// What would be written is not valid together; places are those of the texts to be.
    Invalid(Vec<Diagnostic>),
    /// What would be written says something else than it should. Means that this program is wrong about some layout.
    Differs(String),
    /// A file cannot be read.
    Unreadable(String),
}

/// Why lines cannot be added somewhere.
#[derive(Debug)]
struct Refused(String);

/// Merges.
///
/// # Errors
/// [`MergeError`]; then nothing of it is fit to be written.
pub fn merge(merge: &Merge<'_>) -> Result<Merged, MergeError> {
    let mut merged = Merged::default();
    let mut edits: Vec<(Arc<str>, Edit)> = Vec::new();
    let mut devices_of: BTreeMap<Arc<str>, BTreeSet<String>> = BTreeMap::new();
    for (account, observed) in merge.observed {
        if let Some(desired) = desired(merge.compiled, account) {
            let (of_account, declared) = known_lines(desired, observed, &mut merged);
            devices_of.insert(Arc::clone(account), declared);
            edits.extend(of_account.into_iter().map(|edit| (Arc::clone(account), edit)));
        }
    }
    let plain: Vec<Edit> = edits.iter().map(|(_, edit)| edit.clone()).collect();
    let Edited { files, left: unedited } = edit(&plain);
    for (index, why) in &unedited {
        if let Some((account, edit)) = edits.get(*index) {
            let why = format!("{} {}: {why}", edit.field, edit.value);
            let sim = desired(merge.compiled, account).and_then(|desired| Some((desired, desired.sim(edit.msisdn)?)));
            merged.left.extend(sim.map(|(desired, sim)| left(desired, sim.msisdn, sim.source, why)));
        }
    }
    let mut texts = Texts::new(&files);
    let made = edits.iter().enumerate().filter(|(index, _)| !unedited.contains_key(index));
    let made: Vec<&(Arc<str>, Edit)> = made.map(|(_, edit)| edit).collect();
    merged.edited = made.iter().map(|(account, edit)| (account, edit.msisdn)).collect::<BTreeSet<_>>().len();
    let added = add(merge, devices_of, &mut texts, &mut merged)?;
    let mut meant: BTreeMap<Arc<str>, Meant<'_>> = BTreeMap::new();
    for (account, edit) in made {
        meant.entry(Arc::clone(account)).or_default().edit(edit);
    }
    for (account, row) in &added {
        meant.entry(Arc::clone(account)).or_default().added.insert(row.msisdn, row);
    }
    let files = texts.changed();
    if !files.is_empty() {
        prove(merge, &files, &meant)?;
    }
    merged.files = files;
    merged.left.sort();
    merged.gone.sort_unstable();
    Ok(merged)
}

fn desired<'c>(compiled: &'c Compiled, account: &str) -> Option<&'c Desired> {
    compiled.accounts.iter().find(|manifest| **manifest.name() == *account).map(|manifest| &manifest.desired)
}

fn left(desired: &Desired, msisdn: Msisdn, source: Source, why: String) -> LeftLine {
    LeftLine { msisdn, why, file: desired.file_of(source).into(), line: source.line }
}

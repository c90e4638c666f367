//! What a carrier has, merged into the manifests that are there: values that differ are edited in place, lines that nobody
//! declares are added to the fleet that they belong to, and nothing is taken away.
//!
//! The answer is whole texts, proved before anybody sees them: read again, the manifests are valid, say what was to be said
//! and nothing else, and have all of their comments.

mod check;
mod decide;
mod devices;
mod home;
mod into_fleet;
mod into_roster;
mod new_fleet;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::Compiled;
use super::edit::{Edit, Edited, edit};
use super::export::{Fleet, Row, device, gather};
use super::format::comments;
use super::load::is_yaml;
use super::read::read_as_if;
use crate::diag::Diagnostic;
use crate::domain::{Desired, DesiredSim, DesiredState, Msisdn, Observed, Source};
use check::Meant;
use decide::{Decision, decide};
use home::{home, into_home};
use new_fleet::NewFleets;
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

/// What is to change of lines that are declared, and the devices that are declared in the end.
fn known_lines(desired: &Desired, observed: &Observed, merged: &mut Merged) -> (Vec<Edit>, BTreeSet<String>) {
    let mut decisions: Vec<(&DesiredSim, Decision)> = Vec::with_capacity(desired.sims.len());
    for sim in &desired.sims {
        let seen = observed.sims.binary_search_by_key(&sim.msisdn, |seen| seen.msisdn).ok();
        let seen = seen.and_then(|at| observed.sims.get(at));
        if seen.is_none() && sim.state != Some(DesiredState::Terminated) {
            merged.gone.push(sim.msisdn);
        }
        let decision = seen.zip(desired.fleet_of(sim)).map(|(seen, fleet)| decide(sim, fleet, seen));
        decisions.push((sim, decision.unwrap_or_default()));
    }
    let declared = devices::settle(&mut decisions);
    let mut edits = Vec::new();
    for (sim, Decision { edits: of_line, left: reasons }) in decisions {
        merged.left.extend(reasons.into_iter().map(|why| left(desired, sim.msisdn, sim.source, why)));
        edits.extend(of_line.into_iter().map(|(field, value)| Edit {
            file: desired.file_of(sim.source).into(),
            line: sim.source.line,
            column: sim.source.column,
            msisdn: sim.msisdn,
            field,
            value,
        }));
    }
    (edits, declared)
}

/// Adds the lines that nobody declares.
fn add(
    merge: &Merge<'_>,
    mut devices_of: BTreeMap<Arc<str>, BTreeSet<String>>,
    texts: &mut Texts,
    merged: &mut Merged,
) -> Result<Vec<(Arc<str>, Row)>, MergeError> {
    let mut added = Vec::new();
    let fleets = merge.compiled.accounts.iter().flat_map(|manifest| &manifest.desired.fleets);
    let mut new = NewFleets::new(merge.paths, fleets.map(|fleet| fleet.name.to_string()), merge.roster_above);
    for (account, observed) in merge.observed {
        let Some(desired) = desired(merge.compiled, account) else { continue };
        let gathered = gather(observed, Some(desired), |sim| desired.sim(sim.msisdn).is_none());
        merged.notes.extend(gathered.left_out);
        let mut bound = devices_of.remove(account).unwrap_or_default();
        for mut fleet in gathered.fleets {
            for row in &mut fleet.rows {
                // A device that another line has is declared of one of them only.
                if device(row).is_some_and(|device| !bound.insert(device.to_owned())) {
                    let imei = row.imei.take().map(|imei| imei.to_string()).unwrap_or_default();
                    let msisdn = row.msisdn;
                    merged.notes.push(format!("{msisdn}: IMEI {imei} is declared of another line, so it is left out here"));
                }
            }
            fleet.shares_imei = false;
            let mut rest = fleet.rows;
            if let Some(home) = home(desired, &fleet.system, &fleet.service) {
                let before = rest.len();
                let (placed, refused) = into_home(desired, home, rest, texts, merged)?;
                debug_assert_eq!(placed.len() + refused.len(), before, "no line is lost");
                *merged.added.entry(Arc::clone(&home.name)).or_default() += placed.len();
                added.extend(placed.into_iter().map(|row| (Arc::clone(account), row)));
                rest = refused;
            }
            if !rest.is_empty() {
                let count = rest.len();
                let fleet = Fleet { rows: rest, ..fleet };
                let name = new.write(account, &fleet, texts)?;
                *merged.added.entry(name).or_default() += count;
                added.extend(fleet.rows.into_iter().map(|row| (Arc::clone(account), row)));
            }
        }
    }
    merged.added.retain(|_, count| *count > 0);
    Ok(added)
}

/// That the texts say what was meant, with all of their comments.
fn prove(merge: &Merge<'_>, files: &[Changed], meant: &BTreeMap<Arc<str>, Meant<'_>>) -> Result<(), MergeError> {
    let to_be = files.iter().map(|file| (file.path.clone(), file.after.clone())).collect();
    let after = read_as_if(merge.paths, to_be).map_err(MergeError::Invalid)?;
    if let Some(what) = check::differs(merge.compiled, &after, meant) {
        return Err(MergeError::Differs(what));
    }
    for file in files.iter().filter(|file| is_yaml(&file.path)) {
        let count = |text: &str| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for comment in comments(text.strip_prefix('\u{feff}').unwrap_or(text)).unwrap_or_default() {
                *counts.entry(comment).or_default() += 1;
            }
            counts
        };
        let after = count(&file.after);
        let before = count(file.before.as_deref().unwrap_or_default());
        if before.iter().any(|(comment, times)| after.get(comment).copied().unwrap_or_default() < *times) {
            return Err(MergeError::Differs(format!("a comment in {}", file.path.display())));
        }
    }
    Ok(())
}

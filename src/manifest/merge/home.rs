//! Which fleet a new line is added to, and where in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::texts::Texts;
use super::{MergeError, Merged, into_fleet, into_roster};
use crate::domain::{Desired, DesiredFleet, DesiredSim, List, ServiceCode, SystemNumber};
use crate::manifest::export::Row;

/// The fleet of a system number and service. Of several the one with the most lines without labels: fleets that were split
/// by a label leave one for what has none. Then the one with the most lines, then the first one by name.
pub(super) fn home<'d>(desired: &'d Desired, system: &SystemNumber, service: &ServiceCode) -> Option<&'d DesiredFleet> {
    let fits = desired.fleets.iter().enumerate().filter(|(_, fleet)| fleet.system == *system && fleet.service == *service);
    let rank = |nth: usize| {
        let of_fleet = || desired.sims.iter().filter(move |sim| usize::try_from(sim.fleet) == Ok(nth));
        let unlabelled = of_fleet().filter(|sim| sim.labels.is_none()).count();
        (unlabelled, of_fleet().count(), std::cmp::Reverse(nth))
    };
    let fits: Vec<(usize, &DesiredFleet)> = fits.collect();
    match fits.as_slice() {
        [] => None,
        [(_, only)] => Some(only),
        several => several.iter().max_by_key(|(nth, _)| rank(*nth)).map(|(_, fleet)| *fleet),
    }
}

/// Adds lines to a fleet: to its roster if it has one, else to its lists. Those that were added, as they were, and those
/// that cannot be.
pub(super) fn into_home(
    desired: &Desired,
    fleet: &DesiredFleet,
    mut rows: Vec<Row>,
    texts: &mut Texts,
    merged: &mut Merged,
) -> Result<(Vec<Row>, Vec<Row>), MergeError> {
    let path = PathBuf::from(desired.file_of(fleet.source));
    let Some(settings) = into_fleet::settings(texts.get(&path)?, &fleet.name) else { return Ok((Vec::new(), rows)) };
    if settings.is_protected {
        rows.iter_mut().for_each(Row::protect);
    }
    let defaults = settings.defaults();
    let folder = path.parent().unwrap_or(Path::new(""));
    let rosters: Vec<PathBuf> = settings.rosters.iter().map(|csv| folder.join(csv)).collect();
    let (for_roster, inline): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| !rosters.is_empty() && into_roster::can_hold(row, &defaults));
    let (mut placed, mut refused) = (Vec::new(), Vec::new());
    let of_cards = roster_of(desired, &rosters, List::Sims);
    let of_chips = roster_of(desired, &rosters, List::ChipSims);
    let mut by_roster: BTreeMap<&PathBuf, Vec<&Row>> = BTreeMap::new();
    for row in &for_roster {
        let roster = if row.list == List::Sims { of_cards } else { of_chips };
        by_roster.entry(roster.unwrap_or(&path)).or_default().push(row);
    }
    for (roster, rows) in by_roster {
        match into_roster::add(texts.get(roster)?, &rows, &defaults) {
            Ok(text) => texts.set(roster, text),
            Err(why) => return Err(MergeError::Unreadable(format!("{}: {}", roster.display(), why.0))),
        }
    }
    placed.extend(for_roster);
    if !inline.is_empty() {
        let rows: Vec<&Row> = inline.iter().collect();
        match into_fleet::add(texts.get(&path)?, &fleet.name, &rows, &defaults) {
            Ok(text) => {
                texts.set(&path, text);
                placed.extend(inline);
            }
            Err(why) => {
                merged.notes.push(format!("fleet {}: {}; its new lines get a fleet of their own", fleet.name, why.0));
                refused = inline;
            }
        }
    }
    Ok((placed, refused))
}

/// The roster with the most lines of a list; of equal ones the first.
fn roster_of<'r>(desired: &Desired, rosters: &'r [PathBuf], list: List) -> Option<&'r PathBuf> {
    let lines = |path: &PathBuf| {
        let is_here = |sim: &&DesiredSim| sim.list == list && Path::new(desired.file_of(sim.source)) == path;
        desired.sims.iter().filter(is_here).count()
    };
    rosters.iter().rev().max_by_key(|path| lines(path))
}

//! Lines that nobody declares so far, added to the fleet that they belong to, or to one of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::home::{home, into_home};
use super::new_fleet::NewFleets;
use super::texts::Texts;
use super::{Merge, MergeError, Merged, desired};
use crate::manifest::export::{Fleet, Row, device, gather};

/// Adds the lines that nobody declares.
pub(super) fn add(
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

//! What the declared ignores say of a change. They decide how it is told, and nothing else: no operation, no baseline and
//! no block depends on them. Pure.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::document::{IgnoreReview, IgnoreState};
use super::scan::{Outside, Scanned};
use crate::domain::{Desired, DesiredSim, DriftIgnore, Msisdn, Source};
use crate::plan::{DriftIgnoreNote, Place};

/// For so many days before its end an ignore is said to end soon.
const SOON: i32 = 14;

/// How the ignores of its fleet bear on a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing<'a> {
    /// There is none: it is drift.
    None,
    /// One holds: it is told apart, and is no drift.
    Ignored(&'a DriftIgnore),
    /// None holds any more: it is drift again.
    Expired(&'a DriftIgnore),
}

impl<'a> Bearing<'a> {
    /// Whether the change is drift.
    pub fn counts(self) -> bool {
        !matches!(self, Self::Ignored(_))
    }

    /// The ignore.
    pub fn ignore(self) -> Option<&'a DriftIgnore> {
        match self {
            Self::None => None,
            Self::Ignored(ignore) | Self::Expired(ignore) => Some(ignore),
        }
    }

    /// The ignore, as it is told.
    pub fn note(self, desired: &Desired) -> Option<DriftIgnoreNote> {
        let DriftIgnore { msisdns: _, labels: _, fields: _, reason, owner, until, source } = self.ignore()?;
        Some(DriftIgnoreNote { owner: Arc::clone(owner), until: *until, reason: reason.clone(), source: place(desired, *source) })
    }
}

/// How the ignores of its fleet bear on a change of a line's field, on a day (JST). Of several the one that holds longest
/// is named.
pub fn bearing<'a>(desired: &'a Desired, sim: &DesiredSim, field: &str, today: Date) -> Bearing<'a> {
    let ignores = desired.fleet_of(sim).into_iter().flat_map(|fleet| &fleet.policy.drift_ignores);
    // Of equals the first one: `max_by_key` would take the last.
    let longest = ignores.filter(|ignore| ignore.covers(sim, field)).rev().max_by_key(|ignore| ignore.until);
    match longest {
        None => Bearing::None,
        Some(ignore) if ignore.holds_on(today) => Bearing::Ignored(ignore),
        Some(ignore) => Bearing::Expired(ignore),
    }
}

/// Every declared ignore with what it is good for on a day (JST), in the order of the fleets and their manifests. Whether one
/// matches nothing is told only where all of its lines were compared: `whole` says that no line was left out on purpose.
pub fn reviews(desired: &Desired, found: &Scanned<'_>, today: Date, whole: bool) -> Vec<IgnoreReview> {
    let skipped: BTreeSet<Msisdn> = found.unknown.iter().chain(&found.in_doubt).copied().collect();
    let skipped: Vec<&DesiredSim> = skipped.into_iter().filter_map(|msisdn| desired.sim(msisdn)).collect();
    let mut reviews = Vec::new();
    for (number, fleet) in (0_u32..).zip(&desired.fleets) {
        for ignore in &fleet.policy.drift_ignores {
            let is_its = |change: &&Outside<'_>| change.sim.fleet == number && ignore.covers(change.sim, &change.field);
            let changes = found.outside.iter().chain(&found.ignored).filter(is_its).count();
            let may_match = || skipped.iter().any(|sim| sim.fleet == number && ignore.is_about(sim));
            let days = today.until(ignore.until).map_or(i32::MAX, |span| span.get_days());
            reviews.push(IgnoreReview {
                account: Arc::clone(&desired.account),
                fleet: Arc::clone(&fleet.name),
                owner: Arc::clone(&ignore.owner),
                until: ignore.until,
                reason: ignore.reason.clone(),
                state: match days {
                    ..=-1 => IgnoreState::Expired,
                    0..=SOON => IgnoreState::ExpiresSoon,
                    _ => IgnoreState::Active,
                },
                changes: u64::try_from(changes).unwrap_or(u64::MAX),
                matches_nothing: whole && changes == 0 && !may_match(),
                source: place(desired, ignore.source),
            });
        }
    }
    reviews
}

fn place(desired: &Desired, source: Source) -> Place {
    Place { file: desired.file_of(source).into(), line: source.line, column: source.column }
}

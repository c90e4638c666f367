//! Requests and waves for the steps of all lines.
//!
//! What can be saved here is requests, then waves: which steps a line needs is settled. Bulk kinds
//! share requests by target, up to the carrier's limit. On every chip SIM they come in one order (bind
//! or deallocate, allocate, start), so each group can always be sent in as few requests as its size
//! allows. Which members share a request decides about the waves; [`split`] finds the fewest.

mod split;

use std::collections::BTreeMap;

use crate::domain::{OperationKind, RatePlan, SystemNumber};
use crate::plan::Change;
use crate::plan::sequence::Step;

/// Which steps may share a request. Ordered as the steps follow one another on a chip SIM.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Bind,
    Deallocate(SystemNumber),
    Allocate(SystemNumber),
    StartUse(SystemNumber, RatePlan),
}

impl Group {
    fn of(change: &Change) -> Option<Self> {
        match change {
            Change::BindImei { .. } => Some(Self::Bind),
            Change::Deallocate { system } => Some(Self::Deallocate(system.clone())),
            Change::Allocate { system } => Some(Self::Allocate(system.clone())),
            Change::StartUse { system, plan } => Some(Self::StartUse(system.clone(), plan.clone())),
            Change::Suspend
            | Change::Resume
            | Change::ChangeRatePlan { .. }
            | Change::Terminate { .. }
            | Change::BuyCoupon { .. }
            | Change::PlaceOrder { .. }
            | Change::CancelApplication { .. } => None,
        }
    }
}

/// A step of a line: indices into the chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) step: usize,
}

/// A request to be: its wave, what it does, and its members in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) wave: u32,
    pub(crate) kind: OperationKind,
    pub(crate) members: Vec<Place>,
}

/// Batches for chains of steps that are sorted by number, in the order in which they are sent.
pub(crate) fn batches(chains: &[&[Step]], limit: u32) -> Vec<Batch> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    let mut groups: BTreeMap<Group, Vec<Place>> = BTreeMap::new();
    for (line, chain) in chains.iter().enumerate() {
        for (step, each) in chain.iter().enumerate() {
            if let Some(group) = Group::of(&each.change) {
                groups.entry(group).or_default().push(Place { line, step });
            }
        }
    }
    let late = split::late_members(chains, limit);
    let mut waves = Waves(vec![0; chains.len()]);
    let mut batches = Vec::new();
    for (group, members) in groups {
        let is_late = |place: &Place| match &group {
            Group::Bind | Group::Deallocate(_) => false,
            Group::Allocate(_) => late.allocate.contains(&place.line),
            Group::StartUse(..) => late.start.contains(&place.line),
        };
        let (last, first): (Vec<Place>, Vec<Place>) = members.into_iter().partition(is_late);
        for chunk in first.chunks(limit).chain(last.chunks(limit)) {
            batches.extend(waves.assign(chains, chunk));
        }
    }
    for (line, chain) in chains.iter().enumerate() {
        for (step, each) in chain.iter().enumerate() {
            if Group::of(&each.change).is_none() {
                batches.extend(waves.assign(chains, &[Place { line, step }]));
            }
        }
    }
    // Within a wave by kind and then by number, which is the order of the members' lines.
    batches.sort_by_key(|batch| (batch.wave, batch.kind, batch.members.first().map(|place| (place.line, place.step))));
    batches
}

/// The wave each line has come to so far.
struct Waves(Vec<u32>);

impl Waves {
    /// The first wave after those of the steps before, for all members together.
    fn assign(&mut self, chains: &[&[Step]], members: &[Place]) -> Option<Batch> {
        let reached = members.iter().filter_map(|place| self.0.get(place.line)).max()?;
        let wave = reached.saturating_add(1);
        for place in members {
            if let Some(reached) = self.0.get_mut(place.line) {
                *reached = wave;
            }
        }
        let first = members.first()?;
        let kind = chains.get(first.line)?.get(first.step)?.change.kind();
        Some(Batch { wave, kind, members: members.to_vec() })
    }
}

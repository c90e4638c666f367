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

/// The steps of a line or order, each after the one before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chain<'a> {
    pub(crate) steps: &'a [Step],
    /// The step of an earlier chain that comes before the first one; no bulk step comes after another
    /// chain.
    pub(crate) after: Option<Place>,
}

/// A step: indices into the chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
pub(crate) fn batches(chains: &[Chain<'_>], limit: u32) -> Vec<Batch> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    let mut groups: BTreeMap<Group, Vec<Place>> = BTreeMap::new();
    for (line, chain) in chains.iter().enumerate() {
        for (step, each) in chain.steps.iter().enumerate() {
            if let Some(group) = Group::of(&each.change) {
                groups.entry(group).or_default().push(Place { line, step });
            }
        }
    }
    let late = split::late_members(chains, limit);
    let mut waves = Waves::new(chains);
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
        for (step, each) in chain.steps.iter().enumerate() {
            if Group::of(&each.change).is_none() {
                batches.extend(waves.assign(chains, &[Place { line, step }]));
            }
        }
    }
    // Within a wave by kind and then by number, which is the order of the members' lines.
    batches.sort_by_key(|batch| (batch.wave, batch.kind, batch.members.first().map(|place| (place.line, place.step))));
    batches
}

/// The wave each chain has come to so far.
struct Waves {
    reached: Vec<u32>,
    /// The waves of steps that another chain waits for; 0 before they have one.
    awaited: BTreeMap<Place, u32>,
}

impl Waves {
    fn new(chains: &[Chain<'_>]) -> Self {
        let awaited = chains.iter().filter_map(|chain| Some((chain.after?, 0))).collect();
        Self { reached: vec![0; chains.len()], awaited }
    }

    /// The first wave after those of the steps before, for all members together.
    fn assign(&mut self, chains: &[Chain<'_>], members: &[Place]) -> Option<Batch> {
        let before = |place: &Place| {
            let other = chains.get(place.line).and_then(|chain| chain.after).filter(|_| place.step == 0);
            let after = other.and_then(|other| self.awaited.get(&other)).copied().unwrap_or(0);
            Some(after.max(*self.reached.get(place.line)?))
        };
        let wave = members.iter().filter_map(before).max()?.saturating_add(1);
        for place in members {
            if let Some(reached) = self.reached.get_mut(place.line) {
                *reached = wave;
            }
            if let Some(awaited) = self.awaited.get_mut(place) {
                *awaited = wave;
            }
        }
        let first = members.first()?;
        let kind = chains.get(first.line)?.steps.get(first.step)?.change.kind();
        Some(Batch { wave, kind, members: members.to_vec() })
    }
}

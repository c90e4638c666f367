//! Which members of the allocate and start groups go into *late* requests, so that the plan has the
//! fewest waves that the fewest requests allow.
//!
//! Binding and deallocating have nothing before them and are sent first. So only two kinds of group
//! have a choice: the allocations to a system number, and the starts from it with one rate plan. A
//! request of either is *early* or *late*; the waves meant are, for a plan of so many waves,
//!
//! | waves | allocate early, late | start early, late | after the start |
//! |---|---|---|---|
//! | 2 | 1, 2 | 1, 2 | 2 |
//! | 3 | 1, 2 | 2, 3 | 3 |
//! | 4 | 2 | 3 | 4 |
//!
//! Four always suffice. Fewer do if the members that must be early and those that must be late fit
//! into the least number of requests; all others fill them up. System numbers do not touch one
//! another, so each is solved for itself.

use std::collections::{BTreeMap, BTreeSet};

use super::Chain;
use crate::domain::{RatePlan, SystemNumber};
use crate::plan::Change;

/// Lines whose allocation or start goes into a late request.
#[derive(Debug, Default)]
pub(super) struct Late {
    pub(super) allocate: BTreeSet<usize>,
    pub(super) start: BTreeSet<usize>,
}

/// A chip SIM on its way through the stock of one system number.
#[derive(Debug, Clone, Copy)]
struct Chip<'a> {
    line: usize,
    /// It is bound, or leaves another stock, first.
    before: bool,
    allocate: bool,
    start: Option<&'a RatePlan>,
    /// It is suspended after its start, or another chain (a purchase) waits for that.
    after: bool,
}

impl Chip<'_> {
    fn depth(&self) -> usize {
        [self.before, self.allocate, self.start.is_some(), self.after].into_iter().filter(|part| *part).count()
    }
}

pub(super) fn late_members(chains: &[Chain<'_>], limit: usize) -> Late {
    let mut late = Late::default();
    for chips in by_system(chains).values() {
        let depth = chips.iter().map(Chip::depth).max().unwrap_or(0);
        // One wave needs no choice, and four leave none.
        let found = (2..=3).filter(|waves| *waves >= depth && depth > 1).find_map(|waves| fit(chips, waves, limit));
        if let Some(found) = found {
            late.allocate.extend(found.allocate);
            late.start.extend(found.start);
        }
    }
    late
}

fn by_system<'a>(chains: &[Chain<'a>]) -> BTreeMap<&'a SystemNumber, Vec<Chip<'a>>> {
    let awaited: BTreeSet<usize> = chains.iter().filter_map(|chain| Some(chain.after?.line)).collect();
    let mut systems: BTreeMap<&SystemNumber, Vec<Chip<'_>>> = BTreeMap::new();
    for (line, chain) in chains.iter().enumerate() {
        let mut chip = Chip { line, before: false, allocate: false, start: None, after: awaited.contains(&line) };
        let mut home = None;
        for step in chain.steps {
            match &step.change {
                Change::BindImei { .. } | Change::Deallocate { .. } => chip.before = true,
                Change::Allocate { system } => (chip.allocate, home) = (true, Some(system)),
                Change::StartUse { system, plan } => (chip.start, home) = (Some(plan), Some(system)),
                Change::Suspend
                | Change::Resume
                | Change::ChangeRatePlan { .. }
                | Change::Terminate { .. }
                | Change::BuyCoupon { .. }
                | Change::PlaceOrder { .. }
                | Change::CancelApplication { .. } => chip.after = true,
            }
        }
        if let Some(system) = home {
            systems.entry(system).or_default().push(chip);
        }
    }
    systems
}

/// The members of late requests in a plan of two or three waves, if there is one.
fn fit(chips: &[Chip<'_>], waves: usize, limit: usize) -> Option<Late> {
    let requests = |members: usize| members.div_ceil(limit);
    let mut plans: BTreeMap<&RatePlan, Vec<&Chip<'_>>> = BTreeMap::new();
    for chip in chips {
        if let Some(plan) = chip.start {
            plans.entry(plan).or_default().push(chip);
        }
    }

    // Starts: those with something after them are early. Some are late whatever happens, and of the
    // others (allocated first, nothing after) only so many as late requests have room for.
    let mut early_allocate: BTreeSet<usize> = BTreeSet::new();
    for starts in plans.values() {
        let early = starts.iter().filter(|chip| chip.after).count();
        let surely_late = starts.iter().filter(|chip| chip.allocate && (waves == 2 || chip.before)).count();
        let room = (requests(starts.len()) - requests(early)) * limit;
        let left = room.checked_sub(surely_late)?;
        if waves == 3 {
            let flexible: Vec<usize> = starts.iter().filter(|chip| is_flexible(chip)).map(|chip| chip.line).collect();
            let must_be_early = flexible.len().saturating_sub(left);
            early_allocate.extend(flexible.into_iter().take(must_be_early));
        }
    }

    // Allocations: late after a bind or deallocation, early where the start is early.
    let allocations = || chips.iter().filter(|chip| chip.allocate);
    let must_be_early = |chip: &Chip<'_>| match waves {
        2 => chip.start.is_some(),
        _ => chip.after || early_allocate.contains(&chip.line),
    };
    let early: Vec<usize> = allocations().filter(|chip| must_be_early(chip)).map(|chip| chip.line).collect();
    let mut late = Late::default();
    late.allocate.extend(allocations().filter(|chip| chip.before).map(|chip| chip.line));
    let whole = requests(allocations().count());
    let early_room = whole.checked_sub(requests(late.allocate.len()))? * limit;
    if early.len() > early_room {
        return None;
    }
    let mut others: Vec<&Chip<'_>> = allocations().filter(|chip| !chip.before && !must_be_early(chip)).collect();
    others.sort_by_key(|chip| (chip.start.is_none(), chip.line));
    late.allocate.extend(others.into_iter().skip(early_room - early.len()).map(|chip| chip.line));

    // Starts again, now that it is known which allocations are late.
    for starts in plans.values() {
        let is_late = |chip: &Chip<'_>| chip.allocate && (waves == 2 || late.allocate.contains(&chip.line));
        let surely_late: Vec<usize> = starts.iter().filter(|chip| is_late(chip)).map(|chip| chip.line).collect();
        let early_room = (requests(starts.len()).checked_sub(requests(surely_late.len()))?) * limit;
        let early = starts.iter().filter(|chip| chip.after).count();
        let others = starts.iter().filter(|chip| !chip.after && !is_late(chip)).map(|chip| chip.line);
        late.start.extend(others.skip(early_room.checked_sub(early)?));
        late.start.extend(surely_late);
    }
    Some(late)
}

/// Allocated and started, with nothing before and nothing after: in three waves it may come in two ways.
fn is_flexible(chip: &Chip<'_>) -> bool {
    chip.allocate && !chip.before && !chip.after
}

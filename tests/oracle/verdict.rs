//! What a right plan says of one line, told by the search.

use std::collections::BTreeMap;

use simfleet::domain::DesiredState;

use super::carrier::{Model, Openness, Status, Terms};
use super::search::{Allowed, Cost, reach};

/// What is declared of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wish {
    pub(super) as_chip: bool,
    pub(super) state: Option<DesiredState>,
    pub(super) plan: Option<u8>,
    pub(super) device: Option<u8>,
    /// Counted from today.
    pub(super) day: Option<i8>,
    pub(super) protected: bool,
    /// Whether a pinned card is the right one.
    pub(super) pin: Option<bool>,
    /// The last day on which it is only to be suspended, counted from today.
    pub(super) hold: Option<i8>,
}

impl Wish {
    /// Nothing but the number.
    pub(super) const BARE: Self =
        Self { as_chip: false, state: None, plan: None, device: None, day: None, protected: false, pin: None, hold: None };

    /// The last day of the hold, where it is in force.
    pub(super) fn held(&self) -> Option<i8> {
        self.hold.filter(|last| *last >= 0 && self.state == Some(DesiredState::Terminated))
    }
}

/// What the plan has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    InSync,
    Blocked,
    /// Operations of this least cost; `waits` where it must also say what it waits for, `reaches` where
    /// they lead to what is declared for today.
    Planned {
        cost: Cost,
        waits: bool,
        reaches: bool,
    },
}

const WAITS: Verdict = Verdict::Planned { cost: Cost { irreversible: 0, once: 0, calls: 0 }, waits: true, reaches: false };

/// Remembers searches.
#[derive(Default)]
pub(super) struct Judge {
    searches: BTreeMap<(Model, Terms, Allowed), BTreeMap<Model, Cost>>,
}

impl Judge {
    fn least(&mut self, model: &Model, terms: Terms, allowed: Allowed, goal: impl Fn(&Model) -> bool) -> Option<Cost> {
        let reached = self.searches.entry((*model, terms, allowed)).or_insert_with(|| reach(*model, terms, allowed));
        reached.iter().filter(|(model, _)| goal(model)).map(|(_, cost)| *cost).min()
    }

    pub(super) fn verdict(&mut self, model: &Model, wish: &Wish, terms: Terms) -> Verdict {
        if let Some(settled) = without_search(model, wish, terms) {
            return settled;
        }
        let allowed = Allowed {
            device: wish.device,
            plan: wish.plan,
            protected: wish.protected,
            terminate: wish.state == Some(DesiredState::Terminated) && wish.held().is_none(),
            cancel_changes: true,
        };
        if let Some(cost) =
            self.least(model, terms, allowed, |end| state_is(end, wish) && plan_is(end, wish) && kept(model, end, wish))
        {
            let on_its_way = model.status == Status::Ending || model.change.is_some_and(|change| Some(change.to) == wish.plan);
            return match (cost.calls, on_its_way) {
                // A line that is held says until when.
                (_, _) if wish.held().is_some() => Verdict::Planned { cost, waits: true, reaches: true },
                (0, false) => Verdict::InSync,
                (0, true) => WAITS,
                (_, _) => Verdict::Planned { cost, waits: false, reaches: true },
            };
        }
        if wish.held().is_some() {
            return Verdict::Blocked;
        }
        // The plan may come later, the state now.
        let plan_comes = wish.plan.is_some_and(|plan| plan < 2) && terms.missing != Some(6);
        let later = Allowed { cancel_changes: false, ..allowed };
        if plan_comes
            && let Some(cost) = self.least(model, terms, later, |end| state_is(end, wish) && kept(model, end, wish))
            && (terms.cut_off_passed && !keeps_plan(model, wish) || model.change.is_some_and(|change| !change.open.cancellable()))
        {
            return Verdict::Planned { cost, waits: true, reaches: false };
        }
        Verdict::Blocked
    }
}

/// Whether a line whose state nobody declared still has it.
fn kept(before: &Model, after: &Model, wish: &Wish) -> bool {
    wish.state.is_some() || !before.is_line() || before.status == after.status
}

/// Where identity or the carrier settles the matter, whatever could be called.
fn without_search(model: &Model, wish: &Wish, terms: Terms) -> Option<Verdict> {
    let gone = wish.state == Some(DesiredState::Terminated);
    if model.status == Status::Missing {
        return Some(if gone { Verdict::InSync } else { Verdict::Blocked });
    }
    if model.is_chip != wish.as_chip || wish.pin == Some(false) {
        return Some(Verdict::Blocked);
    }
    let keeps_plan = keeps_plan(model, wish);
    let nothing_else = if model.is_line() { keeps_plan } else { wish.device.is_none() || model.status != Status::Ordered };
    let asks_nothing = wish.state.is_none() && nothing_else;
    if matches!(model.status, Status::Ended | Status::CarrierEnded) {
        return Some(if gone || asks_nothing { Verdict::InSync } else { Verdict::Blocked });
    }
    let contradicts = model.device.zip(wish.device).is_some_and(|(bound, wanted)| bound != wanted);
    if model.is_line() && model.home != 0 || contradicts {
        return Some(Verdict::Blocked);
    }
    if matches!(model.status, Status::CarrierSuspended | Status::Strange) {
        return Some(if asks_nothing { Verdict::InSync } else { Verdict::Blocked });
    }
    if !model.is_line() {
        return match () {
            () if asks_nothing => Some(Verdict::InSync),
            () if model.busy => Some(WAITS),
            // Allocated, and the carrier does not say to whom: that can be left alone, but not changed.
            () if model.status == Status::Allocated && model.stock.is_none() => Some(Verdict::Blocked),
            () if gone => Some(Verdict::Blocked),
            () => None,
        };
    }
    if wish.state.is_none() && (wish.plan.is_none() || (model.status == Status::Ending && keeps_plan)) {
        return Some(Verdict::InSync);
    }
    if matches!(wish.state, Some(DesiredState::Registered | DesiredState::Allocated)) {
        return Some(Verdict::Blocked);
    }
    let too_late = model.ending.is_some_and(|ending| !ending.open.cancellable());
    match (model.status, gone) {
        (Status::Ending, true) if too_late || ends_in_time(model, wish) => Some(WAITS),
        (Status::Ending, false) if too_late || wish.state.is_none() => Some(Verdict::Blocked),
        // Nothing is asked for while something else is in progress.
        _ if model.busy || model.change.is_some_and(|change| change.open == Openness::Processing) => Some(WAITS),
        _ if gone && model.in_progress(None) && model.status != Status::Ending => Some(WAITS),
        // It would be held for nothing.
        _ if wish.held().is_some() && (wish.protected || terms.missing == Some(14)) => Some(Verdict::Blocked),
        // A change to the declared plan is not cancelled, so it has to be waited for.
        _ if model.change.is_some_and(|change| change.open.blocks() && Some(change.to) == wish.plan) => Some(WAITS),
        // To cancel it now would bring the declared plan no sooner.
        _ if terms.cut_off_passed && !keeps_plan && model.change.is_some_and(|change| change.open.blocks()) => Some(WAITS),
        // Nobody declared a plan, so nobody cancels a change of it.
        _ if model.change.is_some_and(|change| change.open.blocks()) && wish.plan.is_none() => Some(WAITS),
        _ => None,
    }
}

fn keeps_plan(model: &Model, wish: &Wish) -> bool {
    wish.plan.is_none_or(|plan| plan == model.plan)
}

fn ends_in_time(model: &Model, wish: &Wish) -> bool {
    let earliest = wish.held().map_or(0, |last| last + 1);
    if model.ending.is_some_and(|ending| wish.held().is_some_and(|last| ending.day <= last)) {
        return false;
    }
    match (model.ending, wish.day) {
        (Some(ending), Some(day)) => ending.day == day.max(earliest) || (day <= ending.day && ending.day <= 0),
        (_, None) => true,
        (None, _) => false,
    }
}

pub(super) fn state_is(model: &Model, wish: &Wish) -> bool {
    match wish.state {
        None => model.is_line() || wish.device.is_none() || model.status != Status::Ordered,
        Some(DesiredState::Registered) => model.status == Status::Registered,
        Some(DesiredState::Allocated) => model.status == Status::Allocated && model.stock == Some(0),
        Some(DesiredState::Active) => model.status == Status::Active && model.home == 0,
        Some(DesiredState::Suspended) => model.status == Status::Suspended && model.home == 0,
        Some(DesiredState::Terminated) if wish.held().is_some() => {
            model.status == Status::Suspended && model.home == 0 || model.status == Status::Ending && ends_in_time(model, wish)
        }
        Some(DesiredState::Terminated) => {
            model.status == Status::Ending && ends_in_time(model, &Wish { day: Some(wish.day.unwrap_or(0)), ..*wish })
        }
    }
}

pub(super) fn plan_is(model: &Model, wish: &Wish) -> bool {
    // What is to be terminated needs no other plan before.
    let plan = wish.plan.filter(|_| wish.held().is_none());
    let (Some(plan), true) = (plan, matches!(model.status, Status::Active | Status::Suspended)) else { return true };
    match model.change {
        None => model.plan == plan,
        Some(change) => change.to == plan,
    }
}

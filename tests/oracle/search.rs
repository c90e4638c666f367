//! Every sequence of calls from a model on, and the cheapest that reaches a goal.

use std::collections::BTreeMap;

use super::carrier::{Call, Model, TERMINATION_FEE, Terms};

/// What sequences of calls are compared by: irreversible calls, one-off cost, calls. (Calls of class R4
/// do not occur here; requests and waves are as many as calls while there is one line.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Cost {
    pub(super) irreversible: u32,
    pub(super) once: i64,
    pub(super) calls: u32,
}

impl Cost {
    fn plus(self, call: Call) -> Self {
        let fee = match call {
            Call::Terminate(_) => TERMINATION_FEE,
            // The fee of a termination that does not take place falls away.
            Call::CancelEnding => -TERMINATION_FEE,
            Call::Suspend
            | Call::Resume
            | Call::ChangePlan(_)
            | Call::Bind(_)
            | Call::Allocate(_)
            | Call::Deallocate(_)
            | Call::Start(..)
            | Call::CancelChange => 0,
        };
        Self { irreversible: self.irreversible + u32::from(call.is_irreversible()), once: self.once + fee, calls: self.calls + 1 }
    }
}

/// What the wish allows to be called: nothing is bound, started or changed to that nobody declared, and
/// a protected line is neither suspended nor terminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Allowed {
    pub(super) device: Option<u8>,
    pub(super) plan: Option<u8>,
    pub(super) protected: bool,
    /// A termination is a wish, never a means (it would rid a line of a plan change, for instance).
    pub(super) terminate: bool,
    /// Whether open plan changes may be cancelled.
    pub(super) cancel_changes: bool,
}

impl Allowed {
    fn calls(self) -> impl Iterator<Item = Call> {
        let stock = [0, 1].into_iter().flat_map(|system| [Call::Allocate(system), Call::Deallocate(system)]);
        let plans = self.plan.into_iter().flat_map(|plan| [Call::ChangePlan(plan), Call::Start(0, plan), Call::Start(1, plan)]);
        let ends = [Call::Terminate(0), Call::Terminate(5)].into_iter().filter(move |_| self.terminate && !self.protected);
        stock
            .chain(plans)
            .chain(ends)
            .chain((!self.protected).then_some(Call::Suspend))
            .chain(self.device.map(Call::Bind))
            .chain([Call::Resume, Call::CancelEnding])
            .chain(self.cancel_changes.then_some(Call::CancelChange))
    }
}

/// Everything that can be reached, with the least cost. Relaxed until nothing gets cheaper: a cancelled
/// termination has a negative cost, but no round trip has.
pub(super) fn reach(from: Model, terms: Terms, allowed: Allowed) -> BTreeMap<Model, Cost> {
    let mut least = BTreeMap::from([(from, Cost::default())]);
    let mut changed = vec![from];
    while let Some(model) = changed.pop() {
        let cost = least[&model];
        for call in allowed.calls() {
            let Some(next) = model.after(call, terms) else { continue };
            let through = cost.plus(call);
            if least.get(&next).is_none_or(|known| through < *known) {
                least.insert(next, through);
                changed.push(next);
            }
        }
    }
    least
}

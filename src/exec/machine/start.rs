//! How an apply begins: from a plan's part for one account, and from what an interrupted apply of the
//! same plan has already done.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::state::{Phase, Step, Task};
use super::{Effect, Machine, Settings};
use crate::carrier::retry::Jitter;
use crate::domain::ApplicationNumber;
use crate::exec::Outcome;
use crate::exec::scope::{self, Scope};
use crate::plan::{OpId, Operation, Request};

/// What is known of an operation before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It has come to its end.
    Ended(Outcome),
    /// It was accepted.
    Accepted(ApplicationNumber),
}

impl Machine {
    /// The beginning of an apply at a moment.
    ///
    /// Operations that `known` does not name are to be performed. A dependency that is not in the plan
    /// counts as confirmed: nothing here can perform it.
    pub fn new(
        operations: Vec<Operation>,
        requests: &[&Request],
        known: &BTreeMap<OpId, Known>,
        settings: Settings,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) -> Self {
        let index: BTreeMap<OpId, usize> =
            operations.iter().enumerate().map(|(place, operation)| (operation.id.clone(), place)).collect();
        let mut dependents = vec![Vec::new(); operations.len()];
        let mut task_of = vec![usize::MAX; operations.len()];
        let mut tasks = Vec::new();
        for request in requests {
            let items: Vec<usize> = request.items.iter().filter_map(|id| index.get(id).copied()).collect();
            let mut undecided = 0;
            for item in &items {
                if let Some(slot) = task_of.get_mut(*item) {
                    *slot = tasks.len();
                }
                let depends_on = operations.get(*item).map(|operation| operation.depends_on.as_slice()).unwrap_or_default();
                for dependency in depends_on.iter().filter_map(|id| index.get(id)) {
                    if let Some(dependents) = dependents.get_mut(*dependency) {
                        dependents.push(*item);
                        undecided += 1;
                    }
                }
            }
            let id = request.id.clone();
            tasks.push(Task { id, items, undecided, phase: Phase::Waiting, failed: 0, was_sent: false, unknown: None });
        }
        let ready = tasks.iter().enumerate().filter(|(_, task)| task.undecided == 0).map(|(place, _)| place).collect();
        let mut machine = Self {
            settings,
            steps: vec![Step::Waiting; operations.len()],
            open: operations.len(),
            rivals: rivals(&operations),
            operations: operations.into(),
            dependents,
            task_of,
            tasks,
            ready,
            held: BTreeSet::new(),
            pausing: BTreeSet::new(),
            settling: BTreeSet::new(),
            following: BTreeSet::new(),
            in_flight: 0,
            polling: false,
            next_poll: now,
            poll_pause: settings.first_poll,
            jitter: Jitter::new(settings.seed),
            stopping: None,
            fatal: None,
            requests_sent: 0,
        };
        machine.take_known(&index, known, now, effects);
        machine
    }

    fn take_known(
        &mut self,
        index: &BTreeMap<OpId, usize>,
        known: &BTreeMap<OpId, Known>,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let mut ended = Vec::new();
        let mut accepted = Vec::new();
        for (id, known) in known {
            let Some(operation) = index.get(id).copied() else { continue };
            match known {
                Known::Ended(outcome) => ended.push((operation, outcome.clone())),
                Known::Accepted(application) => accepted.push((operation, application.clone())),
            }
        }
        self.begin_ended(ended, effects);
        for (operation, application) in accepted {
            self.accepted(operation, application, now, effects);
        }
        // A plan whose operation stands in no request is broken; it must not wait for ever.
        let lost: Vec<usize> =
            self.task_of.iter().enumerate().filter(|(_, task)| **task == usize::MAX).map(|(place, _)| place).collect();
        for operation in lost {
            self.end(operation, Outcome::NotSent { why: "no request of the plan carries it".to_owned() }, effects);
        }
    }
}

fn rivals(operations: &[Operation]) -> BTreeMap<usize, Vec<usize>> {
    let mut by_scope: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
    for (place, operation) in operations.iter().enumerate() {
        for scope in scope::of(operation) {
            by_scope.entry(scope).or_default().push(place);
        }
    }
    let mut rivals: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for places in by_scope.into_values().filter(|places| places.len() > 1) {
        for place in &places {
            rivals.entry(*place).or_default().extend(places.iter().filter(|other| *other != place));
        }
    }
    rivals
}

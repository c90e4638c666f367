//! Where operations and requests stand.

use std::time::Duration;

use super::{Effect, Machine};
use crate::domain::ApplicationNumber;
use crate::exec::{Event, Outcome};
use crate::plan::{OpId, RequestId};

/// Where an operation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Not sent.
    Waiting,
    /// Its request is on its way.
    Busy,
    /// Accepted, followed to its end.
    Following {
        /// The carrier's number.
        application: ApplicationNumber,
        /// Since when.
        since: Duration,
    },
    /// Its outcome is unknown and being settled.
    Settling,
    /// It has come to its end.
    Ended(Outcome),
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Waiting for dependencies, or for a place.
    Waiting,
    /// Its operations are being read afresh.
    Checking,
    /// They were, and it may be sent.
    Checked,
    /// On its way.
    Sending,
    /// Nothing more will be sent for it.
    Ended,
}

/// A request.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) id: RequestId,
    pub(super) items: Vec<usize>,
    /// Dependencies of its operations that are not decided.
    pub(super) undecided: usize,
    pub(super) phase: Phase,
    /// Tries that failed since the last success of any kind.
    pub(super) failed: u32,
    pub(super) was_sent: bool,
    /// Since when the outcome of some of its operations is unknown, and how often that was looked into.
    pub(super) unknown: Option<(Duration, u32)>,
}

impl Machine {
    pub(super) fn set(&mut self, operation: usize, step: Step) {
        if let Some(slot) = self.steps.get_mut(operation) {
            *slot = step;
        }
    }

    pub(super) fn items_in(&self, task: usize, wanted: &dyn Fn(&Step) -> bool) -> Vec<usize> {
        self.tasks.get(task).map_or_else(Vec::new, |task| {
            task.items.iter().copied().filter(|item| self.steps.get(*item).is_some_and(wanted)).collect()
        })
    }

    /// An operation comes to its end; so does, in consequence, what depends on it and cannot start.
    pub(super) fn end(&mut self, operation: usize, outcome: Outcome, effects: &mut Vec<Effect>) {
        if !self.has_ended(operation) {
            self.mark_ended(operation, outcome, effects);
            self.propagate(vec![operation], effects);
        }
    }

    /// What the ends of operations mean for those that depend on them, and so on.
    fn propagate(&mut self, mut ended: Vec<usize>, effects: &mut Vec<Effect>) {
        while let Some(operation) = ended.pop() {
            let (Some(subject), Some(Step::Ended(outcome))) = (self.operations.get(operation), self.steps.get(operation)) else {
                continue;
            };
            let consequence = consequence(&subject.id, outcome);
            if let Outcome::InDoubt { .. } = outcome {
                ended.extend(self.give_way(operation, consequence.as_ref(), effects));
            }
            for dependent in self.dependents.get(operation).cloned().unwrap_or_default() {
                self.decided(dependent);
                if let Some(consequence) = consequence.clone().filter(|_| !self.has_ended(dependent)) {
                    let note = "what it depends on was not confirmed".to_owned();
                    effects.push(Effect::Discarded { operation: dependent, note });
                    self.mark_ended(dependent, consequence, effects);
                    ended.push(dependent);
                }
            }
            self.note_end_of_request(operation, effects);
        }
    }

    /// Nothing is sent beside an operation that stays in doubt.
    fn give_way(&mut self, operation: usize, consequence: Option<&Outcome>, effects: &mut Vec<Effect>) -> Vec<usize> {
        let is_waiting = |rival: &usize| self.steps.get(*rival) == Some(&Step::Waiting);
        let rivals: Vec<usize> = self.rivals.get(&operation).into_iter().flatten().copied().filter(is_waiting).collect();
        for rival in &rivals {
            let note = "another operation of its line, or an equal order, is in doubt".to_owned();
            effects.push(Effect::Discarded { operation: *rival, note });
            if let Some(consequence) = consequence {
                self.mark_ended(*rival, consequence.clone(), effects);
            }
        }
        rivals
    }

    fn has_ended(&self, operation: usize) -> bool {
        matches!(self.steps.get(operation), Some(Step::Ended(_)) | None)
    }

    fn mark_ended(&mut self, operation: usize, outcome: Outcome, effects: &mut Vec<Effect>) {
        let Some(ended) = self.operations.get(operation) else { return };
        let (id, kind, subject) = (ended.id.clone(), ended.change.kind(), ended.subject.clone());
        self.following.remove(&operation);
        self.open = self.open.saturating_sub(1);
        self.set(operation, Step::Ended(outcome.clone()));
        effects.push(Effect::Event(Event::OperationEnded { id, kind, subject, outcome }));
    }

    /// Operations that had come to their end before this apply, all at once: none of them is a
    /// consequence of another.
    pub(super) fn begin_ended(&mut self, ended: Vec<(usize, Outcome)>, effects: &mut Vec<Effect>) {
        let operations = ended.iter().map(|(operation, _)| *operation).collect();
        for (operation, outcome) in ended {
            self.mark_ended(operation, outcome, effects);
        }
        self.propagate(operations, effects);
    }

    fn decided(&mut self, dependent: usize) {
        let Some(index) = self.task_of.get(dependent).copied() else { return };
        if let Some(task) = self.tasks.get_mut(index) {
            task.undecided = task.undecided.saturating_sub(1);
            if task.undecided == 0 && task.phase == Phase::Waiting {
                self.ready.insert(index);
            }
        }
    }

    /// A request has ended when nothing more will be sent for it: then it counts as acknowledged.
    pub(super) fn note_end_of_request(&mut self, operation: usize, effects: &mut Vec<Effect>) {
        let Some(index) = self.task_of.get(operation).copied() else { return };
        let ended = self.items_in(index, &|step| !is_acknowledged(step)).is_empty();
        if let Some(task) = self.tasks.get_mut(index)
            && ended
            && task.phase != Phase::Ended
        {
            task.phase = Phase::Ended;
            effects.push(Effect::RequestEnded { task: index });
        }
    }

    /// The operation was accepted: follow it, if anybody wants to know its end.
    pub(super) fn accepted(
        &mut self,
        operation: usize,
        application: ApplicationNumber,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let awaited = self.dependents.get(operation).is_some_and(|dependents| !dependents.is_empty());
        let follow = awaited || self.settings.wait_until.is_some_and(|until| now < until);
        if follow && self.stopping.is_none() {
            self.set(operation, Step::Following { application, since: now });
            if self.following.insert(operation) {
                self.poll_pause = self.settings.first_poll;
                self.next_poll = self.next_poll.min(now + self.poll_pause);
            }
            self.note_end_of_request(operation, effects);
        } else {
            self.end(operation, Outcome::Accepted { application }, effects);
        }
    }

    /// Ends what has been waited for long enough.
    pub(super) fn lose_patience(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let impatient: Vec<(usize, ApplicationNumber)> = self
            .following
            .iter()
            .filter_map(|operation| match self.steps.get(*operation)? {
                Step::Following { application, since } => {
                    let awaited = self.dependents.get(*operation).is_some_and(|dependents| !dependents.is_empty());
                    let own = if awaited { *since + self.settings.follow_patience } else { Duration::ZERO };
                    let until = self.settings.wait_until.unwrap_or_default().max(own);
                    (now >= until).then(|| (*operation, application.clone()))
                }
                Step::Waiting | Step::Busy | Step::Settling | Step::Ended(_) => None,
            })
            .collect();
        for (operation, application) in impatient {
            self.end(operation, Outcome::Accepted { application }, effects);
        }
    }
}

/// What becomes of an operation whose dependency ended like this; `None` where it may start.
fn consequence(id: &OpId, outcome: &Outcome) -> Option<Outcome> {
    match outcome {
        Outcome::Confirmed { .. } => None,
        Outcome::Rejected { .. } | Outcome::Stale { .. } | Outcome::Skipped { .. } => {
            Some(Outcome::Skipped { because: id.clone() })
        }
        Outcome::Accepted { .. } => Some(Outcome::NotSent { why: format!("{id} is still being processed") }),
        Outcome::NotSent { .. } => Some(Outcome::NotSent { why: format!("{id} was not sent") }),
        Outcome::InDoubt { .. } => Some(Outcome::NotSent { why: format!("{id} is in doubt") }),
    }
}

/// Whether nothing more will be sent for it.
fn is_acknowledged(step: &Step) -> bool {
    match step {
        Step::Waiting | Step::Busy | Step::Settling => false,
        Step::Following { .. } => true,
        Step::Ended(outcome) => !matches!(outcome, Outcome::NotSent { .. } | Outcome::InDoubt { .. }),
    }
}

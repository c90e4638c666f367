//! The executor's decisions: what to send next, and what an answer means. Pure: events in, actions and
//! effects out; time is an argument.
//!
//! - A request is sent when everything its operations depend on is confirmed; operations whose
//!   dependencies failed are dropped from it. The failure domain is one line.
//! - R4 and R5 operations are checked by a fresh read first; stale ones are dropped.
//! - What was refused for now is tried again, with pauses; what was refused for good is not.
//! - What is unknown is settled by reading, never by sending again, until the carrier's applications
//!   say that it was not done. Nothing else is sent for its line meanwhile, and no equal order.

mod follow;
mod handle;
mod input;
mod start;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::carrier::retry::RetryPolicy;
use crate::domain::ApplicationNumber;
use crate::plan::Operation;

pub use input::{Effect, Finding, Input};
pub use start::Known;
use state::{Phase, Step, Task};

/// How to go about it. Times are on the waiter's clock.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Requests on their way at the same time.
    pub parallelism: usize,
    /// Until when accepted operations are followed to their end. `None`: those nothing depends on are
    /// not followed at all.
    pub wait_until: Option<Duration>,
    /// How requests that were not done are repeated.
    pub retry: RetryPolicy,
    /// How long an unknown outcome is settled before it is left in doubt.
    pub settle_patience: Duration,
    /// How long an operation is followed on which others depend.
    pub follow_patience: Duration,
    /// The first pause between polls; it grows up to `longest_poll`.
    pub first_poll: Duration,
    /// The longest pause between polls.
    pub longest_poll: Duration,
    /// Seeds the jitter.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            parallelism: 16,
            wait_until: None,
            retry: RetryPolicy::default(),
            settle_patience: Duration::from_mins(1),
            follow_patience: Duration::from_mins(30),
            first_poll: Duration::from_secs(1),
            longest_poll: Duration::from_secs(15),
            seed: 0,
        }
    }
}

/// Something to do now. Operations are indices into [`Machine::operations`], tasks into the requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Read afresh what these rest on.
    Check {
        /// The request.
        task: usize,
        /// Its operations that are left.
        operations: Vec<usize>,
        /// Whether a lagging list may be waited for.
        patient: bool,
    },
    /// Note them as sent in the journal, then send.
    Send {
        /// The request.
        task: usize,
        /// Its operations that are left.
        operations: Vec<usize>,
    },
    /// Read these applications.
    Poll {
        /// Their numbers.
        applications: Vec<ApplicationNumber>,
    },
    /// Find out what became of these.
    Settle {
        /// The request.
        task: usize,
        /// Its operations of unknown outcome.
        operations: Vec<usize>,
    },
}

/// The state of one apply.
#[derive(Debug)]
pub struct Machine {
    settings: Settings,
    operations: Arc<[Operation]>,
    steps: Vec<Step>,
    dependents: Vec<Vec<usize>>,
    /// Other operations of the same line, or equal orders: one at a time is on its way or in doubt.
    rivals: BTreeMap<usize, Vec<usize>>,
    task_of: Vec<usize>,
    tasks: Vec<Task>,
    /// Tasks whose dependencies are decided, in the plan's order.
    ready: BTreeSet<usize>,
    /// Tasks that wait for a rival.
    held: BTreeSet<usize>,
    /// Tasks that pause, by the end of the pause.
    pausing: BTreeSet<(Duration, usize)>,
    /// Tasks with unknown outcomes, by the time of the next look.
    settling: BTreeSet<(Duration, usize)>,
    following: BTreeSet<usize>,
    in_flight: usize,
    /// Operations that have not come to their end.
    open: usize,
    polling: bool,
    next_poll: Duration,
    poll_pause: Duration,
    jitter: crate::carrier::retry::Jitter,
    stopping: Option<String>,
    fatal: Option<String>,
    requests_sent: u64,
}

impl Machine {
    /// The operations, by index.
    pub fn operations(&self) -> &Arc<[Operation]> {
        &self.operations
    }

    /// The request of a task.
    pub fn request(&self, task: usize) -> Option<&crate::plan::RequestId> {
        self.tasks.get(task).map(|task| &task.id)
    }

    /// Requests sent so far, repetitions not counted.
    pub fn requests_sent(&self) -> u64 {
        self.requests_sent
    }

    /// What ended the apply for the whole account.
    pub fn fatal(&self) -> Option<&str> {
        self.fatal.as_deref()
    }

    /// Applications that are being followed.
    pub fn open_applications(&self) -> u64 {
        u64::try_from(self.followed_numbers().len()).unwrap_or(u64::MAX)
    }

    /// Whether everything has come to an end.
    pub fn is_done(&self) -> bool {
        self.in_flight == 0 && !self.polling && self.open == 0
    }

    /// What became of an operation; `None` while it is under way.
    pub fn outcome(&self, operation: usize) -> Option<&crate::exec::Outcome> {
        match self.steps.get(operation)? {
            Step::Ended(outcome) => Some(outcome),
            Step::Waiting | Step::Busy | Step::Following { .. } | Step::Settling => None,
        }
    }

    /// When there is something to do again, if nothing is answered before.
    pub fn next_wake(&self) -> Option<Duration> {
        let pause = self.pausing.first().map(|(until, _)| *until);
        let settle = self.settling.first().map(|(until, _)| *until);
        let poll = (!self.polling && !self.following.is_empty()).then_some(self.next_poll);
        [pause, settle, poll].into_iter().flatten().min()
    }

    /// What to do now. Ends what has been waited for long enough, which is what the effects are about.
    pub fn next(&mut self, now: Duration, effects: &mut Vec<Effect>) -> Vec<Action> {
        self.lose_patience(now, effects);
        let mut actions = Vec::new();
        if self.stopping.is_none() {
            while let Some((until, task)) = self.pausing.first().copied()
                && until <= now
            {
                self.pausing.remove(&(until, task));
                self.ready.insert(task);
            }
            self.ready.append(&mut self.held);
            while self.in_flight < self.settings.parallelism.max(1)
                && let Some(task) = self.ready.pop_first()
            {
                actions.extend(self.start_task(task, effects));
            }
        }
        while let Some((at, task)) = self.settling.first().copied()
            && at <= now
        {
            self.settling.remove(&(at, task));
            let operations = self.items_in(task, &|step| matches!(step, Step::Settling));
            if !operations.is_empty() {
                self.in_flight += 1;
                actions.push(Action::Settle { task, operations });
            }
        }
        if !self.polling && !self.following.is_empty() && self.next_poll <= now {
            self.polling = true;
            actions.push(Action::Poll { applications: self.followed_numbers() });
        }
        actions
    }

    fn start_task(&mut self, index: usize, effects: &mut Vec<Effect>) -> Option<Action> {
        let operations = self.items_in(index, &|step| matches!(step, Step::Waiting));
        let first = self.operations.get(*operations.first()?)?;
        if operations.iter().any(|operation| self.has_rival_under_way(*operation)) {
            self.held.insert(index);
            return None;
        }
        let kind = first.change.kind();
        let task = self.tasks.get_mut(index)?;
        let check = crate::exec::precondition::needs_fresh_read(first) && task.phase != Phase::Checked;
        self.in_flight += 1;
        if check {
            task.phase = Phase::Checking;
            let patient = task.failed < self.settings.retry.tries / 2;
            return Some(Action::Check { task: index, operations, patient });
        }
        task.phase = Phase::Sending;
        if !task.was_sent {
            task.was_sent = true;
            self.requests_sent += 1;
        }
        let items = u64::try_from(operations.len()).unwrap_or(u64::MAX);
        effects.push(Effect::Event(crate::exec::Event::RequestSent { request: task.id.clone(), kind, items }));
        for operation in &operations {
            self.set(*operation, Step::Busy);
        }
        Some(Action::Send { task: index, operations })
    }

    fn has_rival_under_way(&self, operation: usize) -> bool {
        self.rivals
            .get(&operation)
            .is_some_and(|rivals| rivals.iter().any(|rival| matches!(self.steps.get(*rival), Some(Step::Busy | Step::Settling))))
    }

    fn followed_numbers(&self) -> Vec<ApplicationNumber> {
        let numbers: BTreeSet<_> = self
            .following
            .iter()
            .filter_map(|operation| match self.steps.get(*operation)? {
                Step::Following { application, .. } => Some(application.clone()),
                Step::Waiting | Step::Busy | Step::Settling | Step::Ended(_) => None,
            })
            .collect();
        numbers.into_iter().collect()
    }
}

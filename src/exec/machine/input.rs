//! What answers mean.

use std::time::Duration;

use jiff::civil::Date;

use super::Machine;
use super::state::{Phase, Step};
use crate::carrier::error::{CarrierError, RetryClass};
use crate::carrier::wire::{Application, ErrorCode};
use crate::domain::ApplicationNumber;
use crate::exec::claim::{Progress, progress};
use crate::exec::journal::Resolution;
use crate::exec::precondition::Verdicts;
use crate::exec::{Event, Outcome};

/// Something that was answered.
#[derive(Debug)]
pub enum Input {
    /// A fresh read before a request: for each operation of the action, whether it still holds.
    Checked {
        /// The request.
        task: usize,
        /// The operations, as the action had them.
        operations: Vec<usize>,
        /// What was read. `Ok(None)` where a list lags.
        outcome: Result<Option<Vec<Result<(), String>>>, CarrierError>,
    },
    /// The answer to a request.
    Answered {
        /// The request.
        task: usize,
        /// The operations, as the action had them.
        operations: Vec<usize>,
        /// The application, or why there is none.
        outcome: Result<Box<Application>, CarrierError>,
    },
    /// Applications that were polled; those that could not be read are missing.
    Polled {
        /// As they are now.
        applications: Vec<Application>,
    },
    /// What was found out about operations of unknown outcome.
    Settled {
        /// The request.
        task: usize,
        /// For each operation of the action.
        findings: Vec<(usize, Finding)>,
    },
    /// A stop was asked for.
    Stop {
        /// Why, for people.
        why: String,
        /// Whether it is the carrier's doing rather than the user's.
        fatal: bool,
    },
}

/// What was found out about an operation of unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It became this application.
    Application(Box<Application>),
    /// The line is in the wished-for state.
    Done(String),
    /// The settle window has passed and there is no trace of it.
    NotDone(String),
    /// Nothing can be said yet.
    Open(String),
}

/// What has to be written down, and what has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Accepted under a number.
    Acked {
        /// The operation.
        operation: usize,
        /// The number.
        application: ApplicationNumber,
    },
    /// Completed or scheduled.
    Confirmed {
        /// The operation.
        operation: usize,
        /// From when on it counts.
        effective: Option<Date>,
    },
    /// Not done, to be tried again.
    NotDone {
        /// The operation.
        operation: usize,
        /// Why.
        note: String,
    },
    /// Refused.
    Rejected {
        /// The operation.
        operation: usize,
        /// Why.
        note: String,
    },
    /// Outcome unknown.
    Unknown {
        /// The operation.
        operation: usize,
        /// How the answer was lost.
        note: String,
    },
    /// An unknown outcome is settled.
    Resolved {
        /// The operation.
        operation: usize,
        /// How.
        resolution: Resolution,
        /// Why.
        note: String,
    },
    /// It will not be sent.
    Discarded {
        /// The operation.
        operation: usize,
        /// Why.
        note: String,
    },
    /// Nothing more will be sent for a request.
    RequestEnded {
        /// The request.
        task: usize,
    },
    /// Something happened that people may want to see.
    Event(Event),
}

/// A pause after a conflict: another application of the line is being processed.
const CONFLICT_PAUSE: Duration = Duration::from_secs(20);

/// How often a request is sent again after a conflict: an application is through in a minute or two.
const CONFLICT_TRIES: u32 = 6;

/// The first pause between two looks at an unknown outcome.
const FIRST_LOOK: Duration = Duration::from_secs(2);

impl Machine {
    /// Takes what was answered at a moment.
    pub fn handle(&mut self, input: Input, now: Duration, effects: &mut Vec<Effect>) {
        match input {
            Input::Checked { task, operations, outcome } => {
                self.in_flight = self.in_flight.saturating_sub(1);
                match outcome {
                    Ok(Some(verdicts)) => self.checked(task, &operations, verdicts, effects),
                    Ok(None) => self.pause(task, self.settings.first_poll, now, "the list of chip SIMs lags", effects),
                    Err(error) => self.refused_for_now(task, &operations, &error, now, effects),
                }
            }
            Input::Answered { task, operations, outcome } => {
                self.in_flight = self.in_flight.saturating_sub(1);
                match outcome {
                    Ok(application) => self.answered(task, &operations, &application, now, effects),
                    Err(error) => self.failed(task, &operations, &error, now, effects),
                }
            }
            Input::Polled { applications } => self.polled(&applications, now, effects),
            Input::Settled { task, findings } => {
                self.in_flight = self.in_flight.saturating_sub(1);
                self.settled(task, findings, now, effects);
            }
            Input::Stop { why, fatal: true } => self.stop_all(&why, effects),
            Input::Stop { why, fatal: false } => self.stop(&why, effects),
        }
        if self.stopping.is_some() {
            self.wind_down(effects);
        }
    }

    fn checked(&mut self, task: usize, operations: &[usize], verdicts: Verdicts, effects: &mut Vec<Effect>) {
        for (operation, verdict) in operations.iter().zip(verdicts) {
            if let Err(why) = verdict {
                effects.push(Effect::Discarded { operation: *operation, note: why.clone() });
                self.end(*operation, Outcome::Stale { why }, effects);
            }
        }
        if let Some(task) = self.tasks.get_mut(task)
            && task.phase == Phase::Checking
        {
            task.phase = Phase::Checked;
        }
        self.ready.insert(task);
    }

    fn answered(
        &mut self,
        task: usize,
        operations: &[usize],
        application: &Application,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let number = ApplicationNumber::new(application.application_no.as_str());
        if let Some(task) = self.tasks.get_mut(task) {
            task.failed = 0;
            effects.push(Effect::Event(Event::RequestAccepted { request: task.id.clone(), application: number.clone() }));
        }
        for operation in operations {
            effects.push(Effect::Acked { operation: *operation, application: number.clone() });
            self.advance(*operation, application, now, effects);
        }
    }

    /// What an application says of an operation that became it.
    fn advance(&mut self, operation: usize, application: &Application, now: Duration, effects: &mut Vec<Effect>) {
        let Some(subject) = self.operations.get(operation) else { return };
        let number = ApplicationNumber::new(application.application_no.as_str());
        match progress(application, subject.msisdn, subject.change.kind()) {
            Progress::Settled => {
                let effective = application.effective_date;
                effects.push(Effect::Confirmed { operation, effective });
                self.end(operation, Outcome::Confirmed { application: Some(number), effective }, effects);
            }
            Progress::Failed(code) => {
                let message = format!("application {number} was not carried out for this line");
                effects.push(Effect::Rejected { operation, note: format!("{code}: {message}") });
                self.end(operation, Outcome::Rejected { code, message }, effects);
            }
            Progress::Open => self.accepted(operation, number, now, effects),
        }
    }

    fn failed(&mut self, task: usize, operations: &[usize], error: &CarrierError, now: Duration, effects: &mut Vec<Effect>) {
        let note = error.failure.to_string();
        match error.class() {
            RetryClass::Transient | RetryClass::RateLimited => {
                self.not_done(operations, &note, effects);
                self.refused_for_now(task, operations, error, now, effects);
            }
            RetryClass::Auth => {
                self.not_done(operations, &note, effects);
                self.stop_all(&error.to_string(), effects);
            }
            RetryClass::Conflict if error.code() == Some(ErrorCode::ApplicationInProgress) => {
                let failed = self.tasks.get(task).map_or(u32::MAX, |task| task.failed);
                if failed < CONFLICT_TRIES {
                    self.not_done(operations, &note, effects);
                    self.pause(task, CONFLICT_PAUSE, now, &note, effects);
                } else {
                    self.reject(operations, error, effects);
                }
            }
            RetryClass::Conflict => self.reject(operations, error, effects),
            RetryClass::Rejected => {
                let faulty = faulty_rows(error, operations);
                if faulty.is_empty() || faulty.len() == operations.len() {
                    return self.reject(operations, error, effects);
                }
                // The other rows are fine: they go again without the faulty ones.
                self.reject(&faulty, error, effects);
                let rest: Vec<usize> = operations.iter().copied().filter(|operation| !faulty.contains(operation)).collect();
                self.not_done(&rest, &note, effects);
                self.requeue(task);
            }
            RetryClass::UnknownOutcome => {
                for operation in operations {
                    self.set(*operation, Step::Settling);
                    effects.push(Effect::Unknown { operation: *operation, note: note.clone() });
                }
                if let Some(slot) = self.tasks.get_mut(task) {
                    slot.unknown = Some((now, 0));
                    effects.push(Effect::Event(Event::OutcomeLost { request: slot.id.clone(), why: note }));
                    self.settling.insert((now + FIRST_LOOK, task));
                }
            }
        }
    }

    fn not_done(&mut self, operations: &[usize], note: &str, effects: &mut Vec<Effect>) {
        for operation in operations {
            self.set(*operation, Step::Waiting);
            effects.push(Effect::NotDone { operation: *operation, note: note.to_owned() });
        }
    }

    fn reject(&mut self, operations: &[usize], error: &CarrierError, effects: &mut Vec<Effect>) {
        let code = error.refusal().map(|refusal| refusal.code.clone()).unwrap_or_default();
        for operation in operations {
            let message = error.failure.to_string();
            effects.push(Effect::Rejected { operation: *operation, note: message.clone() });
            self.end(*operation, Outcome::Rejected { code: code.clone(), message }, effects);
        }
    }

    /// Not done: again after a pause, or never if that has been tried often enough.
    fn refused_for_now(
        &mut self,
        task: usize,
        operations: &[usize],
        error: &CarrierError,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let failed = self.tasks.get(task).map_or(u32::MAX, |task| task.failed.saturating_add(1));
        let jitter = self.jitter.draw();
        match self.settings.retry.pause(error, failed, jitter) {
            Some(pause) => self.pause(task, pause, now, &error.failure.to_string(), effects),
            None if matches!(error.class(), RetryClass::Rejected | RetryClass::Conflict) => {
                // A read that is refused: the lines cannot be judged, so nothing is sent for them.
                for operation in operations {
                    let why = format!("its state cannot be read: {}", error.failure);
                    effects.push(Effect::Discarded { operation: *operation, note: why.clone() });
                    self.end(*operation, Outcome::NotSent { why }, effects);
                }
            }
            // The carrier is gone, or does not know us: that is no affair of one line.
            None => self.stop_all(&error.to_string(), effects),
        }
    }

    fn pause(&mut self, index: usize, pause: Duration, now: Duration, why: &str, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get_mut(index) else { return };
        task.failed += 1;
        task.phase = Phase::Waiting;
        effects.push(Effect::Event(Event::RetryScheduled { request: task.id.clone(), after: pause, why: why.to_owned() }));
        self.pausing.insert((now + pause, index));
    }

    /// Back among the requests to be sent, with what is left of it.
    fn requeue(&mut self, index: usize) {
        if let Some(task) = self.tasks.get_mut(index) {
            task.phase = Phase::Waiting;
            self.ready.insert(index);
        }
    }

    fn polled(&mut self, applications: &[Application], now: Duration, effects: &mut Vec<Effect>) {
        self.polling = false;
        let before = self.following.len();
        let open: Vec<(usize, ApplicationNumber)> = self
            .following
            .iter()
            .filter_map(|operation| match self.steps.get(*operation)? {
                Step::Following { application, .. } => Some((*operation, application.clone())),
                Step::Waiting | Step::Busy | Step::Settling | Step::Ended(_) => None,
            })
            .collect();
        let mut by_number: Vec<&Application> = applications.iter().collect();
        by_number.sort_by(|left, right| left.application_no.cmp(&right.application_no));
        for (operation, number) in open {
            let found = by_number.binary_search_by(|application| application.application_no.as_str().cmp(number.as_str()));
            if let Some(application) = found.ok().and_then(|place| by_number.get(place)) {
                let msisdn_and_kind = self.operations.get(operation).map(|subject| (subject.msisdn, subject.change.kind()));
                let Some((msisdn, kind)) = msisdn_and_kind else { continue };
                if progress(application, msisdn, kind) != Progress::Open {
                    self.advance(operation, application, now, effects);
                }
            }
        }
        self.poll_pause = if self.following.len() < before {
            self.settings.first_poll
        } else {
            self.poll_pause.mul_f64(1.5).min(self.settings.longest_poll)
        };
        self.next_poll = now + self.poll_pause;
    }

    fn settled(&mut self, index: usize, findings: Vec<(usize, Finding)>, now: Duration, effects: &mut Vec<Effect>) {
        let Some((since, looks)) = self.tasks.get(index).and_then(|task| task.unknown) else { return };
        let mut failed = self.tasks.get(index).map_or(u32::MAX, |task| task.failed);
        if findings.iter().any(|(_, finding)| matches!(finding, Finding::NotDone(_))) {
            failed = failed.saturating_add(1);
        }
        let out_of_patience = now.saturating_sub(since) >= self.settings.settle_patience;
        let mut open = false;
        let mut again = false;
        for (operation, finding) in findings {
            match finding {
                Finding::Application(application) => {
                    let number = ApplicationNumber::new(application.application_no.as_str());
                    effects.push(Effect::Acked { operation, application: number });
                    self.advance(operation, &application, now, effects);
                }
                Finding::Done(note) => {
                    effects.push(Effect::Resolved { operation, resolution: Resolution::Done, note });
                    self.end(operation, Outcome::Confirmed { application: None, effective: None }, effects);
                }
                Finding::NotDone(note) if failed < self.settings.retry.tries => {
                    self.set(operation, Step::Waiting);
                    effects.push(Effect::NotDone { operation, note });
                    again = true;
                }
                Finding::NotDone(note) => {
                    effects.push(Effect::Discarded { operation, note: note.clone() });
                    self.end(operation, Outcome::NotSent { why: format!("{note}, after {failed} tries") }, effects);
                }
                Finding::Open(note) if out_of_patience => self.end(operation, Outcome::InDoubt { note }, effects),
                Finding::Open(_) => open = true,
            }
        }
        if let Some(task) = self.tasks.get_mut(index) {
            task.unknown = open.then_some((since, looks + 1));
            task.failed = failed;
        }
        if open {
            let pause = FIRST_LOOK.saturating_mul(2u32.saturating_pow(looks)).min(Duration::from_mins(1));
            self.settling.insert((now + pause, index));
        } else if again {
            // Items that are settled otherwise are gone from it by now.
            self.requeue(index);
        }
    }

    fn stop(&mut self, why: &str, effects: &mut Vec<Effect>) {
        if self.stopping.is_none() {
            self.stopping = Some(why.to_owned());
            effects.push(Effect::Event(Event::Stopping));
        }
    }

    fn stop_all(&mut self, why: &str, effects: &mut Vec<Effect>) {
        self.fatal.get_or_insert_with(|| why.to_owned());
        self.stop(why, effects);
    }

    /// Nothing new is sent; what is on its way is finished.
    fn wind_down(&mut self, effects: &mut Vec<Effect>) {
        let why = self.stopping.clone().unwrap_or_default();
        self.pausing.clear();
        self.settling.clear();
        for operation in 0..self.steps.len() {
            let outcome = match self.steps.get(operation) {
                Some(Step::Waiting) if !self.is_being_checked(operation) => {
                    effects.push(Effect::Discarded { operation, note: why.clone() });
                    Outcome::NotSent { why: why.clone() }
                }
                Some(Step::Following { application, .. }) => Outcome::Accepted { application: application.clone() },
                // A look at its outcome that is on its way may still settle it.
                Some(Step::Settling) if self.in_flight == 0 => {
                    Outcome::InDoubt { note: format!("not settled before the end: {why}") }
                }
                Some(Step::Waiting | Step::Busy | Step::Settling | Step::Ended(_)) | None => continue,
            };
            self.end(operation, outcome, effects);
        }
    }

    fn is_being_checked(&self, operation: usize) -> bool {
        self.phase_of(operation) == Some(Phase::Checking)
    }

    fn phase_of(&self, operation: usize) -> Option<Phase> {
        self.tasks.get(*self.task_of.get(operation)?).map(|task| task.phase)
    }
}

/// The rows that a refused bulk request names as faulty: `items[3].imei`, `msisdns[7]`.
fn faulty_rows(error: &CarrierError, operations: &[usize]) -> Vec<usize> {
    let Some(refusal) = error.refusal() else { return Vec::new() };
    let mut rows: Vec<usize> = refusal
        .parameters
        .iter()
        .filter_map(|parameter| {
            let (_, rest) = parameter.name.split_once('[')?;
            let (index, _) = rest.split_once(']')?;
            operations.get(index.parse::<usize>().ok()?).copied()
        })
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

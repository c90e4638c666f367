//! What answers mean.

use std::time::Duration;

use super::state::{Phase, Step};
use super::{Effect, Input, Machine};
use crate::carrier::error::{CarrierError, RetryClass};
use crate::carrier::wire::{Application, ErrorCode};
use crate::domain::ApplicationNumber;
use crate::exec::claim::{Progress, progress};
use crate::exec::precondition::Verdicts;
use crate::exec::{Event, Outcome};

/// A pause after a conflict: another application of the line is being processed.
const CONFLICT_PAUSE: Duration = Duration::from_secs(20);

/// How often a request is sent again after a conflict: an application is through in a minute or two.
const CONFLICT_TRIES: u32 = 6;

impl Machine {
    /// Takes what was answered at a moment.
    pub fn handle(&mut self, input: Input, now: Duration, effects: &mut Vec<Effect>) {
        match input {
            Input::Checked { task, operations, outcome } => {
                self.in_flight = self.in_flight.saturating_sub(1);
                match outcome {
                    Ok(Some(verdicts)) => self.checked(task, &operations, verdicts, effects),
                    Ok(None) => self.pause(task, self.settings.first_poll, now, "the list of chip SIMs lags", effects),
                    Err(error) => {
                        // The check is over, also where this ends the apply: nothing waits for it any more.
                        if let Some(task) = self.tasks.get_mut(task) {
                            task.phase = Phase::Waiting;
                        }
                        self.refused_for_now(task, &operations, &error, now, effects);
                    }
                }
            }
            Input::Answered { task, operations, outcome } => {
                self.in_flight = self.in_flight.saturating_sub(1);
                match outcome {
                    Ok(application) => self.answered(task, &operations, &application, now, effects),
                    Err(error) => self.failed(task, &operations, &error, now, effects),
                }
            }
            Input::Withheld { task, operations, why } => {
                self.in_flight = self.in_flight.saturating_sub(1);
                self.requests_sent = self.requests_sent.saturating_sub(1);
                if let Some(task) = self.tasks.get_mut(task) {
                    task.phase = Phase::Waiting;
                }
                self.not_done(&operations, &why, effects);
                self.stop_all(&why, effects);
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
    pub(super) fn advance(&mut self, operation: usize, application: &Application, now: Duration, effects: &mut Vec<Effect>) {
        let Some(accepted) = self.operations.get(operation) else { return };
        let number = ApplicationNumber::new(application.application_no.as_str());
        match progress(application, &accepted.subject, accepted.change.kind()) {
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
                let patience = self.settings.settle_patience;
                for operation in operations {
                    self.set(*operation, Step::Settling);
                    effects.push(Effect::Unknown { operation: *operation, note: note.clone() });
                }
                if let Some(slot) = self.tasks.get_mut(task) {
                    slot.unknown = Some((now, 0));
                    effects.push(Effect::Event(Event::OutcomeLost { request: slot.id.clone(), why: note, patience }));
                    self.settling.insert((now + super::follow::FIRST_LOOK, task));
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
    pub(super) fn requeue(&mut self, index: usize) {
        if let Some(task) = self.tasks.get_mut(index) {
            task.phase = Phase::Waiting;
            self.ready.insert(index);
        }
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

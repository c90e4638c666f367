//! What is found out later: by polls, by looks at unknown outcomes, and by a stop.

use std::time::Duration;

use super::state::{Phase, Step};
use super::{Effect, Finding, Machine};
use crate::carrier::wire::Application;
use crate::domain::ApplicationNumber;
use crate::exec::claim::{Progress, progress};
use crate::exec::journal::Resolution;
use crate::exec::{Event, Outcome};

/// The first pause between two looks at an unknown outcome.
pub(super) const FIRST_LOOK: Duration = Duration::from_secs(2);

impl Machine {
    pub(super) fn polled(&mut self, applications: &[Application], now: Duration, effects: &mut Vec<Effect>) {
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
                let Some(followed) = self.operations.get(operation) else { continue };
                if progress(application, &followed.subject, followed.change.kind()) != Progress::Open {
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

    pub(super) fn settled(&mut self, index: usize, findings: Vec<(usize, Finding)>, now: Duration, effects: &mut Vec<Effect>) {
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

    pub(super) fn stop(&mut self, why: &str, effects: &mut Vec<Effect>) {
        if self.stopping.is_none() {
            self.stopping = Some(why.to_owned());
            effects.push(Effect::Event(Event::Stopping));
        }
    }

    pub(super) fn stop_all(&mut self, why: &str, effects: &mut Vec<Effect>) {
        self.fatal.get_or_insert_with(|| why.to_owned());
        self.stop(why, effects);
    }

    /// Nothing new is sent; what is on its way is finished.
    pub(super) fn wind_down(&mut self, effects: &mut Vec<Effect>) {
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

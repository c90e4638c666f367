//! The thin loop around the machine: it performs actions with the carrier, writes the journal before and
//! after, and waits.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};

use crate::carrier::observe::{ObserveError, complete_applications};
use crate::carrier::query::{ApplicationQuery, PageQuery};
use crate::carrier::routes::Carrier;
use crate::carrier::wire::Application;
use crate::domain::ApplicationNumber;
use crate::domain::calendar::jst_date;
use crate::exec::claim::compare_numbers;
use crate::exec::clock::CarrierClock;
use crate::exec::driver::ExecError;
use crate::exec::event::{Event, EventSink};
use crate::exec::journal::{Entry, Journal, JournalError, PlanKey, Sent};
use crate::exec::keep::HEARTBEAT;
use crate::exec::keeping::{Outcomes, Turn};
use crate::exec::machine::{Action, Effect, Finding, Input, Machine};
use crate::exec::precondition::Unchecked;
use crate::exec::settle::{Suspect, investigate};
use crate::exec::{ApplyReport, OperationReport, Outcome, Stop, Waiter, follow, perform, precondition};
use crate::plan::{Change, OpId, Operation};

/// The answer of a call that is on its way.
pub(super) type Pending<'a> = Pin<Box<dyn Future<Output = Input> + Send + 'a>>;

/// One apply under way.
pub(super) struct Run<'a> {
    pub(super) carrier: &'a dyn Carrier,
    pub(super) journal: &'a mut Journal,
    pub(super) waiter: &'a dyn Waiter,
    pub(super) events: &'a mut dyn EventSink,
    pub(super) key: PlanKey,
    pub(super) machine: Machine,
    /// The newest application number that was seen anywhere.
    pub(super) newest: Option<ApplicationNumber>,
    pub(super) clock: CarrierClock,
    pub(super) window: SignedDuration,
    pub(super) outcomes: Outcomes,
}

impl<'a> Run<'a> {
    pub(super) async fn run(&mut self, mut stop: Stop) -> Result<bool, ExecError> {
        let mut stopped = false;
        let mut in_flight: FuturesUnordered<Pending<'a>> = FuturesUnordered::new();
        loop {
            if !stopped && stop.is_asked() {
                stopped = true;
                self.handle(Input::Stop { why: "stopped by request".to_owned(), fatal: false })?;
            }
            self.act(&mut in_flight).await?;
            self.keep_outcomes()?;
            if self.machine.is_done() {
                self.keep_the_rest().await?;
                return Ok(stopped);
            }
            if in_flight.is_empty() && self.end_keeping().await? {
                continue;
            }
            if in_flight.is_empty() && self.machine.next_wake().is_none() {
                // A plan whose operations wait for one another was not made by the planner.
                let why = "the plan's operations wait for one another; plan again".to_owned();
                self.handle(Input::Stop { why, fatal: true })?;
                continue;
            }
            let now = self.waiter.now();
            let pause = self.machine.next_wake().map_or(HEARTBEAT, |wake| wake.saturating_sub(now)).min(HEARTBEAT);
            if in_flight.is_empty() {
                self.events.take(&Event::Waiting { applications: self.machine.open_applications() });
                tokio::select! {
                    biased;
                    () = self.waiter.wait(pause) => {}
                    () = stop.asked(), if !stopped => {}
                }
                self.journal.heartbeat()?;
                continue;
            }
            let timer =
                async { if self.waiter.is_virtual() { std::future::pending().await } else { self.waiter.wait(pause).await } };
            let turn = tokio::select! {
                biased;
                Some(input) = in_flight.next() => Turn::Answer(input),
                not_kept = self.outcomes.kept() => Turn::Kept(not_kept),
                () = timer => Turn::Nothing,
                () = stop.asked(), if !stopped => Turn::Nothing,
            };
            match turn {
                Turn::Answer(input) => self.handle(input)?,
                Turn::Kept(not_kept) => self.kept(not_kept)?,
                Turn::Nothing => self.journal.heartbeat()?,
            }
        }
    }

    /// Starts what is to be done now. Sent operations are on the disk before the first byte leaves.
    async fn act(&mut self, in_flight: &mut FuturesUnordered<Pending<'a>>) -> Result<(), ExecError> {
        let mut effects = Vec::new();
        let actions = self.machine.next(self.waiter.now(), &mut effects);
        let sending = actions.iter().any(|action| matches!(action, Action::Send { .. }));
        if sending {
            self.look_at_the_clock().await;
        }
        self.write(&effects, &self.sent(&actions))?;
        let (withheld, answers) = if sending { self.keep_sent(&actions, in_flight).await? } else { (None, Vec::new()) };
        // A disk may take its time, a shared one minutes: what leaves now must still be ours to send.
        while sending && self.journal.is_expired()? {
            self.journal.heartbeat()?;
        }
        for action in actions {
            match (action, &withheld) {
                (Action::Send { task, operations }, Some(why)) => {
                    self.handle(Input::Withheld { task, operations, why: why.clone() })?;
                }
                (action, _) => in_flight.push(self.start(action)?),
            }
        }
        answers.into_iter().try_for_each(|answer| self.handle(answer))
    }

    /// What is known of the requests that are to be sent now.
    pub(super) fn sent(&self, actions: &[Action]) -> Vec<Sent> {
        actions
            .iter()
            .filter_map(|action| match action {
                Action::Send { task: _, operations } => Some(Sent {
                    ids: operations.iter().filter_map(|place| self.id(*place)).collect(),
                    newest_before: self.newest.clone(),
                    at: self.clock.at(self.waiter.now()),
                }),
                Action::Check { .. } | Action::Poll { .. } | Action::Settle { .. } => None,
            })
            .collect()
    }

    /// Reads the carrier's clock, if it was read long ago.
    pub(super) async fn look_at_the_clock(&mut self) {
        if self.clock.is_old(self.waiter.now()) {
            let query = ApplicationQuery { page: PageQuery { page: 1, page_size: 1 }, ..ApplicationQuery::default() };
            if self.carrier.applications(&query).await.is_ok() {
                self.clock.read(self.carrier.now(), self.waiter.now());
            }
        }
    }

    fn start(&self, action: Action) -> Result<Pending<'a>, ExecError> {
        let carrier = self.carrier;
        let all = Arc::clone(self.machine.operations());
        Ok(match action {
            Action::Check { task, operations, patient } => {
                let first = operations.first().and_then(|place| all.get(*place));
                let places_order = first.is_some_and(|first| matches!(first.change, Change::PlaceOrder { .. }));
                let ours = if places_order { self.journal.order_applications()? } else { Vec::new() };
                Box::pin(async move {
                    let chosen: Vec<&Operation> = operations.iter().filter_map(|place| all.get(*place)).collect();
                    let outcome = match precondition::check(carrier, &chosen, &ours, patient).await {
                        Ok(verdicts) => Ok(Some(verdicts)),
                        Err(Unchecked::Lagging) => Ok(None),
                        Err(Unchecked::Carrier(error)) => Err(error),
                    };
                    Input::Checked { task, operations, outcome }
                })
            }
            Action::Send { task, operations } => Box::pin(async move {
                let chosen: Vec<&Operation> = operations.iter().filter_map(|place| all.get(*place)).collect();
                let outcome = perform::perform(carrier, &chosen).await.map(Box::new);
                Input::Answered { task, operations, outcome }
            }),
            Action::Poll { applications } => {
                let since = self.oldest_sent()?.map(jst_date).and_then(|date| date.yesterday().ok());
                Box::pin(async move {
                    // What cannot be read now is read by the next poll.
                    let applications = follow::read(carrier, &applications, since).await.unwrap_or_default();
                    Input::Polled { applications }
                })
            }
            Action::Settle { task, operations } => {
                let mut suspects = Vec::new();
                let mut places = Vec::new();
                for place in operations {
                    let Some(id) = self.id(place) else { continue };
                    if let Some(record) = self.journal.attempts(&id)?.pop() {
                        let claimed = self.journal.claims(&record)?;
                        suspects.push(Suspect { record, claimed });
                        places.push(place);
                    }
                }
                let window = self.window;
                Box::pin(async move {
                    let findings: Vec<Finding> = investigate(carrier, &suspects, window).await;
                    Input::Settled { task, findings: places.into_iter().zip(findings).collect() }
                })
            }
        })
    }

    pub(super) fn handle(&mut self, input: Input) -> Result<(), ExecError> {
        match &input {
            Input::Answered { outcome: Ok(application), .. } => self.saw(application),
            Input::Polled { applications } => applications.iter().for_each(|application| self.saw(application)),
            Input::Checked { .. }
            | Input::Answered { .. }
            | Input::Withheld { .. }
            | Input::Settled { .. }
            | Input::Stop { .. } => {}
        }
        self.clock.glance(self.carrier.now(), self.waiter.now());
        let mut effects = Vec::new();
        self.machine.handle(input, self.waiter.now(), &mut effects);
        self.write(&effects, &[])?;
        Ok(())
    }

    fn saw(&mut self, application: &Application) {
        let newer =
            self.newest.as_ref().is_none_or(|newest| compare_numbers(&application.application_no, newest.as_str()).is_gt());
        if newer {
            self.newest = Some(ApplicationNumber::new(application.application_no.as_str()));
        }
    }

    /// The newest application of the account, whichever end of the list it stands at.
    pub(super) async fn read_newest(&mut self) -> Result<(), ObserveError> {
        let mut query = ApplicationQuery { page: PageQuery { page: 1, page_size: 1 }, ..ApplicationQuery::default() };
        let first = self.carrier.applications(&query).await?;
        first.result.iter().for_each(|application| self.saw(application));
        let mut is_short = first.total_size > 0 && first.result.is_empty();
        if first.total_size > 1 {
            query.page.page = first.total_size;
            let last = self.carrier.applications(&query).await?;
            last.result.iter().for_each(|application| self.saw(application));
            is_short |= last.result.is_empty();
        }
        if is_short {
            // That there is none, or none newer, is said only by a list that adds up.
            let all = complete_applications(self.carrier, "applications", &ApplicationQuery::default()).await?;
            all.for_each(|application| self.saw(&application));
        }
        self.clock.read(self.carrier.now(), self.waiter.now());
        Ok(())
    }

    fn id(&self, place: usize) -> Option<OpId> {
        self.machine.operations().get(place).map(|operation| operation.id.clone())
    }

    fn oldest_sent(&self) -> Result<Option<Timestamp>, JournalError> {
        self.journal.oldest_accepted()
    }

    /// Writes what happened as one transaction, then tells it.
    pub(super) fn write(&mut self, effects: &[Effect], sent: &[Sent]) -> Result<(), JournalError> {
        self.journal.carrier_is_at(self.carrier.now());
        if !sent.is_empty() || effects.iter().any(|effect| !matches!(effect, Effect::Event(_))) {
            self.journal.together(|entry| {
                for effect in effects {
                    self.write_one(entry, effect)?;
                }
                sent.iter().try_for_each(|sent| entry.sent(sent))
            })?;
        }
        for effect in effects {
            if let Effect::Event(event) = effect {
                self.events.take(event);
            }
        }
        Ok(())
    }

    fn write_one(&self, entry: &Entry<'_>, effect: &Effect) -> Result<(), JournalError> {
        let operation = |place: usize| self.machine.operations().get(place).map(|operation| &operation.id);
        match effect {
            Effect::Acked { operation: place, application } => {
                operation(*place).map_or(Ok(()), |id| entry.acked(id, application))
            }
            Effect::Confirmed { operation: place, effective } => {
                operation(*place).map_or(Ok(()), |id| entry.confirmed(id, *effective))
            }
            Effect::NotDone { operation: place, note } => operation(*place).map_or(Ok(()), |id| entry.not_done(id, note)),
            Effect::Rejected { operation: place, note } => operation(*place).map_or(Ok(()), |id| entry.rejected(id, note)),
            Effect::Unknown { operation: place, note } => operation(*place).map_or(Ok(()), |id| entry.unknown(id, note)),
            Effect::Resolved { operation: place, resolution, note } => {
                operation(*place).map_or(Ok(()), |id| entry.resolved(id, *resolution, note))
            }
            Effect::Discarded { operation: place, note } => operation(*place).map_or(Ok(()), |id| entry.discarded(id, note)),
            Effect::RequestEnded { task } => {
                self.machine.request(*task).map_or(Ok(()), |request| entry.request_ended(&self.key, request))
            }
            Effect::Event(_) => Ok(()),
        }
    }

    pub(super) fn report(&self, account: &str, stopped: bool) -> ApplyReport {
        let operations = self
            .machine
            .operations()
            .iter()
            .enumerate()
            .map(|(place, operation)| OperationReport {
                id: operation.id.clone(),
                kind: operation.change.kind(),
                subject: operation.subject.clone(),
                outcome: self
                    .machine
                    .outcome(place)
                    .cloned()
                    .unwrap_or_else(|| Outcome::NotSent { why: "the apply ended before it".to_owned() }),
            })
            .collect();
        ApplyReport {
            account: account.to_owned(),
            operations,
            requests_sent: self.machine.requests_sent(),
            stopped,
            fatal: self.machine.fatal().map(str::to_owned),
        }
    }
}

//! What a run does with a [`Keeper`](crate::exec::Keeper): it waits for it before a call, and hands it outcomes while it
//! goes on. Without one nothing of this happens.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use crate::exec::driver::ExecError;
use crate::exec::journal::{JournalError, OperationRecord, RecordState};
use crate::exec::keeper::{KeepError, Keeper, NotKept};
use crate::exec::machine::{Action, Input};
use crate::exec::run::{Pending, Run};

/// If recording a call took longer by the waiter's clock or the real one, the record is written anew before the call: the settle window
/// counts from the moment that it shows.
const HONEST: Duration = Duration::from_mins(1);

/// So often a record is written anew, and then the call is given up: what takes minutes each time is as good as away.
const REWRITES: u32 = 3;

/// How long outcomes that cannot be recorded hold up the end of a run.
const PATIENCE: Duration = Duration::from_secs(30);

/// Pauses between tries to record outcomes: each is twice as long as the one before, up to the second.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What happened next.
pub(super) enum Turn {
    /// The carrier answered.
    Answer(Input),
    /// Outcomes were handed over; these were not kept.
    Kept(Vec<NotKept>),
    /// It was time to look around.
    Nothing,
}

type Handing = Pin<Box<dyn Future<Output = Vec<NotKept>> + Send>>;

/// Outcomes on their way to the keeper.
#[derive(Default)]
pub(super) struct Outcomes {
    under_way: Option<Handing>,
    /// Tries in a row that failed.
    failed: u32,
    /// When the next one may be made.
    not_before: Duration,
    /// Why the run ends.
    refused: Option<KeepError>,
}

impl Outcomes {
    /// Ends when what is under way has ended.
    pub(super) async fn kept(&mut self) -> Vec<NotKept> {
        let Some(handing) = &mut self.under_way else { return std::future::pending().await };
        let not_kept = handing.await;
        self.under_way = None;
        not_kept
    }
}

fn hand(keeper: Arc<dyn Keeper>, records: Vec<OperationRecord>) -> Handing {
    Box::pin(async move { keeper.keep(records).await })
}

impl<'a> Run<'a> {
    /// Hands over what became of operations, if nothing is under way.
    pub(super) fn keep_outcomes(&mut self) -> Result<(), JournalError> {
        if self.outcomes.under_way.is_some() || self.waiter.now() < self.outcomes.not_before {
            return Ok(());
        }
        let Some(keeper) = self.journal.keeper() else { return Ok(()) };
        let records = self.journal.take_changed()?;
        self.outcomes.under_way = (!records.is_empty()).then(|| hand(keeper, records));
        Ok(())
    }

    /// What was handed over was kept, but for these.
    pub(super) fn kept(&mut self, not_kept: Vec<NotKept>) -> Result<(), ExecError> {
        let away = not_kept.iter().any(|failed| !failed.error.is_lost());
        self.outcomes.failed = if away { self.outcomes.failed.saturating_add(1) } else { 0 };
        let pause = FIRST_PAUSE.saturating_mul(2u32.saturating_pow(self.outcomes.failed.saturating_sub(1))).min(LONGEST_PAUSE);
        self.outcomes.not_before = if away { self.waiter.now().saturating_add(pause) } else { Duration::ZERO };
        for NotKept { record, error } in not_kept {
            if error.is_lost() {
                self.refuse(error)?;
            } else {
                tracing::warn!(operation = %record.id, %error, "its outcome is recorded later");
                self.journal.put_back([&record]);
            }
        }
        Ok(())
    }

    /// Waits for what is being handed over; whether there was anything.
    pub(super) async fn end_keeping(&mut self) -> Result<bool, ExecError> {
        if self.outcomes.under_way.is_none() {
            return Ok(false);
        }
        let not_kept = self.outcomes.kept().await;
        self.kept(not_kept)?;
        Ok(true)
    }

    /// Nothing more is sent, and the run ends with this.
    fn refuse(&mut self, error: KeepError) -> Result<(), ExecError> {
        let why = error.to_string();
        self.outcomes.refused.get_or_insert(error);
        self.handle(Input::Stop { why, fatal: true })
    }

    /// Before calls leave: what they cost is on record, with a moment that is not long ago. Gives why nothing may leave,
    /// and what the carrier answered meanwhile.
    pub(super) async fn keep_sent(
        &mut self,
        actions: &[Action],
        in_flight: &mut FuturesUnordered<Pending<'a>>,
    ) -> Result<(Option<String>, Vec<Input>), ExecError> {
        let mut answers = Vec::new();
        let Some(keeper) = self.journal.keeper() else { return Ok((None, answers)) };
        for _ in 0..REWRITES {
            let begun = self.moment();
            if self.outcomes.under_way.is_some() {
                // Of one operation one record is written at a time.
                let mut before = std::mem::take(&mut self.outcomes);
                let not_kept = meanwhile(before.kept(), in_flight, &mut answers).await;
                self.outcomes = before;
                self.kept(not_kept)?;
            }
            let records = self.journal.take_changed()?;
            let counts = records.iter().any(|record| record.state == RecordState::Sent);
            if !records.is_empty() {
                let not_kept = meanwhile(hand(Arc::clone(&keeper), records), in_flight, &mut answers).await;
                let (sent, outcomes): (Vec<_>, Vec<_>) =
                    not_kept.into_iter().partition(|failed| failed.record.state == RecordState::Sent);
                self.kept(outcomes)?;
                if let Some(refused) = sent.into_iter().next() {
                    self.outcomes.refused.get_or_insert(refused.error);
                }
            }
            if let Some(error) = &self.outcomes.refused {
                return Ok((Some(error.to_string()), answers));
            }
            if !counts || self.since(begun) <= HONEST {
                return Ok((None, answers));
            }
            self.look_at_the_clock().await;
            self.write(&[], &self.sent(actions))?;
        }
        let error = KeepError::Away("the Kubernetes API takes minutes for it".to_owned());
        let why = error.to_string();
        self.outcomes.refused.get_or_insert(error);
        Ok((Some(why), answers))
    }

    /// Now, on both clocks: the waiter's may stand still while a machine sleeps, the real one may be set.
    fn moment(&self) -> (Duration, Option<Timestamp>) {
        (self.waiter.now(), self.journal.real_time())
    }

    fn since(&self, (waited, at): (Duration, Option<Timestamp>)) -> Duration {
        let by_waiter = self.waiter.now().saturating_sub(waited);
        let real = at.zip(self.journal.real_time()).and_then(|(at, now)| Duration::try_from(now.duration_since(at)).ok());
        by_waiter.max(real.unwrap_or_default())
    }

    /// At the end: what is not kept yet, tried for a while. What is left stays in the journal, to be kept by whatever it
    /// does next; on record it is as sent, which the carrier's applications settle.
    pub(super) async fn keep_the_rest(&mut self) -> Result<(), ExecError> {
        let begun = self.waiter.now();
        while self.journal.keeper().is_some() {
            self.end_keeping().await?;
            let pause = self.outcomes.not_before.saturating_sub(self.waiter.now());
            if !pause.is_zero() {
                if self.waiter.now().saturating_sub(begun).saturating_add(pause) > PATIENCE {
                    break;
                }
                self.waiter.wait(pause).await;
            }
            self.keep_outcomes()?;
            if self.outcomes.under_way.is_none() && self.waiter.now() >= self.outcomes.not_before {
                break;
            }
        }
        self.outcomes.refused.take().map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Awaits something, and takes what the carrier answers meanwhile.
async fn meanwhile<T>(
    awaited: impl Future<Output = T>,
    in_flight: &mut FuturesUnordered<Pending<'_>>,
    answers: &mut Vec<Input>,
) -> T {
    let mut awaited = std::pin::pin!(awaited);
    loop {
        tokio::select! {
            biased;
            done = &mut awaited => return done,
            Some(answer) = in_flight.next() => answers.push(answer),
        }
    }
}

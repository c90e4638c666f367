//! The loop of one replica: write the session, look at the others, take and release locks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;

use super::decide::{Situation, Step, decide};
use super::sessions::Sessions;
use super::store::{LeaseStore, StoreError, StoreFuture};
use super::tenure::{Tenure, TenureEvent};
use super::{HURRY, LOCKS_EVERY, RENEW_EVERY, VALID};
use crate::controller::AccountKey;
use crate::exec::{Stop, Waiter};

/// An answer that takes longer is none: the session has to be written in time.
const PATIENCE: Duration = Duration::from_secs(4);

/// Locks that are written at the same time.
const AT_ONCE: usize = 16;

/// One replica.
pub struct Replica<S, W> {
    store: S,
    tenure: Arc<Tenure<W>>,
    session: Arc<str>,
    scope: Arc<str>,
    sessions: Sessions,
    /// When the session was last written, and as which version.
    written: Option<(Duration, String)>,
    /// Something may have to change hands.
    unsettled: bool,
    /// When the locks were looked at last.
    settled: Duration,
}

impl<S: LeaseStore, W: Waiter> Replica<S, W> {
    /// A replica that holds nothing yet. `session` must be unique for this process.
    pub fn new(store: S, tenure: Arc<Tenure<W>>, session: &str, scope: &str) -> Self {
        Self {
            store,
            tenure,
            session: session.into(),
            scope: scope.into(),
            sessions: Sessions::default(),
            written: None,
            unsettled: true,
            settled: Duration::ZERO,
        }
    }

    /// Takes part until `stop`, then releases everything that no turn is using.
    pub async fn run(mut self, mut stop: Stop) {
        let tenure = Arc::clone(&self.tenure);
        tokio::select! {
            biased;
            () = stop.asked() => {}
            () = expire(&tenure) => {}
            () = self.take_part() => {}
        }
        self.leave().await;
    }

    async fn take_part(&mut self) {
        let tenure = Arc::clone(&self.tenure);
        loop {
            if let Err(error) = self.round().await {
                tracing::warn!("leases: {error}");
                self.unsettled = true;
            }
            let pause = if self.unsettled { HURRY } else { RENEW_EVERY };
            tokio::select! {
                biased;
                () = tenure.waiter().wait(pause.min(self.until_renewal().max(Duration::from_millis(50)))) => {}
                () = tenure.changed() => {
                    self.unsettled = true;
                    // What changes comes in swarms.
                    tenure.waiter().wait(Duration::from_millis(100)).await;
                }
            }
        }
    }

    /// One look at the world.
    async fn round(&mut self) -> Result<(), StoreError> {
        if self.until_renewal().is_zero() {
            self.renew().await?;
        }
        if !self.unsettled {
            let before: Vec<Box<str>> = self.sessions.living(&self.scope).map(Box::from).collect();
            let dead_before = self.sessions.dead().count();
            self.look().await?;
            let same = self.sessions.living(&self.scope).eq(before.iter().map(|session| &**session));
            self.unsettled = !same || self.sessions.dead().count() != dead_before;
        }
        // A write whose answer did not come may arrive when nobody expects it any more: a lock in the name of a session that
        // does not know of it, or is gone.
        let is_long_ago = self.tenure.waiter().now().saturating_sub(self.settled) >= LOCKS_EVERY;
        if self.unsettled || is_long_ago { self.settle().await } else { Ok(()) }
    }

    fn until_renewal(&self) -> Duration {
        let now = self.tenure.waiter().now();
        self.written.as_ref().map_or(Duration::ZERO, |(written, _)| (*written + RENEW_EVERY).saturating_sub(now))
    }

    async fn renew(&mut self) -> Result<(), StoreError> {
        let begun = self.tenure.waiter().now();
        let known = self.written.as_ref().map(|(_, version)| version.clone());
        let version = match self.patiently(self.store.renew(&self.session, &self.scope, known.as_deref())).await {
            Ok(version) => version,
            Err(StoreError::Conflict) => {
                // An answer of ours was lost, or somebody deleted it: once more, on what is there.
                self.look().await?;
                let there = self.sessions.version(&self.session).map(str::to_owned);
                self.patiently(self.store.renew(&self.session, &self.scope, there.as_deref())).await?
            }
            Err(error) => return Err(error),
        };
        // What came too late cannot bring back what has run out meanwhile.
        self.unsettled |= self.tenure.expire();
        self.tenure.state().deadline = begun + VALID;
        self.written = Some((begun, version));
        Ok(())
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        let begun = self.tenure.waiter().now();
        let members = self.patiently(self.store.members()).await?;
        self.sessions.read(members, begun, self.tenure.waiter().now());
        Ok(())
    }

    /// The locks are read **before** the sessions: a lock of a session that is dead *after* that is one which the session
    /// had before it died. The other way round it may be one that a session took after coming back.
    async fn settle(&mut self) -> Result<(), StoreError> {
        let locks = self.patiently(self.store.locks()).await?;
        self.look().await?;
        self.sessions.named_by(&locks, self.tenure.waiter().now());
        let locks: BTreeMap<AccountKey, _> = locks.into_iter().map(|lock| (lock.account.clone(), lock)).collect();
        let steps = {
            let state = self.tenure.state();
            decide(&Situation {
                me: &self.session,
                scope: &self.scope,
                sessions: &self.sessions,
                accounts: &state.accounts,
                locks: &locks,
                held: &state.held,
                busy: &state.busy,
            })
        };
        self.tenure
            .keep_all_but(steps.iter().filter_map(|step| if let Step::Stop(account) = step { Some(account) } else { None }));
        let waits = steps.iter().any(|step| matches!(step, Step::Stop(_) | Step::Lose(_)));
        let mut writes = stream::iter(steps).map(|step| self.perform(step)).buffer_unordered(AT_ONCE);
        let mut done = true;
        while let Some(is_done) = writes.next().await {
            done &= is_done;
            if self.until_renewal().is_zero() {
                // The rest is for the next round. What was begun may arrive: a later look tells.
                done = false;
                break;
            }
        }
        drop(writes);
        self.settled = self.tenure.waiter().now();
        let state = self.tenure.state();
        let living: Vec<&str> = self.sessions.living(&self.scope).chain([&*self.session]).collect();
        let complete = state
            .accounts
            .iter()
            .filter(|account| super::owner(account, living.iter().copied()) == Some(&*self.session))
            .all(|account| state.held.contains_key(account));
        // A dead session is buried once nobody's lock names it: in the round after the one that took its locks.
        self.unsettled = !done || waits || !complete || self.sessions.dead().next().is_some();
        Ok(())
    }

    /// False: it is to be tried again.
    async fn perform(&self, step: Step) -> bool {
        let outcome = match &step {
            Step::Lose(account) => {
                self.tenure.drop_account(account, false);
                return true;
            }
            Step::Stop(account) => {
                self.tenure.ask(account);
                return true;
            }
            Step::Free(account, version) => {
                if !self.tenure.drop_account(account, true) {
                    return false;
                }
                self.patiently(self.store.free(account, version)).await
            }
            Step::Bury(session, version) => self.patiently(self.store.bury(session, version)).await,
            Step::Take(account, version) => {
                let taken = self.patiently(self.store.take(account, &self.session, version.as_deref())).await;
                taken.map(|version| {
                    // Taken too late is not held: the next look finds it, and takes it anew.
                    if self.tenure.waiter().now() < self.tenure.state().deadline {
                        self.tenure.gain(account.clone(), version);
                    }
                })
            }
        };
        if let Err(error) = &outcome {
            tracing::debug!(?step, "lease: {error}");
        }
        outcome.is_ok()
    }

    /// Releases what is held at once, so that nobody has to wait for this session to die.
    async fn leave(&mut self) {
        let (held, busy) = {
            let mut state = self.tenure.state();
            (std::mem::take(&mut state.held), state.busy.clone())
        };
        for account in held.keys() {
            self.tenure.tell(TenureEvent::Lost(account.clone()));
        }
        // A turn that has not ended is still somebody's: its lock dies with the session.
        let free: Vec<(AccountKey, String)> = held.into_iter().filter(|(account, _)| !busy.contains(account)).collect();
        let this = &self;
        let writes = free.into_iter().map(async |(account, version)| this.patiently(this.store.free(&account, &version)).await);
        for outcome in stream::iter(writes).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await {
            if let Err(error) = outcome {
                tracing::debug!("a lease was not released: {error}");
            }
        }
        if let Some((_, version)) = self.written.as_ref().filter(|_| busy.is_empty())
            && let Err(error) = self.patiently(self.store.bury(&self.session, version)).await
        {
            tracing::debug!("the session's lease was not released: {error}");
        }
    }

    async fn patiently<T>(&self, answer: StoreFuture<'_, T>) -> Result<T, StoreError> {
        tokio::select! {
            biased;
            outcome = answer => outcome,
            () = self.tenure.waiter().wait(PATIENCE) => Err(StoreError::Away("no answer in time".to_owned())),
        }
    }
}

/// Drops what has run out at the moment it does, whatever the API server keeps the loop waiting for. Never ends.
async fn expire<W: Waiter>(tenure: &Tenure<W>) {
    loop {
        let left = tenure.state().deadline.saturating_sub(tenure.waiter().now());
        if tenure.expire() {
            tracing::warn!("the leases have run out: the API server was not reached in time");
        }
        // A deadline that is over comes back with the next write of the session.
        tenure.waiter().wait(if left.is_zero() { Duration::from_millis(250) } else { left }).await;
    }
}

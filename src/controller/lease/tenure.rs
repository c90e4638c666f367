//! What this replica may work on right now: shared by the lease loop, which writes it, and whoever works.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use crate::controller::AccountKey;
use crate::exec::Waiter;

/// What whoever works has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenureEvent {
    /// The account is this replica's: it has a turn now.
    Gained(AccountKey),
    /// Another replica should have it: a turn under way has to end soon, and no other begins.
    Asked(AccountKey),
    /// It is not this replica's any more: a turn under way ends as soon as it can, its memory is dropped.
    Lost(AccountKey),
}

/// The accounts of this replica, and until when.
#[derive(Debug)]
pub struct Tenure<W> {
    waiter: W,
    state: Mutex<State>,
    events: mpsc::UnboundedSender<TenureEvent>,
    changed: Notify,
    /// Everything is this replica's: there are no leases.
    alone: bool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) accounts: BTreeSet<AccountKey>,
    pub(super) held: BTreeMap<AccountKey, String>,
    pub(super) leaving: BTreeSet<AccountKey>,
    pub(super) busy: BTreeSet<AccountKey>,
    pub(super) deadline: Duration,
}

impl<W: Waiter> Tenure<W> {
    /// Nothing is held yet.
    pub fn shared(waiter: W) -> (Self, mpsc::UnboundedReceiver<TenureEvent>) {
        Self::new(waiter, false)
    }

    /// Everything is held, for ever: this is the only replica (`--leader-elect=false`).
    pub fn alone(waiter: W) -> (Self, mpsc::UnboundedReceiver<TenureEvent>) {
        Self::new(waiter, true)
    }

    fn new(waiter: W, alone: bool) -> (Self, mpsc::UnboundedReceiver<TenureEvent>) {
        let (events, receiver) = mpsc::unbounded_channel();
        (Self { waiter, state: Mutex::default(), events, changed: Notify::new(), alone }, receiver)
    }

    /// The clock.
    pub fn waiter(&self) -> &W {
        &self.waiter
    }

    /// The accounts that there are, from now on.
    pub fn set_accounts(&self, accounts: BTreeSet<AccountKey>) {
        let mut state = self.state();
        if state.accounts != accounts {
            if self.alone {
                accounts.difference(&state.accounts).for_each(|account| self.tell(TenureEvent::Gained(account.clone())));
                state.accounts.difference(&accounts).for_each(|account| self.tell(TenureEvent::Lost(account.clone())));
            }
            state.accounts = accounts;
            self.changed.notify_one();
        }
    }

    /// Whether the account is this replica's at this moment.
    pub fn holds(&self, account: &AccountKey) -> bool {
        self.may(&self.state(), account)
    }

    /// Whether this replica takes part: its session was written lately.
    pub fn is_live(&self) -> bool {
        self.alone || self.waiter.now() < self.state().deadline
    }

    /// How many accounts are.
    pub fn count(&self) -> usize {
        let state = self.state();
        if self.alone {
            return state.accounts.len();
        }
        if self.waiter.now() < state.deadline { state.held.len() } else { 0 }
    }

    /// Begins a turn of an account. False: it is not this replica's (any more), or has a turn already.
    pub fn begin(&self, account: &AccountKey) -> bool {
        let mut state = self.state();
        self.may(&state, account) && !state.leaving.contains(account) && state.busy.insert(account.clone())
    }

    /// Ends it.
    pub fn end(&self, account: &AccountKey) {
        let mut state = self.state();
        state.busy.remove(account);
        // At rest nobody waits for that.
        if !state.held.contains_key(account) || state.leaving.contains(account) {
            self.changed.notify_one();
        }
    }

    fn may(&self, state: &State, account: &AccountKey) -> bool {
        if self.alone {
            return state.accounts.contains(account);
        }
        state.held.contains_key(account) && self.waiter.now() < state.deadline
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, event: TenureEvent) {
        // Nobody listens any more when the process ends.
        drop(self.events.send(event));
    }

    /// Something has changed that the lease loop should look at.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    pub(super) fn gain(&self, account: AccountKey, version: String) {
        let mut state = self.state();
        state.leaving.remove(&account);
        if state.held.insert(account.clone(), version).is_none() {
            self.tell(TenureEvent::Gained(account));
        }
    }

    pub(super) fn ask(&self, account: &AccountKey) {
        if self.state().leaving.insert(account.clone()) {
            self.tell(TenureEvent::Asked(account.clone()));
        }
    }

    /// Accounts that were to be another's and are not any more (it went away again) have their turns again.
    pub(super) fn keep_all_but<'a>(&self, leaving: impl Iterator<Item = &'a AccountKey>) {
        let leaving: BTreeSet<AccountKey> = leaving.cloned().collect();
        let mut state = self.state();
        let kept: Vec<AccountKey> = state.leaving.difference(&leaving).cloned().collect();
        for account in kept {
            state.leaving.remove(&account);
            if state.held.contains_key(&account) {
                self.tell(TenureEvent::Gained(account));
            }
        }
    }

    /// Drops an account, unless it is to be idle and is not.
    pub(super) fn drop_account(&self, account: &AccountKey, only_idle: bool) -> bool {
        let mut state = self.state();
        if only_idle && state.busy.contains(account) {
            return false;
        }
        state.leaving.remove(account);
        if state.held.remove(account).is_some() {
            self.tell(TenureEvent::Lost(account.clone()));
        }
        true
    }

    /// Drops everything whose time has run out. True: there was something.
    pub(super) fn expire(&self) -> bool {
        let mut state = self.state();
        if state.held.is_empty() || self.waiter.now() < state.deadline {
            return false;
        }
        state.leaving.clear();
        for account in std::mem::take(&mut state.held).into_keys() {
            self.tell(TenureEvent::Lost(account));
        }
        true
    }
}

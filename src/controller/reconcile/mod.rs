//! An account's turn: what is read, what is decided from it, what is written.
//!
//! ```text
//! accept ─ credentials ─ claim ─ settle ─ look (observe, refute, plan, permit) ─ tell
//!                                           │ something may be sent
//!                                           ▼
//!                                  send (approval taken, memory written, apply) ─ look again ─ tell
//! ```
//!
//! Everything that can fail ends in a [`Trouble`], which stands in the account's conditions, and the turn comes again.

mod announce;
mod approval;
mod claim;
mod finalizers;
mod live;
mod logging;
mod look;
mod pause;
mod send;
mod spent;
mod tell;
mod trouble;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::LocalBoxFuture;
use kube::Client;

pub use claim::{Rivalry, rivalry};
pub use finalizers::{Open, held};
pub use pause::{Ended, next};
pub use spent::spent;

use crate::controller::metrics::Metrics;
use crate::controller::status::{Trouble, TroubleKind};
use crate::controller::{AccountKey, Next, ReconcileAccount, Turn};
use live::Live;

/// How turns are done.
#[derive(Debug, Clone)]
pub struct ReconcileOptions {
    /// This process, as nobody else is called ([`crate::controller::process::session`]): it stands in what is written.
    pub session: String,
    /// The namespaces that are watched; empty: all.
    pub namespaces: Vec<String>,
    /// Requests to one carrier that are on their way at the same time.
    pub parallelism: usize,
}

/// Reconciles accounts of a cluster.
pub struct Reconciler {
    client: Client,
    options: ReconcileOptions,
    metrics: Arc<Metrics>,
    /// What is kept of accounts between their turns.
    accounts: Mutex<BTreeMap<AccountKey, Live>>,
    /// The warnings of each account that were told: what is still so in the next turn is no news.
    warned: Mutex<BTreeMap<AccountKey, BTreeSet<String>>>,
}

impl Reconciler {
    /// One that has had no turn yet.
    pub fn new(client: Client, options: ReconcileOptions, metrics: Arc<Metrics>) -> Self {
        Self { client, options, metrics, accounts: Mutex::default(), warned: Mutex::default() }
    }

    fn take(&self, account: &AccountKey) -> Option<Live> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).remove(account)
    }

    fn is_news(&self, account: &AccountKey, note: &str) -> bool {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        warned.entry(account.clone()).or_default().insert(note.to_owned())
    }

    fn put_back(&self, account: AccountKey, live: Live) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).insert(account, live);
    }
}

impl ReconcileAccount for Reconciler {
    fn reconcile(&self, turn: Turn) -> LocalBoxFuture<'_, Next> {
        Box::pin(turn::turn(self, turn))
    }

    fn forget(&self, account: &AccountKey) {
        drop(self.take(account));
        self.warned.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
    }
}

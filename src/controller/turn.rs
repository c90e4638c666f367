//! What the shell asks for: one account's reconciliation, and when the next one is due.
//!
//! The shell (watches, leases, clock) decides *when* an account's turn comes and guarantees that there is one at a
//! time, in one replica. [`ReconcileAccount`] decides what a turn does.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::controller::object::{AccountView, Object};
use crate::exec::Stop;

/// Which account: objects of one name may stand in several namespaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

impl std::fmt::Display for AccountKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// An account's turn: what there is to know, as of now.
#[derive(Debug)]
pub struct Turn {
    /// The account and what belongs to it.
    pub view: AccountView,
    /// Why the rosters could not be read; then none of them is in the view, and nothing can be judged.
    pub unread: Option<String>,
    /// All other accounts that the controller watches, the oldest first. As fresh as the watch: whoever must not
    /// miss one (two accounts of one contractor) publishes its own identity first and lists them afresh.
    pub others: Vec<Object>,
    /// Asked when the turn has to end early: the process shuts down, or the account's lease is lost.
    pub stop: Stop,
    /// Asked when what belongs to the account has changed since: what is still to be sent is to be planned anew.
    pub changed: Stop,
}

/// When an account's next turn is due. A change of its objects brings it forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// At the next resync.
    Resync,
    /// After so long, or at the next resync if that is earlier.
    After(Duration),
    /// It failed: after a pause that doubles from turn to turn, up to the resync interval.
    Failed,
}

/// Reconciles accounts.
pub trait ReconcileAccount: Send + Sync {
    /// One turn. Of one account there is one at a time; of several accounts there may be some at once, each on a
    /// thread that it may block. It never fails: what went wrong stands in the account's status and in [`Next`].
    fn reconcile(&self, turn: Turn) -> LocalBoxFuture<'_, Next>;

    /// The account is another replica's from now on, or gone: drops what is remembered of it. No turn of it is under
    /// way.
    fn forget(&self, account: &AccountKey);
}

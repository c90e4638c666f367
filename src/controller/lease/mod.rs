//! Which replica works on which account: leases of `coordination.k8s.io`, a pure decision, a thin loop.
//!
//! ```text
//! session  one Lease a replica, written every 5 s: "I am here"
//! lock     one Lease an account, written when the account changes hands: "this session has it"
//! ```
//!
//! **A lock lives as long as its holder's session.** So what is written at rest is one Lease a replica, however many
//! accounts there are. A session that nobody saw change for 15 s is dead, and its locks may be taken; its owner used
//! none of them for the last 5 of those seconds, because it counts from *before* the write that it knows to have
//! arrived, and only 10. Both count on their own monotonic clocks, so clocks may differ by anything, and run at rates
//! that differ by less than half. Every write names the `resourceVersion` that it replaces: of two takers one wins. The
//! version of a lock is read before its holder's session: a session that comes back and takes its lock again writes
//! both anew, and whoever had given it up for dead names the old version.
//!
//! Who should have an account is rendezvous hashing over the living sessions: when a replica comes or goes, only the
//! accounts that it gets or had change hands. An account that is to change hands is first stopped and released by its
//! holder, then taken.
//!
//! What this does not cover: a machine that is frozen with its clock (a suspended virtual machine) goes on for a moment
//! when it thaws. Therefore leases are a division of labour, not the guarantee: what costs money is fenced by its
//! [`crate::api::SimOperationSpec`], the rest by the carrier's own states.

mod decide;
mod kubernetes;
mod rendezvous;
mod replica;
mod sessions;
mod store;
mod tenure;

use std::time::Duration;

pub use decide::{Situation, Step, decide};
pub use kubernetes::KubernetesLeases;
pub use rendezvous::owner;
pub use replica::Replica;
pub use sessions::Sessions;
pub use store::{LeaseStore, Lock, Member, StoreError, StoreFuture};
pub use tenure::{Tenure, TenureEvent};

/// A session that did not change for so long, as the observer's clock has it, is dead.
pub const DURATION: Duration = Duration::from_secs(15);

/// A session is written so often.
pub const RENEW_EVERY: Duration = Duration::from_secs(5);

/// What is held is used for so long after the last write of the session was *begun*.
pub const VALID: Duration = Duration::from_secs(10);

/// The locks are looked at so often when nothing seems to have to change hands.
pub const LOCKS_EVERY: Duration = Duration::from_secs(30);

/// The leases are looked at so often while something has yet to change hands.
pub const HURRY: Duration = Duration::from_secs(1);

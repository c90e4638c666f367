//! The Kubernetes controller: the same kinds as files, reconciled continuously.
//!
//! ```text
//! watch ─ which accounts changed ─▶ gather (reads: objects, rosters, credentials)
//!                                      │ AccountView
//!                                      ▼
//!                                   accept (pure) ─▶ Desired, and per object what is wrong with it
//!     carrier ── observe, settle ─▶    plan (pure, as for files)
//!                                      ▼
//!                                   permit (pure) ─▶ which operations may be sent now, and what holds the others
//!                                      ▼
//!     executor ◀───────────────────── act (writes: apply, plan body, status, events, finalizers)
//! ```
//!
//! One reconciliation is one **account**, never a line: a resync costs a handful of API requests however many lines
//! there are. What must outlive the process lives in the API: a paid operation is a [`crate::api::SimOperationSpec`]
//! that is created before the call (two controllers cannot create it twice), the rest of the journal's memory is in
//! config maps of the account. Losing all of it buys nothing twice either: the carrier's applications claim what they
//! can (see `simfleet explain guarantees`).

pub mod accept;
mod causes;
pub mod credentials;
pub mod events;
pub mod health;
pub mod keep;
pub mod lease;
pub mod metrics;
pub mod names;
pub mod object;
pub mod orphan;
pub mod permit;
pub mod plan_body;
pub mod process;
pub mod reconcile;
mod resource;
pub mod run;
pub mod serve;
pub mod status;
pub mod turn;
pub mod watch;

pub use accept::{Accepted, Judged, Standing, accept, refute};
pub use turn::{AccountKey, Next, ReconcileAccount, Turn};

//! Performs plans: pure decisions (approve, gate, machine, claim, report) and a thin driver around them.
//!
//! ```text
//! settle ─ what the last run left open: followed, claimed or left in doubt (before planning)
//!   approve, gate ─ may this plan be applied, and is it still true?
//!     apply ─ machine: events in, actions out ─ driver: journal, carrier, waiter ─▶ report
//! ```
//!
//! **The journal is written before a call and after it.** A call whose answer never came is *unknown*
//! and is never repeated before the carrier's applications have settled it (DESIGN 3.5). Where the journal is gone
//! with its process, what costs money at once is kept elsewhere too, by a [`Keeper`], before a call and after it.

pub mod approve;
mod attribute;
pub mod audit;
pub mod by_hand;
mod claim;
mod clock;
pub mod driver;
pub mod event;
mod evidence;
mod follow;
pub mod gate;
pub mod handover;
pub mod journal;
pub mod keep;
pub mod keeper;
mod keeping;
pub mod machine;
pub mod outcome;
mod perform;
pub mod precondition;
pub mod report;
mod run;
mod scope;
pub mod settle;
pub mod stop;
pub mod waiter;
mod wanted;

pub use attribute::{attribute_drift, has_drift};
pub use claim::contradiction;
pub use driver::{ApplyOptions, ExecError, apply};
pub use event::{Event, EventSink, Silent};
pub use journal::{Holder, Journal, JournalError, JournalOptions};
pub use keep::{keep, keep_others};
pub use keeper::{KeepError, Keeper};
pub use outcome::Outcome;
pub use report::{ApplyReport, ExitCode, OperationReport};
pub use settle::{SettleOptions, SettleReport, settle};
pub use stop::{Stop, StopHandle};
pub use waiter::{RealWaiter, Waiter};
pub use wanted::observe_wanted;

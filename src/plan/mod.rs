//! Desired and observed in, the minimal set of operations out. Pure: no clock, no I/O, no `Result`;
//! an impossible goal is a blocked entry, not an error.

pub mod account_plan;
pub mod entry;
pub mod memory;
pub mod operation;
pub mod plan_file;
pub mod request;

pub use account_plan::AccountPlan;
pub use entry::{BlockedCode, BlockedItem, DriftItem, GuardItem, InDoubtItem, PendingItem, UnmanagedItem, Verdict};
pub use memory::{Confirmed, DoubtfulOperation, Memory};
pub use operation::{ApprovalNeed, Change, Cost, OpId, Operation, Per, Place, Precondition, Values};
pub use plan_file::{AccountSection, DesiredDigest, ObservedDigest, Plan, Summary, SummaryCost};
pub use request::{Request, RequestId};

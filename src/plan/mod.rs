//! Desired and observed in, the minimal set of operations out. Pure: no clock, no I/O, no `Result`;
//! an impossible goal is a blocked entry, not an error.

pub mod account_plan;
mod approval;
pub mod assemble;
mod batch;
pub mod check;
mod cost;
mod diff;
pub mod digest;
pub mod drift;
pub mod entry;
mod fleet_section;
mod guard;
mod imei_in_use;
mod join;
pub mod memory;
pub mod operation;
mod order;
mod part;
pub mod plan_file;
pub mod planner;
mod protection;
mod purchase;
mod reason;
pub mod request;
mod request_path;
mod sequence;
mod sound;
mod termination_date;
mod unmanaged;
mod unpriced;
mod verify;
mod wants;

pub use account_plan::AccountPlan;
pub use assemble::assemble;
pub use check::{Violation, check, check_only};
pub use digest::account_plan_id;
pub use entry::{
    BlockedCode, BlockedItem, DriftIgnoreNote, DriftItem, GuardItem, GuardKind, InDoubtItem, PendingItem, ProtectionItem,
    UnmanagedItem, Verdict, WarningCode, WarningItem,
};
pub use fleet_section::{FleetSection, QuotaCount, StatusCount, UsedShares};
pub use memory::{
    Confirmed, DoubtfulOperation, Memory, PurchaseOutcome, RememberedFee, RememberedOrder, RememberedPurchase, SETTLE_WINDOW,
};
pub use operation::{ApprovalNeed, Change, Cost, OpId, Operation, Per, Place, Precondition, Values};
pub use part::Part;
pub use plan_file::{AccountSection, ConnectionSection, DesiredDigest, ObservedDigest, Plan, Summary, SummaryCost};
pub use planner::{plan, plan_only};
pub use request::{Request, RequestId};
pub use sound::{Contradiction, sound};
pub(crate) use unmanaged::Territory;
pub use verify::verify_ids;
pub use wants::wants;

//! The audit log: who did what to which line, for which plan, and who approved it. Append-only JSON lines
//! with a hash chain.
//!
//! **The log is written first, then the journal, then the carrier is called.** Every transaction of the
//! journal hands its records to the log, which writes and syncs them; only then is the transaction
//! committed, and only then is anything sent. So the journal never knows what the log has not told, and
//! nothing is ever sent that is not in the log. A crash (or a full disk) between the two leaves a log that
//! has told one step more: an intent that was not begun, a call that was not sent, an answer that the
//! journal has still to find out. The next run that opens the journal goes on from what the journal knows,
//! and records that: the intent was discarded, the call is of unknown outcome. No record is ever taken back.
//!
//! What the log cannot show: that its end was cut off behind a record. The journal remembers the last
//! record of every transaction, and `apply` prints it for whoever keeps the output.

mod chain;
mod event;
mod file;
mod log;
mod read;
mod select;
mod verify;

pub use chain::{Head, Sealed};
pub(crate) use event::values;
pub use event::{Actor, AuditEvent, CiActor, HolderRecord, OperationRef, OutcomeName, Revision};
pub use file::AuditError;
pub use log::AuditLog;
pub use read::{AuditRead, read, verify};
pub use select::{AuditFilter, Selected, select};
pub use verify::{Broken, Flaw, Verified, Verifier};

//! The body of an account's latest plan, where a person can read it: config maps beside the account.
//!
//! An object of the API holds little more than a mebibyte and a plan of a hundred thousand operations is forty, so its
//! JSON is compressed and cut into config maps `simfleet-plan-ACCOUNT-0`, `-1`, …: `simfleet plan --from-cluster
//! ACCOUNT` puts it together. The first one also has the review as text (`plan.txt`, cut where it is long), for those
//! who have but kubectl.

mod pack;
mod store;

pub use pack::{MOST_PARTS, Packed, Unreadable, pack, unpack};
pub use store::{ReadError, is_there, read, remove, write};

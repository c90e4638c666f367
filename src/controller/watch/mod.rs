//! What happens in the cluster, told as "this account should have a turn".
//!
//! ```text
//! CarrierAccount SimFleet SimOrder ─ watch (as they are; one that does not decode breaks nothing) ┐
//! ConfigMap, SimOperation ────────── watch (metadata only) ──────────────────────────────────────┤
//!                                                                                                 ▼
//!                                                    Index (pure): objects, who names whom ─▶ accounts with a turn
//! ```

mod index;
mod matter;
mod read;
mod rosters;
mod streams;

pub use index::{Index, Partial, Versions};
pub use matter::matters;
pub use read::object;
pub use rosters::{RosterCache, RosterError};
pub use streams::{Watches, watch};

//! Text to [`crate::domain::Desired`]: load, read the header, locate, validate, compile.
//!
//! One document at a time is read into a tree that knows its places, checked against the shape of its
//! kind, decoded into the API type and compiled. Lines are all that stays.

mod account;
mod by_account;
mod compile;
mod compiled;
mod config_maps;
pub mod edit;
pub mod export;
pub mod format;
mod header;
mod line_end;
mod load;
mod locate;
pub mod merge;
mod needs;
mod places;
mod read;
mod roster;
mod schema;
mod shape;
mod sink;
mod source_table;
mod validate;

pub use account::{Account, AccountDriver, RateLimit};
pub use compiled::{AccountManifest, Compiled};
pub use load::{MAX_MANIFEST_BYTES, MAX_ROSTER_BYTES, files};
pub use needs::{Offered, functions_needed};
pub use read::{Drafts, Finding, InMemory, RosterMap, read, read_documents, valid_as_if};
pub use schema::schema;
pub use validate::{against_catalogue, drift_ignores_too_long};

/// The columns that a roster may have, in the order in which they are written.
pub const ROSTER_COLUMNS: &[&str] = &roster::COLUMNS;

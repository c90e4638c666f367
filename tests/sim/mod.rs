//! Seeded simulation: the whole loop (settle, observe, plan, apply) against a carrier model that loses,
//! delays and doubles answers, with a crash at any point. A failing seed is the whole bug report.
//!
//! - `random`: random fleets, wishes, faults, crashes and edits of the files, by seed. A few hundred seeds, or
//!   12,000 with `SIMFLEET_SIM=long`.
//! - `matrix`: every kind that costs money or cannot be undone × every fault × every point of a crash.
//! - `kept`: a journal that is gone with its process, and the records that are kept of it elsewhere.
//! - `takeover`: a second process takes the lock over from one that sleeps, at every point.
//!
//! The laws, after every seed and in every cell:
//! - everything that was wished for was paid for, or done, at most once, also by a carrier that does not
//!   protect itself against doubles;
//! - when the world is quiet, exactly once, the fleet is as declared, and nothing is in doubt.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]
#![expect(clippy::wildcard_enum_match_arm, reason = "the model leaves out what no plan asks for")]

mod carrier;
mod drive;
mod fleet;
mod history;
mod kept;
mod laws;
mod matrix;
mod point;
mod program;
mod random;
mod reached;
mod scene;
mod shop;
mod store;
mod takeover;
mod wishes;
mod world;

use jiff::Timestamp;
use simfleet::domain::CarrierIdentity;
use simfleet::exec::{Holder, Journal, JournalOptions};

fn identity() -> CarrierIdentity {
    CarrierIdentity { host: "sim".to_owned(), contractor_id: "demo".to_owned() }
}

fn journal() -> Journal {
    let start = Timestamp::from_second(1_800_000_000).unwrap();
    let options = JournalOptions::new(Holder { host: "sim".to_owned(), pid: 1 }, move || start);
    Journal::in_memory(&identity(), options).unwrap()
}

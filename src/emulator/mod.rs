//! The carrier emulator (DOMAIN 5 and 6): the whole protocol over real HTTP on a real database, with a
//! virtual clock. Tutorial, CI back end and conformance kit.
//!
//! ```text
//! http ── gate (limit, token, faults, journal) ── handlers ─▶ world ─▶ model (pure rules)
//!                                                   │           │
//!                                                listing      store (SQLite)
//! ```
//!
//! Before every request the world is brought to the virtual *now*: everything that was due happens, each
//! at its own moment and in the order of these. So virtual time may jump by months between two calls.

mod catalogue;
mod clock;
mod core;
mod error;
mod faults;
mod generate;
mod http;
mod listing;
mod model;
mod openapi;
mod options;
mod seed;
mod snapshot;
mod store;
mod world;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

pub use clock::{Pace, PaceError};
pub use error::Error;
pub use http::Server;
pub use options::{Options, RateLimit, RealTime};
pub use seed::SeedReport;

use crate::emulator::core::Core;

/// A carrier in a process. Clones share one world.
///
/// Its methods block for as long as SQLite takes; inside an async runtime call them from
/// `spawn_blocking` unless the world is small.
#[derive(Clone)]
pub struct Emulator {
    core: Arc<Core>,
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("options", &self.core.options).finish_non_exhaustive()
    }
}

impl Emulator {
    /// Opens a store file, or a world in memory. A new world has one system and no lines.
    pub fn open(store: Option<&Path>, options: Options) -> Result<Self, Error> {
        Core::open(store, options).map(|core| Self { core: Arc::new(core) })
    }

    /// Puts rows into the world: the seed format of DOMAIN 6, all of it or nothing. An optional `now`
    /// sets the virtual clock first.
    pub fn seed(&self, json: &[u8]) -> Result<SeedReport, Error> {
        seed::seed(&self.core, json).map_err(error::Failure::into_error)
    }

    /// Makes up that many lines, the same for the same number.
    pub fn generate(&self, count: u64, number: u64) -> Result<SeedReport, Error> {
        let count = count.min(generate::LIMIT);
        self.core.write(|world| generate::generate(world, count, number)).map_err(error::Failure::into_error)
    }

    /// The whole world, as JSON that [`Emulator::seed`] takes.
    pub fn snapshot(&self) -> Result<Vec<u8>, Error> {
        let core = &self.core;
        core.read(|db, now| {
            let snapshot = snapshot::snapshot(db, now, core.pace())?;
            serde_json::to_vec(&snapshot).map_err(|error| Error::Corrupt(error.to_string()).into())
        })
        .map_err(error::Failure::into_error)
    }

    /// Whether there is neither a line nor a chip SIM.
    pub fn is_empty(&self) -> Result<bool, Error> {
        self.core.store.read(|db| {
            Ok(db.query_row("SELECT NOT EXISTS (SELECT 1 FROM lines) AND NOT EXISTS (SELECT 1 FROM chips)", [], |row| {
                row.get(0)
            })?)
        })
    }

    /// The virtual time.
    pub fn now(&self) -> Timestamp {
        self.core.now()
    }

    /// The pace of the virtual clock.
    pub fn pace(&self) -> Pace {
        self.core.pace()
    }

    /// Moves virtual time on, whatever its pace, and lets happen what is due by then.
    pub fn advance(&self, by: Duration) -> Result<Timestamp, Error> {
        let by = SignedDuration::try_from(by).map_err(|_| Error::Clock)?;
        let core = &self.core;
        core.move_clock(
            |clock, real| {
                let to = clock.now(real).checked_add(by).map_err(|_| Error::Clock)?;
                Ok(clock.set(to, real))
            },
            |world| Ok(world.now),
        )
        .map_err(error::Failure::into_error)
    }

    /// Sets virtual time. Going back undoes nothing.
    pub fn set(&self, to: Timestamp) -> Result<Timestamp, Error> {
        self.core.move_clock(|clock, real| Ok(clock.set(to, real)), |world| Ok(world.now)).map_err(error::Failure::into_error)
    }

    /// Serves on a listener, on the current tokio runtime.
    pub fn serve(&self, listener: TcpListener) -> Result<Server, Error> {
        http::serve(Arc::clone(&self.core), listener).map_err(|source| Error::Io { what: "the listener".to_owned(), source })
    }
}

//! The settings of one carrier account, as declared.

use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::Location;
use crate::domain::{ConsoleFiles, SpendLimits};

/// A `CarrierAccount`, checked, with its paths resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// `metadata.name`.
    pub name: Arc<str>,
    /// How the carrier is reached.
    pub driver: AccountDriver,
    /// The name of the credentials: a Secret, or a table of the credentials file. Absent: the account's
    /// own name.
    pub credentials: Option<Arc<str>>,
    /// The most requests to send.
    pub rate_limit: Option<RateLimit>,
    /// The most money that it may cost at once.
    pub spend: SpendLimits,
    /// The folder of the manifest that declares it: `.simfleet/` goes there.
    pub folder: PathBuf,
    /// Where it is declared.
    pub location: Location,
}

/// How a carrier is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountDriver {
    /// The carrier's HTTP API.
    Http {
        /// The base address. `None`: the command line gives it.
        endpoint: Option<String>,
    },
    /// The emulator inside the program.
    Embedded {
        /// A JSON file that fills an empty emulator.
        seed: Option<PathBuf>,
        /// The file that keeps its state: `.simfleet/<account>.db` beside the manifest, unless declared.
        data: PathBuf,
    },
    /// Lists that the carrier's console exported, and files for it.
    Csv(Box<ConsoleFiles>),
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per second, on average; at least 1.
    pub requests_per_second: u32,
    /// Requests that may go out at once after a pause; at least 1.
    pub burst: u32,
}

//! Text to [`crate::domain::Desired`]: load, read the header, locate, validate, compile.

mod account;
mod compiled;

use std::path::PathBuf;

pub use account::{Account, AccountDriver, RateLimit};
pub use compiled::{AccountManifest, Compiled};

use crate::diag::Diagnostic;

/// Reads files and folders. Every problem of every file at once, sorted by place; warnings are among
/// them.
pub fn read(paths: &[PathBuf]) -> Result<Compiled, Vec<Diagnostic>> {
    let _ = paths;
    Ok(Compiled::default())
}

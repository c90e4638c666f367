//! The integration tests: one binary, so that it is linked once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends with what it met")]

#[cfg(feature = "cli")]
mod carrier;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "emulator")]
mod emulator;
#[cfg(feature = "cli")]
mod exec;
mod export;
mod golden;
mod manifest;
#[path = "../oracle/mod.rs"]
mod oracle;
mod render;
#[cfg(feature = "cli")]
#[path = "../sim/mod.rs"]
mod sim;

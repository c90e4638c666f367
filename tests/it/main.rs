//! The integration tests: one binary, so that it is linked once.

#[cfg(feature = "emulator")]
mod cli;
mod emulator;
mod export;
mod golden;
mod manifest;
#[path = "../oracle/mod.rs"]
mod oracle;
mod render;
#[path = "../sim/mod.rs"]
mod sim;

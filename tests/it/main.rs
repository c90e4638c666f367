//! The integration tests: one binary, so that it is linked once.

mod annotate;
#[cfg(feature = "cli")]
mod carrier;
#[cfg(feature = "cli")]
mod ci;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "controller")]
mod controller;
mod crds;
#[cfg(feature = "emulator")]
mod emulator;
#[cfg(feature = "cli")]
mod exec;
mod export;
mod format;
mod golden;
#[cfg(feature = "controller")]
#[path = "../kube/mod.rs"]
mod kubernetes;
mod manifest;
#[path = "../oracle/mod.rs"]
mod oracle;
mod redact;
#[cfg(feature = "cli")]
mod release;
mod render;
mod savings;
#[cfg(feature = "cli")]
#[path = "../sim/mod.rs"]
mod sim;

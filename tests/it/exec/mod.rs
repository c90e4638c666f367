//! The executor: its journal, its gates, and whole applies against the emulator.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

pub(crate) mod applying;
mod approval;
mod audit;
mod crash;
mod crash_matrix;
mod gates;
pub(crate) mod handmade;
mod journal;
mod kept;
mod lock;
mod machine;
mod paid;
pub(crate) mod plans;
pub(crate) mod proxy;
mod purchases;
mod settling;

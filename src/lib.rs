//! `simfleet` keeps a fleet of cellular SIMs the way a team declared it.
//!
//! ```text
//! manifests ─ read → validate → compile ─▶ Desired ┐
//!                                                  ├─ plan (pure) ─ check ─▶ Plan ─ render ▶ review
//! carrier ── observe (lists, complete?) ─▶ Observed┘                          │ approve
//!                                                                             ▼
//!                         report ◀─ events ◀─ executor (journal, limits, retries) ─▶ carrier
//! ```
//!
//! Everything left of the executor is pure or read-only. The executor makes no choice that the plan
//! could have made.

pub mod annotate;
pub mod api;
pub mod carrier;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "controller")]
pub mod controller;
mod count;
pub mod diag;
pub mod domain;
#[cfg(feature = "emulator")]
pub mod emulator;
#[cfg(feature = "exec")]
pub mod exec;
pub mod manifest;
pub mod plan;
pub mod redact;
pub mod render;
pub mod savings;
mod sheet;

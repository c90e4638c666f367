//! The carrier emulator over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected stops")]

mod access;
mod bulk;
mod faults;
mod functions;
mod lists;
mod orders;
mod outside;
mod rules;
mod seeds;
mod stores;
mod time;
mod world;

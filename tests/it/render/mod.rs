//! Plans as people and programs read them.

mod chance;
mod comment;
mod console;
mod fixture;
mod json;
mod laws;
mod markdown;
mod paid;
#[cfg(feature = "exec")]
mod report;
#[cfg(feature = "cli")]
mod table;
mod text;

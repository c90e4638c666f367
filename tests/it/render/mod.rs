//! Plans as people and programs read them.

mod fixture;
mod json;
mod markdown;
mod paid;
#[cfg(feature = "exec")]
mod report;
#[cfg(feature = "cli")]
mod table;
mod text;

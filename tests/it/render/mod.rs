//! Plans as people and programs read them.

pub(crate) mod chance;
mod comment;
mod console;
pub(crate) mod fixture;
mod html;
mod json;
mod laws;
mod markdown;
pub(crate) mod paid;
mod patch;
#[cfg(feature = "exec")]
mod report;
#[cfg(feature = "cli")]
mod table;
mod text;

//! A plan for people and programs: one view model, one file a format. Pure: text goes to a writer that
//! the caller brings, colour only if the caller asks for it.

pub(crate) mod amount;
pub mod checkup;
pub mod console;
pub mod drift;
pub mod escape;
pub mod html;
pub mod json;
pub mod markdown;
#[cfg(feature = "exec")]
pub mod operation;
pub mod patch;
pub mod record;
#[cfg(feature = "exec")]
pub mod report;
pub mod savings;
pub mod schema;
#[cfg(feature = "cli")]
pub mod table;
pub mod text;
pub mod view;

pub use markdown::{MarkdownOptions, Marker};
pub use text::TextOptions;

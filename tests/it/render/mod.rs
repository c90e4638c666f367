//! Plans as people and programs read them.

pub(crate) mod chance;
mod comment;
mod console;
<<<<<<< HEAD
pub(crate) mod fixture;
=======
mod fixture;
mod html;
>>>>>>> d945db9 (render: a plan as one HTML file for a browser)
mod json;
mod laws;
mod markdown;
pub(crate) mod paid;
#[cfg(feature = "exec")]
mod report;
#[cfg(feature = "cli")]
mod table;
mod text;

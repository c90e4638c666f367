//! Diagnostics: problems in the user's input, all of them, each with a stable code, a place and a way
//! to mend it. (A failure of the world is an `Error`, not a diagnostic.)

mod code;
mod diagnostic;
mod excerpt;
mod human;
mod json;
mod registry;
mod suggest;
mod topic;

pub use code::{Code, Explained, explain};
pub use diagnostic::{Diagnostic, Location, Related, Severity, sort};
pub use excerpt::Excerpts;
pub use human::{Color, human};
pub use json::json;
pub use registry::{CODES, codes};
pub use suggest::did_you_mean;
pub use topic::{TOPICS, Topic};

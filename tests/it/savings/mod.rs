//! The money-saving report: its rules and laws on the pure core, and every format with hostile text.

mod comment;
mod formats;
mod laws;
mod rules;
mod scene;
mod schema;

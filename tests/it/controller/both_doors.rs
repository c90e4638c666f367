//! One document, two doors: what the API server refuses, `simfleet validate` refuses too; and of what it lets in, the
//! controller says exactly what `validate` says. On a real API server, with the kinds as they are installed.
//!
//! - `corpus`: every invalid manifest, as files and through kubectl.
//! - `alone`: every part of them in a document that is otherwise valid, so that no mistake hides another.
//! - `valid`: what is valid, and every example, is let in and declares the same.
//! - `sweep`: every field of the kinds, one mistake at a time.
//! - `line_rules`: every combination of what has to fit together on a line.
//! - `catalogue`: what only the carrier's catalogue can tell.
//! - `size`: as many lines as an object may have.
//!
//! What a change may change (`SimOrder`s are immutable) no file can say, so only the API server refuses that.

mod alone;
mod bases;
mod case;
mod catalogue;
mod contents;
mod corpus;
mod door;
mod exceptions;
mod line_rules;
mod mistakes;
mod paths;
mod size;
mod sweep;
mod valid;

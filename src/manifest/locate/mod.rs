//! YAML with places: every value knows its line, column and notation.
//!
//! One document at a time becomes a tree; it lives until that document is validated and compiled.
//! There is one reading of a document, not a fast one and a careful one: what is checked is what is
//! used.

mod builder;
mod decode;
mod documents;
mod header_scan;
mod plain;
mod tree;

pub(crate) use builder::{Flaw, MAX_DEPTH, MAX_NODES};
pub(crate) use decode::decode;
pub(crate) use documents::{Broken, Document, Documents};
pub(crate) use header_scan::Header;
pub(crate) use plain::{Plain, plain};
pub(crate) use tree::{NodeId, Spot, Style, Tree, Value};

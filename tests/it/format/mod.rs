//! `fmt`: one layout, the same meaning.

mod examples;
pub(crate) mod laws;

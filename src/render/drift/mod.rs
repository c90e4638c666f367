//! What changed outside, for people. Programs take the document itself
//! ([`DriftReport`](crate::plan::drift::DriftReport)).

pub mod markdown;
pub mod text;
pub(crate) mod words;

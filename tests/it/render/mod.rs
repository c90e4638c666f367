//! Plans as people and programs read them.

mod fixture;
mod json;

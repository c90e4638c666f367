//! Plans as people and programs read them.

mod fixture;
mod json;
mod markdown;
mod text;

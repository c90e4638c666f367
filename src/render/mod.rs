//! A plan for people and programs: one file a format. Pure: the caller brings the writer.

pub mod json;
pub mod schema;

//! The money-saving report: its rules and laws on the pure core.

mod laws;
mod rules;
mod scene;

//! Pages that belong to no single code: what has to be known as a whole.

/// A subject that `simfleet explain` knows besides codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// Its name, in lower case: `guarantees`.
    pub name: &'static str,
    /// Its page, in Markdown. The first line that is no heading says what it is about.
    pub page: &'static str,
}

macro_rules! topics {
    ($($name:literal,)+) => {
        /// Every topic. To add one: its name here and `topics/NAME.md`.
        pub const TOPICS: &[Topic] = &[$(Topic { name: $name, page: include_str!(concat!("topics/", $name, ".md")) },)+];
    };
}

topics! {
    "guarantees",
    "purchases",
    "journal",
    "audit",
    "doctor",
    "drift",
    "import",
    "ci",
    "conditions",
    "controller",
    "report",
    "redaction",
    "csv",
}

//! How many lines and orders something is about.

use std::fmt;

use crate::domain::Subject;
use crate::render::view::Count;

/// Lines and orders, counted apart: an order of 50 SIMs is not one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subjects {
    /// Lines and chip SIMs.
    pub lines: usize,
    /// Orders.
    pub orders: usize,
}

impl Subjects {
    /// Counts.
    pub fn of<'a>(subjects: impl IntoIterator<Item = &'a Subject>) -> Self {
        let mut counts = Self::default();
        for subject in subjects {
            match subject {
                Subject::Line(_) => counts.lines += 1,
                Subject::Order(_) => counts.orders += 1,
            }
        }
        counts
    }

    /// `lines`, `orders`, or both, for the head of a column.
    pub fn noun(self) -> &'static str {
        match (self.lines, self.orders) {
            (_, 0) => "line",
            (0, _) => "order",
            (_, _) => "line or order",
        }
    }
}

impl fmt::Display for Subjects {
    /// `3 lines, 1 order`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, orders } = *self;
        let counted = |count: usize, noun: &str| format!("{} {noun}{}", Count::from(count), if count == 1 { "" } else { "s" });
        match (lines, orders) {
            (_, 0) => f.write_str(&counted(lines, "line")),
            (0, _) => f.write_str(&counted(orders, "order")),
            (_, _) => write!(f, "{}, {}", counted(lines, "line"), counted(orders, "order")),
        }
    }
}

//! A part of an account (`--only`).

use crate::domain::DesiredSim;

/// The part of an account that is planned and judged.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// Whether a line is in it.
    pub lines: &'a dyn Fn(&DesiredSim) -> bool,
    /// Whether an order is in it, by its name (also one that is no longer declared).
    pub orders: &'a dyn Fn(&str) -> bool,
}

impl Part<'_> {
    /// All of it.
    pub const ALL: Self = Self { lines: &|_| true, orders: &|_| true };
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").finish_non_exhaustive()
    }
}

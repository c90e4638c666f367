//! Risk classes (DOMAIN 1): what an operation can cost, and so what it needs to be approved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much harm an operation can do. Ordered by harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Risk {
    /// A read.
    R0,
    /// Cuts no service and costs nothing at once. Reversible, but for an order: cancelled, it is not placed again.
    R1,
    /// Reversible, cuts service.
    R2,
    /// Money, deferred, maybe cancellable.
    R3,
    /// Money at once, not idempotent.
    R4,
    /// Irreversible.
    R5,
}

impl Risk {
    /// Whether `--yes` alone does not approve it: money at once, or for ever.
    pub fn needs_approval(self) -> bool {
        self >= Self::R4
    }

    /// `"R0"` to `"R5"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::R0 => "R0",
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R5 => "R5",
        }
    }
}

impl std::fmt::Display for Risk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

//! What a section is about, as the list of what was left out names it.

use std::fmt;

use crate::domain::Risk;

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Topic {
    /// Lines and orders whose worst operation is of this class.
    Risk(Risk),
    /// Guards that stop the apply.
    Stops,
    /// Operations whose outcome is unknown.
    InDoubt,
    /// Warnings.
    Warnings,
    /// Blocked wishes.
    Blocked,
    /// Wishes on their way.
    Waiting,
    /// Changes by others.
    Drift,
    /// Changes by others that are ignored for now.
    DriftIgnored,
    /// Lines that nobody declares.
    Unmanaged,
    /// What the journal is to keep.
    Protection,
    /// Limits that hold.
    Spend,
    /// What a report found.
    Findings,
    /// What a report could not know.
    Unknown,
    /// What has to be known to read a report.
    Notes,
}

impl Topic {
    /// Whether every row stands in every comment: what cannot be undone or is paid at once.
    pub(in crate::render) fn is_required(self) -> bool {
        match self {
            Self::Risk(risk) => risk >= Risk::R4,
            Self::Stops
            | Self::InDoubt
            | Self::Warnings
            | Self::Blocked
            | Self::Waiting
            | Self::Drift
            | Self::DriftIgnored
            | Self::Unmanaged
            | Self::Protection
            | Self::Spend
            | Self::Findings
            | Self::Unknown
            | Self::Notes => false,
        }
    }
}

impl fmt::Display for Topic {
    /// After a number: `20 of 30 blocked`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Risk(risk) => write!(f, "changes ({risk})"),
            Self::Stops => f.write_str("exceeded guards"),
            Self::InDoubt => f.write_str("in doubt"),
            Self::Warnings => f.write_str("warnings"),
            Self::Blocked => f.write_str("blocked"),
            Self::Waiting => f.write_str("waiting"),
            Self::Drift => f.write_str("changed outside"),
            Self::DriftIgnored => f.write_str("changed outside and ignored"),
            Self::Unmanaged => f.write_str("unmanaged"),
            Self::Protection => f.write_str("in protection"),
            Self::Spend => f.write_str("spend limits"),
            Self::Findings => f.write_str("findings"),
            Self::Unknown => f.write_str("unknown"),
            Self::Notes => f.write_str("notes"),
        }
    }
}

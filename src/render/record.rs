//! Rows of the carrier's lists as `get` shows them: the wire's own row, with the account it is of.

use serde::Serialize;

use crate::carrier::wire::Session;
use crate::domain::Msisdn;

/// A row and the account whose row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Record<'a, T> {
    /// The account's name.
    pub account: &'a str,
    /// The row as the carrier sent it.
    #[serde(flatten)]
    pub row: &'a T,
}

/// A session with the line it is of, which the carrier's answer does not repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineSession {
    /// The line.
    pub msisdn: Msisdn,
    /// Its session.
    #[serde(flatten)]
    pub session: Session,
}

//! The money-saving report ([`crate::savings`]) for people and programs: one set of words, one file a format. The table
//! for terminals is with the other tables.

pub mod csv;
pub mod json;
pub mod markdown;
pub(crate) mod words;

use crate::savings::Savings;

/// The sums in one line.
pub fn headline(accounts: &[Savings]) -> String {
    words::headline(accounts)
}

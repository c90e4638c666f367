//! IMSI: the identity of a subscription in the network (3GPP TS 23.003, clause 2).

use super::digits::{Digits, IdentifierError};

/// The identity of a subscription: 15 digits. Shown, never used as a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Imsi(Digits<15>);

impl Imsi {
    /// Checks the length.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = Digits::parse("an IMSI", "15", text)?;
        if text.len() == 15 {
            Ok(Self(digits))
        } else {
            Err(IdentifierError::Length { what: "an IMSI", expected: "15", found: text.len() })
        }
    }
}

super::digit_identifier!(Imsi);

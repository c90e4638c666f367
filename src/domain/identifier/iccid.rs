//! ICCID: the serial number of the card (ITU-T E.118).

use super::digits::{Digits, IdentifierError};
use super::luhn_digit;

const WHAT: &str = "an ICCID";

/// The serial number of a card: 19 or 20 digits, begins 89, the last is a Luhn digit.
///
/// Some carriers drop the check digit. Two ICCIDs are the same card when they agree without it:
/// compare with [`Iccid::same_card`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iccid(Digits<20>);

impl Iccid {
    /// Checks beginning and length; the check digit is checked where the text carries one.
    ///
    /// 20 digits always end in a check digit. 19 digits are either a whole number or one of 20
    /// whose last digit was dropped, so both readings are accepted.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = Digits::<20>::parse(WHAT, "19 or 20", text)?;
        if !text.starts_with("89") {
            return Err(IdentifierError::Prefix { what: WHAT, expected: "89", found: text.chars().take(2).collect() });
        }
        match text.len() {
            20 => {
                let expected = char::from(luhn_digit(digits.as_bytes().get(..19).unwrap_or_default()));
                let found = text.chars().last().unwrap_or_default();
                if found == expected {
                    Ok(Self(digits))
                } else {
                    Err(IdentifierError::CheckDigit { what: WHAT, expected, found })
                }
            }
            19 => Ok(Self(digits)),
            found => Err(IdentifierError::Length { what: WHAT, expected: "19 or 20", found }),
        }
    }

    /// Whether both name the same card, a dropped check digit aside.
    pub fn same_card(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.as_str(), other.as_str());
        match (mine.len(), theirs.len()) {
            (20, 19) => mine.starts_with(theirs),
            (19, 20) => theirs.starts_with(mine),
            _ => mine == theirs,
        }
    }
}

super::digit_identifier!(Iccid);

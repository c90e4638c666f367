//! A short run of decimal digits, kept inline.

use std::fmt;

/// Why a text is not the identifier it was taken for. The message is lower case and says what is
/// expected; the caller adds where it stood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// A character that is no ASCII digit (after separators were refused too).
    #[error("{what} has only digits, but {character:?} stands at position {position}")]
    NotADigit {
        /// The identifier's name.
        what: &'static str,
        /// The offending character.
        character: char,
        /// Its place, counted from 1.
        position: usize,
    },
    /// The wrong number of digits.
    #[error("{what} has {expected} digits, this has {found}")]
    Length {
        /// The identifier's name.
        what: &'static str,
        /// The allowed lengths in words.
        expected: &'static str,
        /// The length found.
        found: usize,
    },
    /// A prefix that no number of this kind has.
    #[error("{what} begins with {expected}, this begins with {found:?}")]
    Prefix {
        /// The identifier's name.
        what: &'static str,
        /// The allowed prefixes in words.
        expected: &'static str,
        /// The beginning of the text.
        found: String,
    },
    /// The last digit does not fit the ones before it.
    #[error("the check digit of {what} is {found}, but {expected} fits the other digits")]
    CheckDigit {
        /// The identifier's name.
        what: &'static str,
        /// The digit that would be right.
        expected: char,
        /// The digit found.
        found: char,
    },
    /// An IMEISV (16 digits) where an IMEI (15 digits) is needed.
    #[error("this is an IMEISV (16 digits); its IMEI would be {imei}")]
    SoftwareVersion {
        /// The 14 common digits with the right check digit behind them.
        imei: String,
    },
}

/// Up to `N` ASCII digits. Ordered as text, so that `"0…"` and `"9…"` sort as people read them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits<const N: usize> {
    // Unused places are zero bytes, which sort before every digit: a prefix comes first.
    bytes: [u8; N],
    length: u8,
}

impl<const N: usize> Digits<N> {
    /// No digits at all.
    pub const EMPTY: Self = Self { bytes: [0; N], length: 0 };

    /// Takes the text if it has only ASCII digits and at most `N` of them.
    pub fn parse(what: &'static str, expected: &'static str, text: &str) -> Result<Self, IdentifierError> {
        if let Some((index, character)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
            return Err(IdentifierError::NotADigit { what, character, position: index + 1 });
        }
        let mut bytes = [0; N];
        let (Some(slot), Ok(length)) = (bytes.get_mut(..text.len()), u8::try_from(text.len())) else {
            return Err(IdentifierError::Length { what, expected, found: text.len() });
        };
        slot.copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length })
    }

    /// The digits as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The digits as ASCII bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Debug for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

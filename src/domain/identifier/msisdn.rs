//! MSISDN: the phone number, the key of a line.

use super::digits::{Digits, IdentifierError};

/// A prefix of Japanese mobile numbers and the length of the numbers below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MsisdnPrefix {
    /// The leading digits in national form.
    pub prefix: &'static str,
    /// The digits of the whole number in national form.
    pub length: usize,
}

/// The prefixes that Japan assigns to mobile and M2M numbers (DOMAIN 2): 060/070/080/090 with 11
/// digits, M2M 020 followed by 1-3 or 5-9 with 11 digits, and `0200` with 14. (0204 is paging.)
pub const MSISDN_PREFIXES: &[MsisdnPrefix] = &[
    MsisdnPrefix { prefix: "0200", length: 14 },
    MsisdnPrefix { prefix: "0201", length: 11 },
    MsisdnPrefix { prefix: "0202", length: 11 },
    MsisdnPrefix { prefix: "0203", length: 11 },
    MsisdnPrefix { prefix: "0205", length: 11 },
    MsisdnPrefix { prefix: "0206", length: 11 },
    MsisdnPrefix { prefix: "0207", length: 11 },
    MsisdnPrefix { prefix: "0208", length: 11 },
    MsisdnPrefix { prefix: "0209", length: 11 },
    MsisdnPrefix { prefix: "060", length: 11 },
    MsisdnPrefix { prefix: "070", length: 11 },
    MsisdnPrefix { prefix: "080", length: 11 },
    MsisdnPrefix { prefix: "090", length: 11 },
];

const WHAT: &str = "an MSISDN";
const LENGTHS: &str = "11 (or 14, when it begins with 0200)";

/// A phone number in its national form (`08012345678`). **The key of a line.**
///
/// Takes the national and the E.164 form (`+818012345678`); always writes the national one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Msisdn(Digits<14>);

impl Msisdn {
    /// Checks prefix and length.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let national;
        let text = match text.strip_prefix("+81") {
            Some(rest) => {
                national = format!("0{rest}");
                national.as_str()
            }
            None => text,
        };
        let digits = Digits::parse(WHAT, LENGTHS, text)?;
        let Some(rule) = MSISDN_PREFIXES.iter().find(|rule| text.starts_with(rule.prefix)) else {
            // Zeros lost in a spreadsheet are the commonest cause: 10 digits that begin 80 or 90.
            if !text.starts_with('0') && text.len() != 11 && text.len() != 14 {
                return Err(IdentifierError::Length { what: WHAT, expected: LENGTHS, found: text.len() });
            }
            return Err(IdentifierError::Prefix {
                what: WHAT,
                expected: "060, 070, 080, 090 or 020 (not 0204)",
                found: text.chars().take(4).collect(),
            });
        };
        if text.len() == rule.length {
            Ok(Self(digits))
        } else {
            Err(IdentifierError::Length {
                what: WHAT,
                expected: if rule.length == 14 { "14 (after 0200)" } else { "11" },
                found: text.len(),
            })
        }
    }

    /// The number in E.164 form: `+81` and the national number without its leading zero.
    pub fn e164(&self) -> String {
        format!("+81{}", self.as_str().strip_prefix('0').unwrap_or_default())
    }

    /// The number with its middle hidden, for logs: `080*****678`.
    pub fn masked(&self) -> String {
        let text = self.as_str();
        let (head, tail) = (text.get(..3).unwrap_or_default(), text.get(text.len().saturating_sub(3)..).unwrap_or_default());
        format!("{head}{}{tail}", "*".repeat(text.len().saturating_sub(6)))
    }
}

super::digit_identifier!(Msisdn);

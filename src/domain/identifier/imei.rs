//! IMEI and IMEISV: the identity of a device (3GPP TS 23.003, clause 6).

use super::digits::{Digits, IdentifierError};
use super::luhn_digit;

const WHAT: &str = "an IMEI";

/// The identity of a device: TAC (8 digits), serial number (6), Luhn check digit.
///
/// A chip SIM is bound to one, once and for ever (function 15).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Imei(Digits<15>);

impl Imei {
    /// Checks length and check digit; an IMEISV gets the IMEI it would be.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let digits = Digits::<16>::parse(WHAT, "15", text)?;
        let payload = digits.as_bytes().get(..14).unwrap_or_default();
        let expected = char::from(luhn_digit(payload));
        match text.len() {
            16 => Err(IdentifierError::SoftwareVersion { imei: format!("{}{expected}", text.get(..14).unwrap_or_default()) }),
            15 => {
                let found = text.chars().last().unwrap_or_default();
                if found == expected {
                    Digits::parse(WHAT, "15", text).map(Self)
                } else {
                    Err(IdentifierError::CheckDigit { what: WHAT, expected, found })
                }
            }
            found => Err(IdentifierError::Length { what: WHAT, expected: "15", found }),
        }
    }

    /// The 14 digits that name the device, without check digit: what IMEI and IMEISV share.
    pub fn device(&self) -> &str {
        self.as_str().get(..14).unwrap_or_default()
    }

    /// The IMEI with its serial number hidden, for logs: `49015420*******`.
    pub fn masked(&self) -> String {
        format!("{}*******", self.as_str().get(..8).unwrap_or_default())
    }
}

super::digit_identifier!(Imei);

/// An IMEI as a network or a carrier reports it: 15 digits, 16 (IMEISV), or zeros for "unknown".
///
/// Compare by [`ReportedImei::device`], never by the whole text, or every line drifts for ever
/// (DOMAIN 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportedImei(Digits<16>);

impl ReportedImei {
    /// Takes 14 to 16 digits whatever their check digit; zeros or an empty text mean unknown (`None`).
    pub fn parse(text: &str) -> Result<Option<Self>, IdentifierError> {
        if text.bytes().all(|byte| byte == b'0') {
            return Ok(None);
        }
        let digits = Digits::parse(WHAT, "14 to 16", text)?;
        if digits.as_bytes().len() < 14 {
            return Err(IdentifierError::Length { what: WHAT, expected: "14 to 16", found: text.len() });
        }
        Ok(Some(Self(digits)))
    }

    /// The text as reported.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The 14 digits that name the device.
    pub fn device(&self) -> &str {
        self.as_str().get(..14).unwrap_or_default()
    }

    /// Whether this is the given device.
    pub fn is(&self, imei: &Imei) -> bool {
        self.device() == imei.device()
    }
}

impl std::fmt::Debug for ReportedImei {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReportedImei({})", self.as_str())
    }
}

impl std::fmt::Display for ReportedImei {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Imei> for ReportedImei {
    fn from(imei: Imei) -> Self {
        Digits::parse(WHAT, "14 to 16", imei.as_str()).map_or(Self(Digits::EMPTY), Self)
    }
}

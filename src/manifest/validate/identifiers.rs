//! MSISDN, IMEI and ICCID (DOMAIN 2).

use crate::diag::{Code, Diagnostic, codes};
use crate::domain::identifier::{IdentifierError, luhn_digit};
use crate::domain::{Iccid, Imei, Msisdn};
use crate::manifest::sink::Place;
use crate::sheet::damage::{self, Damage};

/// In words: an example is somebody's number, and a token where numbers are not shown.
const SPELT: &str = "a number is written in 11 digits (14 after 0200), the first of them 0, without hyphens";

/// A phone number in its national or E.164 form.
pub(crate) fn msisdn(text: &str, place: impl FnOnce() -> Place) -> Result<Msisdn, Box<Diagnostic>> {
    Msisdn::parse(text).map_err(|error| {
        let bare = digits_of(text);
        let help = Msisdn::parse(&bare).map_or_else(|_| SPELT.to_owned(), |number| format!("write {number}, digits only"));
        refused(codes::INVALID_MSISDN, text, &error, damage::msisdn(text), help, place())
    })
}

/// An IMEI.
pub(crate) fn imei(text: &str, place: impl FnOnce() -> Place) -> Result<Imei, Box<Diagnostic>> {
    Imei::parse(text).map_err(|error| {
        let bare = digits_of(text);
        let help = if bare != text && Imei::parse(&bare).is_ok() {
            format!("write {bare}, digits only")
        } else if let (14, Some(digit)) = (text.len(), check_digit(text)) {
            format!("if only the check digit is missing, the IMEI is {text}{digit}; compare it with the device (*#06#)")
        } else {
            "compare it with the device (*#06#); binding is for ever, so do not just change the last digit".to_owned()
        };
        refused(codes::INVALID_IMEI, text, &error, damage::imei(text), help, place())
    })
}

/// An ICCID.
pub(crate) fn iccid(text: &str, place: impl FnOnce() -> Place) -> Result<Iccid, Box<Diagnostic>> {
    Iccid::parse(text).map_err(|error| {
        let bare = digits_of(text);
        let help = if bare != text && Iccid::parse(&bare).is_ok() {
            format!("write {bare}, digits only")
        } else {
            "compare it with the number printed on the card".to_owned()
        };
        refused(codes::INVALID_ICCID, text, &error, damage::iccid(text), help, place())
    })
}

fn refused(
    code: Code,
    text: &str,
    error: &IdentifierError,
    damage: Option<Damage>,
    help: String,
    place: Place,
) -> Box<Diagnostic> {
    Box::new(if let Some(Damage { message, help }) = damage {
        place.error(codes::SPREADSHEET_DAMAGE, message).help(help)
    } else {
        let shown: String = text.chars().take(40).collect();
        place.error(code, format!("{shown:?}: {error}")).help(help)
    })
}

/// The digit that makes an IMEI of 14 digits.
fn check_digit(text: &str) -> Option<char> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| char::from(luhn_digit(text.as_bytes())))
}

/// What is left without the separators that people write, with full-width digits made plain.
fn digits_of(text: &str) -> String {
    text.chars()
        .take(64)
        .filter_map(|character| match character {
            '0'..='9' | '+' => Some(character),
            '０'..='９' => char::from_digit(u32::from(character) - u32::from('０'), 10),
            _ => None,
        })
        .collect()
}

//! What spreadsheets do to identifiers: digits lost to `4.9E+14`, leading zeros dropped.

use crate::domain::{Imei, Msisdn};

/// A damage that was recognised.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Digits lost to a number format.
fn rounded(text: &str) -> Option<Damage> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let begins = text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '.'));
    let number = !is_plain && begins && text.parse::<f64>().is_ok();
    number.then(|| Damage {
        message: format!("{text} is what a spreadsheet makes of an identifier: its digits are lost"),
        help: "take the value from the source again, with the column formatted as text".into(),
    })
}

fn lost_zero(text: &str, fits: impl Fn(&str) -> bool) -> Option<Damage> {
    let whole = format!("0{text}");
    (!text.starts_with('0') && text.len() < 16 && fits(&whole)).then(|| Damage {
        message: format!("{text} has lost its leading zero, as in a spreadsheet"),
        help: format!("if it is {whole}, write that, with the column formatted as text"),
    })
}

/// A damaged MSISDN.
pub(crate) fn msisdn(text: &str) -> Option<Damage> {
    rounded(text).or_else(|| lost_zero(text, |whole| Msisdn::parse(whole).is_ok()))
}

/// A damaged IMEI. Those with a leading zero begin 01 (the allocations of North America); any other one
/// of 14 digits rather lacks its check digit.
pub(crate) fn imei(text: &str) -> Option<Damage> {
    rounded(text).or_else(|| lost_zero(text, |whole| whole.starts_with("01") && Imei::parse(whole).is_ok()))
}

/// A damaged ICCID. It begins 89, so it has no zero to lose.
pub(crate) fn iccid(text: &str) -> Option<Damage> {
    rounded(text)
}

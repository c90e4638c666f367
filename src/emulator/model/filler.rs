//! Identifiers that a seed leaves out, derived from the phone number: the same number always gets
//! the same ones, and no two numbers share any.

use crate::domain::Msisdn;
use crate::domain::identifier::luhn_digit;

/// An ICCID: 8981 (Japan), the number padded to 15 digits, a Luhn digit.
pub(crate) fn iccid(msisdn: Msisdn) -> String {
    with_check_digit(format!("8981{:0>15}", msisdn.as_str()))
}

/// An IMSI under 440 10.
pub(crate) fn imsi(msisdn: Msisdn) -> String {
    let text = msisdn.as_str();
    format!("44010{}", text.get(text.len().saturating_sub(10)..).unwrap_or_default())
}

/// An IMEI. The beginnings differ for 11 and 14 digit numbers, so that they cannot meet.
pub(crate) fn imei(msisdn: Msisdn) -> String {
    let text = msisdn.as_str();
    let payload = if text.len() == 14 {
        format!("359{}", text.get(3..).unwrap_or_default())
    } else {
        format!("3580{}", text.get(1..).unwrap_or_default())
    };
    with_check_digit(payload)
}

fn with_check_digit(mut payload: String) -> String {
    let digit = luhn_digit(payload.as_bytes());
    payload.push(char::from(digit));
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Iccid, Imei, Imsi};

    #[test]
    fn fillers_are_valid_identifiers() {
        for text in ["08012345678", "02012345678", "02000000000001"] {
            let msisdn = Msisdn::parse(text).unwrap();
            assert_eq!(iccid(msisdn).len(), 20);
            Iccid::parse(&iccid(msisdn)).unwrap();
            Imsi::parse(&imsi(msisdn)).unwrap();
            Imei::parse(&imei(msisdn)).unwrap();
        }
    }
}

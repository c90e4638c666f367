//! Amounts as they are written: `50MB`, `20000 JPY`.

use crate::domain::{Money, money::CURRENCY};

/// Bytes of an amount of data in decimal units. `None`: it is none, or more than can be declared.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    // As many digits as the schema takes: so many bytes are a number that a u64 holds.
    const UNITS: [(&str, u64, usize); 4] =
        [("KB", 1_000, 9), ("MB", 1_000_000, 9), ("GB", 1_000_000_000, 9), ("TB", 1_000_000_000_000, 6)];
    let (digits, size, most) = UNITS.iter().find_map(|(unit, size, most)| Some((text.strip_suffix(unit)?, *size, *most)))?;
    number(digits, most)?.checked_mul(size)
}

/// Whole yen.
pub(crate) fn money(text: &str) -> Option<Money> {
    let digits = text.strip_suffix(CURRENCY)?.strip_suffix(' ')?;
    i64::try_from(number(digits, 12)?).ok().map(Money)
}

/// Whether it is an amount of data in the right form, beyond what can be declared.
pub(crate) fn is_beyond_bytes(text: &str) -> bool {
    let digits = ["KB", "MB", "GB", "TB"].iter().find_map(|unit| text.strip_suffix(unit));
    bytes(text).is_none() && digits.is_some_and(is_number)
}

/// Whether it is an amount of money in the right form, beyond what can be declared.
pub(crate) fn is_beyond_money(text: &str) -> bool {
    let digits = text.strip_suffix(CURRENCY).and_then(|rest| rest.strip_suffix(' '));
    money(text).is_none() && digits.is_some_and(is_number)
}

/// `20000` of `20,000`, `20_000`, `20000` and `020000`; of nothing else.
pub(crate) fn without_separators(text: &str) -> Option<String> {
    let mut groups = text.split([',', '_']);
    let first = groups.next().filter(|first| is_digits(first))?;
    let rest: Vec<&str> = groups.collect();
    let thousands = rest.iter().all(|group| group.len() == 3 && is_digits(group)) && (rest.is_empty() || first.len() <= 3);
    thousands.then(|| {
        let digits = format!("{first}{}", rest.concat());
        let number = digits.trim_start_matches('0');
        if number.is_empty() { "0".to_owned() } else { number.to_owned() }
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits, without a zero before them: an amount has one spelling, as in the schema.
fn is_number(digits: &str) -> bool {
    is_digits(digits) && (digits == "0" || !digits.starts_with('0'))
}

fn number(digits: &str, most: usize) -> Option<u64> {
    (is_number(digits) && digits.len() <= most).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_decimal() {
        assert_eq!(bytes("50MB"), Some(50_000_000));
        assert_eq!(bytes("1KB"), Some(1_000));
        assert_eq!(bytes("999999TB"), Some(999_999_000_000_000_000));
        for text in ["50", "MB", "50 MB", "50MiB", "50mb", "-1MB", "1.5GB", "99999999999GB", "1000000TB", "+5MB", "01MB", "00MB"]
        {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn separators_part_thousands() {
        for (text, amount) in [("20,000", "20000"), ("1_234_567", "1234567"), ("200", "200"), ("020000", "20000"), ("00", "0")] {
            assert_eq!(without_separators(text).as_deref(), Some(amount));
        }
        for text in ["1,5", "2000,000", "20,", ",200", "", "1.5", "-1", "20 000"] {
            assert_eq!(without_separators(text), None, "{text}");
        }
    }

    #[test]
    fn only_what_has_the_form_is_too_large() {
        assert!(is_beyond_money("99999999999999999999 JPY") && is_beyond_bytes("999999999TB"));
        for text in ["999999999999 JPY", "9999999999999", "9999999999999 USD", "0 JPY", " JPY"] {
            assert!(!is_beyond_money(text), "{text}");
        }
        assert!(is_beyond_bytes("1000000TB") && !is_beyond_bytes("999999TB") && !is_beyond_bytes("01TB"));
        assert!(!is_beyond_bytes("0MB") && !is_beyond_bytes("50 bytes") && !is_beyond_bytes("MB"));
    }

    #[test]
    fn yen_are_whole() {
        assert_eq!(money("20000 JPY"), Some(Money(20_000)));
        assert_eq!(money("0 JPY"), Some(Money::ZERO));
        for text in ["20,000 JPY", "20000", "20000JPY", "20000 USD", "-1 JPY", "1.5 JPY", "￥100", "9999999999999 JPY", "01 JPY"]
        {
            assert_eq!(money(text), None, "{text}");
        }
    }
}

//! Amounts as they are written: `50MB`, `20000 JPY`.

use crate::domain::{Money, money::CURRENCY};

/// Bytes of an amount of data in decimal units. `None`: it is none, or more than a number of bytes can be.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 4] = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];
    let (digits, size) = UNITS.iter().find_map(|(unit, size)| Some((text.strip_suffix(unit)?, *size)))?;
    number(digits, 9)?.checked_mul(size)
}

/// Whole yen.
pub(crate) fn money(text: &str) -> Option<Money> {
    let digits = text.strip_suffix(CURRENCY)?.strip_suffix(' ')?;
    i64::try_from(number(digits, 12)?).ok().map(Money)
}

fn number(digits: &str, most: usize) -> Option<u64> {
    let fits = (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_decimal() {
        assert_eq!(bytes("50MB"), Some(50_000_000));
        assert_eq!(bytes("1KB"), Some(1_000));
        assert_eq!(bytes("999999TB"), Some(999_999_000_000_000_000));
        for text in ["50", "MB", "50 MB", "50MiB", "50mb", "-1MB", "1.5GB", "99999999999GB", "999999999TB", "+5MB"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn yen_are_whole() {
        assert_eq!(money("20000 JPY"), Some(Money(20_000)));
        assert_eq!(money("0 JPY"), Some(Money::ZERO));
        for text in ["20,000 JPY", "20000", "20000JPY", "20000 USD", "-1 JPY", "1.5 JPY", "￥100", "9999999999999 JPY"] {
            assert_eq!(money(text), None, "{text}");
        }
    }
}

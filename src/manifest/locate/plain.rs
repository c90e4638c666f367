//! What a plain scalar is taken for.
//!
//! The readers disagree: `08012345678` is a float to one, a string to another, `no` is a boolean to
//! `kubectl`. A document has to mean the same everywhere, so a plain scalar is taken for whatever *any*
//! of YAML 1.1, YAML 1.2 and the reader of `kubectl` takes it for, and a text field then wants quotes.

/// The reading of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// `yes`, `no`, `on`, `off`, `y`, `n`: a boolean in YAML 1.1 only.
    OldTruth,
    /// An integer in decimal notation without a sign, small enough.
    Whole(u64),
    /// Any other number, in any notation.
    Number,
    Text,
}

pub(crate) fn plain(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Truth(true),
        "false" | "False" | "FALSE" => return Plain::Truth(false),
        "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF" | "y" | "Y" | "n" | "N" => {
            return Plain::OldTruth;
        }
        _ => {}
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return Plain::Text;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A leading zero means octal to some and nothing to others: no number to rely on.
        let relied_on = text == "0" || !text.starts_with('0');
        return text.parse().ok().filter(|_| relied_on).map_or(Plain::Number, Plain::Whole);
    }
    if is_number(text) { Plain::Number } else { Plain::Text }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let digits_of = |rest: &str, radix: u32| {
        rest.contains(|character: char| character.is_digit(radix))
            && rest.chars().all(|character| character == '_' || character.is_digit(radix))
    };
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(rest) = unsigned.strip_prefix(prefix) {
            return digits_of(rest, radix);
        }
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    exponent_fits
        && (digits_of(whole, 10) || whole.is_empty() && !fraction.is_empty())
        && fraction.chars().all(|character| character == '_' || character.is_ascii_digit())
        && mantissa.contains(|character: char| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Plain, plain};

    #[test]
    fn takes_what_any_reader_takes() {
        for (text, expected) in [
            ("", Plain::Null),
            ("~", Plain::Null),
            ("true", Plain::Truth(true)),
            ("no", Plain::OldTruth),
            ("y", Plain::OldTruth),
            ("N", Plain::OldTruth),
            ("0", Plain::Whole(0)),
            ("500", Plain::Whole(500)),
            ("08012345678", Plain::Number),
            ("02012345678", Plain::Number),
            ("490154203237518", Plain::Whole(490_154_203_237_518)),
            ("89811000223123456780", Plain::Number),
            ("4.9E+14", Plain::Number),
            ("+818012345678", Plain::Number),
            ("0x1F", Plain::Number),
            ("0o17", Plain::Number),
            ("0X1F", Plain::Number),
            ("1_000", Plain::Number),
            (".5", Plain::Number),
            ("-1", Plain::Number),
            ("1e3", Plain::Number),
            ("S0001234", Plain::Text),
            ("2026-11-30", Plain::Text),
            ("080-1234-5678", Plain::Text),
            ("10%", Plain::Text),
            ("50MB", Plain::Text),
            ("0x", Plain::Text),
            (".", Plain::Text),
            ("-", Plain::Text),
            ("e5", Plain::Text),
            ("1.2.3", Plain::Text),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}

//! Texts that follow a pattern. The same patterns stand in the JSON Schema for editors; a property
//! test holds both together.

use super::{amounts, dates};
use crate::diag::{Code, codes};
use crate::domain::calendar::YearMonth;
use crate::manifest::shape::Format;

/// Code, message and help, if the text does not follow its format. Identifiers have their own rules.
pub(crate) fn check(format: Format, text: &str) -> Option<(Code, String, String)> {
    let (fits, what, example) = match format {
        Format::Identifier | Format::Name | Format::Printed => return None,
        Format::DnsLabel => {
            return (!is_dns_label(text)).then(|| {
                (
                    codes::INVALID_NAME,
                    format!("{:?} cannot be a name", text.chars().take(70).collect::<String>()),
                    "a name has lower-case letters, digits and -, at most 63, and no - at its ends".to_owned(),
                )
            });
        }
        Format::Date => {
            return dates::parse(text).err().map(|message| {
                let help = meant(format, text).map_or_else(|| dates::HELP.to_owned(), |date| format!("write \"{date}\""));
                (codes::INVALID_DATE, message, help)
            });
        }
        Format::Month => (is_month(text), "a month", "2026-11"),
        Format::HttpUrl => (is_http_url(text), "an HTTP address", "https://carrier.example.jp"),
        Format::DataSize => {
            (amounts::bytes(text).is_some_and(|bytes| bytes > 0), "an amount of data (decimal units, more than 0)", "50MB")
        }
        Format::Money => (amounts::money(text).is_some(), "an amount of money", "20000 JPY"),
        Format::Price => {
            (amounts::money(text).is_some_and(|amount| !amount.is_zero()), "an amount of money above 0", "20000 JPY")
        }
    };
    (!fits).then(|| {
        let shown: String = text.chars().take(40).collect();
        let (message, help) = match most(format, text) {
            Some(most) => (format!("{shown:?} is too large"), format!("the most is {most}")),
            None => (
                format!("{shown:?} is not {what}"),
                meant(format, text).map_or_else(|| format!("for instance {example}"), |meant| format!("write {meant}")),
            ),
        };
        (codes::INVALID_VALUE, message, help)
    })
}

/// What can be written at most, if the text is an amount in the right form and beyond that.
fn most(format: Format, text: &str) -> Option<&'static str> {
    match format {
        Format::DataSize => amounts::is_beyond_bytes(text).then_some("999999TB"),
        Format::Money | Format::Price => amounts::is_beyond_money(text).then_some("\"999999999999 JPY\""),
        Format::Identifier
        | Format::Name
        | Format::DnsLabel
        | Format::Date
        | Format::Month
        | Format::HttpUrl
        | Format::Printed => None,
    }
}

/// A valid value that says what the text, written in another way, most likely means. As it would stand in YAML.
fn meant(format: Format, text: &str) -> Option<String> {
    let digits = || text.chars().filter(char::is_ascii_digit).collect::<String>();
    let written_with = |marks: &[char]| text.chars().all(|c| c.is_ascii_digit() || marks.contains(&c));
    match format {
        Format::Money | Format::Price => {
            let amount = ["JPY", "yen", "円"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
            let amount = amount.trim_end().trim_start_matches(['¥', '￥']);
            let written = format!("{} JPY", amounts::without_separators(amount)?);
            let fits = amounts::money(&written).is_some_and(|amount| format == Format::Money || !amount.is_zero());
            fits.then(|| format!("{written:?} (whole yen, no commas)"))
        }
        Format::DataSize => {
            let text = text.to_ascii_uppercase();
            let (amount, unit) =
                ["KB", "MB", "GB", "TB"].iter().find_map(|unit| Some((text.strip_suffix(unit)?, *unit))).unwrap_or((&text, "MB"));
            let written = format!("{}{unit}", amounts::without_separators(amount.trim_end())?);
            amounts::bytes(&written).is_some_and(|bytes| bytes > 0).then_some(written)
        }
        Format::Month => {
            let digits = digits();
            let written = format!("{}-{}", digits.get(..4)?, digits.get(4..6)?);
            (digits.len() == 6 && written_with(&['/', '.', '-', '_']) && is_month(&written)).then_some(written)
        }
        Format::Date => {
            let digits = digits();
            let written = format!("{}-{}-{}", digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?);
            (written_with(&['/', '.', '-', '_']) && dates::parse(&written).is_ok()).then_some(written)
        }
        Format::Identifier | Format::Name | Format::DnsLabel | Format::HttpUrl | Format::Printed => None,
    }
}

/// RFC 1123, as Kubernetes has it.
pub(super) fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// A month of this century: 2206-11 is a slip.
fn is_month(text: &str) -> bool {
    text.starts_with("20") && YearMonth::parse(text).is_some()
}

fn is_http_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|first: char| first != '/' && !first.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_is_valid() {
        for (format, text, proposed) in [
            (Format::Price, "200", "200 JPY"),
            (Format::Price, "20,000 JPY", "20000 JPY"),
            (Format::Price, "20000JPY", "20000 JPY"),
            (Format::Money, "￥0", "0 JPY"),
            (Format::Money, "3,000円", "3000 JPY"),
            (Format::Price, "0200 JPY", "200 JPY"),
            (Format::Money, "00 JPY", "0 JPY"),
            (Format::DataSize, "050MB", "50MB"),
            (Format::DataSize, "50", "50MB"),
            (Format::DataSize, "1 gb", "1GB"),
            (Format::Month, "202611", "2026-11"),
            (Format::Month, "2026/11", "2026-11"),
            (Format::Date, "20261130", "2026-11-30"),
            (Format::Date, "2026.11.30", "2026-11-30"),
        ] {
            let (_, _, help) = check(format, text).expect("invalid");
            assert!(help.contains(proposed), "{text}: {help}");
            assert_eq!(check(format, proposed), None, "{proposed}");
        }
    }

    #[test]
    fn nothing_is_proposed_that_is_not_meant() {
        for (format, text) in [
            (Format::Price, "0"),
            (Format::Price, "50 EUR"),
            (Format::Money, "1.5"),
            (Format::DataSize, "0"),
            (Format::DataSize, "50MiB"),
            (Format::Month, "202613"),
            (Format::Month, "v2026-11"),
            (Format::Date, "20261131"),
            (Format::Date, "30.11.2026"),
        ] {
            let (_, _, help) = check(format, text).expect("invalid");
            assert!(help.starts_with("for instance") || help == dates::HELP, "{text}: {help}");
        }
    }
}

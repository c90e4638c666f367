//! Texts that follow a pattern. The same patterns stand in the JSON Schema for editors; a property
//! test holds both together.

use super::dates;
use crate::diag::{Code, codes};
use crate::manifest::shape::Format;

/// Code, message and help, if the text does not follow its format. Identifiers have their own rules.
pub(crate) fn check(format: Format, text: &str) -> Option<(Code, String, String)> {
    let (fits, what, example) = match format {
        Format::Identifier | Format::Name => return None,
        Format::DnsLabel => {
            return (!is_dns_label(text)).then(|| {
                (
                    codes::INVALID_NAME,
                    format!("{:?} cannot be a name", text.chars().take(70).collect::<String>()),
                    "a name has lower-case letters, digits and -, at most 63, and no - at its ends".to_owned(),
                )
            });
        }
        Format::Date => return dates::parse(text).err().map(|message| (codes::INVALID_DATE, message, dates::HELP.to_owned())),
        Format::Month => (is_month(text), "a month", "2026-11"),
        Format::HttpUrl => (is_http_url(text), "an HTTP address", "https://carrier.example.jp"),
        Format::PostalCode => (is_postal_code(text), "a postal code", "100-0001"),
        Format::DataSize => (
            ["KB", "MB", "GB", "TB"].iter().any(|unit| text.strip_suffix(unit).is_some_and(|digits| is_digits(digits, 9))),
            "an amount of data",
            "50MB",
        ),
        Format::Money => {
            (text.strip_suffix(" JPY").is_some_and(|digits| is_digits(digits, 12)), "an amount of money", "20000 JPY")
        }
    };
    (!fits).then(|| {
        let shown: String = text.chars().take(40).collect();
        (codes::INVALID_VALUE, format!("{shown:?} is not {what}"), format!("for instance {example}"))
    })
}

fn is_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// RFC 1123, as Kubernetes has it.
fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_month(text: &str) -> bool {
    text.split_once('-').is_some_and(|(year, month)| {
        year.len() == 4 && is_digits(year, 4) && month.len() == 2 && is_digits(month, 2) && ("01"..="12").contains(&month)
    })
}

fn is_http_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|first: char| first != '/' && !first.is_whitespace()))
}

fn is_postal_code(text: &str) -> bool {
    match text.split_once('-') {
        Some((area, rest)) => area.len() == 3 && rest.len() == 4 && is_digits(area, 3) && is_digits(rest, 4),
        None => text.len() == 7 && is_digits(text, 7),
    }
}

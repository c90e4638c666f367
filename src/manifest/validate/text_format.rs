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
        Format::Date => return dates::parse(text).err().map(|message| (codes::INVALID_DATE, message, dates::HELP.to_owned())),
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
        (codes::INVALID_VALUE, format!("{shown:?} is not {what}"), format!("for instance {example}"))
    })
}

/// RFC 1123, as Kubernetes has it.
fn is_dns_label(text: &str) -> bool {
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

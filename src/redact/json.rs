//! JSON: only its strings are changed, so that it stays what it is.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::de::IgnoredAny;

use crate::redact::token::Found;
use crate::redact::{Redactor, address};

/// A string, and the colon that makes a name of it.
static STRING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""(?P<content>(?:[^"\\]|\\.)*)"(?P<colon>\s*:)?"#).expect("a constant"));

/// Whether a text is one JSON object or array, or several, one after the other (JSON lines).
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        && serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>().all(|value| value.is_ok())
}

/// JSON with its strings redacted.
pub(super) fn redact(redactor: &Redactor, text: &str) -> String {
    let mut name = String::new();
    let redacted = STRING.replace_all(text, |string: &Captures<'_>| {
        let content = string.name("content").map_or("", |content| content.as_str());
        if let Some(colon) = string.name("colon") {
            content.clone_into(&mut name);
            return format!("\"{}\"{}", redactor.text(content), colon.as_str());
        }
        let content = match name.as_str() {
            name if address::is_personal(name) => address::HIDDEN.to_owned(),
            "contractorId" => redactor.key.token(&Found::contractor(content)),
            _ => redactor.text(content),
        };
        format!("\"{content}\"")
    });
    redacted.into_owned()
}

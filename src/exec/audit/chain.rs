//! The chain: how a record becomes a line, and what a line must be to be a record. Pure.
//!
//! A line is the record's canonical JSON: keys sorted, no white space, text escaped only where JSON wants
//! it (RFC 8785, for our texts and whole numbers). Its `hash` is the SHA-256, in hex, of the canonical JSON
//! without `hash`; its `prev` is the `hash` of the record before it.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// `prev` of a log's first record.
pub(super) const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The last record of a log, or of a part of it: whoever knows it can prove the whole part unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// A record as it was read: its hash fits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its number, from 1.
    pub seq: u64,
    /// The hash of the record before it.
    pub prev: String,
    /// Its own.
    pub hash: String,
    /// All its fields, these three among them.
    pub fields: Map<String, Value>,
}

/// Why a line is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsealed {
    /// It is no JSON object with the fields of the chain.
    NoRecord,
    /// It is one, and its hash does not fit, or it is not written as we write.
    Edited,
}

/// SHA-256 in hex.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The next record behind a head, as a line with its end.
pub(super) fn seal(mut fields: Map<String, Value>, head: Option<&Head>) -> (String, Head) {
    let seq = head.map_or(1, |head| head.seq.saturating_add(1));
    let prev = head.map_or(BEGINNING, |head| head.hash.as_str());
    fields.insert("seq".to_owned(), seq.into());
    fields.insert("prev".to_owned(), prev.into());
    fields.remove("hash");
    let mut value = Value::Object(fields);
    let hash = digest(canonical(&value).as_bytes());
    if let Value::Object(fields) = &mut value {
        fields.insert("hash".to_owned(), hash.as_str().into());
    }
    let mut line = canonical(&value);
    line.push('\n');
    (line, Head { seq, hash })
}

/// Reads a line without its end.
pub(super) fn unseal(line: &[u8]) -> Result<Sealed, Unsealed> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(line) else { return Err(Unsealed::NoRecord) };
    let text = |key| fields.get(key).and_then(Value::as_str).map(str::to_owned);
    let (Some(seq), Some(prev), Some(hash)) = (fields.get("seq").and_then(Value::as_u64), text("prev"), text("hash")) else {
        return Err(Unsealed::NoRecord);
    };
    let mut value = Value::Object(fields);
    // The bytes themselves, not only what they mean: a space more is an edit, too.
    let is_ours = canonical(&value).as_bytes() == line;
    if let Value::Object(fields) = &mut value {
        fields.remove("hash");
    }
    if !is_ours || digest(canonical(&value).as_bytes()) != hash {
        return Err(Unsealed::Edited);
    }
    let Value::Object(mut fields) = value else { return Err(Unsealed::NoRecord) };
    fields.insert("hash".to_owned(), hash.as_str().into());
    Ok(Sealed { seq, prev, hash, fields })
}

/// Whether bytes could be what a killed writer left of a line: the beginning of a record, and no more.
pub(super) fn is_torn(line: &[u8]) -> bool {
    let begins = line.iter().zip(b"{\"").all(|(found, wanted)| found == wanted);
    begins && !line.is_empty() && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err()
}

/// Sorted keys whatever the order they come in: other crates can switch `serde_json` to the order of
/// insertion for the whole program.
fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&value.to_string()),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (place, (key, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
            }
            text.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_record_is_canonical_json_with_the_hash_of_itself_and_of_the_one_before() {
        let (first, head) = seal(fields(&json!({"event": "x", "at": "上野 \"1\"\n"})), None);
        let without = format!(r#"{{"at":"上野 \"1\"\n","event":"x","prev":"{BEGINNING}","seq":1}}"#);
        assert_eq!(head, Head { seq: 1, hash: digest(without.as_bytes()) });
        let line = format!(r#"{{"at":"上野 \"1\"\n","event":"x","hash":"{}","prev":"{BEGINNING}","seq":1}}"#, head.hash);
        assert_eq!(first, format!("{line}\n"));
        let (second, _) = seal(fields(&json!({"event": "y"})), Some(&head));
        let second = unseal(second.trim_end().as_bytes()).unwrap();
        assert_eq!((second.seq, second.prev), (2, head.hash));
    }

    #[test]
    fn what_means_the_same_and_is_written_otherwise_is_an_edit() {
        let (line, _) = seal(fields(&json!({"event": "x", "n": 1})), None);
        let line = line.trim_end();
        assert!(unseal(line.as_bytes()).is_ok());
        for edited in [line.replace(",\"n\"", ", \"n\""), line.replace("\"x\"", "\"\\u0078\""), line.replace(":1,", ":1.0,")] {
            assert_ne!(edited, line);
            assert_eq!(unseal(edited.as_bytes()), Err(Unsealed::Edited), "{edited}");
        }
        for other in ["", "{}", "[1]", "text", "{\"seq\":1,\"prev\":1,\"hash\":\"\"}"] {
            assert_eq!(unseal(other.as_bytes()), Err(Unsealed::NoRecord), "{other}");
        }
    }

    #[test]
    fn only_the_beginning_of_a_record_is_torn() {
        let (line, _) = seal(fields(&json!({"event": "x"})), None);
        let line = line.trim_end().as_bytes();
        for length in 1..line.len() {
            assert!(is_torn(&line[..length]), "{length}");
        }
        for other in ["", "{}", "hello", "\0\0\0", " {\"at\"", "{\"at\":1}"] {
            assert!(!is_torn(other.as_bytes()), "{other}");
        }
    }
}

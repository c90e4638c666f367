//! What can be wrong with a value, and a little that is right.

use serde_json::{Value, json};

/// Texts that are wrong in some fields and right in others.
const ANYWHERE: [&str; 9] = ["", " ", "x", "床", "a b", "a\nb", "0", "true", "null"];

/// Texts near a pattern, by something that only this pattern has.
const NEAR: [(&str, &[&str]); 12] = [
    ("JPY", &["0 JPY", "1 JPY", "01 JPY", "1 JPY ", "1 EUR", "1JPY", "-1 JPY", "999999999999 JPY", "1000000000000 JPY"]),
    (
        "TB",
        &["0MB", "01MB", "1KB", "1 MB", "1MiB", "1.5GB", "999999999GB", "1000000000GB", "999999TB", "1000000TB", "18446744TB"],
    ),
    ("%", &["0%", "00%", "100%", "101%", "010%", "5 %", "010", "-1", "+1", "1.5", "1e3", "999999999", "1000000000", "%"]),
    ("{4}-[0-9]{2}-", &["2026-02-29", "2024-02-29", "2026-00-01", "2026-13-01", "0000-01-01", "9999-12-31", "10000-01-01"]),
    ("20[0-9]{2}-", &["2026-00", "2026-12", "2026-13", "1999-12", "2000-01", "2099-12", "2100-01", "2026-1"]),
    ("https?", &["http://", "http:///x", "http://x", "https://a b", "HTTP://x", "https://床", "http://\u{a0}x", "ftp://x"]),
    ("81)", &["0800000000", "08000000003", "+818000000003", "+8108000000003", "02041234567", "020012345678", "02001234567890"]),
    ("^89", &["8981100022312345678", "8981100022312345679", "89811000223123456780", "898110002231234567"]),
    ("{15}", &["490154203237517", "356938035643809", "49015420323751", "4901542032375180"]),
    ("ﾟ", &["ｶ", "ﾟ", "。", "a\u{7}b", "🚚", "か\u{309a}", "一\u{200b}", "　"]),
    ("-?[0-9]{4}", &["1000001", "100-00011", "100--0001", "１００－０００１", "-1000001", "1000-001"]),
    ("[- ]*0", &["00-1234-5678", "- 0-312345678 -", "0312345678", "031234567", "090-1234-56789", "+81-3-1234-5678"]),
];

/// Names, and choices that may be `null`, have patterns that need no texts of their own.
const PLAIN: [&str; 2] = ["[-a-z0-9]", "|"];

/// Other values for one that is valid (`old`), each with a word for it. `None`: no value at all.
pub(super) fn mistakes(old: &Value, schema: &Value) -> Vec<(String, Option<Value>)> {
    let mut new = vec![None, Some(Value::Null)];
    new.extend([json!("x"), json!(7), json!(1.5), json!(true), json!([]), json!({})].map(Some));
    match old {
        Value::String(text) => new.extend(texts(text, schema).into_iter().map(|text| Some(text.into()))),
        Value::Number(_) => new.extend(numbers(schema).into_iter().map(Some)),
        Value::Array(entries) => new.extend(lists(entries, schema).into_iter().map(Some)),
        Value::Object(fields) => new.extend(mappings(fields, schema).into_iter().map(Some)),
        Value::Null | Value::Bool(_) => {}
    }
    if schema["x-kubernetes-int-or-string"] == true {
        new.extend(texts("5%", schema).into_iter().map(|text| Some(text.into())));
        new.extend(numbers(schema).into_iter().map(Some));
    }
    let shown =
        |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), |value| value.to_string().chars().take(60).collect());
    new.into_iter().map(|value| (shown(&value), value)).collect()
}

fn texts(old: &str, schema: &Value) -> Vec<String> {
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    let near: Vec<&str> = NEAR.iter().filter(|(mark, _)| pattern.contains(mark)).flat_map(|(_, near)| *near).copied().collect();
    assert!(
        pattern.is_empty() || !near.is_empty() || PLAIN.iter().any(|mark| pattern.contains(mark)),
        "there are no texts near {pattern}: add some"
    );
    let mut texts: Vec<String> =
        [format!("{old} "), format!(" {old}"), format!("{old}\n"), format!("{old}x"), old.to_uppercase(), old.to_lowercase()]
            .into();
    texts.extend(ANYWHERE.iter().chain(&near).map(|text| (*text).to_owned()));
    if let Some(most) = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()) {
        texts.extend(["a".repeat(most), "a".repeat(most + 1), "床".repeat(most), "床".repeat(most + 1)]);
    }
    texts
}

fn numbers(schema: &Value) -> Vec<Value> {
    let mut numbers = vec![json!(-1), json!(0), json!(1), json!(4_294_967_295_u64), json!(4_294_967_296_u64), json!(i64::MAX)];
    // Whole numbers of the schema may come as 1.0.
    let bound = |name: &str| schema[name].as_f64().and_then(|bound| format!("{bound:.0}").parse::<i64>().ok());
    numbers.extend(bound("minimum").into_iter().flat_map(|least| [json!(least - 1), json!(least)]));
    numbers.extend(bound("maximum").into_iter().flat_map(|most| [json!(most), json!(most + 1)]));
    numbers
}

fn lists(old: &[Value], schema: &Value) -> Vec<Value> {
    let Some(first) = old.first() else { return Vec::new() };
    let mut lists = vec![json!([first, first]), json!(["x"]), json!([null]), json!([first, null]), json!([first, {}])];
    if let Some(most) = schema["maxItems"].as_u64().filter(|most| *most <= 100) {
        let numbered = |nth: u64| {
            let mut entry = first.clone();
            let fields = entry.as_object_mut().into_iter().flatten();
            if let Some((_, name)) = fields.into_iter().find(|(name, _)| ["name", "model"].contains(&name.as_str())) {
                *name = format!("n{nth}").into();
            }
            if entry["quantity"].is_number() {
                entry["quantity"] = 1.into();
            }
            entry
        };
        lists.extend([most, most + 1].map(|length| (0..length).map(numbered).collect()));
    }
    lists
}

fn mappings(old: &serde_json::Map<String, Value>, schema: &Value) -> Vec<Value> {
    let plus = |key: String, value: Value| {
        let mut new = old.clone();
        new.insert(key, value);
        Value::Object(new)
    };
    let mut mappings = vec![plus("unknown".to_owned(), json!(1)), json!({"x": "y"})];
    if schema["additionalProperties"].is_object() {
        mappings.extend(["", "a b", "床", "a/b", "<<"].map(|key| plus(key.to_owned(), json!("x"))));
        mappings.extend([63, 64].map(|length| plus("k".repeat(length), json!("x"))));
        mappings.extend([63, 64].map(|length| plus("床".repeat(length), json!("x"))));
    }
    if let Some(most) = schema["maxProperties"].as_u64() {
        mappings.extend([most, most + 1].map(|length| (0..length).map(|nth| (format!("k{nth}"), json!("x"))).collect()));
    }
    mappings
}

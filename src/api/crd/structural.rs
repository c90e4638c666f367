//! A JSON Schema, as Kubernetes wants it: *structural*, so that the API server knows of every field what it is
//! without looking at values.
//!
//! kube's own rewriter is not used: it takes a field's description from the field's type, drops what is said of an
//! enum's values, lets `null` through only where the Rust type does (the manifest reader ignores it everywhere), and
//! panics where it does not know further.

use serde_json::{Map, Value, json};

/// Formats that the API server knows. It warns of others, and of unsigned integers.
const FORMATS: [&str; 2] = ["date", "date-time"];

/// What stays as it is.
const KEPT: [&str; 12] = [
    "type",
    "description",
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

/// Rewrites a schema that has no references.
pub(super) fn structural(schema: &Value) -> Value {
    Value::Object(rewritten(schema))
}

fn rewritten(schema: &Value) -> Map<String, Value> {
    let Some(fields) = schema.as_object() else { return Map::new() };
    if is_int_or_string(fields) {
        return int_or_string(fields);
    }
    let mut new = Map::new();
    // An optional field whose type is not a plain one: the type, or null.
    let branches = fields.get("anyOf").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if let Some(of_type) = branches.iter().find(|branch| !is_null(branch)) {
        new.extend(rewritten(of_type));
        if branches.iter().any(is_null) {
            new.insert("nullable".into(), true.into());
        }
    }
    for (name, value) in fields {
        if KEPT.contains(&name.as_str()) || name.starts_with("x-kubernetes-") {
            new.insert(name.clone(), value.clone());
        }
    }
    one_type(&mut new);
    if let Some(values) = fields.get("oneOf").and_then(Value::as_array) {
        described_choices(&mut new, values);
    }
    if let Some(format) = fields.get("format").filter(|format| FORMATS.iter().any(|known| *format == known)) {
        new.insert("format".into(), format.clone());
    }
    // Of an object it would fill in a part of what is declared, and nothing else of it.
    if let Some(default) =
        fields.get("default").filter(|default| !default.is_object() && !default.is_array() && !default.is_null())
    {
        new.insert("default".into(), default.clone());
    }
    if let Some(items) = fields.get("items") {
        new.insert("items".into(), structural(items));
    }
    if let Some(properties) = fields.get("properties").and_then(Value::as_object) {
        object(&mut new, properties, fields.get("required"));
    } else if let Some(values @ Value::Object(_)) = fields.get("additionalProperties") {
        new.insert("additionalProperties".into(), structural(values));
        keys(&mut new, fields.get("propertyNames"));
    }
    new
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

fn is_int_or_string(fields: &Map<String, Value>) -> bool {
    fields.get("x-kubernetes-int-or-string") == Some(&Value::Bool(true))
}

/// The branches may name nothing but their types; bounds of numbers and of texts do not disturb one another.
fn int_or_string(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut new = Map::new();
    for branch in fields.get("anyOf").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
        new.extend(branch.iter().filter(|(name, _)| *name != "type").map(|(name, value)| (name.clone(), value.clone())));
    }
    new.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    new.insert("anyOf".into(), json!([{"type": "integer"}, {"type": "string"}]));
    new
}

/// `["string", "null"]` becomes a string that may be null.
fn one_type(schema: &mut Map<String, Value>) {
    let Some(types) = schema.get("type").and_then(Value::as_array).cloned() else { return };
    if let Some(named) = types.iter().find(|name| *name != "null") {
        schema.insert("type".into(), named.clone());
    }
    if types.iter().any(|name| name == "null") {
        schema.insert("nullable".into(), true.into());
    }
}

/// `oneOf` with a described constant each becomes an `enum`, and what is said of the constants moves into the
/// description, where `kubectl explain` shows it.
fn described_choices(schema: &mut Map<String, Value>, values: &[Value]) {
    let named: Vec<(&str, &str)> = values
        .iter()
        .filter_map(|value| {
            let name = value.get("const").and_then(Value::as_str)?;
            Some((name, value.get("description").and_then(Value::as_str).unwrap_or_default()))
        })
        .collect();
    schema.insert("type".into(), "string".into());
    schema.insert("enum".into(), named.iter().map(|(name, _)| Value::from(*name)).collect());
    let mut text = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (name, description) in named {
        text.push_str("\n- `");
        text.push_str(name);
        text.push_str("`: ");
        text.push_str(description);
    }
    schema.insert("description".into(), text.into());
}

/// `null` in an optional field is an absent field, or says something of its own (on a line: opts out of a default).
/// With a default the API server fills it in, else it has to be allowed to keep it.
fn object(schema: &mut Map<String, Value>, properties: &Map<String, Value>, required: Option<&Value>) {
    let names: Vec<&str> = required.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let properties: Map<String, Value> = properties
        .iter()
        .map(|(name, property)| {
            let mut property = rewritten(property);
            if names.contains(&name.as_str()) {
                property.remove("nullable");
            } else if !property.contains_key("default") {
                nullable(&mut property);
            }
            (name.clone(), Value::Object(property))
        })
        .collect();
    schema.insert("properties".into(), Value::Object(properties));
    if !names.is_empty() {
        schema.insert("required".into(), names.into());
    }
}

/// Allows `null`. The API server refuses it in an `enum`, also where it is one of the values; a pattern says the same
/// of texts only.
fn nullable(property: &mut Map<String, Value>) {
    property.insert("nullable".into(), true.into());
    let Some(choices) = property.remove("enum") else { return };
    let names: Vec<&str> = choices.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    property.insert("pattern".into(), format!("^({})$", names.join("|")).into());
    property.insert("maxLength".into(), names.iter().map(|name| name.chars().count()).max().unwrap_or(0).into());
}

/// The API server bounds no keys of its own accord.
fn keys(schema: &mut Map<String, Value>, names: Option<&Value>) {
    let bound = |name: &str| names.and_then(|names| names.get(name)).and_then(Value::as_u64);
    let (Some(least), Some(most)) = (bound("minLength"), bound("maxLength")) else { return };
    let rule = json!([{
        "rule": format!("self.all(key, size(key) >= {least} && size(key) <= {most})"),
        "message": format!("a key has {least} to {most} characters"),
    }]);
    schema.insert("x-kubernetes-validations".into(), rule);
}

//! The fields of a kind, and where a document has them.

use serde_json::Value;

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Field(String),
    /// Any entry of a list.
    Entry,
    /// Any value of a mapping.
    Of,
}

/// A field (or an entry of a list) of a kind.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) steps: Vec<Step>,
    /// What the kind says of it: structural, as in its definition.
    pub(super) schema: Value,
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.steps.iter().try_for_each(|step| match step {
            Step::Field(name) => write!(f, ".{name}"),
            Step::Entry => f.write_str("[]"),
            Step::Of => f.write_str("{}"),
        })
    }
}

/// Everything below a schema, itself first.
pub(super) fn all(schema: &Value, steps: &[Step]) -> Vec<Path> {
    let mut paths = vec![Path { steps: steps.to_vec(), schema: schema.clone() }];
    let mut below = |schema: &Value, step| paths.extend(all(schema, &[steps, &[step]].concat()));
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        below(schema, Step::Field(name.clone()));
    }
    if schema["items"].is_object() {
        below(&schema["items"], Step::Entry);
    }
    if schema["additionalProperties"].is_object() {
        below(&schema["additionalProperties"], Step::Of);
    }
    paths
}

/// The first value that stands at a path, as a JSON pointer.
pub(super) fn find(value: &Value, steps: &[Step]) -> Option<String> {
    let Some((step, rest)) = steps.split_first() else { return Some(String::new()) };
    let found: Vec<(String, &Value)> = match step {
        Step::Field(name) => value.get(name).map(|value| (name.clone(), value)).into_iter().collect(),
        Step::Entry => value.as_array()?.iter().enumerate().map(|(nth, value)| (nth.to_string(), value)).collect(),
        Step::Of => value.as_object()?.iter().map(|(key, value)| (key.clone(), value)).collect(),
    };
    found.into_iter().find_map(|(key, value)| Some(format!("/{key}{}", find(value, rest)?)))
}

/// The document with another value there, or with none.
pub(super) fn with(document: &Value, pointer: &str, value: Option<Value>) -> Value {
    let mut document = document.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer into the document");
    match (document.pointer_mut(parent).expect("it is there"), value) {
        (Value::Object(fields), Some(value)) => drop(fields.insert(key.to_owned(), value)),
        (Value::Object(fields), None) => drop(fields.remove(key)),
        (Value::Array(entries), value) => {
            let nth: usize = key.parse().expect("a place in the list");
            entries.splice(nth..=nth, value);
        }
        (other, _) => panic!("{other} holds nothing"),
    }
    document
}

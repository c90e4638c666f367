//! Every part of the invalid manifests by itself, in a document that is otherwise valid: what the API server refuses
//! hides nothing of what only simfleet can know.

use serde::Deserialize as _;
use serde_json::{Value, json};

use super::bases;
use super::case::yaml_files;
use super::corpus::cases;
use super::door::{Attempt, Doors};

fn documents() -> Vec<(String, Value)> {
    let mut documents = Vec::new();
    for path in cases().iter().flat_map(|case| yaml_files(case)) {
        // What is no YAML has no parts.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for part in text.split("---\n") {
            let parsed = serde_yaml::Deserializer::from_str(part).next().map(Value::deserialize);
            documents.extend(parsed.and_then(Result::ok).map(|document| (path.display().to_string(), document)));
        }
    }
    documents
}

/// Fields with their values, and entries of lists each in a list of its own, with JSON pointers.
fn parts(value: &Value, pointer: &str, parts_of: &mut Vec<(String, Value)>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        parts_of.push((pointer.clone(), value.clone()));
        parts_of.extend(value.as_array().into_iter().flatten().map(|entry| (pointer.clone(), json!([entry]))));
        parts(value, &pointer, parts_of);
    }
}

#[tokio::test]
async fn every_part_of_an_invalid_manifest_is_judged_alike() {
    let doors = Doors::open("alone").await;
    let mut attempts = Vec::new();
    for (file, document) in documents() {
        let Some(base) = document["kind"].as_str().and_then(bases::of) else { continue };
        let mut found = Vec::new();
        parts(&document["spec"], "/spec", &mut found);
        for (pointer, value) in found {
            let Some((parent, name)) = pointer.rsplit_once('/') else { continue };
            let mut document = base.clone();
            let Some(Value::Object(fields)) = document.pointer_mut(parent) else { continue };
            fields.insert(name.to_owned(), value.clone());
            // Grants and ignores are for lines of the base.
            if pointer == "/spec/sims" || pointer == "/spec/chipSims" {
                document["spec"]["coupons"] = json!([]);
                document["spec"]["policy"]["driftIgnores"] = json!([]);
            }
            attempts.push(Attempt {
                what: format!("{file} {pointer} {}", value.to_string().chars().take(90).collect::<String>()),
                document,
            });
        }
    }
    let number = attempts.len();
    let differences = doors.differences(attempts).await;
    assert!(differences.is_empty(), "{} of {number}:\n{}", differences.len(), differences.join("\n"));
    assert!(number > 150, "{number} parts are not all of them");
}

//! Every field of every kind, one mistake at a time: whatever the API server refuses, `validate` refuses.

use serde_json::{Value, json};
use simfleet::api::crd;

use super::bases;
use super::door::{Attempt, Doors};
use super::mistakes::mistakes;
use super::paths::{Path, Step, all, find, with};

/// The fields of a kind that people write: `spec`, as its definition has it.
fn fields(kind: &str) -> Vec<Path> {
    let kinds = crd::all().expect("the schemas are schemas");
    let found = kinds.iter().find(|known| known.spec.names.kind == kind).expect("a kind of ours");
    let version = found.spec.versions.first().expect("it has a version");
    let schema = version.schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_ref()).expect("it has a schema");
    let schema = serde_json::to_value(schema).expect("it is JSON");
    all(&schema["properties"]["spec"], &[Step::Field("spec".to_owned())])
}

/// Where documents of a kind have each of its fields.
fn places(kind: &str) -> Vec<(Path, Value, String)> {
    let bases: Vec<Value> = bases::all().into_iter().filter(|base| base["kind"] == kind).collect();
    let place = |path: Path| {
        let found = bases.iter().find_map(|base| Some((base.clone(), find(base, &path.steps)?)));
        let (base, pointer) = found.unwrap_or_else(|| panic!("no base has {kind}{path}: add it"));
        (path, base, pointer)
    };
    fields(kind).into_iter().map(place).collect()
}

#[tokio::test]
async fn what_every_mistake_starts_from_is_valid() {
    let doors = Doors::open("sweep").await;
    for base in bases::all() {
        assert_eq!(doors.files(&base), [].into(), "{base}");
        doors.cluster(&base).await.unwrap_or_else(|refusal| panic!("{refusal}: {base}"));
    }
    let attempts = bases::all().into_iter().map(|document| Attempt { what: document["kind"].to_string(), document }).collect();
    assert_eq!(doors.differences(attempts).await, [""; 0]);
}

/// `SimOperation` is not here: the controller writes it, and no file holds one.
#[tokio::test]
async fn one_mistake_in_any_field_is_judged_alike() {
    let doors = Doors::open("sweep").await;
    let begun = std::time::Instant::now();
    let mut attempts = Vec::new();
    for kind in ["CarrierAccount", "SimFleet", "SimOrder"] {
        for (path, base, pointer) in places(kind) {
            let old = base.pointer(&pointer).expect("it was found");
            for (what, new) in mistakes(old, &path.schema) {
                let document = with(&base, &pointer, new);
                attempts.push(Attempt { what: format!("{kind}{path} = {what}"), document });
            }
        }
    }
    let number = attempts.len();
    let differences = doors.differences(attempts).await;
    println!("{number} documents in {:?}", begun.elapsed());
    assert!(differences.is_empty(), "{} of {number}:\n{}", differences.len(), differences.join("\n"));
    assert!(number > 2_000, "{number} documents are not every field");
}

#[tokio::test]
async fn names_are_judged_alike() {
    let doors = Doors::open("sweep").await;
    let names = ["a", "A", "a_b", "-a", "a-", "a.b", "0", "1e3", "true", "null", &"a".repeat(63), &"a".repeat(64)];
    let mut attempts = Vec::new();
    for base in bases::all() {
        attempts.extend(names.iter().map(|name| Attempt {
            what: format!("{} {name}", base["kind"]),
            document: with(&base, "/metadata/name", Some(json!(name))),
        }));
    }
    assert_eq!(doors.differences(attempts).await, [""; 0]);
}

//! The JSON Schema for editors.

use std::path::Path;

use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::Value;
use simfleet::domain::Msisdn;
use simfleet::domain::address::AddressField;
use simfleet::manifest::schema;

use super::{assert_fresh, codes, fleet, read_files};

#[test]
fn the_committed_schema_is_fresh() {
    let text = format!("{:#}\n", schema());
    assert_fresh(Path::new("crds/simfleet.schema.json"), &text);
}

#[test]
fn every_field_has_a_description() {
    fn walk(value: &Value, path: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                assert!(property.get("description").is_some(), "{path}.{name} has no description");
                walk(property, &format!("{path}.{name}"));
            }
        }
        for inner in ["items", "additionalProperties", "then"] {
            if let Some(inner) = value.get(inner) {
                walk(inner, path);
            }
        }
        for list in ["anyOf", "oneOf"] {
            for branch in value.get(list).and_then(Value::as_array).into_iter().flatten() {
                walk(branch, path);
            }
        }
    }
    for rule in schema()["allOf"].as_array().expect("rules") {
        walk(&rule["then"], rule["if"]["properties"]["kind"]["const"].as_str().expect("a kind"));
    }
}

fn pattern(kind: &str, path: &[&str]) -> String {
    let schema = schema();
    let kinds = schema["allOf"].as_array().expect("rules");
    let rule = kinds.iter().find(|rule| rule["if"]["properties"]["kind"]["const"] == kind).expect("the kind");
    let field = path.iter().fold(&rule["then"], |at, name| if *name == "[]" { &at["items"] } else { &at["properties"][*name] });
    let pattern = field["pattern"].as_str().unwrap_or_else(|| panic!("{path:?} has no pattern"));
    pattern.trim_start_matches('^').trim_end_matches('$').to_owned()
}

fn texts(kind: &str, path: &[&str]) -> impl Strategy<Value = String> + use<> {
    proptest::string::string_regex(&pattern(kind, path)).expect("a pattern")
}

// What an editor accepts by pattern, the validator accepts too.
#[test]
fn patterns_and_checks_agree() {
    let strategy = (
        texts("SimFleet", &["metadata", "name"]).prop_filter("longest name", |name| name.len() <= 63),
        texts("SimFleet", &["spec", "topUps", "[]", "whenRemainingBelow"]),
        texts("SimFleet", &["spec", "topUps", "[]", "maxSpendPerMonth"]),
        texts("SimFleet", &["spec", "coupons", "[]", "month"]),
        texts("SimFleet", &["spec", "policy", "spend", "perMonth"]),
    );
    proptest!(ProptestConfig::with_cases(64), |((name, size, price, month, limit) in strategy)| {
        let rest = format!(
            "  sims: [{{msisdn: \"08012345678\"}}]\n  coupons: [{{name: \"{name}\", month: \"{month}\", code: c, msisdns: \
             [\"08012345678\"]}}]\n  topUps:\n    - {{name: \"{name}\", code: c, whenRemainingBelow: \"{size}\", maxPerLinePerMonth: 1, \
             maxSpendPerMonth: \"{price}\"}}\n  policy: {{spend: {{perPlan: \"{limit}\", perMonth: \"{limit}\"}}}}\n"
        );
        let result = read_files(&[("a.yaml", &fleet(&format!("\"{name}\""), &rest))]);
        prop_assert_eq!(codes(&result), [""; 0]);
    });
}

#[test]
fn patterns_of_an_address_and_its_rules_agree() {
    let ship_to = |field: &'static str| texts("SimOrder", &["spec", "shipTo", field]);
    // Beside the pattern there is a bound, which runs of blanks would break.
    let parts = |phone: String| phone.split([' ', '-']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let phones = ship_to("phone").prop_map(parts);
    proptest!(|(code in ship_to("postalCode"), phone in phones)| {
        prop_assert_eq!(AddressField::PostalCode.problems(&code), []);
        prop_assert_eq!(AddressField::Phone.problems(&phone), []);
    });
    let schema = schema();
    let kinds = schema["allOf"].as_array().expect("rules");
    let order = kinds.iter().find(|rule| rule["if"]["properties"]["kind"]["const"] == "SimOrder").expect("SimOrder");
    let fields = &order["then"]["properties"]["spec"]["properties"]["shipTo"]["properties"];
    for field in AddressField::ALL {
        let schema = &fields[field.name()];
        if let Some(longest) = schema["maxLength"].as_u64() {
            // Of a number the digits count, and in the manifest it may have hyphens.
            let is_number = matches!(field, AddressField::PostalCode | AddressField::Phone);
            let fits = if is_number { longest > field.longest() as u64 } else { longest == field.longest() as u64 };
            assert!(fits, "{}: {longest}", field.name());
        }
        for text in schema["enum"].as_array().into_iter().flatten() {
            assert_eq!(field.problems(text.as_str().expect("a text")), []);
        }
    }
}

#[test]
fn the_pattern_of_a_number_takes_only_numbers() {
    for list in ["sims", "chipSims"] {
        let pattern = pattern("SimFleet", &["spec", list, "[]", "msisdn"]);
        proptest!(|(number in proptest::string::string_regex(&pattern).expect("a pattern"))| {
            prop_assert!(Msisdn::parse(&number).is_ok(), "{}", number);
        });
    }
}

/// The documents of a YAML text.
fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).expect("YAML")).collect()
}

#[test]
fn an_editor_takes_what_the_validator_takes() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for path in [
        "tests/it/manifest/valid/contract.yaml",
        "tests/it/manifest/valid/purchases.yaml",
        "examples/csv/fleet.yaml",
        "examples/quickstart/fleet.yaml",
        "examples/paid/fleet.yaml",
        "examples/paid/order.yaml",
    ] {
        for document in documents(&std::fs::read_to_string(path).expect("a file")) {
            let found: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert_eq!(found, [""; 0], "{path}");
        }
    }
    let mut refused = Vec::new();
    for document in documents(include_str!("invalid/orders.yaml")) {
        refused.extend(validator.iter_errors(&document).map(|error| error.instance_path().to_string()));
    }
    for path in ["/spec/formFactor", "/spec/quantity", "/spec/shipTo/prefecture", "/spec/shipTo/city", "/spec/shipTo/postalCode"]
    {
        assert!(refused.iter().any(|found| found == path), "{path} is not in {refused:?}");
    }
}

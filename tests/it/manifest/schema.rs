//! The JSON Schema for editors.

use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use simfleet::domain::Msisdn;
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

fn pattern(path: &[&str]) -> String {
    let schema = schema();
    let kinds = schema["allOf"].as_array().expect("rules");
    let fleet = kinds.iter().find(|rule| rule["if"]["properties"]["kind"]["const"] == "SimFleet").expect("SimFleet");
    let field = path.iter().fold(&fleet["then"], |at, name| if *name == "[]" { &at["items"] } else { &at["properties"][*name] });
    let pattern = field["pattern"].as_str().unwrap_or_else(|| panic!("{path:?} has no pattern"));
    pattern.trim_start_matches('^').trim_end_matches('$').to_owned()
}

// What an editor accepts by pattern, the validator accepts too.
#[test]
fn patterns_and_checks_agree() {
    let name = pattern(&["metadata", "name"]);
    let size = pattern(&["spec", "topUps", "[]", "whenRemainingBelow"]);
    let money = pattern(&["spec", "topUps", "[]", "maxSpendPerMonth"]);
    let month = pattern(&["spec", "coupons", "[]", "month"]);
    let strategy = (
        proptest::string::string_regex(&name).expect("a pattern").prop_filter("longest name", |name| name.len() <= 63),
        proptest::string::string_regex(&size).expect("a pattern"),
        proptest::string::string_regex(&money).expect("a pattern"),
        proptest::string::string_regex(&month).expect("a pattern"),
    );
    proptest!(ProptestConfig::with_cases(64), |((name, size, money, month) in strategy)| {
        let rest = format!(
            "  coupons: [{{name: \"{name}\", month: \"{month}\", code: c, msisdns: []}}]\n  topUps:\n    - {{name: \"{name}\", code: c, \
             whenRemainingBelow: \"{size}\", maxPerLinePerMonth: 1, maxSpendPerMonth: \"{money}\"}}\n"
        );
        let result = read_files(&[("a.yaml", &fleet(&format!("\"{name}\""), &rest))]);
        prop_assert_eq!(codes(&result), ["NOT_SUPPORTED_YET", "NOT_SUPPORTED_YET"]);
    });
}

#[test]
fn the_pattern_of_a_number_takes_only_numbers() {
    for list in ["sims", "chipSims"] {
        let pattern = pattern(&["spec", list, "[]", "msisdn"]);
        proptest!(|(number in proptest::string::string_regex(&pattern).expect("a pattern"))| {
            prop_assert!(Msisdn::parse(&number).is_ok(), "{}", number);
        });
    }
}

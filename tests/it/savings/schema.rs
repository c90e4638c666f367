//! The JSON report is what its schema says, and the schema says something.

use proptest::prelude::*;
use serde_json::{Value, json};
use simfleet::render::savings::json::write;
use simfleet::render::schema::report_schema;
use simfleet::savings::{Sample, Savings, judge};

use super::laws::lines;
use super::scene::Scene;

fn document(accounts: &[Savings]) -> Value {
    let mut out = Vec::new();
    write(&mut out, accounts).expect("a vector takes everything");
    serde_json::from_slice(&out).expect("JSON")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_report_is_valid(lines in lines(), limit in prop::option::of(0_u64..9)) {
        let validator = jsonschema::validator_for(&report_schema()).expect("a schema");
        let scene = Scene::of(&lines);
        let sample = limit.map(|limit| Sample { limit, wanted: 9, chosen: limit });
        let savings = judge(&scene.case(), &scene.readings, sample, &"main".into());
        let report = document(&[savings.clone(), savings]);
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        prop_assert!(errors.is_empty(), "{errors:?}\n{report:#}");
    }
}

#[test]
fn what_is_no_report_is_refused() {
    let validator = jsonschema::validator_for(&report_schema()).expect("a schema");
    let idle = super::scene::Told {
        session: Some(Ok((simfleet::domain::LastSeen::At(super::scene::days_ago(132)), None))),
        ..super::scene::Told::default()
    };
    let report = document(&[Scene::of(&[idle]).savings()]);
    assert!(validator.is_valid(&report), "{report:#}");
    for (pointer, value) in [
        ("/formatVersion", json!(1)),
        ("/totals/linesUnknown", json!("none")),
        ("/totals/findings/idle", json!(null)),
        ("/accounts/0/at", json!(7)),
        ("/accounts/0/findings/0/msisdn", json!(8_000_000_000_u64)),
        ("/accounts/0/findings/0/finding", json!("lazy")),
        ("/accounts/0/findings/0/detail/days", json!(null)),
        ("/accounts/0/sample", json!("all")),
    ] {
        let mut other = report.clone();
        *other.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} in {report:#}")) = value;
        assert!(!validator.is_valid(&other), "{pointer}");
    }
    let fields = report["accounts"][0].as_object().expect("an account").keys();
    for name in fields {
        let mut other = report.clone();
        other["accounts"][0].as_object_mut().expect("an account").remove(name);
        assert!(!validator.is_valid(&other), "without {name}");
    }
}

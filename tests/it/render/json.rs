//! Plans as JSON, and their schema.

use std::fs;
use std::path::Path;

use simfleet::plan::Plan;
use simfleet::render::json::{self, Layout};
use simfleet::render::schema::plan_schema;

use super::fixture;
use crate::golden;

fn render(plan: &Plan, layout: Layout) -> Vec<u8> {
    let mut out = Vec::new();
    json::write(&mut out, plan, layout).expect("a vector takes everything");
    out
}

fn pretty(plan: &Plan) -> String {
    String::from_utf8(render(plan, Layout::Pretty)).expect("text is UTF-8")
}

/// Of what is blocked only the first three: one entry is like the other.
#[test]
fn goldens() {
    golden::check("plan/empty.json", &pretty(&fixture::empty()));
    golden::check("plan/small.json", &pretty(&fixture::small()));
    golden::check("plan/in-doubt.json", &pretty(&fixture::in_doubt()));
    let mut blocked = fixture::all_blocked();
    blocked.blocked.truncate(3);
    golden::check("plan/all-blocked.json", &pretty(&blocked));
    let mut mixed = fixture::mixed();
    mixed.requests.clear();
    mixed.operations.truncate(2);
    golden::check("plan/mixed.json", &pretty(&mixed));
    // The operations with labels, and all that is not one like the other.
    let mut large = fixture::large();
    large.operations.drain(2..4_980);
    large.requests.truncate(2);
    large.blocked.truncate(2);
    large.unmanaged.truncate(2);
    golden::check("plan/large.json", &pretty(&large));
}

/// What people are shown less of, programs get whole.
#[test]
fn a_large_plan_is_whole() {
    let plan: serde_json::Value = serde_json::from_slice(&render(&fixture::large(), Layout::Compact)).expect("it is JSON");
    let count = |name: &str| plan[name].as_array().map_or(0, Vec::len);
    assert_eq!(["operations", "requests", "blocked", "unmanaged", "pending"].map(count), [5_000, 5_000, 41, 60, 3]);
    assert_eq!(plan["summary"]["operations"], 5_000);
    assert_eq!(plan["summary"]["byRisk"]["R5"], 3);
}

#[test]
fn a_plan_is_read_back_as_it_was() {
    for plan in fixture::all() {
        for layout in [Layout::Pretty, Layout::Compact] {
            let bytes = render(&plan, layout);
            let read: Plan = serde_json::from_slice(&bytes).expect("what was written can be read");
            assert_eq!(read, plan);
            assert_eq!(render(&read, layout), bytes, "the same plan, the same bytes");
        }
    }
}

#[test]
fn compact_is_one_line() {
    let bytes = render(&fixture::mixed(), Layout::Compact);
    assert_eq!(bytes.iter().position(|byte| *byte == b'\n'), Some(bytes.len() - 1));
}

#[test]
fn plans_satisfy_the_published_schema() {
    let schema = jsonschema::validator_for(&plan_schema()).expect("it is a schema");
    for plan in fixture::all() {
        let value = serde_json::from_slice(&render(&plan, Layout::Compact)).expect("it is JSON");
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_no_plan() {
    let schema = jsonschema::validator_for(&plan_schema()).expect("it is a schema");
    let plan: serde_json::Value = serde_json::from_slice(&render(&fixture::mixed(), Layout::Compact)).expect("it is JSON");
    for (pointer, wrong) in [
        ("/operations/0/kind", "explode"),
        ("/operations/0/msisdn", "+81 80"),
        ("/operations/0/risk", "R9"),
        ("/createdAt", "yesterday"),
        ("/blocked/0/code", "BAD_LUCK"),
        ("/summary/operations", "many"),
    ] {
        let mut broken = plan.clone();
        *broken.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = wrong.into();
        // `format` is an annotation unless asked for; a date is judged by the reader of plans.
        let is_refused = !schema.is_valid(&broken) || serde_json::from_value::<Plan>(broken).is_err();
        assert!(is_refused, "{pointer}: {wrong}");
    }
    let mut broken = plan;
    broken.as_object_mut().expect("a plan is an object").remove("planId");
    assert!(!schema.is_valid(&broken));
}

/// `UPDATE_GENERATED=1 cargo test` writes it anew.
#[test]
fn the_published_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crds/plan.schema.json");
    let fresh = format!("{:#}\n", plan_schema());
    if std::env::vars().any(|(name, value)| name == "UPDATE_GENERATED" && value == "1") {
        fs::write(&path, &fresh).expect("the schema can be written");
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert!(published == fresh, "crds/plan.schema.json is stale: run `UPDATE_GENERATED=1 cargo test --test it schema`");
}

//! `simfleet show`, and the formats of `validate`, as a CI job runs them.

use serde_json::{Value, json};

use super::world::{Run, World, simfleet};

const NOW: &str = "2026-11-20T10:00:00+09:00";
const FORMATS: [&str; 7] = ["text", "json", "markdown", "html", "github", "gitlab", "junit"];

/// A plan that was made while there was a carrier.
fn planned() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet(
        "  mode: Apply\n  policy: {limits: {terminate: 1}}\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n    \
         - {msisdn: \"08000000002\", name: kiosk-2, state: Terminated, terminationDate: \"2026-11-30\"}\n    - {msisdn: \"08000000003\"}\n",
    );
    world.run(&["plan", "fleet", "--out", "plan.json", "--detailed-exitcode"]).expect(2);
    world
}

/// Offline: no credentials, no carrier that anybody could ask, and no journal.
fn offline(world: &World, arguments: &[&str]) -> Run {
    Run::of(&simfleet(&world.path(".")).args(arguments).output().expect("simfleet runs"))
}

#[test]
fn show_writes_what_plan_wrote() {
    let world = planned();
    for format in FORMATS {
        let plan = world.run(&["plan", "fleet", "--out", "again.json", "--format", format]).expect(0);
        let show = offline(&world, &["show", "again.json", "--format", format]).expect(0);
        assert_eq!(show.stdout, plan.stdout, "{format}");
        assert!(!show.stdout.is_empty(), "{format}");
    }
    assert!(!world.path("state").exists(), "show opens no journal");
    let marked = offline(&world, &["show", "plan.json", "--format", "markdown", "--marker", "osaka"]).expect(0);
    assert!(marked.stdout.starts_with("<!-- simfleet plan: osaka -->\n"));
    offline(&world, &["show", "plan.json", "--format", "markdown", "--max-bytes", "100"]).expect(1).says("takes");
    offline(&world, &["show", "plan.json", "--format", "github", "--marker", "osaka"]).expect(64).says("--marker is for");
}

#[test]
fn annotations_are_at_the_lines_of_the_manifest() {
    let world = planned();
    let text = offline(&world, &["show", "plan.json", "--format", "github"]).expect(0).stdout;
    assert!(
        text.contains(
            "::warning file=fleet/fleet.yaml,line=12,col=7,title=terminate%3A cannot be undone (R5)::08000000002 (kiosk-2): "
        ),
        "{text}"
    );
    assert!(
        text.contains("::warning file=fleet/fleet.yaml,line=13,col=7,title=blocked%3A LINE_NOT_FOUND::08000000003: "),
        "{text}"
    );
    assert_eq!(text.lines().count(), 2, "what is reversible needs no annotation\n{text}");
}

#[test]
fn a_plan_that_was_changed_is_not_shown() {
    let world = planned();
    let text = std::fs::read_to_string(world.path("plan.json")).expect("a plan");
    for (changed, code, says) in [
        (text.replace("2026-11-30", "2026-11-29"), 3, "the plan was changed after it was made"),
        (text.replace("\"formatVersion\": \"1.0\"", "\"formatVersion\": \"9.0\""), 1, "format 9.0"),
        (text[..text.len() / 2].to_owned(), 1, "plan.json"),
        ("{}".to_owned(), 1, "a plan is what"),
    ] {
        world.write("plan.json", &changed);
        for format in FORMATS {
            let run = offline(&world, &["show", "plan.json", "--format", format]).expect(code).says(says);
            assert_eq!(run.stdout, "", "{format}");
        }
    }
    offline(&world, &["show", "other.json"]).expect(1).says("other.json");
}

/// An old plan can be read, and says so where people look, not where programs read.
#[test]
fn a_plan_that_has_expired_says_so() {
    let world = planned();
    let shown = offline(&world, &["show", "plan.json", "--format", "json"]).expect(0);
    let plan = shown.json();
    // The emulator's clock stands in November 2026; the test may run at any time after it, or before.
    let expires_at: jiff::Timestamp = plan["expiresAt"].as_str().expect("a time").parse().expect("a time");
    assert_eq!(shown.stderr.contains("note: this plan expired at "), now() >= expires_at, "{}", shown.stderr);

    let world = World::at("2020-01-10T10:00:00+09:00");
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n");
    world.run(&["plan", "fleet", "--out", "plan.json"]).expect(0);
    let shown = offline(&world, &["show", "plan.json", "--format", "json"]).expect(0);
    assert!(shown.stderr.starts_with("note: this plan expired at 2020-01-11T10:00:00+09:00"), "{}", shown.stderr);
}

#[expect(clippy::disallowed_methods, reason = "the program under test looks at the real clock here")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[test]
fn findings_are_written_for_forges() {
    let world = planned();
    let bad = "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {name: bad}\nspec:\n  accountRef: {name: main}\n  \
               systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  sims:\n    - {msisdn: \"0800000\"}\n";
    world.write("fleet/bad.yaml", bad);
    let validate = |format: &str| offline(&world, &["validate", "./fleet", "--format", format]).expect(1).stdout;
    let text = validate("github");
    assert!(text.starts_with("::error file=fleet/bad.yaml,line=9,col=16,endColumn=25,title=INVALID_MSISDN::"), "{text}");
    let report: Value = serde_json::from_str(&validate("gitlab")).expect("JSON");
    assert_eq!(report[0]["location"], json!({"path": "fleet/bad.yaml", "lines": {"begin": 9}}));
    let sarif: Value = serde_json::from_str(&validate("sarif")).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "INVALID_MSISDN");
    assert!(validate("junit").contains("<testsuite name=\"fleet/bad.yaml\" tests=\"1\" failures=\"1\""));
    assert_eq!(serde_json::from_str::<Value>(&validate("json")).expect("JSON")["diagnostics"][0]["code"], "INVALID_MSISDN");

    // An absolute path, as CI systems like to give, is the same file.
    let folder = world.path("fleet");
    let absolute = offline(&world, &["validate", folder.to_str().expect("UTF-8"), "--format", "github"]).expect(1).stdout;
    assert_eq!(absolute, text);

    std::fs::remove_file(world.path("fleet/bad.yaml")).expect("removed");
    for format in ["github", "gitlab", "sarif", "junit"] {
        let run = offline(&world, &["validate", "fleet", "--format", format]).expect(0);
        assert_eq!(run.stderr, "valid: 3 lines in 1 fleet\n", "{format}");
    }
}

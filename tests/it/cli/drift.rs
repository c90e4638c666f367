//! What others do is told, with who it was; what we do is not.

use serde_json::{Value, json};

use super::world::{World, account};

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// Seven lines as they are declared, applied once: the journal knows them.
fn world() -> World {
    let world = World::at(NOW);
    let line = |msisdn: &str, status: &str| json!({"msisdn": msisdn, "planCode": "fixed-500mb", "status": status});
    let sims: Vec<Value> =
        (1..=7).map(|nth| line(&format!("0800000000{nth}"), if nth == 2 { "suspended" } else { "active" })).collect();
    world.seed(&json!({"sims": sims}));
    world.fleet(
        r#"  mode: Apply
  defaults: {state: Active, ratePlan: fixed-500mb}
  sims:
    - {msisdn: "08000000001", name: kiosk}
    - {msisdn: "08000000002", state: Suspended}
    - {msisdn: "08000000003"}
    - {msisdn: "08000000004"}
    - {msisdn: "08000000005"}
    - {msisdn: "08000000006"}
    - {msisdn: "08000000007"}
"#,
    );
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world
}

fn console(world: &World, act: &str, msisdn: &str) {
    world.post(&format!("/_emu/console/{act}/{msisdn}"), &json!({"planCode": "fixed-1gb"}));
}

/// As another program with the same account would.
fn api(world: &World, msisdn: &str, act: &str, body: &Value) {
    let token = world.post("/v1/auth/token", &json!({"contractorId": "demo", "password": "demo"}));
    world.post_as(token["token"].as_str().expect("a token"), &format!("/v1/sims/{msisdn}/{act}"), body);
}

fn drift(world: &World, code: i32, more: &[&str]) -> Value {
    let arguments = [&["drift", "fleet", "--format", "json"], more].concat();
    world.run(&arguments).expect(code).json()
}

/// `LINE FIELD WAS -> IS by WHO` of every change.
fn told(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let of = |entry: &Value| {
        let [line, field, was, is, by] = ["msisdn", "field", "baseline", "observed", "by"].map(|name| text(&entry[name]));
        format!("{line} {field} {was} -> {is} by {by}")
    };
    report["drift"].as_array().expect("drift").iter().map(of).collect()
}

#[test]
fn each_change_is_told_with_who_made_it() {
    let world = world();
    drift(&world, 0, &[]);
    console(&world, "suspend", "08000000001");
    console(&world, "resume", "08000000002");
    console(&world, "plan-change", "08000000003");
    console(&world, "terminate", "08000000004");
    world.post("/_emu/carrier/suspend/08000000005", &json!({}));
    api(&world, "08000000006", "suspend", &json!({"reason": "lost"}));
    world.advance("PT2M");
    let before = calls(&world).len();
    let report = drift(&world, 2, &[]);
    assert_eq!(
        told(&report),
        [
            "08000000001 state Active -> Suspended by console",
            "08000000002 state Suspended -> Active by console",
            "08000000003 ratePlan fixed-500mb -> fixed-1gb by console",
            "08000000004 state Active -> Terminated by console",
            "08000000005 state Active -> CarrierSuspended by carrier",
            "08000000006 state Active -> Suspended by api",
        ]
    );
    for entry in report["drift"].as_array().expect("drift") {
        assert!(entry["applicationNo"].is_string() && entry["at"] == NOW, "{entry}");
        assert_eq!(entry["source"]["file"], "fleet/fleet.yaml");
    }
    assert_eq!(report["summary"]["byWhom"], json!({"api": 1, "carrier": 1, "console": 4}));
    // Suspend, resume, terminate, plan change: a list each, whatever the number of lines.
    let calls = calls(&world);
    let lists = calls.iter().skip(before).filter(|path| path.starts_with("/v1/applications"));
    assert_eq!(lists.count(), 4, "{calls:?}");
    assert!(calls.iter().skip(before).all(|path| !path.starts_with("/v1/sims/")), "no request is one line's: {calls:?}");
    assert!(world.mutations().iter().all(|call| !call["path"].as_str().expect("a path").contains("08000000007")));
    world
        .run(&["drift", "fleet"])
        .expect(2)
        .says("08000000001 (kiosk)  state Active -> Suspended, in the console, application")
        .says("by another client of the API")
        .says("Drift: 6 changes on 6 of 7 lines; 1 by another client of the API, 1 by the carrier, 4 in the console.");
    world
        .run(&["drift", "fleet", "--format", "markdown"])
        .expect(2)
        .says("| `08000000005` | `state` | `Active` |")
        .says("<!-- simfleet drift -->");
    assert_eq!(told(&drift(&world, 2, &["--only", "08000000003"])), ["08000000003 ratePlan fixed-500mb -> fixed-1gb by console"]);
    drift(&world, 0, &["--only", "08000000007"]);
}

/// Paths of all calls that the carrier received.
fn calls(world: &World) -> Vec<String> {
    let journal = world.get("/_emu/journal");
    let calls = journal["calls"].as_array().expect("calls").iter();
    calls.map(|call| call["path"].as_str().expect("a path").to_owned()).collect()
}

#[test]
fn drift_writes_nothing_and_stays_until_it_is_undone() {
    let world = world();
    console(&world, "suspend", "08000000001");
    console(&world, "terminate", "08000000004");
    let before = world.mutations().len();
    let report = drift(&world, 2, &[]);
    assert_eq!((drift(&world, 2, &[]), world.mutations().len()), (report, before), "looking changes nothing");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.advance("PT2M");
    let left = told(&drift(&world, 2, &[]));
    assert_eq!(
        left,
        ["08000000004 state Active -> Terminated by console"],
        "the line was resumed; nothing brings the other back"
    );
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(told(&drift(&world, 2, &[])), left, "an apply that cannot mend it does not hide it");
}

#[test]
fn what_we_apply_is_no_drift() {
    let world = world();
    let fleet = std::fs::read_to_string(world.path("fleet/fleet.yaml")).expect("a manifest");
    let changed = fleet
        .replace("{msisdn: \"08000000006\"}", "{msisdn: \"08000000006\", state: Suspended}")
        .replace("{msisdn: \"08000000007\"}", "{msisdn: \"08000000007\", ratePlan: fixed-1gb}");
    world.write("fleet/fleet.yaml", &changed);
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    drift(&world, 0, &[]);
    world.advance("PT2M");
    drift(&world, 0, &[]);
    // Accepted, and never followed to its end by us: it is ours all the same, and what comes after is not.
    console(&world, "resume", "08000000006");
    assert_eq!(told(&drift(&world, 2, &[])), ["08000000006 state Suspended -> Active by console"]);
    console(&world, "suspend", "08000000006");
    drift(&world, 0, &[]);
    world.post("/_emu/clock", &json!({"set": "2026-12-02T00:00:00+09:00"}));
    drift(&world, 0, &[]);
}

#[test]
fn a_plan_that_was_stored_leaves_a_baseline_too() {
    let world = world();
    std::fs::remove_dir_all(world.path("state")).expect("the journal goes");
    let fleet = std::fs::read_to_string(world.path("fleet/fleet.yaml")).expect("a manifest");
    let apply = |code| {
        world.run(&["plan", "fleet", "--out", "plan.json"]).expect(0);
        world.run(&["apply", "plan.json", "--yes"]).expect(code);
    };
    world.write("fleet/fleet.yaml", &fleet.replace("{msisdn: \"08000000006\"}", "{msisdn: \"08000000006\", state: Suspended}"));
    apply(0);
    world.advance("PT2M");
    let report = drift(&world, 0, &[]);
    assert_eq!((&report["accounts"][0]["lines"], &report["accounts"][0]["withoutBaseline"]), (&json!(7), &json!([])));
    console(&world, "suspend", "08000000001");
    console(&world, "resume", "08000000002");
    drift(&world, 2, &[]);
    // What is declared since is intended; the other is not, and a plan without it leaves it as it is.
    let declared = fleet
        .replace("{msisdn: \"08000000006\"}", "{msisdn: \"08000000006\", state: Suspended}")
        .replace("name: kiosk}", "name: kiosk, state: Suspended}");
    world.write("fleet/fleet.yaml", &declared.replace("  mode: Apply", "  mode: Observe"));
    apply(0);
    assert_eq!(told(&drift(&world, 2, &[])), ["08000000002 state Suspended -> Active by console"]);
}

#[test]
fn a_line_with_an_operation_in_doubt_is_not_judged() {
    let world = world();
    let fleet = std::fs::read_to_string(world.path("fleet/fleet.yaml")).expect("a manifest");
    world.write("fleet/fleet.yaml", &fleet.replace("{msisdn: \"08000000006\"}", "{msisdn: \"08000000006\", state: Suspended}"));
    // The answer is lost, and the carrier is at it: what it does is ours.
    world.fault(2, "timeoutAfterCommit", 1);
    world.left_in_doubt(&["apply", "fleet", "--yes"]);
    drift(&world, 0, &[]);
    world.advance("PT2M");
    drift(&world, 0, &[]);
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    // It came to nothing, and nobody can know that yet.
    world.write("fleet/fleet.yaml", &fleet.replace("{msisdn: \"08000000007\"}", "{msisdn: \"08000000007\", state: Suspended}"));
    console(&world, "resume", "08000000006");
    world.fault(2, "errorBeforeCommit", 1);
    world.left_in_doubt(&["apply", "fleet", "--yes"]);
    console(&world, "suspend", "08000000001");
    let report = drift(&world, 5, &[]);
    assert_eq!(report["accounts"][0]["inDoubt"], json!(["08000000007"]));
    assert_eq!(told(&report).first().map(String::as_str), Some("08000000001 state Active -> Suspended by console"));
}

#[test]
fn a_plan_change_that_others_asked_for_is_told_before_it_counts() {
    let world = world();
    api(&world, "08000000003", "plan-change", &json!({"planCode": "fixed-1gb"}));
    world.advance("PT2M");
    let report = drift(&world, 2, &[]);
    assert_eq!(told(&report), ["08000000003 ratePlan fixed-500mb -> fixed-1gb by api"]);
    let entry = &report["drift"][0];
    assert_eq!((&entry["pending"], &entry["effectiveDate"]), (&json!(true), &json!("2026-12-01")));
    world.run(&["drift", "fleet"]).expect(2).says("from 2026-12-01 on");
    let fleet = std::fs::read_to_string(world.path("fleet/fleet.yaml")).expect("a manifest");
    world
        .write("fleet/fleet.yaml", &fleet.replace("{msisdn: \"08000000003\"}", "{msisdn: \"08000000003\", ratePlan: fixed-1gb}"));
    drift(&world, 0, &[]);
}

#[test]
fn a_snapshot_is_a_baseline_too() {
    let world = world();
    api(&world, "08000000003", "plan-change", &json!({"planCode": "fixed-1gb"}));
    world.advance("PT2M");
    world.run(&["observe", "fleet", "-o", "before.json"]).expect(0);
    let since = ["--baseline", "before.json"];
    drift(&world, 0, &since);
    let fleet = std::fs::read_to_string(world.path("fleet/fleet.yaml")).expect("a manifest");
    let changed = fleet
        .replace("{msisdn: \"08000000006\"}", "{msisdn: \"08000000006\", state: Suspended}")
        .replace("{msisdn: \"08000000003\"}", "{msisdn: \"08000000003\", ratePlan: fixed-1gb}");
    world.write("fleet/fleet.yaml", &changed);
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.advance("PT2M");
    console(&world, "suspend", "08000000001");
    let told_since = told(&drift(&world, 2, &since));
    assert_eq!(told_since, ["08000000001 state Active -> Suspended by console"], "the other one was us");
    world.post("/_emu/clock", &json!({"set": "2026-12-02T00:00:00+09:00"}));
    assert_eq!(told(&drift(&world, 2, &since)), told_since, "what was on its way in the snapshot is no news");
    // Without the journal, our own client is one of several.
    let other = [&since[..], &["--journal", "none.db"]].concat();
    assert_eq!(
        told(&drift(&world, 2, &other)),
        ["08000000001 state Active -> Suspended by console", "08000000006 state Active -> Suspended by api"]
    );
    world.write("broken.json", "{}");
    world.run(&["drift", "fleet", "--baseline", "broken.json"]).expect(1).says("give --baseline what `simfleet observe");
}

#[test]
fn without_a_baseline_nobody_can_say_that_nothing_changed() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\"}\n");
    world.run(&["drift", "fleet"]).expect(1).says("nothing to compare with").says("--baseline FILE");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.run(&["drift", "fleet"]).expect(0).says("No drift. 1 line is as it was.");
    world.run(&["drift"]).expect(64);
    world.run(&["drift", "fleet", "--write"]).expect(64).says("--accept");
}

#[test]
fn an_account_that_cannot_be_observed_is_an_error_for_itself() {
    let world = world();
    let other = account("http://127.0.0.1:9").replace("name: main", "name: other");
    let fleet = std::fs::read_to_string(world.path("fleet/fleet.yaml")).expect("a manifest");
    let fleet = fleet.replace("metadata: {name: test}", "metadata: {name: else}").replace("name: main", "name: other");
    world.write("fleet/other.yaml", &format!("{other}---\n{}", fleet.replace("0800000000", "0900000000")));
    world.write(
        "credentials.toml",
        "[main]\ncontractorId = \"demo\"\npassword = \"demo\"\n[other]\ncontractorId = \"x\"\npassword = \"x\"\n",
    );
    console(&world, "suspend", "08000000001");
    let mut command = world.command(&["drift", "fleet", "--format", "json", "--credentials", "credentials.toml"]);
    command.env_remove("SIMFLEET_CONTRACTOR_ID").env_remove("SIMFLEET_PASSWORD");
    let run = super::world::Run::of(&command.output().expect("simfleet runs")).expect(1);
    assert_eq!(told(&run.json()), ["08000000001 state Active -> Suspended by console"]);
    run.says("account other");
}

#[test]
fn the_json_is_what_its_schema_says() {
    let world = world();
    console(&world, "suspend", "08000000001");
    world.post("/_emu/carrier/suspend/08000000005", &json!({}));
    let report = drift(&world, 2, &["--accept"]);
    let schema = world.run(&["schema", "drift"]).expect(0).json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let names = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&report), ["accept", "accounts", "drift", "formatVersion", "ignored", "ignores", "summary", "toolVersion"]);
    assert_eq!(report["formatVersion"], "1.0");
    assert_eq!(
        names(&report["drift"][0]),
        [
            "account",
            "applicationNo",
            "applicationStatus",
            "at",
            "baseline",
            "by",
            "declared",
            "field",
            "fleet",
            "msisdn",
            "name",
            "observed",
            "pending",
            "source"
        ]
    );
    assert_eq!(names(&report["accept"]), ["changes", "left", "patch", "written"]);
}

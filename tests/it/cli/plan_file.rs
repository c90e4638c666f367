//! A plan file is what was reviewed: single use, for its carrier, for a day, and only while it is true.

use serde_json::json;

use super::world::World;

const NOW: &str = "2026-11-10T10:00:00+09:00";

fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet(
        r#"  mode: Apply
  policy: {limits: {terminate: 1}}
  sims:
    - {msisdn: "08000000001", state: Suspended}
    - {msisdn: "08000000002", state: Terminated, terminationDate: "2026-11-30"}
"#,
    );
    world
}

fn planned(world: &World) -> String {
    world.run(&["plan", "fleet", "--out", "plan.json", "--detailed-exitcode"]).expect(2);
    let plan: serde_json::Value = serde_json::from_slice(&std::fs::read(world.path("plan.json")).expect("a plan")).expect("JSON");
    plan["planId"].as_str().expect("an id").to_owned()
}

#[test]
fn the_plan_that_was_shown_is_applied_once() {
    let world = world();
    let id = planned(&world);
    world.run(&["apply", "plan.json", "--yes"]).expect(3);
    world.run(&["apply", "plan.json", "--approve", &id]).expect(0);
    assert_eq!(world.mutations().len(), 2);
    world.run(&["apply", "plan.json", "--approve", &id]).expect(3).says("used");
    assert_eq!(world.mutations().len(), 2);
}

#[test]
fn a_plan_expires() {
    let world = world();
    let id = planned(&world);
    world.advance("PT25H");
    world.run(&["apply", "plan.json", "--approve", &id]).expect(3).says("expired");
    assert_eq!(world.mutations().len(), 0);
}

/// By the calendar of a later day a hold is over, and a plan lives long: neither is so today.
#[test]
fn a_plan_of_a_later_day_is_for_reading_only() {
    let world = world();
    world.fleet(
        r#"  mode: Apply
  policy: {limits: {terminate: 1}}
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002", state: Terminated, terminateAfter: "2026-11-15"}
"#,
    );
    world.run(&["plan", "fleet", "--now", "2026-11-20T10:00:00+09:00", "--out", "plan.json"]).expect(0).says("terminate");
    let plan: serde_json::Value = serde_json::from_slice(&std::fs::read(world.path("plan.json")).expect("a plan")).expect("JSON");
    let id = plan["planId"].as_str().expect("an id");
    world
        .run(&["apply", "plan.json", "--approve", id])
        .expect(3)
        .says("made for 2026-11-20T10:00:00+09:00")
        .says("nothing was written");
    assert_eq!(world.mutations().len(), 0);
}

#[test]
fn a_line_that_changed_meanwhile_is_not_terminated() {
    let world = world();
    let id = planned(&world);
    world.post("/_emu/console/suspend/08000000002", &json!({}));
    let run = world.run(&["apply", "plan.json", "--approve", &id]);
    assert!(run.code == 3 || run.code == 4, "{run:?}");
    run.says("stale");
    assert!(world.mutations().iter().all(|call| call["function"] != 14), "terminated a line that had changed");
}

#[test]
fn a_plan_of_another_carrier_is_refused() {
    let world = world();
    let id = planned(&world);
    let other = World::at(NOW);
    other.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    std::fs::copy(world.path("plan.json"), other.path("plan.json")).expect("a copy");
    let endpoint = other.endpoint.clone();
    other.run(&["apply", "plan.json", "--approve", &id, "--endpoint", &endpoint]).expect(3);
    assert_eq!(other.mutations().len(), 0);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let world = world();
    world.run(&["observe", "fleet", "-o", "observed.json"]).expect(0);
    let arguments = ["plan", "fleet", "--observed", "observed.json", "--now", NOW, "--format", "json"];
    let one =
        world.command(&arguments).env_remove("SIMFLEET_PASSWORD").env_remove("SIMFLEET_CONTRACTOR_ID").output().expect("runs");
    let other = world.run(&arguments).expect(0);
    assert_eq!(String::from_utf8_lossy(&one.stdout), other.stdout);
    assert!(!other.stdout.is_empty());
}

#[test]
fn a_plan_writes_nothing() {
    let world = world();
    planned(&world);
    let before = world.get("/_emu/snapshot");
    world.run(&["plan", "fleet"]).expect(0);
    assert_eq!(world.get("/_emu/snapshot"), before);
    assert_eq!(world.mutations().len(), 0);
    assert!(!world.path("state/simfleet").exists(), "plan opens the journal read-only and makes none");
}

#[test]
fn a_broken_plan_file_is_a_clear_error() {
    let world = world();
    planned(&world);
    let text = std::fs::read_to_string(world.path("plan.json")).expect("a plan");
    for (broken, says) in [
        (text.replace("\"1.0\"", "\"9.0\""), "9.0"),
        (text.replace("\"msisdn\": \"08000000002\"", "\"msisdn\": \"8000000002\""), "plan.json"),
        (text[..text.len() / 2].to_owned(), "plan.json"),
        (text.replace("2026-11-30", "2026-11-29"), "plan"),
    ] {
        world.write("plan.json", &broken);
        let run = world.run(&["apply", "plan.json", "--yes", "--ack", "terminate=1"]);
        assert!(run.code == 1 || run.code == 3, "{run:?}");
        run.says(says);
        assert_eq!(world.mutations().len(), 0);
    }
}

/// Protection is remembered whichever way it is applied, and outlives both the line in the file and the plan.
#[test]
fn a_plan_file_protects() {
    let world = world();
    let line = |state: &str| {
        let sims =
            format!("  mode: Apply\n  policy: {{limits: {{terminate: 1}}}}\n  sims:\n    - {{msisdn: \"08000000001\"{state}}}\n");
        world.fleet(&sims);
    };
    line(", state: Terminated, terminationDate: \"2026-11-30\"");
    let id = planned(&world);
    std::fs::rename(world.path("plan.json"), world.path("old.json")).expect("a plan");

    line(", protected: true");
    world.run(&["plan", "fleet", "--out", "plan.json"]).expect(0).says("08000000001  is protected");
    world.run(&["apply", "plan.json"]).expect(0);
    line("");
    world.run(&["plan", "fleet"]).expect(0);
    line(", state: Terminated");
    world.run(&["plan", "fleet"]).expect(0).says("PROTECTED");
    // A plan from before is no way around it.
    world.run(&["apply", "old.json", "--approve", &id]).expect(3).says("the line is protected, and was not");
    assert_eq!(world.mutations().len(), 0);

    // One that lifts it is, also when it was made where nobody knew of the protection.
    line(", state: Terminated, protected: false");
    world.run(&["plan", "fleet", "--journal", "elsewhere.db", "--out", "plan.json"]).expect(0).says("no longer protected");
    world.run(&["apply", "plan.json", "--ack", "terminate=1"]).expect(0);
    assert_eq!(world.mutations().len(), 1);
}

/// Each of two plans is within the policy's money for the month, both together are not.
#[test]
fn two_plans_do_not_spend_the_same_money() {
    let world = World::at(NOW);
    let sim = |msisdn: &str| json!({"msisdn": msisdn, "planCode": "fixed-500mb", "trafficRemainingBytes": 1_000_000});
    world.seed(&json!({"sims": [sim("08000000001"), sim("08000000002")]}));
    world.fleet(
        r#"  mode: Apply
  sims:
    - {msisdn: "08000000001", state: Active}
    - {msisdn: "08000000002", state: Active}
  topUps:
    - {name: keep, code: add-100mb, whenRemainingBelow: 50MB, maxPerLinePerMonth: 2, maxSpendPerMonth: "300 JPY"}
"#,
    );
    for (line, file) in [("08000000001", "one.json"), ("08000000002", "two.json")] {
        world.run(&["plan", "fleet", "--only", line, "--out", file, "--detailed-exitcode"]).expect(2);
    }
    world.advance("PT1M");
    world.run(&["apply", "one.json", "--ack", "buyCoupon=1"]).expect(0);
    world.run(&["apply", "two.json", "--ack", "buyCoupon=1"]).expect(3).says("counts towards top-up keep's money");
    // Nor by a machine that knows of neither.
    world.run(&["apply", "two.json", "--ack", "buyCoupon=1", "--journal", "other.db"]).expect(3).says("stale");
    assert_eq!(world.mutations().len(), 1);
    world.run(&["plan", "fleet", "--only", "08000000002"]).expect(0).says("SPEND_CAP_REACHED");
}

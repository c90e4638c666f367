//! What `--yes`, `--ack` and `--approve` cover, and that a refusal writes nothing and names the flags.

use std::fmt::Write as _;

use serde_json::json;

use super::world::World;

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// Two lines, one to suspend and one to terminate.
fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet(
        r#"  mode: Apply
  policy: {limits: {terminate: 1}}
  sims:
    - {msisdn: "08000000001", state: Suspended}
    - {msisdn: "08000000002", state: Terminated}
"#,
    );
    world
}

#[test]
fn without_a_terminal_and_flags_nothing_is_written() {
    let world = world();
    world.run(&["apply", "fleet"]).expect(3).says("--yes").says("--ack terminate=1");
    assert_eq!(world.mutations(), Vec::<serde_json::Value>::new());
}

#[test]
fn yes_does_not_cover_what_cannot_be_undone() {
    let world = world();
    world.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack terminate=1").says("--approve plan-");
    assert_eq!(world.mutations().len(), 0);
}

#[test]
fn an_ack_counts_exactly() {
    let world = world();
    world.run(&["apply", "fleet", "--yes", "--ack", "terminate=2"]).expect(3);
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--yes", "--ack", "terminate=1"]).expect(0);
    assert_eq!(world.mutations().len(), 2);
    world.run(&["plan", "fleet", "--detailed-exitcode"]).expect(0);
}

#[test]
fn a_plan_id_covers_all_of_its_plan_and_nothing_else() {
    let world = world();
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let id = plan["planId"].as_str().expect("an id").to_owned();
    world.run(&["apply", "fleet", "--approve", "plan-0000000000000000"]).expect(3);
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--approve", &id]).expect(0);
    assert_eq!(world.mutations().len(), 2);
}

#[test]
fn an_ack_for_a_kind_that_does_not_occur_is_ignored() {
    let world = world();
    world.run(&["apply", "fleet", "--yes", "--ack", "terminate=1", "startUse=5"]).expect(0);
}

#[test]
fn mode_plan_wants_the_plan_id_and_mode_observe_does_nothing() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    let sims = "  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n";
    world.fleet(sims);
    let plan = world.run(&["apply", "fleet", "--yes"]).expect(3).says("--approve plan-");
    let id = plan
        .stderr
        .split_whitespace()
        .chain(plan.stdout.split_whitespace())
        .find(|word| word.starts_with("plan-"))
        .expect("an id");
    let id = id.trim_matches(|character: char| !character.is_alphanumeric()).to_owned();
    world.run(&["apply", "fleet", "--approve", &id]).expect(0);
    assert_eq!(world.mutations().len(), 1);

    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet(&format!("  mode: Observe\n{sims}"));
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(world.mutations().len(), 0);
}

#[test]
fn a_guard_stops_the_whole_account_until_the_exact_number_is_acknowledged() {
    let world = World::at(NOW);
    let numbers: Vec<String> = (0..12).map(|number| format!("080000000{number:02}")).collect();
    world.seed(&json!({"sims": numbers.iter().map(|msisdn| json!({"msisdn": msisdn})).collect::<Vec<_>>()}));
    let mut spec = "  mode: Apply\n  sims:\n".to_owned();
    for (index, msisdn) in numbers.iter().enumerate() {
        let plan = if index == 11 { ", ratePlan: fixed-1gb" } else { ", state: Suspended" };
        let _ = writeln!(spec, "    - {{msisdn: \"{msisdn}\"{plan}}}");
    }
    world.fleet(&spec);
    world.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack suspend=11");
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--yes", "--ack", "suspend=10"]).expect(3);
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--yes", "--only", "08000000011"]).expect(0);
    assert_eq!(world.mutations().len(), 1);
    world.run(&["apply", "fleet", "--yes", "--ack", "suspend=11"]).expect(0);
    assert_eq!(world.mutations().len(), 12);
}

#[test]
fn strict_refuses_a_plan_with_anything_blocked() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n    - {msisdn: \"08000000002\"}\n");
    world.run(&["apply", "fleet", "--yes", "--strict"]).expect(3).says("LINE_NOT_FOUND");
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(world.mutations().len(), 1);
}

#[test]
fn a_refusal_names_only_what_would_do() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Terminated}\n");
    // The guard of terminations (0 by default) wants its number, which no plan id stands for.
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let id = plan["planId"].as_str().expect("an id").to_owned();
    let refused = world.run(&["apply", "fleet", "--approve", &id]).expect(3).says("--ack terminate=1");
    assert!(!refused.stderr.contains("--approve"), "{}", refused.stderr);
    world.run(&["apply", "fleet", "--approve", "plan-0", "--ack", "terminate=2"]).expect(3).says("is the id of another plan");
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--approve", &id, "--ack", "terminate=1"]).expect(0);
    assert_eq!(world.mutations().len(), 1);
}

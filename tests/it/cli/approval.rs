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
fn what_the_manifest_approves_still_wants_yes_and_the_plan_says_so() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet(
        r#"  mode: Apply
  policy: {approval: {buyCoupon: Auto}}
  sims:
    - {msisdn: "08000000001"}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001"]}
"#,
    );
    world.run(&["plan", "fleet"]).expect(0).says("Needs approval: --yes or --approve plan-");
    world.run(&["plan", "fleet", "--format", "markdown"]).expect(0).says("Needs approval");
    world.run(&["apply", "fleet"]).expect(3).says("Needs approval: --yes or").says("nobody confirmed the plan");
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(world.mutations().len(), 1);
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
    assert!(refused.stderr.contains(&format!("Apply with: --approve {id} --ack terminate=1\n")), "{}", refused.stderr);
    assert!(!refused.stderr.contains("or approve all"), "{}", refused.stderr);
    world.run(&["apply", "fleet", "--approve", "plan-0", "--ack", "terminate=2"]).expect(3).says("is the id of another plan");
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--approve", &id, "--ack", "terminate=1"]).expect(0);
    assert_eq!(world.mutations().len(), 1);
}

/// A coupon, an order and a suspension: each wants another word.
fn paid() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001", "planCode": "fixed-500mb"}, {"msisdn": "08000000002"}]}));
    world.fleet(PAID);
    world.write(
        "fleet/order.yaml",
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimOrder\nmetadata: {name: more}\nspec: {accountRef: {name: main}, systemNumber: \"S0001234\", \
         serviceCode: m2m-lte, ratePlan: fixed-500mb, formFactor: nano, quantity: 3, shipTo: {postalCode: \"100-0001\", prefecture: 東京都, \
         city: 千代田区, street: 千代田1-1, company: サンプル株式会社, contact: 山田 太郎, phone: \"03-1234-5678\"}}\n",
    );
    world
}

const PAID: &str = r#"  mode: Apply
  policy: {approval: {buyCoupon: Auto}}
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002", state: Suspended}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001"]}
"#;

#[test]
fn each_word_allows_its_own_and_nothing_else() {
    let world = paid();
    let refused = |arguments: &[&str]| {
        let run = world.run(&[&["apply", "fleet"], arguments].concat()).expect(3);
        assert_eq!(world.mutations().len(), 0, "{arguments:?}");
        run.stderr
    };
    // A yes covers what is reversible and what the manifest approves, and no order.
    assert!(refused(&["--yes"]).contains("Apply with: --yes --ack placeOrder=1\n"));
    // A number covers its kind; not what is reversible, not another kind, not another number.
    assert!(refused(&["--ack", "placeOrder=1"]).contains("Apply with: --yes --ack placeOrder=1\n"));
    assert!(refused(&["--yes", "--ack", "buyCoupon=1"]).contains("--ack placeOrder=1"));
    assert!(refused(&["--yes", "--ack", "placeOrder=0"]).contains("--ack placeOrder=1"));
    assert!(refused(&["--yes", "--ack", "placeOrder=3"]).contains("--ack placeOrder=1"), "orders are counted, not SIMs");
    // The id of a plan covers that plan: not the one that it has become.
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let id = plan["planId"].as_str().expect("an id").to_owned();
    world.fleet(&PAID.replace("add-1gb", "add-500mb"));
    assert!(refused(&["--approve", &id]).contains("is the id of another plan"));
    world.fleet(PAID);
    world.run(&["apply", "fleet", "--approve", &id]).expect(0);
    assert_eq!((world.mutations().len(), world.billed("coupon").len(), world.billed("simOrder").len()), (3, 1, 1));
    // It was used up by that: nothing is left to do under it.
    world.run(&["apply", "fleet", "--approve", &id]).expect(0).says("No changes");
    assert_eq!(world.mutations().len(), 3);
}

#[test]
fn no_id_stands_in_for_a_cap_on_money() {
    let world = paid();
    world.fleet(&PAID.replace("policy: {", "policy: {spend: {perPlan: 999 JPY}, "));
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let id = plan["planId"].as_str().expect("an id").to_owned();
    world.run(&["apply", "fleet", "--approve", &id]).expect(3).says("--ack spendPerPlan=1000");
    world.run(&["apply", "fleet", "--approve", &id, "--yes", "--ack", "placeOrder=1", "buyCoupon=1"]).expect(3);
    assert_eq!(world.mutations().len(), 0);
    world.run(&["apply", "fleet", "--approve", &id, "--ack", "spendPerPlan=1000"]).expect(0);
    assert_eq!(world.mutations().len(), 3);
}

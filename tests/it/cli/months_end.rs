//! 23:59:50 on the last day of a month: grants, cut-off and holds are right on both sides of midnight in Japan.

use serde_json::{Value, json};

use super::world::World;

const BEFORE: &str = "2026-11-30T23:59:50+09:00";

/// Grants of both months, a plan change, and a line that is held for November.
fn world() -> World {
    let world = World::at(BEFORE);
    world.seed(&json!({"sims": [
        {"msisdn": "08000000001", "planCode": "fixed-500mb"},
        {"msisdn": "08000000002", "planCode": "fixed-500mb"},
        {"msisdn": "08000000003", "planCode": "fixed-500mb", "status": "suspended"},
    ]}));
    world.fleet(
        r#"  mode: Apply
  policy: {limits: {terminate: 1, changeRatePlan: 1}}
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002", ratePlan: fixed-1gb}
    - {msisdn: "08000000003", state: Terminated, terminateAfter: "2026-11-30", terminationDate: "2026-12-31"}
  coupons:
    - {name: autumn, month: 2026-11, code: add-1gb, msisdns: ["08000000001"]}
    - {name: winter, month: 2026-12, code: add-1gb, msisdns: ["08000000001"]}
"#,
    );
    world
}

fn plan(world: &World) -> Value {
    world.run(&["plan", "fleet", "--format", "json"]).expect(0).json()
}

/// Kinds of the operations, with what a coupon is for.
fn operations(plan: &Value) -> Vec<String> {
    let operations = plan["operations"].as_array().expect("operations").iter();
    let name = |operation: &Value| {
        let grant = operation["to"]["purchase"]["grant"].as_str().map(|grant| format!(" {grant}")).unwrap_or_default();
        format!("{}{grant}", operation["kind"].as_str().expect("a kind"))
    };
    let mut names: Vec<String> = operations.map(name).collect();
    names.sort();
    names
}

fn pending<'a>(plan: &'a Value, msisdn: &str, word: &str) -> &'a Value {
    let items = plan["pending"].as_array().expect("pending");
    let found = items.iter().find(|item| item["msisdn"] == msisdn && item["what"].as_str().expect("text").contains(word));
    found.unwrap_or_else(|| panic!("nothing pending on {msisdn} says {word}: {}", plan["pending"]))
}

fn warns(plan: &Value) -> bool {
    plan["warnings"].as_array().into_iter().flatten().any(|warning| warning["code"] == "COUPON_ENDS_SOON")
}

/// What a line has left, in megabytes.
fn left(world: &World) -> u64 {
    let rows = world.run(&["get", "sims", "-f", "fleet", "08000000001", "--format", "json"]).expect(0).json();
    rows[0]["trafficRemainingBytes"].as_u64().expect("bytes") / 1_000_000
}

const MIDNIGHT: &str = "2026-12-01T00:00:00+09:00";

#[test]
fn ten_seconds_before_midnight_it_is_november() {
    let world = world();
    let plan = plan(&world);
    assert_eq!(operations(&plan), ["buyCoupon autumn"]);
    assert!(warns(&plan), "a coupon that ends in ten seconds: {}", plan["warnings"]);
    assert_eq!(pending(&plan, "08000000001", "winter")["notBefore"], MIDNIGHT);
    assert_eq!(pending(&plan, "08000000002", "fixed-1gb")["notBefore"], MIDNIGHT, "the cut-off");
    assert_eq!(pending(&plan, "08000000003", "terminat")["notBefore"], MIDNIGHT, "the hold");
    world.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1"]).expect(0);
    assert_eq!((bought(&world), left(&world)), (1, 1_500));
    world.advance("PT20S");
    assert_eq!(left(&world), 500, "the coupon ended with its month, and the month begins anew");
    world.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1", "terminate=1"]).expect(0);
    assert_eq!((bought(&world), left(&world)), (2, 1_500), "one each month");
    let last = self::plan(&world);
    assert_eq!(operations(&last), Vec::<String>::new());
    world.run(&["audit", "verify", "fleet"]).expect(0);
}

#[test]
fn ten_seconds_after_midnight_it_is_december() {
    let world = world();
    world.advance("PT20S");
    let plan = plan(&world);
    assert_eq!(operations(&plan), ["buyCoupon winter", "changeRatePlan", "terminate"]);
    assert!(!warns(&plan), "it has a month: {}", plan["warnings"]);
    assert!(pending(&plan, "08000000001", "autumn")["what"].as_str().expect("text").contains("over"));
    let change = plan["operations"].as_array().expect("operations").iter().find(|one| one["kind"] == "changeRatePlan");
    assert_eq!(change.expect("a change")["to"]["ratePlan"], "fixed-1gb");
    world.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1", "terminate=1"]).expect(0);
    assert_eq!(bought(&world), 1, "November is over, and was not bought");
    world.advance("P1M");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(bought(&world), 1);
}

#[test]
fn the_last_three_days_of_a_month_are_warned_of() {
    let world = World::at(BEFORE);
    world.seed(&json!({"sims": [{"msisdn": "08000000001", "planCode": "fixed-500mb"}]}));
    world.fleet(
        "  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\"}\n  coupons:\n    - {name: autumn, month: 2026-11, code: add-1gb, msisdns: \
         [\"08000000001\"]}\n",
    );
    for (now, soon) in [("2026-11-27T23:59:59+09:00", false), ("2026-11-28T00:00:00+09:00", true), (BEFORE, true)] {
        world.post("/_emu/clock", &json!({"set": now}));
        let plan = plan(&world);
        assert_eq!((operations(&plan), warns(&plan)), (vec!["buyCoupon autumn".to_owned()], soon), "{now}");
    }
    world.run(&["plan", "fleet"]).expect(0).says("COUPON_ENDS_SOON").says("that is today");
    world.advance("PT20S");
    world.run(&["plan", "fleet"]).expect(0).says("its month is over").says("was not bought");
}

#[test]
fn a_stored_plan_that_depends_on_the_date_ends_with_the_day() {
    let world = world();
    world.run(&["plan", "fleet", "--out", "plan.json"]).expect(0);
    let plan: Value = serde_json::from_slice(&std::fs::read(world.path("plan.json")).expect("a plan")).expect("JSON");
    assert_eq!(plan["expiresAt"], MIDNIGHT);
    world.advance("PT20S");
    world.run(&["apply", "plan.json", "--approve", plan["planId"].as_str().expect("an id")]).expect(3).says("expired");
    assert_eq!(bought(&world), 0, "not in December what was November's");
}

fn bought(world: &World) -> usize {
    world.billed("coupon").len()
}

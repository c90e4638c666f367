//! Top-up policies on a real carrier process: bought when traffic runs out, and never beyond a cap.

use serde_json::{Value, json};

use super::world::World;

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// The most of three lines, and what the month may cost.
fn world(per_line: u32, money: u32) -> World {
    let world = World::at(NOW);
    let sims: Vec<Value> = LINES.iter().map(|msisdn| json!({"msisdn": msisdn, "planCode": "fixed-500mb"})).collect();
    world.seed(&json!({"sims": sims}));
    let sims = LINES.map(|msisdn| format!("    - {{msisdn: \"{msisdn}\"}}\n")).concat();
    world.fleet(&format!(
        "  mode: Apply\n  policy: {{approval: {{buyCoupon: Auto}}}}\n  sims:\n{sims}  topUps:\n    - {{name: keep-alive, code: add-100mb, \
         whenRemainingBelow: 50MB, maxPerLinePerMonth: {per_line}, maxSpendPerMonth: {money} JPY}}\n"
    ));
    world
}

const LINES: [&str; 3] = ["08000000001", "08000000002", "08000000003"];
const APPLY: [&str; 3] = ["apply", "fleet", "--yes"];

/// Traffic that a line uses up, an hour later.
fn uses(world: &World, msisdn: &str, megabytes: u64) {
    world.advance("PT1H");
    world.post("/_emu/usage", &json!([{"msisdn": msisdn, "bytes": megabytes * 1_000_000}]));
}

fn bought(world: &World) -> Vec<String> {
    world.billed("coupon")
}

fn plan(world: &World) -> Value {
    world.run(&["plan", "fleet", "--format", "json"]).expect(0).json()
}

/// What a plan says of a line: `CODE message` if it is blocked, or what it waits for.
fn said(plan: &Value, msisdn: &str) -> Vec<String> {
    let of_the_line = |list: &str| {
        let items = plan[list].as_array().expect("a list").iter().filter(|item| item["msisdn"] == msisdn);
        items.cloned().collect::<Vec<_>>()
    };
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let blocked = of_the_line("blocked").into_iter().map(|item| format!("{} {}", text(&item["code"]), text(&item["message"])));
    let pending = of_the_line("pending").into_iter().map(|item| text(&item["what"]));
    blocked.chain(pending).collect()
}

#[test]
fn a_line_is_topped_up_when_its_traffic_runs_out_and_no_more_often_than_its_cap() {
    let world = world(2, 20_000);
    world.run(&APPLY).expect(0).says("No changes");
    uses(&world, LINES[0], 450);
    world.run(&APPLY).expect(0).says("No changes");
    uses(&world, LINES[0], 1);
    world.run(&APPLY).expect(0).says("buyCoupon");
    assert_eq!(bought(&world), [LINES[0]], "49 MB were left");
    world.run(&APPLY).expect(0).says("No changes");

    uses(&world, LINES[0], 149);
    world.post("/_emu/usage", &json!([{"msisdn": LINES[0], "asOf": NOW}]));
    let waits = plan(&world);
    assert_eq!(waits["operations"], json!([]), "{waits}");
    assert!(said(&waits, LINES[0])[0].contains("traffic figures that are newer"), "{waits}");
    uses(&world, LINES[0], 0);
    world.run(&APPLY).expect(0);
    assert_eq!(bought(&world), [LINES[0]; 2], "nothing was left");

    uses(&world, LINES[0], 60);
    let full = plan(&world);
    assert_eq!(full["operations"], json!([]), "{full}");
    assert!(said(&full, LINES[0])[0].starts_with("TOP_UP_CAP_REACHED"), "{full}");
    world.run(&APPLY).expect(0).says("TOP_UP_CAP_REACHED");
    // Whoever has no journal counts the carrier's applications.
    std::fs::remove_dir_all(world.path("state")).expect("a state folder");
    world.run(&APPLY).expect(0).says("TOP_UP_CAP_REACHED");
    assert_eq!(bought(&world), [LINES[0]; 2]);

    // Another month, another two.
    world.post("/_emu/clock", &json!({"set": "2026-12-01T00:00:00+09:00"}));
    world.run(&APPLY).expect(0).says("No changes");
    uses(&world, LINES[0], 480);
    world.run(&APPLY).expect(0);
    assert_eq!(bought(&world), [LINES[0]; 3]);
    world.run(&["audit", "verify", "fleet"]).expect(0);
}

#[test]
fn the_money_of_a_month_goes_to_the_lines_with_the_least_traffic() {
    let world = world(2, 500);
    for (msisdn, megabytes) in LINES.iter().zip([460, 490, 480]) {
        uses(&world, msisdn, megabytes);
    }
    let capped = plan(&world);
    assert!(said(&capped, LINES[0])[0].starts_with("SPEND_CAP_REACHED"), "{capped}");
    world.run(&APPLY).expect(0).says("SPEND_CAP_REACHED");
    assert_eq!(bought(&world), [LINES[1], LINES[2]], "200 JPY each, and 500 JPY a month");
    for _ in 0..2 {
        world.run(&APPLY).expect(0).says("SPEND_CAP_REACHED");
        std::fs::remove_dir_all(world.path("state")).expect("a state folder");
    }
    assert_eq!(bought(&world), [LINES[1], LINES[2]]);
}

#[test]
fn what_is_in_doubt_is_spent_until_it_is_settled() {
    let world = world(2, 200);
    uses(&world, LINES[1], 490);
    // The carrier does nothing and answers with an error: nobody can know.
    world.fault(5, "errorBeforeCommit", 1);
    world.left_in_doubt(&APPLY);
    assert_eq!(bought(&world), Vec::<String>::new());
    // Less traffic than the line in doubt; but the money of the month may be gone.
    world.post("/_emu/usage", &json!([{"msisdn": LINES[0], "bytes": 499_000_000}]));
    let doubtful = world.run(&APPLY).expect(5).says("In doubt: 1").says("IN_DOUBT");
    let doubtful = doubtful.says("SPEND_CAP_REACHED");
    assert!(doubtful.stdout.contains("200 JPY of 200 JPY are spent or planned"), "{}", doubtful.stdout);
    world.run(&["plan", "fleet"]).expect(5);
    assert_eq!(bought(&world), Vec::<String>::new());
    // 15 minutes later it is known that it was not done, and whoever has the least traffic is served.
    world.advance("PT16M");
    world.run(&APPLY).expect(0).says("it was not done").says("SPEND_CAP_REACHED");
    assert_eq!(bought(&world), [LINES[0]]);
    world.run(&["audit", "verify", "fleet"]).expect(0);
}

#[test]
fn who_tops_a_line_up_by_hand_uses_the_policys_caps_up() {
    let world = world(1, 20_000);
    uses(&world, LINES[0], 490);
    let token = world.post("/v1/auth/token", &json!({"contractorId": "demo", "password": "demo"}));
    let token = token["token"].as_str().expect("a token").to_owned();
    world.post_as(&token, &format!("/v1/sims/{}/coupons", LINES[0]), &json!({"couponCode": "add-100mb"}));
    uses(&world, LINES[0], 100);
    world.run(&APPLY).expect(0).says("TOP_UP_CAP_REACHED");
    assert_eq!(bought(&world), [LINES[0]]);
}

//! After a session of all that is paid or for ever, the audit log accounts for each call that the carrier got,
//! and nobody can take a line of it away.

use serde_json::{Value, json};

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";
const SECRET: &str = "hunter2-hunter2";

const FLEET: &str = r#"  mode: Apply
  policy: {limits: {terminate: 1}, spend: {perPlan: 1500 JPY}}
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002"}
    - {msisdn: "08000000003", state: Terminated}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001", "08000000002"]}
"#;

fn order(more: &str) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimOrder\nmetadata: {{name: more}}\nspec: {{accountRef: {{name: main}}, systemNumber: \
         \"S0001234\", serviceCode: m2m-lte, ratePlan: fixed-500mb, formFactor: nano, quantity: 3, {more}shipTo: {{postalCode: \"100-0001\", \
         prefecture: 東京都, city: 千代田区, street: 千代田1-1, company: サンプル株式会社, contact: 山田 太郎, phone: \"03-1234-5678\"}}}}\n"
    )
}

fn run(world: &World, arguments: &[&str]) -> Run {
    let mut command = world.command(&[arguments, &["--journal", "journal.db", "--revision", "release-7"]].concat());
    command.env("SIMFLEET_PASSWORD", SECRET).env("GITHUB_ACTOR", "octocat").env("GITHUB_RUN_ID", "4711");
    Run::of(&command.output().expect("simfleet runs"))
}

/// Refused, approved by numbers, approved by id, an answer lost, an order placed and called off.
fn session() -> World {
    let world = World::with(&["--no-rate-limit", "--clock", "frozen", "--password", SECRET]);
    world.post("/_emu/clock", &json!({"set": NOW}));
    let sims: Vec<Value> =
        (1..=3).map(|number| json!({"msisdn": format!("0800000000{number}"), "planCode": "fixed-500mb"})).collect();
    world.seed(&json!({"sims": sims}));
    world.fleet(FLEET);
    run(&world, &["apply", "fleet", "--yes"]).expect(3).says("--ack spendPerPlan=3000");
    world.fault(5, "timeoutAfterCommit", 1);
    run(&world, &["apply", "fleet", "--yes", "--ack", "terminate=1", "buyCoupon=2", "spendPerPlan=3000"]).expect(0);
    world.write("fleet/order.yaml", &order(""));
    run(&world, &["apply", "fleet", "--yes"]).expect(3).says("--ack placeOrder=1");
    let mut plan = world.command(&["plan", "fleet", "--journal", "journal.db", "--out", "plan.json"]);
    Run::of(&plan.env("SIMFLEET_PASSWORD", SECRET).output().expect("simfleet runs")).expect(0);
    let plan: Value = serde_json::from_slice(&std::fs::read(world.path("plan.json")).expect("a plan")).expect("JSON");
    run(&world, &["apply", "plan.json", "--approve", plan["planId"].as_str().expect("an id")]).expect(0);
    world.write("fleet/order.yaml", &order("state: Cancelled, "));
    run(&world, &["apply", "fleet", "--yes"]).expect(0);
    assert_eq!((world.billed("coupon").len(), world.mutations().len()), (2, 5));
    world
}

fn log(world: &World) -> String {
    std::fs::read_to_string(world.path("journal.db.audit.jsonl")).expect("an audit log")
}

fn verify(world: &World) -> Run {
    world.run(&["audit", "verify", "journal.db.audit.jsonl"])
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_else(|| panic!("{field} is missing: {record}"))
}

#[test]
fn every_call_is_accounted_for() {
    let world = session();
    verify(&world).expect(0);
    let shown = world.run(&["audit", "show", "journal.db.audit.jsonl", "--format", "json"]).expect(0).json();
    let records = shown.as_array().expect("records");
    let of = |event: &'static str| records.iter().filter(move |record| record["event"] == event);
    // Each says who and when.
    for record in records {
        assert_eq!(record["by"]["ci"]["actor"], "octocat", "{record}");
        assert!(
            record["by"]["pid"].is_u64() && text(record, "at").ends_with('Z') && text(record, "carrierAt") == NOW,
            "{record}"
        );
    }
    // What the carrier got is what the log says was sent.
    let sent: Vec<(String, u64)> =
        of("call").map(|call| (text(call, "path").to_owned(), call["function"].as_u64().expect("a number"))).collect();
    let got: Vec<(String, u64)> = world
        .mutations()
        .iter()
        .map(|call| (text(call, "path").to_owned(), call["function"].as_u64().expect("a number")))
        .collect();
    let sorted = |mut calls: Vec<(String, u64)>| {
        calls.sort();
        calls
    };
    assert_eq!(sorted(sent), sorted(got));
    // Each call has an intent before it and an outcome after it, and each intent a plan and somebody's word.
    let place = |wanted: &Value| records.iter().position(|record| record == wanted).expect("a record");
    for call in of("call") {
        for operation in call["operations"].as_array().expect("operations") {
            let of_it = |event: &'static str| of(event).filter(|record| record["op"] == operation["op"]);
            let intent = of_it("intent").next().expect("an intent");
            assert!(place(intent) < place(call), "{call}");
            let last = of_it("outcome").next_back().expect("an outcome");
            assert!(place(last) > place(call), "{call}");
            assert_eq!(last["outcome"], "confirmed", "{last}");
            let (plan_id, _) = text(intent, "plan").split_once('@').expect("a plan and when it was applied");
            let plan = of("plan").rfind(|plan| plan["plan"] == plan_id && place(plan) < place(intent)).expect("a plan");
            assert_eq!(plan["revision"], json!({"id": "release-7", "from": "flag"}), "{plan}");
            let approval = of("approved").rfind(|one| one["plan"] == plan_id && place(one) < place(intent)).expect("an approval");
            assert_eq!((&approval["run"], &intent["run"]), (&plan["run"], &plan["run"]), "in one run");
        }
    }
    // The answer that was lost: nobody knew, and then it was found.
    let lost: Vec<&Value> =
        of("outcome").filter(|outcome| outcome["outcome"] == "unknown").map(|outcome| &outcome["op"]).collect();
    assert_eq!(lost.len(), 1);
    let known = of("outcome").rfind(|outcome| &outcome["op"] == lost[0]).expect("an outcome");
    assert!(text(known, "outcome") == "confirmed" && text(known, "application").starts_with('A'), "{known}");
    assert_eq!(of("refused").count(), 2);
    let words: Vec<String> = of("approved").map(|word| word["flags"].to_string()).collect();
    assert!(words[0].contains("--ack spendPerPlan=3000") && words[1].contains("--approve plan-"), "{words:?}");
    let stored: Vec<&Value> = of("plan").map(|plan| &plan["stored"]).collect();
    assert_eq!(stored.iter().filter(|stored| ***stored == json!(true)).count(), 1, "{stored:?}");
}

#[test]
fn no_secret_and_no_recipient_is_written_anywhere() {
    let world = session();
    let log = log(&world);
    for hidden in [SECRET, "Bearer", "\"token\"", "山田", "03-1234-5678", "千代田1-1"] {
        assert!(!log.contains(hidden), "{hidden} is in the log");
    }
    // The journal has to know what was ordered, and no credentials.
    for entry in std::fs::read_dir(world.path("")).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_file() {
            let bytes = std::fs::read(&entry).expect("a file");
            assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()), "{}", entry.display());
        }
    }
}

#[test]
fn no_line_can_be_changed_taken_away_or_moved() {
    let world = session();
    let whole = log(&world);
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    assert!(lines.len() > 20, "{}", lines.len());
    let broken = |what: &str, line: usize, content: String| {
        world.write("journal.db.audit.jsonl", &content);
        let found = verify(&world);
        assert_eq!(found.code, 1, "{what} {line}: {found:?}");
    };
    for place in 0..lines.len() {
        let with = |line: &str| [&lines[..place], &[line], &lines[place + 1..]].concat().concat();
        broken("changed", place, with(&lines[place].replacen("2026-11-10T10:00:00", "2026-11-10T10:00:01", 1)));
        broken("taken away", place, [&lines[..place], &lines[place + 1..]].concat().concat());
        broken("doubled", place, [&lines[..=place], &lines[place..]].concat().concat());
        if place > 0 {
            let mut moved = lines.clone();
            moved.swap(place - 1, place);
            broken("moved", place, moved.concat());
        }
    }
    world.write("journal.db.audit.jsonl", &whole);
    verify(&world).expect(0);
}

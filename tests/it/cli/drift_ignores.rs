//! What is known and agreed on is told apart from drift, with its owner, until its last day; and a plan tells who changed what.

use serde_json::{Value, json};

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// Four lines as they are declared, applied once: the journal knows them.
fn world() -> World {
    let world = World::at(NOW);
    let line = |msisdn: String| json!({"msisdn": msisdn, "planCode": "fixed-500mb", "status": "active"});
    let sims: Vec<Value> = (1..=4).map(|nth| line(format!("0800000000{nth}"))).collect();
    world.seed(&json!({"sims": sims}));
    declare(&world, "");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world
}

fn declare(world: &World, ignores: &str) {
    let policy = if ignores.is_empty() { String::new() } else { format!("  policy:\n    driftIgnores:\n{ignores}") };
    world.fleet(&format!(
        "  mode: Apply\n  defaults: {{state: Active, ratePlan: fixed-500mb}}\n  sims:\n    - {{msisdn: \"08000000001\", name: \
         kiosk}}\n    - {{msisdn: \"08000000002\", labels: {{site: ueno}}}}\n    - {{msisdn: \"08000000003\"}}\n    - {{msisdn: \
         \"08000000004\"}}\n{policy}"
    ));
}

const KIOSK: &str =
    "      - {msisdns: [\"08000000001\"], fields: [state], reason: on loan, owner: team-kiosk, until: \"2026-11-30\"}\n";

fn suspend(world: &World, msisdn: &str) {
    world.post(&format!("/_emu/console/suspend/{msisdn}"), &json!({}));
}

fn run(world: &World, code: i32, arguments: &[&str]) -> Run {
    world.run(arguments).expect(code)
}

fn drift(world: &World, code: i32) -> Value {
    run(world, code, &["drift", "fleet", "--format", "json"]).json()
}

fn plan(world: &World) -> Value {
    run(world, 0, &["plan", "fleet", "--format", "json"]).json()
}

fn lists(world: &World) -> usize {
    let journal = world.get("/_emu/journal");
    let calls = journal["calls"].as_array().expect("calls").iter();
    calls.filter(|call| call["path"].as_str().expect("a path").starts_with("/v1/applications")).count()
}

#[test]
fn what_is_ignored_is_told_apart_until_its_last_day() {
    let world = world();
    suspend(&world, "08000000001");
    let before = plan(&world);
    drift(&world, 2);
    declare(&world, KIOSK);
    let report = drift(&world, 0);
    assert_eq!(report["drift"], json!([]));
    let ignored = &report["ignored"][0];
    assert_eq!((&ignored["msisdn"], &ignored["by"]), (&json!("08000000001"), &json!("console")));
    assert_eq!((&ignored["ignore"]["owner"], &ignored["ignore"]["until"]), (&json!("team-kiosk"), &json!("2026-11-30")));
    assert_eq!((&report["summary"]["ignored"], &report["summary"]["changes"]), (&json!(1), &json!(0)));
    assert_eq!(report["ignores"][0]["state"], "active");
    run(&world, 0, &["drift", "fleet"])
        .says("Ignored for now: 1")
        .says("state Active -> Suspended, in the console, application")
        .says("ignored until 2026-11-30 by team-kiosk: on loan")
        .says("No drift. 4 lines compared; 1 change is ignored.");
    run(&world, 0, &["drift", "fleet", "--format", "markdown"]).says("### Ignored for now: 1").says("by team-kiosk");

    // The same operations, under the same id.
    let after = plan(&world);
    assert_eq!((&after["planId"], &after["operations"][0]["kind"]), (&before["planId"], &json!("resume")));
    assert_eq!((&after["drift"], &after["driftIgnored"][0]["ignore"]["owner"]), (&json!([]), &json!("team-kiosk")));
    run(&world, 0, &["plan", "fleet"])
        .says("Drift ignored: 1 changed outside")
        .says("08000000001  state Active -> Suspended, ignored until 2026-11-30 by team-kiosk: on loan");

    // Another field is not meant, and another line neither.
    suspend(&world, "08000000003");
    let report = drift(&world, 2);
    assert_eq!((report["drift"][0]["msisdn"].as_str(), report["summary"]["ignored"].as_u64()), (Some("08000000003"), Some(1)));
    run(&world, 2, &["drift", "fleet"]).says("Drift: 1 change on 1 of 4 lines; 1 in the console; 1 more ignored.");

    world.post("/_emu/clock", &json!({"set": "2026-11-16T10:00:00+09:00"}));
    assert_eq!(drift(&world, 2)["ignores"][0]["state"], "expiresSoon");
    run(&world, 2, &["drift", "fleet"]).says("owner team-kiosk: expires on 2026-11-30");
    world.post("/_emu/clock", &json!({"set": "2026-11-30T23:59:00+09:00"}));
    assert_eq!(drift(&world, 2)["summary"]["changes"], 1);
    world.post("/_emu/clock", &json!({"set": "2026-12-01T00:01:00+09:00"}));
    let report = drift(&world, 2);
    assert_eq!((&report["summary"]["changes"], &report["ignored"]), (&json!(2), &json!([])));
    assert_eq!(report["drift"][0]["ignore"]["owner"], "team-kiosk");
    run(&world, 2, &["drift", "fleet"])
        .says("ignore expired on 2026-11-30 (owner team-kiosk)")
        .says("owner team-kiosk: expired on 2026-11-30; 1 change counts as drift again: renew it, or put that right");
    run(&world, 0, &["plan", "fleet"]).says("ignore expired on 2026-11-30 (owner team-kiosk)");
    let schema = jsonschema::validator_for(&run(&world, 0, &["schema", "drift"]).json()).expect("a schema");
    assert!(schema.is_valid(&report), "{report:#}");
}

#[test]
fn an_ignore_that_matches_nothing_is_said_where_that_is_known() {
    let world = world();
    declare(&world, "      - {labels: {site: ueno}, owner: team-net, until: \"2027-01-31\"}\n");
    assert_eq!(drift(&world, 0)["ignores"][0]["matchesNothing"], true);
    run(&world, 0, &["drift", "fleet"]).says("Ignores to look at:").says("owner team-net: matches nothing: remove it");
    let part = run(&world, 0, &["drift", "fleet", "--format", "json", "--only", "08000000001"]).json();
    assert_eq!(part["ignores"][0]["matchesNothing"], false, "its line was not looked at");
    suspend(&world, "08000000002");
    let report = drift(&world, 0);
    assert_eq!((&report["ignores"][0]["matchesNothing"], &report["ignores"][0]["changes"]), (&json!(false), &json!(1)));
}

#[test]
fn an_expired_ignore_beside_one_that_holds_makes_nothing_count() {
    let world = world();
    suspend(&world, "08000000001");
    let expired = "      - {labels: {site: ueno}, owner: team-net, until: \"2026-11-09\"}\n";
    let both = format!("{KIOSK}{}{expired}", KIOSK.replace("team-kiosk", "team-old").replace("2026-11-30", "2026-11-08"));
    declare(&world, &both);
    for format in ["text", "markdown"] {
        let told = run(&world, 0, &["drift", "fleet", "--format", format]).stdout;
        let told = told.replace("&#58;", ":");
        assert!(told.contains("owner team-old: expired on 2026-11-08; another ignore is about the same: remove it"), "{told}");
        assert!(!told.contains("as drift again"), "{told}");
    }
    // Of several that have expired the last one is told; changes of lines of others count for it.
    suspend(&world, "08000000002");
    run(&world, 2, &["drift", "fleet"])
        .says("owner team-net: expired on 2026-11-09; 1 change counts as drift again")
        .says("owner team-old: expired on 2026-11-08; another ignore is about the same");
}

#[test]
fn an_ignore_holds_a_year_at_most() {
    let world = world();
    declare(&world, &KIOSK.replace("2026-11-30", "2027-11-11"));
    for command in [&["drift", "fleet"], &["plan", "fleet"], &["apply", "fleet"]] {
        run(&world, 1, command).says("DRIFT_IGNORE_TOO_LONG").says("write 2027-11-10 or an earlier day");
    }
    run(&world, 0, &["validate", "fleet"]);
    declare(&world, &KIOSK.replace("2026-11-30", "2027-11-10"));
    drift(&world, 0);
}

#[test]
fn a_plan_tells_who_from_one_list_and_only_if_something_changed() {
    let world = world();
    let before = lists(&world);
    let clean = plan(&world);
    assert_eq!((&clean["drift"], lists(&world)), (&json!([]), before), "nothing to ask for");
    suspend(&world, "08000000001");
    let told = plan(&world);
    assert_eq!((&told["drift"][0]["by"], lists(&world)), (&json!("console"), before + 1));
    world.post("/_emu/console/plan-change/08000000002", &json!({"planCode": "fixed-1gb"}));
    world.post("/_emu/carrier/suspend/08000000003", &json!({}));
    let token = world.post("/v1/auth/token", &json!({"contractorId": "demo", "password": "demo"}));
    let body = json!({"reason": "lost"});
    world.post_as(token["token"].as_str().expect("a token"), "/v1/sims/08000000004/suspend", &body);
    world.advance("PT2M");
    let before = lists(&world);
    let told = plan(&world);
    let by: Vec<&str> = told["drift"].as_array().expect("drift").iter().map(|item| item["by"].as_str().unwrap_or("-")).collect();
    assert_eq!((by, lists(&world)), (vec!["console", "console", "carrier", "api"], before + 1), "whatever it is, one list");
    run(&world, 0, &["plan", "fleet"])
        .says("08000000001  state Active -> Suspended, in the console")
        .says("08000000004  state Active -> Suspended, by another client of the API");
    run(&world, 0, &["plan", "fleet", "--format", "markdown"]).says("by the carrier");

    // A snapshot has no such list. The plan is the same one.
    run(&world, 0, &["observe", "fleet", "-o", "observed.json"]);
    let before = lists(&world);
    let offline = run(&world, 0, &["plan", "fleet", "--observed", "observed.json", "--format", "json"]).json();
    assert_eq!((&offline["planId"], &offline["drift"][0]["by"], lists(&world)), (&told["planId"], &Value::Null, before));
}

#[test]
fn a_plan_that_cannot_tell_who_is_a_plan_all_the_same() {
    let world = world();
    suspend(&world, "08000000001");
    let id = plan(&world)["planId"].clone();
    world.fault(10, "shortList", 99);
    let run =
        run(&world, 0, &["plan", "fleet", "--format", "json"]).says("who made the changes that are listed as drift is not known");
    assert_eq!((&run.json()["planId"], &run.json()["drift"][0]["by"]), (&id, &Value::Null));
}

#[test]
fn what_ignored_drift_costs_a_plan_is_nothing() {
    let world = world();
    suspend(&world, "08000000001");
    declare(&world, KIOSK);
    let before = lists(&world);
    plan(&world);
    assert_eq!(lists(&world), before);
}

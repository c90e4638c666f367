//! The operation journal by hand: what is in doubt, and how a person settles it.

use serde_json::{Value, json};

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// A termination whose answer never came, and that the carrier never did: in doubt in `journal.db`.
fn in_doubt() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet(
        "  mode: Apply\n  policy: {limits: {terminate: 1}}\n  sims:\n    - {msisdn: \"08000000001\", state: Terminated}\n",
    );
    world.fault(14, "errorBeforeCommit", 1);
    let arguments = ["apply", "fleet", "--yes", "--ack", "terminate=1", "--journal", "journal.db"];
    world.left_in_doubt(&arguments);
    world
}

fn operations(world: &World) -> Value {
    world.run(&["ops", "list", "--journal", "journal.db", "--format", "json"]).expect(0).json()
}

fn id(world: &World) -> String {
    operations(world)[0]["id"].as_str().expect("an id").to_owned()
}

/// Runs without credentials: the journal alone has to be enough.
fn bare(world: &World, arguments: &[&str]) -> Run {
    let mut command = world.command(arguments);
    command.env_remove("SIMFLEET_PASSWORD").env_remove("SIMFLEET_CONTRACTOR_ID");
    Run::of(&command.output().expect("simfleet runs"))
}

#[test]
fn a_journal_alone_says_what_is_in_doubt_and_what_settles_it() {
    let world = in_doubt();
    let listed = bare(&world, &["ops", "list", "--in-doubt", "--journal", "journal.db"]).expect(5);
    let head = listed.stdout.lines().next().expect("a header");
    assert_eq!(head.split_whitespace().collect::<Vec<_>>(), ["ID", "KIND", "SUBJECT", "STATE", "SENT", "APPLICATION", "NOTE"]);
    let listed = listed.says("terminate").says("in doubt").says("counts as not done from 2026-11-10T10:15:00+09:00 on");
    assert!(listed.stdout.contains("1 is in doubt"), "{}", listed.stdout);
    let shown = operations(&world);
    assert_eq!((&shown[0]["inDoubt"], &shown[0]["risk"]), (&json!(true), &json!("R5")));
    assert_eq!((&shown[0]["sentAt"], &shown[0]["settledBy"]), (&json!(NOW), &json!("2026-11-10T10:15:00+09:00")));
    let id = id(&world);
    bare(&world, &["ops", "show", &id, "--journal", "journal.db"])
        .expect(0)
        .says("terminate 08000000001  in doubt (attempt 1)")
        .says("simfleet ops resolve");
    assert_eq!(bare(&world, &["ops", "show", &id, "--journal", "journal.db", "--format", "json"]).expect(0).json()[0]["id"], *id);
    // With manifests, too.
    world.run(&["ops", "list", "-f", "fleet", "--journal", "journal.db", "--in-doubt"]).expect(5);
    world.run(&["ops", "list", "fleet", "--journal", "journal.db", "--in-doubt"]).expect(5);
    bare(&world, &["ops", "list"]).expect(64).says("--journal FILE");
    bare(&world, &["ops", "list", "--journal", "none.db"]).expect(1).says("there is no journal");
    bare(&world, &["ops", "show", "op-0", "--journal", "journal.db"]).expect(1).says("no journal has an operation op-0");
}

#[test]
fn what_cannot_be_undone_is_settled_by_a_yes_only_and_is_recorded() {
    let world = in_doubt();
    let id = id(&world);
    let resolve = |more: &[&str]| bare(&world, &[&["ops", "resolve", &id, "--journal", "journal.db"], more].concat());
    resolve(&["--outcome", "not-done"]).expect(3).says("--yes").says("nothing was written");
    resolve(&["--outcome", "not-done", "--application", "A1", "--yes"]).expect(64);
    assert_eq!(operations(&world)[0]["inDoubt"], true);
    resolve(&["--outcome", "not-done", "--yes"]).expect(0).says("is settled: notDone");
    resolve(&["--outcome", "done", "--yes"]).expect(1).says("not in doubt");
    let shown = world.run(&["audit", "show", "journal.db.audit.jsonl", "--op", &id, "--format", "json"]).expect(0).json();
    let decided = shown.as_array().expect("records").iter().find(|record| record["event"] == "decided").expect("a decision");
    assert_eq!((&decided["decision"], &decided["by"]["command"]), (&json!("notDone"), &json!("ops resolve")));
    assert_eq!(shown.as_array().expect("records").last().expect("one")["outcome"], "resolvedNotDone");
    world.run(&["audit", "verify", "journal.db.audit.jsonl"]).expect(0);
    // So the next apply sends it again, and only now.
    assert_eq!(world.mutations().len(), 1);
    world.run(&["apply", "fleet", "--yes", "--ack", "terminate=1", "--journal", "journal.db"]).expect(0);
    assert_eq!(world.mutations().len(), 2);
}

#[test]
fn who_looked_into_the_console_names_the_application() {
    let world = in_doubt();
    let id = id(&world);
    let arguments = ["ops", "resolve", &id, "--outcome", "done", "--application", "A0000042", "--yes", "--journal", "journal.db"];
    bare(&world, &arguments).expect(0).says("is settled: done, application A0000042");
    let shown = operations(&world);
    assert_eq!((&shown[0]["state"], &shown[0]["resolution"]), (&json!("resolved"), &json!("done")));
    assert_eq!(shown[0]["applicationNo"], "A0000042");
    bare(&world, &["ops", "show", &id, "--journal", "journal.db"]).expect(0).says("A0000042").says("settled by hand");
    bare(&world, &["ops", "list", "--in-doubt", "--journal", "journal.db"]).expect(0).says("no operations");
}

#[test]
fn a_doubt_that_was_settled_after_the_plan_was_stored_is_none() {
    let world = in_doubt();
    world.fleet(
        r#"  mode: Apply
  sims:
    - {msisdn: "08000000001", state: Terminated}
    - {msisdn: "08000000002", state: Suspended}
"#,
    );
    world.run(&["plan", "fleet", "--out", "plan.json", "--journal", "journal.db"]).says("In doubt");
    world.advance("PT16M");
    world.run(&["apply", "plan.json", "--yes", "--journal", "journal.db"]).expect(0);
}

/// A coupon that never reached the carrier, and two like it that somebody bought by hand meanwhile, and a third for
/// another line; past the window.
fn two_may_be_it() -> (World, String) {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet(
        r#"  mode: Apply
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002"}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001"]}
"#,
    );
    world.fault(5, "errorBeforeCommit", 1);
    world.left_in_doubt(&["apply", "fleet", "--ack", "buyCoupon=1"]);
    let token = world.post("/v1/auth/token", &json!({"contractorId": "demo", "password": "demo"}));
    let token = token["token"].as_str().expect("a token");
    for msisdn in ["08000000001", "08000000001", "08000000002"] {
        world.post_as(token, &format!("/v1/sims/{msisdn}/coupons"), &json!({"couponCode": "add-1gb"}));
    }
    world.advance("PT20M");
    let listed = world.run(&["ops", "list", "fleet", "--format", "json"]).expect(0).json();
    (world, listed[0]["id"].as_str().expect("an id").to_owned())
}

/// The numbers of the coupons that a line got, as the carrier lists them.
fn coupons_of(world: &World, msisdn: &str) -> Vec<String> {
    let rows = world.run(&["get", "applications", "-f", "fleet", "--format", "json"]).expect(0).json();
    let of_line = |row: &&Value| row.to_string().contains(msisdn);
    let rows = rows.as_array().expect("rows").iter().filter(of_line);
    rows.map(|row| row["applicationNo"].as_str().expect("a number").to_owned()).collect()
}

#[test]
fn what_an_operation_in_doubt_may_be_is_said_wherever_it_is_shown() {
    let (world, id) = two_may_be_it();
    let candidates = coupons_of(&world, "08000000001");
    assert_eq!(candidates.len(), 2, "{candidates:?}");
    let names_them = |run: Run| {
        let text = format!("{}{}", run.stdout, run.stderr);
        assert!(candidates.iter().all(|number| text.contains(number)), "{text}");
        assert!(
            text.contains("a person has to say which") && text.contains(&format!("ops resolve {id} --outcome done")),
            "{text}"
        );
        assert!(!text.contains("10:15"), "no time settles it: {text}");
    };
    names_them(world.run(&["plan", "fleet"]).expect(5));
    // To plan writes nothing, so it is the apply that tells the journal.
    for _ in 0..2 {
        names_them(world.run(&["apply", "fleet", "--ack", "buyCoupon=1"]).expect(5));
        names_them(world.run(&["plan", "fleet"]).expect(5));
        names_them(world.run(&["plan", "fleet", "--format", "markdown"]).expect(5));
        names_them(world.run(&["ops", "list", "fleet", "--in-doubt"]).expect(5));
        names_them(world.run(&["ops", "show", &id, "fleet"]).expect(0));
    }
    let shown = world.run(&["ops", "show", &id, "fleet", "--format", "json"]).expect(0).json();
    assert_eq!((&shown[0]["inDoubt"], &shown[0]["settledBy"]), (&json!(true), &Value::Null));
    assert_eq!(world.mutations().len(), 4, "nothing is sent");
    world.run(&["ops", "resolve", &id, "fleet", "--outcome", "done", "--application", &candidates[1], "--yes"]).expect(0);
    world.run(&["apply", "fleet", "--yes"]).expect(0).says("No changes");
}

#[test]
fn an_application_that_is_something_else_settles_nothing() {
    let (world, id) = two_may_be_it();
    let ours = coupons_of(&world, "08000000001");
    let others = coupons_of(&world, "08000000002");
    let resolve =
        |number: &str| world.run(&["ops", "resolve", &id, "fleet", "--outcome", "done", "--application", number, "--yes"]);
    resolve("NONSENSE").expect(3).says("the carrier has no application NONSENSE").says("nothing was written");
    resolve(&others[0]).expect(3).says("is of another line");
    let unknown = world.run(&["ops", "list", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!(unknown[0]["inDoubt"], true);
    resolve(&ours[0]).expect(0).says("is settled: done");

    // Another grant of the same code, in doubt as well: it is not the application of the first.
    world.fleet(
        r#"  mode: Apply
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002"}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001"]}
    - {name: maps, month: 2026-11, code: add-500mb, msisdns: ["08000000001"]}
"#,
    );
    world.fault(5, "errorBeforeCommit", 1);
    world.left_in_doubt(&["apply", "fleet", "--ack", "buyCoupon=1", "--journal", &state(&world)]);
    let rows = world.run(&["ops", "list", "fleet", "--in-doubt", "--format", "json"]).expect(5).json();
    let second = rows[0]["id"].as_str().expect("an id");
    let settle = |number: &str, found: &[&str]| {
        let arguments = ["ops", "resolve", second, "--outcome", "done", "--application", number, "--yes"];
        bare(&world, &[&arguments[..], found].concat())
    };
    let journal = state(&world);
    let alone = ["--journal", journal.as_str()];
    settle(&ours[0], &alone).expect(3).says("already");
    // The journal alone knows no more, and says so.
    settle("A9999999", &alone).expect(0).says("was not looked for at the carrier");
}

/// Where the journal of `fleet` is.
fn state(world: &World) -> String {
    let folder = std::fs::read_dir(world.path("state/simfleet")).expect("a folder");
    let mut files = folder.map(|entry| entry.expect("an entry").path());
    files.find(|file| file.extension().is_some_and(|extension| extension == "db")).expect("a journal").display().to_string()
}

/// What `ops show` prints is pasted as it is.
#[test]
fn the_commands_that_settle_it_by_hand_work_as_they_are_printed() {
    let world = in_doubt();
    let id = id(&world);
    for found_by in [&["--journal", "journal.db"][..], &["fleet", "--journal", "journal.db"]] {
        let shown = bare(&world, &[&["ops", "show", &id], found_by].concat()).expect(0);
        let command = shown.stdout.lines().find_map(|line| line.trim().strip_prefix("or ")).expect("a command").trim();
        assert_eq!(command, format!("simfleet ops resolve {id} {} --outcome not-done", found_by.join(" ")));
        let pasted: Vec<&str> = command.split(' ').skip(1).collect();
        bare(&world, &pasted).expect(3).says("nobody confirmed");
    }
}

/// The journal is found as `apply PATH` finds it, and so by the same words.
#[test]
fn the_journal_of_an_apply_is_found_by_its_path() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n");
    world.run(&["ops", "list", "fleet"]).expect(0).says("no operations");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    let listed = world.run(&["ops", "list", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!(listed[0]["kind"], "suspend", "{listed:#}");
    assert_eq!(world.run(&["ops", "list", "-f", "fleet", "--format", "json"]).expect(0).json(), listed);
    let id = listed[0]["id"].as_str().expect("an id");
    world.run(&["ops", "show", id, "fleet"]).expect(0).says("08000000001");
    world.run(&["ops", "resolve", id, "fleet", "--outcome", "done"]).expect(1).says("not in doubt");
    world.run(&["ops", "list"]).expect(64).says("name the manifests, or the journal with --journal FILE");
}

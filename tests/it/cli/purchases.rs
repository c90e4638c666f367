//! Coupons on a real carrier process: bought once, whatever happens to the journal, the files and the machine.

use std::path::Path;

use serde_json::{Value, json};

use super::world::{FLEET_HEAD, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// A grant for two lines. Their plan takes it.
const GRANT: &str = r#"  mode: Apply
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002"}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001", "08000000002"]}
"#;

fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [
        {"msisdn": "08000000001", "planCode": "fixed-500mb"}, {"msisdn": "08000000002", "planCode": "fixed-500mb"},
    ]}));
    world.fleet(GRANT);
    world
}

const APPLY: [&str; 5] = ["apply", "fleet", "--yes", "--ack", "buyCoupon=2"];

/// What was billed for coupons, by line.
fn bought(world: &World) -> Vec<String> {
    world.billed("coupon")
}

fn both() -> Vec<String> {
    vec!["08000000001".to_owned(), "08000000002".to_owned()]
}

#[test]
fn a_grant_is_bought_once_however_often_it_is_applied() {
    let world = world();
    world.run(&["plan", "fleet", "--detailed-exitcode"]).expect(2).says("2 to buy");
    world.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack buyCoupon=2").says("there is no journal");
    assert_eq!(bought(&world), Vec::<String>::new());
    world.run(&APPLY).expect(0);
    assert_eq!(bought(&world), both());
    for _ in 0..3 {
        let again = world.run(&APPLY).expect(0).says("No changes");
        assert!(!again.stderr.contains("no journal"), "{}", again.stderr);
        world.advance("P1D");
    }
    world.run(&["plan", "fleet", "--detailed-exitcode"]).expect(0);
    assert_eq!(bought(&world), both());
    world.run(&["audit", "verify", "fleet"]).expect(0);
    let shown = world.run(&["audit", "show", "fleet", "--line", "08000000001"]).expect(0).says("--ack buyCoupon=2");
    shown.says("POST /v1/sims/08000000001/coupons").says("confirmed, application");
}

#[test]
fn another_journal_finds_the_purchase_in_the_carriers_applications() {
    let world = world();
    let with = |journal: &'static str| [&APPLY[..], &["--journal", journal]].concat();
    world.run(&with("one.db")).expect(0);
    world.run(&with("other.db")).expect(0).says("No changes");
    // A workspace that forgets.
    std::fs::remove_file(world.path("one.db")).expect("a journal");
    world.run(&with("one.db")).expect(0).says("No changes");
    assert_eq!(bought(&world), both());
    // Each of them knows what it has seen; neither log was touched by anybody else.
    world.run(&["audit", "verify", "one.db.audit.jsonl"]).expect(0);
}

#[test]
fn a_new_name_of_the_grant_the_fleet_or_the_file_buys_nothing() {
    let world = world();
    world.run(&APPLY).expect(0);
    let renamed = GRANT.replace("name: firmware", "name: other");
    let other_fleet = FLEET_HEAD.replace("{name: test}", "{name: other}");
    for without_journal in [false, true] {
        for (file, head, spec) in [
            ("fleet.yaml", FLEET_HEAD, renamed.as_str()),
            ("fleet.yaml", &other_fleet, GRANT),
            ("renamed.yaml", FLEET_HEAD, GRANT),
            ("renamed.yaml", &other_fleet, &renamed),
        ] {
            for old in ["fleet/fleet.yaml", "fleet/renamed.yaml"] {
                // Only one of them is there.
                let _ = std::fs::remove_file(world.path(old));
            }
            if without_journal {
                let _ = std::fs::remove_dir_all(world.path("state"));
            }
            world.write(&format!("fleet/{file}"), &format!("{head}{spec}"));
            world.run(&APPLY).expect(0).says("No changes");
        }
    }
    assert_eq!(bought(&world), both());
}

#[test]
fn another_code_under_a_bought_name_is_refused() {
    let world = world();
    world.run(&APPLY).expect(0);
    world.fleet(&GRANT.replace("add-1gb", "add-100mb"));
    world.run(&APPLY).expect(0).says("GRANT_CHANGED").says("was bought as add-1gb, declared is add-100mb");
    world.run(&[&APPLY[..], &["--strict"]].concat()).expect(3);
    assert_eq!(bought(&world), both());
}

#[test]
fn only_lines_in_use_whose_plan_takes_it_get_a_coupon() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [
        {"msisdn": "08000000001", "planCode": "fixed-500mb"},
        {"msisdn": "08000000002", "planCode": "fixed-500mb", "status": "suspended"},
        {"msisdn": "08000000003", "planCode": "fixed-500mb"},
        {"msisdn": "08000000004", "planCode": "fixed-500mb"},
        {"msisdn": "08000000005", "planCode": "payg-1gb"},
        {"msisdn": "08000000006", "planCode": "fixed-500mb"},
        {"msisdn": "08000000007", "planCode": "fixed-500mb", "status": "suspended"},
    ]}));
    world.post("/_emu/carrier/suspend/08000000006", &json!({}));
    world.fleet(
        r#"  mode: Apply
  policy: {limits: {terminate: 1}}
  sims:
    - {msisdn: "08000000001"}
    - {msisdn: "08000000002"}
    - {msisdn: "08000000003", state: Suspended}
    - {msisdn: "08000000004", state: Terminated}
    - {msisdn: "08000000005"}
    - {msisdn: "08000000006"}
    - {msisdn: "08000000007", state: Active}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001", "08000000002", "08000000003",
       "08000000004", "08000000005", "08000000006", "08000000007"]}
"#,
    );
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let blocked: Vec<(&str, &str)> = plan["blocked"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| (item["msisdn"].as_str().expect("a line"), item["code"].as_str().expect("a code")))
        .collect();
    let not_active = |msisdn| (msisdn, "LINE_NOT_ACTIVE");
    assert_eq!(
        blocked,
        [
            not_active("08000000002"),
            not_active("08000000003"),
            not_active("08000000004"),
            ("08000000005", "COUPON_NOT_OFFERED"),
            not_active("08000000006"),
        ],
        "{plan}"
    );
    let operations = plan["operations"].as_array().expect("operations");
    let of = |kind: &str, msisdn: &str| operations.iter().find(|one| one["kind"] == kind && one["msisdn"] == msisdn);
    assert!(of("buyCoupon", "08000000001").is_some(), "{plan}");
    let (resume, buys) = (of("resume", "08000000007").expect("a resumption"), of("buyCoupon", "08000000007").expect("a coupon"));
    assert_eq!(buys["dependsOn"], json!([resume["id"]]), "a line that is resumed gets it when it is in use");
    world.run(&["apply", "fleet", "--only", "08000000001", "08000000002", "08000000005", "--ack", "buyCoupon=1"]).expect(0);
    assert_eq!(bought(&world), ["08000000001"]);
}

#[test]
fn somebody_who_bought_it_by_hand_has_bought_it() {
    let world = world();
    let token = world.post("/v1/auth/token", &json!({"contractorId": "demo", "password": "demo"}));
    let token = token["token"].as_str().expect("a token").to_owned();
    world.post_as(&token, "/v1/sims/08000000001/coupons", &json!({"couponCode": "add-1gb"}));
    world.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1"]).expect(0);
    assert_eq!(bought(&world), both());
    // A coupon that nobody declares stays one of its own.
    world.post_as(&token, "/v1/sims/08000000001/coupons", &json!({"couponCode": "add-1gb"}));
    world.run(&APPLY).expect(0).says("No changes");
}

/// Two grants for one line: as long as the first purchase is in doubt, the second is not sent.
const TWO: &str = r#"  mode: Apply
  sims:
    - {msisdn: "08000000001"}
  coupons:
    - {name: firmware, month: 2026-11, code: add-1gb, msisdns: ["08000000001"]}
    - {name: maps, month: 2026-11, code: add-1gb, msisdns: ["08000000001"]}
"#;

/// A world where an apply was killed when the answer to its first purchase was lost: the carrier has done it.
fn killed_after_a_purchase() -> World {
    let world = world();
    world.fleet(TWO);
    world.fault(5, "timeoutAfterCommit", 1);
    let (mut apply, said) = world.until_lost(&APPLY);
    // SIGKILL: nothing is said good-bye to.
    apply.kill().expect("a process");
    apply.wait().expect("it ends");
    assert!(said.contains("for up to 60 s"), "{said}");
    assert_eq!(bought(&world).len(), 1, "the carrier has done what nobody heard of");
    world
}

fn state(world: &World) -> impl AsRef<Path> {
    world.path("state")
}

/// What happens to the world, and what does it.
type Change<'a> = (&'static str, &'a dyn Fn(&World));

#[test]
fn what_changes_between_a_crash_and_the_next_run_buys_nothing_twice() {
    let fleet = |world: &World, name: &str, text: &str| {
        std::fs::remove_file(world.path("fleet/fleet.yaml")).expect("a fleet");
        world.write(name, text);
    };
    let head = FLEET_HEAD;
    let renamed_fleet = head.replace("{name: test}", "{name: other}");
    let renamed_grant = TWO.replace("name: firmware", "name: other");
    let changes: [Change<'_>; 6] = [
        ("nothing", &|_| {}),
        ("the file", &|world| fleet(world, "fleet/renamed.yaml", &format!("{head}{TWO}"))),
        ("the fleet", &|world| fleet(world, "fleet/fleet.yaml", &format!("{renamed_fleet}{TWO}"))),
        ("the grant", &|world| fleet(world, "fleet/fleet.yaml", &format!("{head}{renamed_grant}"))),
        ("the machine", &|world| std::fs::remove_dir_all(state(world)).expect("a state folder")),
        ("all of it", &|world| {
            std::fs::remove_dir_all(state(world)).expect("a state folder");
            fleet(world, "fleet/renamed.yaml", &format!("{renamed_fleet}{renamed_grant}"));
        }),
    ];
    for (what, change) in changes {
        let world = killed_after_a_purchase();
        change(&world);
        let next = world.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1"]);
        assert_eq!(next.code, 0, "{what}: {next:?}");
        assert_eq!(bought(&world).len(), 2, "{what}");
        world.run(&APPLY).expect(0).says("No changes");
        assert_eq!(bought(&world).len(), 2, "{what}, and again");
        world.run(&["audit", "verify", "fleet"]).expect(0);
    }
}

#[test]
fn a_crash_is_told_and_settled_before_the_next_plan() {
    let world = killed_after_a_purchase();
    let next = world.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1"]).expect(0);
    let next = next.says("settled: buyCoupon 080*****00").says("was in doubt; it was done, as A");
    assert!(!next.stderr.contains("no journal"), "{}", next.stderr);
    let shown = world.run(&["audit", "show", "fleet", "--format", "json"]).expect(0).json();
    let outcomes: Vec<&str> = shown.as_array().expect("records").iter().filter_map(|record| record["outcome"].as_str()).collect();
    assert!(outcomes.contains(&"unknown") && outcomes.contains(&"discarded"), "{outcomes:?}");
    assert!(shown.as_array().expect("records").iter().any(|record| record["event"] == "takeover"));
}

#[test]
fn a_plan_without_a_carrier_buys_what_a_plan_with_one_buys() {
    let world = world();
    world.run(&["observe", "fleet", "-o", "observed.json"]).expect(0);
    let ids =
        |plan: &Value| plan["operations"].as_array().expect("operations").iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
    let here = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let there = world.run(&["plan", "fleet", "--observed", "observed.json", "--format", "json"]).expect(0).json();
    assert_eq!((ids(&here), ids(&here).len()), (ids(&there), 2));
    world.run(&APPLY).expect(0);
    world.run(&["observe", "fleet", "-o", "later.json"]).expect(0);
    world.run(&["plan", "fleet", "--observed", "later.json", "--detailed-exitcode"]).expect(0).says("No changes");
    // Without a home, and so without any journal: what the snapshot says of purchases is enough.
    let mut command = world.command(&["plan", "fleet", "--observed", "later.json", "--detailed-exitcode"]);
    assert_eq!(command.env_remove("XDG_STATE_HOME").output().expect("runs").status.code(), Some(0));
    // A snapshot that does not say what was bought buys nothing.
    let text = std::fs::read_to_string(world.path("observed.json")).expect("a snapshot");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    snapshot.as_object_mut().expect("an object").remove("couponApplications").expect("purchases");
    world.write("silent.json", &snapshot.to_string());
    let silent = ["plan", "fleet", "--observed", "silent.json", "--format", "json"];
    let plan = world.run(&[&silent[..], &["--journal", "none.db"]].concat()).expect(0).json();
    assert_eq!((ids(&plan).len(), &plan["blocked"][0]["code"]), (0, &json!("PURCHASES_NOT_OBSERVED")), "{plan}");
    assert_eq!(world.run(&silent).expect(0).json()["blocked"], json!([]), "the journal knows that they were bought");
    world.run(&["plan", "fleet", "--observed", "fleet/fleet.yaml"]).expect(1).says("this is no snapshot");
}

#[test]
fn a_stored_plan_is_stale_once_somebody_else_has_bought() {
    let world = world();
    world.run(&["plan", "fleet", "--out", "plan.json"]).expect(0);
    let plan: Value = serde_json::from_slice(&std::fs::read(world.path("plan.json")).expect("a plan")).expect("JSON");
    let approve = plan["planId"].as_str().expect("an id");
    let other = [&APPLY[..], &["--journal", "other.db"]].concat();
    world.run(&other).expect(0);
    world.run(&["apply", "plan.json", "--approve", approve]).expect(3).says("stale");
    assert_eq!(bought(&world), both());
}

//! `simfleet doctor`: what is looked at, what is found, and that nothing is written.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::quickstart;
use super::world::{FLEET_HEAD, Run, World, account, simfleet};

const NOW: &str = "2026-11-10T10:00:00+09:00";
const FLEET: &str =
    "  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n    - {msisdn: \"08000000002\"}\n";

fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet(FLEET);
    world
}

/// A carrier on the real time, as carriers are.
fn punctual() -> World {
    let world = World::with(&["--no-rate-limit"]);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet(FLEET);
    world
}

/// Each check's verdict and message, by name. An account has each once.
fn checks(run: &Run) -> BTreeMap<String, (String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let checks = run.json()["checks"].as_array().expect("checks").clone();
    checks
        .iter()
        .map(|check| {
            let verdict = text(&check["verdict"]);
            assert_eq!(check["help"].is_null(), verdict == "ok", "what is not ok names the way out: {check}");
            (text(&check["check"]), (verdict, text(&check["message"])))
        })
        .collect()
}

#[track_caller]
fn assert_found(found: &BTreeMap<String, (String, String)>, check: &str, verdict: &str, message: &str) {
    let (is, says) = found.get(check).unwrap_or_else(|| panic!("{check} was not looked at: {found:#?}"));
    assert!(is == verdict && says.contains(message), "{check}: {is}: {says}");
}

/// Every file below a folder, with its text. What SQLite puts beside a database while somebody reads it is none of it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.to_string_lossy().ends_with("-shm") && !path.to_string_lossy().ends_with("-wal") {
                found.insert(path.display().to_string(), std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[test]
fn a_surrounding_that_is_in_order_is_said_to_be_and_nothing_is_written() {
    let world = punctual();
    let before = files(&world.path(""));
    let run = world.run(&["doctor", "fleet", "--format", "json"]).expect(0);
    let found = checks(&run);
    for (check, message) in [
        ("manifests", "valid: 1 account in 2 files"),
        ("terminal", "without colour"),
        ("declared", "2 lines in 1 fleet"),
        ("credentials", "in the environment"),
        ("endpoint", "does not leave this machine"),
        ("connection", "answered in"),
        ("clock", "agree"),
        ("token", "takes the credentials"),
        ("functions", "m2m-lte of S0001234 offers 19 of 19, and all"),
        ("rate limit", "1000 requests a second, 1000 at once"),
        ("journal", "the first apply makes it"),
        ("audit log", "the first apply makes it"),
    ] {
        assert_found(&found, check, "ok", message);
    }
    assert!(!found.contains_key("lock"), "there is no journal yet");
    assert_eq!(run.json()["summary"]["problems"], 0);
    assert_eq!(run.json()["formatVersion"], "1.0");
    assert_eq!(files(&world.path("")), before, "nothing was written here");
    assert_eq!(world.mutations().len(), 0, "nor there");
    let calls = world.get("/_emu/journal")["calls"].as_array().expect("calls").len();
    assert!(calls <= 3, "{calls} requests");
    let text = world.run(&["doctor", "fleet"]).expect(0);
    assert!(text.stdout.contains("Account main\n  ok       declared"), "{}", text.stdout);
    assert!(text.stdout.ends_with("checks ok.\n"), "{}", text.stdout);
    assert_eq!(text.stderr, "");
}

#[test]
fn after_an_apply_the_journal_and_its_log_are_looked_at() {
    let world = punctual();
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    let before = files(&world.path("state"));
    let found = checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(0));
    assert_found(&found, "lock", "ok", "free");
    assert_found(&found, "operations", "ok", "none in doubt");
    assert_found(&found, "last apply", "ok", "begun at 2");
    assert_found(&found, "audit log", "ok", "whole, ");
    assert_eq!(files(&world.path("state")), before, "looking changes nothing");
    // One record is edited.
    let log = before.keys().find(|name| name.ends_with(".audit.jsonl")).expect("a log");
    let text = std::fs::read_to_string(log).expect("a log");
    std::fs::write(log, text.replacen("suspend", "resume_", 1)).expect("a log");
    let found = checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(1));
    assert_found(&found, "audit log", "problem", "was edited");
    std::fs::remove_file(log).expect("a log");
    let found = checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(1));
    assert_found(&found, "audit log", "problem", "is gone");
}

#[cfg(unix)]
#[test]
fn what_is_in_doubt_has_its_own_exit_code() {
    let world = world();
    world.fault(2, "errorBeforeCommit", 1);
    world.left_in_doubt(&["apply", "fleet", "--yes"]);
    let run = world.run(&["doctor", "fleet", "--format", "json"]).expect(5);
    assert_found(&checks(&run), "operations", "warning", "1 is in doubt");
    assert_eq!(run.json()["inDoubt"], 1);
    world.run(&["doctor", "fleet"]).expect(5).says("1 operation in doubt").says("simfleet ops list --in-doubt");
}

#[cfg(target_os = "linux")]
#[test]
fn a_lock_that_is_held_is_told_from_one_that_was_left_behind() {
    let world = world();
    world.fault(2, "errorBeforeCommit", 1);
    let (mut apply, _) = world.until_lost(&["apply", "fleet", "--yes"]);
    let found = checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(5));
    assert_found(&found, "lock", "warning", "an apply is under way");
    assert_found(&found, "lock", "warning", &format!("process {} on", apply.id()));
    apply.kill().expect("a process");
    apply.wait().expect("it ends");
    let found = checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(5));
    assert_found(&found, "lock", "warning", "did not end cleanly");
}

#[test]
fn a_clock_that_is_elsewhere_is_a_warning() {
    let found = checks(&world().run(&["doctor", "fleet", "--format", "json"]).expect(0));
    assert_found(&found, "clock", "warning", "the carrier");
}

#[test]
fn a_password_that_the_carrier_does_not_take_is_a_problem_and_never_shown() {
    let world = punctual();
    let mut command = world.command(&["doctor", "fleet", "--format", "json"]);
    let run = Run::of(&command.env("SIMFLEET_PASSWORD", "hunter2-hunter2").output().expect("simfleet runs")).expect(1);
    let found = checks(&run);
    assert_found(&found, "credentials", "ok", "in the environment");
    assert_found(&found, "token", "problem", "401");
    assert_found(&found, "journal", "ok", "");
    assert!(!run.stdout.contains("hunter2") && !run.stderr.contains("hunter2"), "{}{}", run.stdout, run.stderr);
    let mut command = world.command(&["doctor", "fleet", "--format", "json"]);
    let run = Run::of(&command.env_remove("SIMFLEET_PASSWORD").output().expect("simfleet runs")).expect(1);
    let found = checks(&run);
    assert_found(&found, "credentials", "problem", "SIMFLEET_PASSWORD is not");
    assert_found(&found, "connection", "ok", "answered in");
    assert_found(&found, "journal", "warning", "not looked at");
    // A journal that is named says itself whose it is.
    world.run(&["apply", "fleet", "--yes", "--journal", "named.db"]).expect(0);
    let mut command = world.command(&["doctor", "fleet", "--format", "json", "--journal", "named.db"]);
    let run = Run::of(&command.env_remove("SIMFLEET_PASSWORD").output().expect("simfleet runs")).expect(1);
    assert_found(&checks(&run), "lock", "ok", "free");
}

#[test]
fn a_carrier_that_is_not_there_is_said_to_be_missing_and_how() {
    let world = punctual();
    for (endpoint, message) in [
        ("http://127.0.0.1:1", "port 1: Connection refused"),
        ("http://nowhere.invalid", "no address for the name nowhere.invalid"),
        (&world.endpoint.replace("http://", "https://"), "is open, and TLS fails"),
    ] {
        let found = checks(&world.run(&["doctor", "fleet", "--format", "json", "--endpoint", endpoint]).expect(1));
        assert_found(&found, "connection", "problem", message);
        assert_found(&found, "journal", "ok", "");
    }
    let run = world.run(&["doctor", "--endpoint", "http://nowhere.invalid", "--format", "json"]).expect(1);
    assert_found(&checks(&run), "endpoint", "problem", "is not encrypted");
    world.run(&["doctor"]).expect(64).says("--endpoint");
}

#[test]
fn without_manifests_everything_that_is_offered_is_named() {
    let world = World::with(&["--no-rate-limit"]);
    world.seed(&json!({"systems": [{"systemNo": "S0001234", "services": [{"serviceCode": "m2m-lte", "functions": [1, 2, 3, 7, 10, 13, 19]}]}]}));
    let found = checks(&world.run(&["doctor", "--endpoint", &world.endpoint, "--format", "json"]).expect(0));
    assert_found(&found, "functions", "ok", "m2m-lte of S0001234 offers 7 of 19; not 4 ");
    // What the manifests need is not among them.
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", ratePlan: fixed-1gb}\n");
    let found = checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(0));
    assert_found(&found, "functions", "warning", "not 6 プラン変更 (change plan), which 1 declaration may need");
    let fleet = std::fs::read_to_string(world.path("fleet/fleet.yaml")).expect("a fleet");
    world.write("fleet/fleet.yaml", &fleet.replace("m2m-lte", "m2m-ltw"));
    let run = world.run(&["doctor", "fleet", "--format", "json"]).expect(1);
    assert_found(&checks(&run), "functions", "problem", "has no service m2m-ltw");
    assert!(run.stdout.contains("did you mean m2m-lte?"), "{}", run.stdout);
}

#[test]
fn accounts_are_looked_at_each_for_itself() {
    let world = punctual();
    for (name, msisdn) in [("main", "08000000001"), ("other", "08000000002")] {
        let named = |text: &str| text.replace("{name: main}", &format!("{{name: {name}}}"));
        let head = named(FLEET_HEAD).replace("{name: test}", &format!("{{name: fleet-{name}}}"));
        let sims = format!("  sims:\n    - {{msisdn: \"{msisdn}\"}}\n");
        world.write(&format!("both/{name}.yaml"), &format!("{}---\n{head}{sims}", named(&account(&world.endpoint))));
    }
    world.write("half.toml", "[main]\ncontractorId = \"demo\"\npassword = \"demo\"\n");
    let run = world.run(&["doctor", "both", "--credentials", "half.toml", "--format", "json"]).expect(1);
    let verdicts: Vec<(Value, Value)> = run.json()["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter(|check| ["credentials", "token"].iter().any(|name| check["check"] == *name))
        .map(|check| (check["account"].clone(), check["verdict"].clone()))
        .collect();
    assert_eq!(verdicts.iter().filter(|(account, verdict)| account == "main" && verdict != "problem").count(), 2, "{verdicts:?}");
    assert_eq!(verdicts.iter().filter(|(account, _)| account == "other").count(), 1, "{verdicts:?}");
    assert!(run.stdout.contains("has no account `other`"), "{}", run.stdout);
}

#[test]
fn manifests_that_are_not_valid_are_a_problem_with_the_first_place() {
    let world = punctual();
    world.write("fleet/broken.yaml", "apiVersion: simfleet.dev/v1alpha1\nkind: SimFlet\n");
    let found = checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(1));
    assert_found(&found, "manifests", "problem", "fleet/broken.yaml:2");
    assert_found(&found, "terminal", "ok", "");
}

#[test]
fn an_embedded_carrier_is_looked_at_and_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    quickstart::copy(folder.path());
    let before = files(folder.path());
    let output = simfleet(folder.path()).args(["doctor", "examples/quickstart"]).output().expect("runs");
    let run = Run::of(&output).expect(0).says("a carrier inside this program").says("an embedded carrier needs none");
    assert!(!run.stdout.contains("problem"), "{}", run.stdout);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_file_that_is_no_journal_is_told_and_the_rest_is_looked_at() {
    let world = punctual();
    world.write("notes.txt", &"these are no operations\n".repeat(100));
    let journal = ["--journal", "notes.txt", "--format", "json"];
    let says = "the journal notes.txt cannot be used: file is not a database";
    let found = checks(&world.run(&[&["doctor", "fleet"][..], &journal].concat()).expect(1));
    assert_found(&found, "journal", "problem", says);
    assert!(found.contains_key("functions"));
    // Nobody knows whose it is, and what the file is can be told all the same.
    let mut command = world.command(&[&["doctor", "fleet"][..], &journal].concat());
    let run =
        Run::of(&command.env_remove("SIMFLEET_PASSWORD").env_remove("SIMFLEET_CONTRACTOR_ID").output().expect("simfleet runs"));
    let found = checks(&run.expect(1));
    assert_found(&found, "credentials", "problem", "");
    assert_found(&found, "journal", "problem", says);
    // One that is not there yet says no more than that.
    let mut command = world.command(&["doctor", "fleet", "--journal", "new.db", "--format", "json"]);
    let run =
        Run::of(&command.env_remove("SIMFLEET_PASSWORD").env_remove("SIMFLEET_CONTRACTOR_ID").output().expect("simfleet runs"));
    assert_found(&checks(&run.expect(1)), "journal", "ok", "new.db (not there yet");
    assert!(!world.path("new.db").exists());
}

#[test]
fn the_journal_is_looked_at_whatever_the_exported_lists_hold() {
    let world = World::at(NOW);
    world.write("fleet/account.yaml", "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {name: main}\nspec:\n  driver: csv\n  csv: {sims: sims.csv}\n");
    let doctor = |code| checks(&world.run(&["doctor", "fleet", "--format", "json"]).expect(code));
    for list in [None, Some("no,heading,of,ours\n1,2,3,4\n"), Some("msisdn\n\"08000000001\n")] {
        if let Some(list) = list {
            world.write("fleet/sims.csv", list);
        }
        let found = doctor(1);
        assert_found(&found, "carrier", "problem", "");
        assert_found(&found, "journal", "ok", "not there yet");
        assert_found(&found, "audit log", "ok", "not there yet");
    }
}

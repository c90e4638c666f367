//! The audit log as people use it: who did what and who approved it, and proof that nobody changed it.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use simfleet::exec::{Holder, Journal};

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// Two lines, one to suspend and one to terminate; the password is one that can be told from all else.
fn world() -> World {
    let world = World::with(&["--no-rate-limit", "--clock", "frozen", "--password", "hunter2-hunter2"]);
    world.post("/_emu/clock", &json!({"set": NOW}));
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

/// Runs with the password, the journal `journal.db` and a person at a CI system.
fn run(world: &World, arguments: &[&str]) -> Run {
    let mut command = world.command(arguments);
    command.env("SIMFLEET_PASSWORD", "hunter2-hunter2").env("SIMFLEET_JOURNAL", "journal.db");
    command.env("GITHUB_ACTOR", "octocat").env("GITHUB_RUN_ID", "4711").env("GITHUB_SHA", "c0ffee");
    Run::of(&command.output().expect("simfleet runs"))
}

const APPLY: [&str; 5] = ["apply", "fleet", "--yes", "--ack", "terminate=1"];

fn log(world: &World) -> String {
    std::fs::read_to_string(world.path("journal.db.audit.jsonl")).expect("an audit log")
}

fn records(world: &World) -> Vec<Value> {
    log(world).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The head that an apply printed.
fn head(run: &Run) -> String {
    let line = run.stderr.lines().find(|line| line.starts_with("audit log ")).unwrap_or_else(|| panic!("{}", run.stderr));
    line.split_whitespace().last().expect("a head").to_owned()
}

#[test]
fn it_says_who_terminated_a_line_and_who_approved_it() {
    let world = world();
    run(&world, &APPLY).expect(0);
    let shown = run(&world, &["audit", "show", "fleet", "--line", "08000000002", "--format", "json"]).expect(0).json();
    let events: Vec<&str> =
        shown.as_array().expect("records").iter().map(|record| record["event"].as_str().expect("text")).collect();
    assert_eq!(events, ["plan", "approved", "intent", "call", "outcome", "outcome"]);
    assert!(shown.as_array().expect("records").iter().all(|record| record["by"]["ci"]["actor"] == "octocat"), "{shown}");
    assert_eq!(shown[0]["revision"], json!({"id": "c0ffee", "from": "ci"}));
    assert_eq!(shown[0]["desired"].as_str().map(str::len), Some(64));
    assert_eq!((&shown[0]["operations"]["terminate"], &shown[0]["stored"]), (&json!(1), &json!(false)));
    assert_eq!(shown[1]["flags"], json!(["--yes", "--ack terminate=1"]));
    assert_eq!((&shown[3]["function"], &shown[3]["path"]), (&json!(14), &json!("/v1/sims/08000000002/terminate")));
    assert_eq!(shown[3]["carrierAt"], NOW);
    assert_eq!((&shown[4]["outcome"], &shown[5]["outcome"]), (&json!("accepted"), &json!("confirmed")));
    run(&world, &["audit", "show", "journal.db.audit.jsonl", "--line", "08000000002"])
        .expect(0)
        .says("--yes, --ack terminate=1")
        .says("(github octocat)")
        .says("POST /v1/sims/08000000002/terminate");
    assert!(!log(&world).contains("hunter2"), "a secret is in the log");
    // The other line's records are not among them.
    let other = run(&world, &["audit", "show", "fleet", "--line", "08000000002"]).expect(0);
    assert!(!other.stdout.contains("08000000001"), "{}", other.stdout);
}

#[test]
fn the_head_that_an_apply_prints_proves_the_log() {
    let world = world();
    let applied = run(&world, &APPLY).expect(0);
    let head = head(&applied);
    run(&world, &["audit", "verify", "fleet", "--head", &head]).expect(0).says(&head).says("records  ");
    // Later records do not disturb it.
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Active}\n");
    world.advance("PT2M");
    let next = run(&world, &["apply", "fleet", "--yes"]).expect(0);
    assert_ne!(self::head(&next), head);
    run(&world, &["audit", "verify", "fleet", "--head", &head]).expect(0);
    let found = run(&world, &["audit", "verify", "journal.db.audit.jsonl", "--format", "json"]).expect(0).json();
    assert_eq!(found[0]["head"]["hash"], self::head(&next));
    run(&world, &["audit", "verify", "fleet", "--head", &"0".repeat(64)]).expect(1).says("is not in it");
    // Nothing to do, nothing to record.
    world.advance("PT2M");
    run(&world, &["apply", "fleet", "--yes"]).expect(0);
    let before = log(&world);
    let idle = run(&world, &["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(log(&world), before);
    assert!(!idle.stderr.contains("audit log"), "{}", idle.stderr);
}

#[test]
fn a_log_that_was_changed_is_found_with_its_line() {
    let world = world();
    let applied = run(&world, &APPLY).expect(0);
    let whole = log(&world);
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let verify = |content: &str| {
        world.write("journal.db.audit.jsonl", content);
        run(&world, &["audit", "verify", "fleet"])
    };
    verify(&whole).expect(0);
    verify(&whole.replace("octocat", "nobody")).expect(1).says("line 1: this record was edited");
    verify(&[&lines[..3], &lines[4..]].concat().concat()).expect(1).says("line 4: record 4 is missing");
    verify(&[&lines[..3], &lines[2..]].concat().concat()).expect(1).says("line 4: record 3 stands behind record 3");
    verify(&whole[..whole.len() - 5]).expect(1).says(&format!("line {}: the last line ends", lines.len()));
    // Cut behind a record: the journal knows better, and so does who kept the head.
    let cut = lines[..lines.len() - 1].concat();
    verify(&cut).expect(1).says("which the journal knows");
    std::fs::rename(world.path("journal.db"), world.path("other.db")).expect("a journal");
    verify(&cut).expect(0);
    run(&world, &["audit", "verify", "journal.db.audit.jsonl", "--head", &head(&applied)]).expect(1).says("the log was cut");
    // What stands behind a broken line proves nothing.
    world.write("journal.db.audit.jsonl", &whole.replace("\"outcome\":\"accepted\"", "\"outcome\":\"rejected\""));
    let shown = run(&world, &["audit", "show", "journal.db.audit.jsonl"]).expect(1).says("only what stands before it is shown");
    assert!(!shown.stdout.contains("rejected"), "{}", shown.stdout);
}

#[test]
fn a_log_that_was_begun_again_is_whole_with_the_one_before_only() {
    let world = world();
    run(&world, &APPLY).expect(0);
    let file = world.path("journal.db.audit.jsonl");
    std::fs::rename(&file, world.path("old.jsonl")).expect("a log");
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Active}\n");
    world.advance("PT2M");
    run(&world, &["apply", "fleet", "--yes"]).expect(0);
    for alone in [&["audit", "verify", "fleet"][..], &["audit", "verify", "journal.db.audit.jsonl"]] {
        let alone = run(&world, alone).expect(1).says("of another log, which is not given").says("OLD.jsonl");
        assert!(!alone.stdout.contains("whole"), "{}", alone.stdout);
    }
    let found = run(&world, &["audit", "verify", "fleet", "--format", "json"]).expect(1).json();
    assert_eq!(found[0]["complete"], false);
    for both in [["old.jsonl", "journal.db.audit.jsonl"], ["journal.db.audit.jsonl", "old.jsonl"], ["old.jsonl", "fleet"]] {
        let both = run(&world, &[&["audit", "verify"], &both[..]].concat()).expect(0);
        assert_eq!(both.stdout.matches(": whole").count(), 2, "{}", both.stdout);
    }
    // Another log does not do, nor does one that was cut or edited.
    let old = std::fs::read_to_string(world.path("old.jsonl")).expect("a log");
    let cut: String = old.split_inclusive('\n').take(2).collect();
    for other in [cut, old.replace("octocat", "nobody")] {
        world.write("other.jsonl", &other);
        run(&world, &["audit", "verify", "other.jsonl", "fleet"]).expect(1).says("which is not given");
    }
}

#[test]
fn a_refusal_is_recorded_with_what_would_have_allowed_it() {
    let world = world();
    run(&world, &["apply", "fleet"]).expect(3).says("audit log ");
    run(&world, &["apply", "fleet", "--yes", "--ack", "terminate=1", "--strict", "--only", "08000000002"]).expect(0);
    let told = records(&world);
    let refused = told.iter().find(|record| record["event"] == "refused").expect("a refusal");
    let why = refused["why"].as_str().expect("why");
    assert!(why.contains("--yes") && why.contains("--ack terminate=1"), "{why}");
    let call = told.iter().position(|record| record["event"] == "call").expect("a call");
    assert!(told[..call].iter().any(|record| record["event"] == "approved"), "before the call, who approved it");

    // A stored plan that is stale.
    run(&world, &["plan", "fleet", "--out", "plan.json"]).expect(0);
    let plan: Value = serde_json::from_slice(&std::fs::read(world.path("plan.json")).expect("a plan")).expect("JSON");
    world.advance("PT25H");
    run(&world, &["apply", "plan.json", "--approve", plan["planId"].as_str().expect("an id")]).expect(3);
    let last = records(&world).pop().expect("a record");
    assert_eq!(last["event"], "refused");
    assert!(last["why"].as_str().expect("why").contains("expired"), "{last}");
}

#[test]
fn without_a_log_nothing_is_sent() {
    let world = world();
    // A folder is there in its place.
    std::fs::create_dir(world.path("journal.db.audit.jsonl")).expect("a folder");
    run(&world, &APPLY).expect(1).says("without it nothing is sent");
    world.write("foreign.jsonl", "this is a file of somebody's\n");
    let mut arguments = APPLY.to_vec();
    arguments.extend(["--audit-log", "foreign.jsonl"]);
    run(&world, &arguments).expect(1).says("nothing is appended to it");
    assert_eq!(world.mutations().len(), 0);
    arguments[6] = "audit/main.jsonl";
    run(&world, &arguments).expect(0);
    assert!(world.path("audit/main.jsonl").exists());
    run(&world, &["audit", "verify", "audit/main.jsonl"]).expect(0);
    run(&world, &["audit", "verify", "fleet", "--audit-log", "audit/main.jsonl"]).expect(0);
}

#[test]
fn the_revision_is_what_git_says_of_the_manifests() {
    let world = world();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(world.path("fleet")).args(["-c", "user.name=x", "-c", "user.email=x@example.jp"]);
        let output = command.args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "fleet"]);
    let commit = git(&["rev-parse", "HEAD"]);
    let refused = |arguments: &[&str]| {
        let mut command = world.command(&[&["apply", "fleet", "--journal", "journal.db"], arguments].concat());
        command.env("SIMFLEET_PASSWORD", "hunter2-hunter2");
        Run::of(&command.output().expect("simfleet runs")).expect(3);
        let plan = records(&world).into_iter().rfind(|record| record["event"] == "plan");
        plan.expect("a plan")["revision"].clone()
    };
    assert_eq!(refused(&[]), json!({"id": commit, "dirty": false, "from": "git"}));
    world.write("elsewhere", "not a manifest of these");
    assert_eq!(refused(&[])["dirty"], false, "what lies beside them does not matter");
    world.write("fleet/new.yaml", "# nothing yet\n");
    assert_eq!(refused(&[]), json!({"id": commit, "dirty": true, "from": "git"}));
    assert_eq!(refused(&["--revision", "release-7"]), json!({"id": "release-7", "from": "flag"}));
}

#[test]
fn of_two_processes_one_works_and_the_other_says_who() {
    let world = world();
    // The carrier's clock stands still, so the suspension does not end, and the first waits for it.
    let mut first = world.command(&[&APPLY[..], &["--wait", "30m"]].concat());
    first.env("SIMFLEET_PASSWORD", "hunter2-hunter2").env("SIMFLEET_JOURNAL", "journal.db");
    let mut first = first.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("simfleet");
    let holder = || Some(Journal::open_anybodys(&world.path("journal.db")).ok()??.lease().ok()??.holder);
    let pid = loop {
        if let Some(Holder { pid, .. }) = holder() {
            break pid;
        }
        assert!(first.try_wait().expect("a process").is_none(), "it ended before it held the lock");
    };
    assert_eq!(pid, first.id());
    run(&world, &APPLY).expect(1).says("another simfleet is applying to this account").says(&format!("process {pid} on "));
    let refused = records(&world).into_iter().find(|record| record["event"] == "refused").expect("a refusal");
    assert!(refused["why"].as_str().expect("why").contains("another simfleet"), "{refused}");
    while world.mutations().len() < 2 {
        assert!(first.try_wait().expect("a process").is_none(), "it ended before it had sent both");
    }
    world.advance("PT2M");
    assert_eq!(first.wait().expect("it ends").code(), Some(0));
    run(&world, &["audit", "verify", "fleet"]).expect(0);
    assert_eq!(world.mutations().len(), 2, "each of the two was sent once");
    run(&world, &APPLY).expect(0).says("No changes");
}

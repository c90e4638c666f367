//! A plan on a pull request: one comment, always of now.

use serde_json::json;

use super::forge::BOT;
use super::world::{NAME, Team};

const MARKER: &str = "<!-- simfleet plan -->";

fn plan_line(comment: &str) -> &str {
    comment.lines().nth(1).expect("a second line")
}

#[test]
fn the_plan_is_one_comment_that_is_always_of_now() {
    let team = Team::new();
    let run = team.plan().expect(0);
    let first = team.comment(MARKER);
    assert!(first.contains("**Plan: 3 to suspend, 1 to terminate; 1 irreversible"), "{first}");
    let head = team.git(&["rev-parse", "fewer"]);
    assert!(plan_line(&first).ends_with(&format!(" commit: {head} -->")), "{first}");
    assert_eq!(first.lines().nth(2), Some(&*format!("Of commit {}.", &head[..12])), "{first}");
    // Annotations are commands; what else the log shows is none.
    let quoted: Vec<&str> = run.stdout.split("::stop-commands::").collect();
    assert_eq!(quoted.len(), 2, "{}", run.stdout);
    assert!(quoted[1].contains("Plan: 3 to suspend") && !quoted[0].contains("add-mask"), "{}", run.stdout);
    assert!(run.stdout.contains("::warning file=fleet/fleet.yaml,line=14,col=7,title=terminate%3A cannot be undone (R5)::"));
    assert!(team.page().contains("**Plan: 3 to suspend, 1 to terminate"));
    let outputs = std::fs::read_to_string(team.carrier.path("runner/output")).expect("outputs");
    assert!(outputs.contains("changes=true\n") && outputs.starts_with("plan-id=plan-"), "{outputs}");
    assert!(team.repository().join("plan.json").exists());

    // Another commit, another plan, the same comment.
    team.declare(["Suspended", "Suspended", "Active", "Active", "Active", "Active"]);
    team.commit("only two");
    team.pushed();
    team.plan().expect(0);
    let second = team.comment(MARKER);
    assert!(second.contains("**Plan: 2 to suspend;") || second.contains("**Plan: 2 to suspend."), "{second}");
    assert_ne!(plan_line(&first), plan_line(&second));
    assert_eq!(team.carrier.mutations().len(), 0, "a plan writes nothing");
}

/// Comments that look like ours, and more of them than fit on a page.
#[test]
fn nobody_elses_comment_is_touched() {
    let team = Team::new();
    {
        let mut memory = team.forge.memory();
        memory.comment(7, "author", &format!("{MARKER}\nthis is no plan"));
        memory.comment(7, BOT, &format!("coverage\n{MARKER}"));
        memory.comment(7, BOT, &format!("{MARKER} and more"));
        memory.comment(7, BOT, "<!-- simfleet plan: osaka -->\nanother plan");
        for n in 0..120 {
            memory.comment(7, "author", &format!("comment {n}"));
        }
    }
    let before = team.forge.memory().comments.clone();
    team.plan().expect(0);
    team.plan().expect(0);
    let after = team.forge.memory().comments.clone();
    assert_eq!(after[..before.len()], before[..]);
    assert_eq!(after.len(), before.len() + 1);
    team.comment(MARKER);
}

#[test]
fn several_plans_of_one_pull_request_have_a_comment_each() {
    let team = Team::new();
    for _ in 0..2 {
        for marker in ["", "osaka"] {
            let mut script = team.script("plan");
            script.env("MARKER", marker);
            team.run(script).expect(0);
        }
    }
    team.comment(MARKER);
    team.comment("<!-- simfleet plan: osaka -->");
    let mut script = team.script("plan");
    script.env("MARKER", "x --> <b>");
    team.run(script).expect(64);
}

/// A plan of an earlier commit must not stand there as if it were of now.
#[test]
fn a_plan_that_fails_replaces_the_one_before() {
    let team = Team::new();
    team.plan().expect(0);
    team.carrier
        .write("repo/fleet/broken.yaml", &format!("apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nspec: {{{NAME:?}: 1}}\n"));
    let run = team.plan().expect(1);
    assert!(run.stdout.contains("::error file=fleet/broken.yaml,line="), "{}", run.stdout);
    let comment = team.comment(MARKER);
    assert!(comment.contains("**The manifests are not valid.**") && !comment.contains("plan-id"), "{comment}");
    assert_eq!(comment.matches("</pre>").count(), 1, "nothing in it is markup\n{comment}");
    assert!(!team.repository().join("plan.json").exists());

    // The same where the carrier does not answer.
    std::fs::remove_file(team.repository().join("fleet/broken.yaml")).expect("removed");
    team.carrier.write("repo/fleet/account.yaml", &crate::cli::world::account("http://127.0.0.1:1"));
    team.plan().expect(1);
    let comment = team.comment(MARKER);
    assert!(comment.contains("**There is no plan.**") && !comment.contains("plan-id"), "{comment}");
    let head = team.git(&["rev-parse", "fewer"]);
    assert_eq!(comment.lines().nth(1), Some(&*format!("Of commit {}.", &head[..12])), "{comment}");
}

/// Whatever ends the run: a key that is missing, a word that is none, a program that is missing, breaks down or does not fit.
#[test]
fn a_run_that_ends_early_leaves_no_plan() {
    let team = Team::new();
    let ends = |code: i32, title: &str, change: &dyn Fn(&mut std::process::Command)| {
        team.plan().expect(0);
        assert!(team.comment(MARKER).contains("plan-id"));
        let mut script = team.script("plan");
        change(&mut script);
        team.run(script).expect(code);
        let comment = team.comment(MARKER);
        assert!(comment.contains(title) && !comment.contains("plan-id"), "{title}\n{comment}");
    };
    let ended = "**There is no plan: the run ended before there was one.**";
    ends(64, ended, &|script| _ = script.env_remove("SIMFLEET_REDACTION_KEY"));
    ends(64, ended, &|script| _ = script.env("REDACT", "no"));
    ends(64, ended, &|script| _ = script.env("STRICT", "yes"));
    ends(127, "**There is no plan.**", &|script| _ = script.env("SIMFLEET_PROGRAM", "/nowhere/simfleet"));
    let instead = |arguments: &str, bash: &str| {
        let program = team.instead(arguments, bash);
        move |script: &mut std::process::Command| _ = script.env("SIMFLEET_PROGRAM", &program)
    };
    ends(137, "**There is no plan.**", &instead("plan", "kill -KILL $$"));
    ends(9, ended, &instead("--format github", "[ \"$2\" != show ] || exit 9"));
    ends(1, "**The plan does not fit into a comment; plan it in parts.**", &instead("--format markdown", "exit 1"));
    // As large as it may be: all of it is escaped, and still it fits.
    ends(1, "**There is no plan.**", &instead("plan", "printf '%30000s' | tr ' ' '\"'; exit 1"));
}

#[test]
fn a_run_that_is_cancelled_leaves_no_plan() {
    let team = Team::new();
    team.plan().expect(0);
    let started = team.carrier.path("started");
    let program = team.instead("plan", &format!("touch '{}'; exec sleep 3", started.display()));
    let mut script = team.script("plan");
    script.env("SIMFLEET_PROGRAM", program);
    team.cancel(script, &started);
    let comment = team.comment(MARKER);
    assert!(comment.contains("**There is no plan: the run ended") && !comment.contains("plan-id"), "{comment}");
}

/// A run of an earlier commit that ends late has nothing to say any more.
#[test]
fn a_run_of_an_earlier_commit_writes_no_comment() {
    let team = Team::new();
    let late = team.script("plan");
    team.declare(["Suspended", "Suspended", "Active", "Active", "Active", "Active"]);
    team.commit("only two");
    team.pushed();
    team.plan().expect(0);
    let newer = team.comment(MARKER);
    team.run(late).expect(0);
    assert_eq!(team.comment(MARKER), newer);
    let mut late = team.script("plan");
    late.env("SIMFLEET_PROGRAM", "/nowhere/simfleet");
    team.forge.memory().pull["head"] = json!({"sha": "0123456789"});
    team.run(late).expect(127).says("::notice title=no comment::");
    assert_eq!(team.comment(MARKER), newer);
}

#[test]
fn sarif_and_strictness_are_asked_for() {
    let team = Team::new();
    team.declare(["Active"; 6]);
    let manifest = std::fs::read_to_string(team.repository().join("fleet/fleet.yaml")).expect("a manifest");
    team.carrier.write("repo/fleet/fleet.yaml", &format!("{manifest}    - {{msisdn: \"08000000009\"}}\n"));
    let mut script = team.script("plan");
    script.env("SARIF_FILE", "simfleet.sarif").env("STRICT", "true");
    team.run(script).expect(3);
    assert!(team.comment(MARKER).contains("LINE_NOT_FOUND"));
    let sarif = std::fs::read(team.repository().join("simfleet.sarif")).expect("a file");
    let sarif: serde_json::Value = serde_json::from_slice(&sarif).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"], json!([]));
}

/// Who cannot read the comments writes no second one, and does not say that all is well.
#[test]
fn a_forge_that_does_not_answer_fails_the_job() {
    let team = Team::new();
    team.plan().expect(0);
    team.forge.memory().broken = Some(("GET /repos/fleet-team/sims/issues/7/comments", 403));
    let run = team.plan().expect(1);
    assert!(run.stdout.contains("::warning title=no comment::"), "{}", run.stdout);
    assert!(run.stderr.contains("403 broken"), "{}", run.stderr);
    assert_eq!(team.forge.memory().of_the_bot().len(), 1);
}

/// Telephone numbers are shown only where somebody says so; without a key there is nothing to hide them with.
#[test]
fn numbers_are_hidden_unless_somebody_says_otherwise() {
    let team = Team::new();
    let mut script = team.script("plan");
    script.env_remove("SIMFLEET_REDACTION_KEY");
    team.run(script).expect(64).says("::error title=no key::");
    for word in ["False", "0", "no", "true\nx"] {
        let mut script = team.script("plan");
        script.env("REDACT", word);
        team.run(script).expect(64).says("redact is true or false, not");
    }
    let mut script = team.script("plan");
    script.env("REDACT", "");
    team.run(script).expect(0);
    assert!(team.comment(MARKER).contains("`m-"));
    team.plan().expect(0);
    assert!(team.comment(MARKER).contains("`m-"));
    let mut script = team.script("plan");
    script.env_remove("SIMFLEET_REDACTION_KEY").env("REDACT", "false");
    team.run_openly(script).expect(0);
    assert!(team.comment(MARKER).contains("`08000000001`"));
}

/// A push to a branch without a pull request plans all the same.
#[test]
fn without_a_pull_request_there_is_no_comment() {
    let team = Team::new();
    let mut script = team.script("plan");
    script.env("GITHUB_EVENT_PATH", "/dev/null");
    team.run(script).expect(0);
    assert!(team.forge.memory().comments.is_empty());
    assert!(team.page().contains("**Plan: 3 to suspend"));
}

//! The plan of a merge request in GitLab: one note, always of now, and reports.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::forge::{BOT, TOKEN};
use super::world::Team;

const MARKER: &str = "<!-- simfleet plan -->";

fn script(team: &Team) -> Command {
    let mut script = team.bare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci/gitlab/plan.sh"));
    script
        .arg("fleet")
        .env("CI_API_V4_URL", format!("http://{}/gitlab", team.forge.address))
        .env("CI_PROJECT_ID", "12")
        .env("CI_MERGE_REQUEST_IID", "7")
        .env("CI_COMMIT_SHA", team.git(&["rev-parse", "fewer"]))
        .env("NOTES_TOKEN", TOKEN);
    script
}

#[test]
fn a_merge_request_has_one_note_and_reports() {
    let team = Team::new();
    {
        let mut memory = team.forge.memory();
        memory.comment(7, "someone", &format!("{MARKER}\nnot ours"));
        for n in 0..110 {
            memory.comment(7, BOT, &format!("pipeline {n}"));
        }
    }
    team.run(script(&team)).expect(0);
    team.run(script(&team)).expect(0);
    let note = team.comment(MARKER);
    assert!(note.contains("**Plan: 3 to suspend, 1 to terminate;"), "{note}");
    assert_eq!(note.lines().nth(1), Some(&*format!("Of commit {}.", &team.git(&["rev-parse", "fewer"])[..12])), "{note}");
    assert_eq!(team.forge.memory().comments.len(), 112);
    let report = std::fs::read(team.repository().join("gl-code-quality-report.json")).expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!(report[0]["check_name"], "IRREVERSIBLE");
    assert_eq!(report[0]["location"]["path"], "fleet/fleet.yaml");
    assert!(team.repository().join("simfleet.xml").exists() && team.repository().join("plan.json").exists());

    team.carrier.write("repo/fleet/account.yaml", &crate::cli::world::account("http://127.0.0.1:1"));
    team.run(script(&team)).expect(1);
    assert!(team.comment(MARKER).contains("**There is no plan.**"));
    assert!(!team.repository().join("plan.json").exists());
}

#[test]
fn without_a_token_there_is_no_note() {
    let team = Team::new();
    let mut script = script(&team);
    script.env_remove("NOTES_TOKEN");
    team.run(script).expect(0);
    assert!(team.forge.memory().calls.is_empty());
}

/// Whatever ends the job.
#[test]
fn a_job_that_ends_early_leaves_no_plan() {
    let team = Team::new();
    let ends = |code: i32, title: &str, change: &dyn Fn(&mut Command)| {
        team.run(script(&team)).expect(0);
        assert!(team.comment(MARKER).contains("**Plan: "));
        let mut script = script(&team);
        change(&mut script);
        team.run(script).expect(code);
        let note = team.comment(MARKER);
        assert!(note.contains(title) && note.contains("\nOf commit ") && !note.contains("**Plan: "), "{title}\n{note}");
        // What the job promises is there all the same.
        assert!(team.repository().join("gl-code-quality-report.json").exists());
    };
    ends(64, "**There is no plan: the job ended before there was one.**", &|script| _ = script.env("SIMFLEET_REDACT", "no"));
    ends(64, "**There is no plan.**", &|script| _ = script.env_remove("SIMFLEET_REDACTION_KEY"));
    let instead = |arguments: &str, bash: &str| {
        let program = team.instead(arguments, bash);
        move |script: &mut Command| _ = script.env("SIMFLEET_PROGRAM", &program)
    };
    ends(1, "**The plan does not fit into a note; plan it in parts.**", &instead("--format markdown", "exit 1"));
    ends(9, "**There is no plan: the job ended", &instead("--format junit", "exit 9"));
}

#[test]
fn a_job_of_an_earlier_commit_writes_no_note() {
    let team = Team::new();
    let late = script(&team);
    team.forge.memory().pull["head"] = serde_json::json!({"sha": "0123456789"});
    team.run(late).expect(0).says("merge request !7 is at 0123456789 by now");
    assert!(team.forge.memory().comments.is_empty());
    // In a pipeline of merged results the commit of the branch has a variable of its own.
    let mut merged = script(&team);
    merged.env("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "0123456789");
    team.run(merged).expect(0);
    assert!(team.comment(MARKER).contains("\nOf commit 0123456789.\n"));
}

#[test]
fn a_gitlab_that_does_not_answer_fails_the_job() {
    let team = Team::new();
    team.run(script(&team)).expect(0);
    team.forge.memory().broken = Some(("GET /gitlab/projects/12/merge_requests/7/notes", 403));
    team.run(script(&team)).expect(1).says("could not be written to the merge request");
    assert_eq!(team.forge.memory().of_the_bot().len(), 1);
}

/// The pipeline of a fork has no secrets: what it says is redacted all the same.
#[test]
fn validating_needs_no_secret_and_names_no_line() {
    let team = Team::new();
    let validate = |key: Option<&str>, redact: Option<&str>| {
        let mut script = team.bare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci/gitlab/validate.sh"));
        script.arg("fleet").env_remove("SIMFLEET_REDACTION_KEY");
        for (name, value) in [("SIMFLEET_REDACTION_KEY", key), ("SIMFLEET_REDACT", redact)] {
            if let Some(value) = value {
                script.env(name, value);
            }
        }
        script
    };
    team.run(validate(None, None)).expect(0);
    let manifest = std::fs::read_to_string(team.repository().join("fleet/fleet.yaml")).expect("a manifest");
    team.carrier.write("repo/fleet/fleet.yaml", &format!("{manifest}    - {{msisdn: \"08000000001\"}}\n"));
    let said = |run: crate::cli::world::Run| {
        let report = |name: &str| std::fs::read_to_string(team.repository().join(name)).expect("a report");
        let all = format!("{}{}{}{}", run.stdout, run.stderr, report("gl-code-quality-report.json"), report("simfleet.xml"));
        assert!(all.contains("DUPLICATE"), "{all}");
        all
    };
    for redact in [None, Some(""), Some("true")] {
        let all = said(team.run(validate(None, redact)).expect(1));
        assert!(all.contains("m-") && !all.contains("0800000000"), "{all}");
    }
    // With a key the tokens stay the same; and numbers are shown only where somebody says so, in so many words.
    let key = Some("a key for the tests only");
    assert_eq!(said(team.run(validate(key, None)).expect(1)), said(team.run(validate(key, None)).expect(1)));
    assert!(said(team.run_openly(validate(None, Some("false"))).expect(1)).contains("08000000001"));
    team.run(validate(key, Some("0"))).expect(64);
}

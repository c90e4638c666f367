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
    assert!(team.comment(MARKER).contains("**Plan: 3 to suspend, 1 to terminate;"));
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

//! Drift as one issue, open as long as there is any.

use serde_json::{Value, json};

use super::forge::BOT;
use super::world::Team;

/// Everything is applied, so that there is something to compare with.
fn applied() -> Team {
    let team = Team::new();
    team.plan().expect(0);
    team.forge.memory().review("reviewer", "APPROVED");
    let commit = team.merge();
    team.apply(&commit).expect(0);
    team
}

fn drift(team: &Team) -> crate::cli::world::Run {
    team.run(team.script("drift"))
}

fn issues(team: &Team) -> Vec<(String, String)> {
    let memory = team.forge.memory();
    let text = |issue: &Value, key: &str| issue[key].as_str().unwrap_or_default().to_owned();
    memory.issues.iter().map(|issue| (text(issue, "state"), text(issue, "body"))).collect()
}

#[test]
fn an_issue_is_open_as_long_as_there_is_drift() {
    let team = applied();
    drift(&team).expect(0);
    assert!(issues(&team).is_empty());

    team.carrier.post("/_emu/console/suspend/08000000005", &json!({}));
    drift(&team).expect(0);
    team.carrier.post("/_emu/console/suspend/08000000006", &json!({}));
    drift(&team).expect(0);
    let found = issues(&team);
    assert_eq!(found.len(), 1, "the same issue tells of the second, too");
    assert_eq!(found[0].0, "open");
    assert!(found[0].1.starts_with("<!-- simfleet drift -->\n") && found[0].1.matches("| `m-").count() == 2, "{}", found[0].1);

    for line in ["08000000005", "08000000006"] {
        team.carrier.post(&format!("/_emu/console/resume/{line}"), &json!({}));
    }
    drift(&team).expect(0).says("is closed");
    let found = issues(&team);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "closed"));
    assert!(!found[0].1.contains("`m-"), "{}", found[0].1);

    // New drift is a new issue.
    team.carrier.post("/_emu/console/suspend/08000000005", &json!({}));
    drift(&team).expect(0);
    assert_eq!(issues(&team).iter().map(|(state, _)| state.as_str()).collect::<Vec<_>>(), ["closed", "open"]);
}

/// Issues of others, and pull requests (which GitHub lists as issues), are not ours.
#[test]
fn nobody_elses_issue_is_touched() {
    let team = applied();
    let body = "<!-- simfleet drift -->\nnot ours";
    let others = [
        json!({"number": 1, "state": "open", "user": {"login": "author"}, "body": body}),
        json!({"number": 2, "state": "open", "user": {"login": BOT}, "body": body, "pull_request": {}}),
        json!({"number": 3, "state": "open", "user": {"login": BOT}, "body": null}),
    ];
    team.forge.memory().issues.extend(others.clone());
    drift(&team).expect(0);
    team.carrier.post("/_emu/console/suspend/08000000005", &json!({}));
    drift(&team).expect(0);
    let memory = team.forge.memory();
    assert_eq!(memory.issues.len(), 4);
    assert_eq!(memory.issues[..3], others);
}

/// Who cannot look says nothing, and closes nothing.
#[test]
fn an_issue_stays_while_nobody_knows() {
    let team = applied();
    team.carrier.post("/_emu/console/suspend/08000000005", &json!({}));
    drift(&team).expect(0);
    team.carrier.write("repo/fleet/account.yaml", &crate::cli::world::account("http://127.0.0.1:1"));
    drift(&team).expect(1);
    assert_eq!(issues(&team)[0].0, "open");
}

//! An apply after the merge: what cannot be undone only as the plan that somebody else approved.

use serde_json::json;

use super::forge::{BOT, written};
use super::world::Team;
use crate::cli::world::Run;

/// The pull request has its plan.
fn planned() -> Team {
    let team = Team::new();
    team.plan().expect(0);
    team
}

#[track_caller]
fn assert_refused(team: &Team, run: Run, why: &str) {
    let run = run.expect(3).says("nothing was written");
    assert!(run.stdout.contains(why), "{why:?} is missing\n{}", run.stdout);
    assert_eq!(team.carrier.mutations().len(), 0, "something was sent");
    let outcome = team.comment("<!-- simfleet apply -->");
    assert!(outcome.contains("**Refused; nothing was written.**") && outcome.contains("run this workflow by hand"), "{outcome}");
    assert!(team.page().contains("**Refused; nothing was written.**"));
}

#[test]
fn the_approved_plan_is_applied() {
    let team = planned();
    // The bot's own edits are none of somebody else.
    team.plan().expect(0);
    team.forge.memory().review("reviewer", "APPROVED");
    let commit = team.merge();
    let run = team.apply(&commit).expect(0);
    assert!(run.stdout.contains("was approved by reviewer on pull request #7"), "{}", run.stdout);
    assert_eq!(team.carrier.mutations().len(), 4, "three suspensions and a termination");
    team.carrier.advance("PT10M");
    assert_eq!((team.lines("suspended"), team.lines("active")), (3, 2));
    let outcome = team.comment("<!-- simfleet apply -->");
    assert!(outcome.contains("**Applied.**") && outcome.contains("approved by reviewer"), "{outcome}");

    // And there is nothing left to do.
    let run = team.apply(&commit).expect(0);
    assert!(run.stdout.contains("No changes."), "{}", run.stdout);
    assert_eq!(team.carrier.mutations().len(), 4);
    team.comment("<!-- simfleet apply -->");
    // The journal and the audit log know what was done, for which commit.
    let log = std::fs::read_to_string(team.carrier.path("journal/fleet.db.audit.jsonl")).expect("an audit log");
    assert!(log.contains(&commit), "{log}");
}

#[test]
fn without_an_approval_nothing_is_sent() {
    let team = planned();
    let commit = team.merge();
    assert_refused(&team, team.apply(&commit), "nobody but its authors approved pull request #7");
}

/// Each of these looks like an approval, and is none.
#[test]
fn an_approval_is_of_this_plan_and_by_somebody_else() {
    let team = planned();
    {
        let mut memory = team.forge.memory();
        memory.review("author", "APPROVED");
        memory.review("visitor", "APPROVED");
        memory.review("stranger", "APPROVED");
        memory.review("boss", "APPROVED");
        memory.review("boss", "CHANGES_REQUESTED");
        memory.review("boss", "COMMENTED");
        memory.review("reviewer", "APPROVED");
        memory.review("reviewer", "DISMISSED");
    }
    let commit = team.merge();
    assert_refused(&team, team.apply(&commit), "nobody but its authors approved");
}

#[test]
fn an_approval_of_an_earlier_commit_is_none() {
    let team = planned();
    team.forge.memory().review("reviewer", "APPROVED");
    team.declare(["Suspended", "Suspended", "Suspended", "Terminated", "Suspended", "Active"]);
    team.commit("one more");
    team.pushed();
    team.plan().expect(0);
    let commit = team.merge();
    assert_refused(&team, team.apply(&commit), "nobody but its authors approved");
}

/// Whoever may write to the repository may edit a comment of the bot: after the approval, or before it so that others approve what
/// they did not see, and put the text back.
#[test]
fn a_comment_that_somebody_edited_approves_nothing() {
    let team = planned();
    let plan = team.comment("<!-- simfleet plan -->");
    {
        let mut memory = team.forge.memory();
        memory.edit(0, "author", &plan.replace("Terminated", "Active"));
        memory.review("reviewer", "APPROVED");
        memory.edit(0, "author", &plan);
        memory.review("boss", "APPROVED");
    }
    let commit = team.merge();
    assert_refused(
        &team,
        team.apply(&commit),
        "the plan on pull request #7 was edited by author, and not by github-actions[bot]",
    );
    // An account by the name of the bot is not the bot, and one that is gone is nobody.
    team.forge.memory().comments[0]["editor"] = json!({"__typename": "User", "login": "github-actions"});
    assert_refused(&team, team.apply(&commit), "was edited by github-actions, and not by");
    team.forge.memory().comments[0]["editor"] = json!(null);
    assert_refused(&team, team.apply(&commit), "was edited by somebody whose account is gone");
    // Whichever way GraphQL writes the bot, it is the bot.
    team.forge.memory().comments[0]["editor"] = json!({"__typename": "Bot", "login": BOT});
    team.apply(&commit).expect(0).says("was approved by boss");
}

#[test]
fn an_approval_of_what_stood_there_before_is_none() {
    let team = planned();
    team.forge.memory().review("reviewer", "APPROVED");
    let plan = team.comment("<!-- simfleet plan -->");
    team.forge.memory().edit(0, BOT, &plan);
    let commit = team.merge();
    assert_refused(&team, team.apply(&commit), "nobody but its authors approved");
    // Nor one of the same second: which of the two came first, nobody knows.
    {
        let mut memory = team.forge.memory();
        let shown = memory.comments[0]["updated_at"].clone();
        memory.reviews[0]["submitted_at"] = shown;
    }
    assert_refused(&team, team.apply(&commit), "nobody but its authors approved");
}

/// Who pushes to another's pull request does not approve it.
#[test]
fn who_wrote_a_commit_is_an_author() {
    let team = planned();
    let last = team.forge.memory().commits.pop().expect("a commit");
    {
        let mut memory = team.forge.memory();
        memory.commits = (0..120).map(|n| written(&format!("{n:040}"), Some("author"), Some("author"), false)).collect();
        memory.commits.push(written("1", Some("reviewer"), Some("author"), false));
        memory.commits.push(written("2", Some("author"), Some("boss"), false));
        memory.commits.push(last);
        memory.review("reviewer", "APPROVED");
        memory.review("boss", "APPROVED");
    }
    let commit = team.merge();
    assert_refused(&team, team.apply(&commit), "nobody but its authors approved");

    // A third person may.
    {
        let mut memory = team.forge.memory();
        memory.permissions.push(("third", "write"));
        memory.review("third", "APPROVED");
    }
    team.apply(&commit).expect(0).says("was approved by third");
}

/// Where nobody can tell who wrote it, nobody can tell who may approve it. GitHub's own merges and edits are signed by GitHub.
#[test]
fn a_commit_of_nobody_known_is_approved_by_nobody() {
    let team = planned();
    team.forge.memory().review("reviewer", "APPROVED");
    let commit = team.merge();
    let known = team.forge.memory().commits.clone();
    let with = |one: serde_json::Value| {
        let mut memory = team.forge.memory();
        memory.commits.clone_from(&known);
        memory.commits.push(one);
    };
    for (author, committer, verified) in [
        (None, Some("author"), false),
        (Some("author"), None, true),
        (Some("author"), Some("web-flow"), false),
        (Some("web-flow"), Some("web-flow"), true),
    ] {
        with(written("abc123", author, committer, verified));
        assert_refused(&team, team.apply(&commit), "knows no account of the author or committer of commit abc123");
    }
    // GitHub lists no more of them.
    let many: Vec<_> = (0..300).map(|n| written(&format!("{n:040}"), Some("author"), Some("author"), false)).collect();
    team.forge.memory().commits = many;
    assert_refused(&team, team.apply(&commit), "250 commits or more");
    with(written("abc123", Some("author"), Some("web-flow"), true));
    team.apply(&commit).expect(0).says("was approved by reviewer");
}

#[test]
fn a_plan_that_somebody_else_wrote_is_none() {
    let team = Team::new();
    let head = team.git(&["rev-parse", "fewer"]);
    {
        let forged = format!("<!-- simfleet plan -->\n<!-- simfleet plan-id: plan-0123456789abcdef commit: {head} -->\n");
        let mut memory = team.forge.memory();
        memory.comment(7, "author", &forged);
        memory.review("reviewer", "APPROVED");
    }
    let commit = team.merge();
    assert_refused(&team, team.apply(&commit), "pull request #7 has no plan of its last commit");
}

/// Another person suspends a line in between: then the plan is another one.
#[test]
fn a_world_that_moved_is_refused_and_shown() {
    let team = planned();
    team.forge.memory().review("reviewer", "APPROVED");
    let commit = team.merge();
    team.carrier.post("/_emu/console/suspend/08000000001", &json!({}));
    let run = team.apply(&commit).expect(3).says("is the id of another plan");
    assert_eq!(team.carrier.mutations().len(), 0);
    let outcome = team.comment("<!-- simfleet apply -->");
    assert!(outcome.contains("is not the plan of now"), "{outcome}");
    assert!(team.page().contains("**Plan: 2 to suspend, 1 to terminate;"), "the plan of now\n{}", team.page());

    // A person who reads that plan may approve it by hand.
    let outputs = std::fs::read_to_string(team.carrier.path("runner/output")).expect("outputs");
    let id = outputs.lines().rev().find_map(|line| line.strip_prefix("plan-id=")).expect("an id").to_owned();
    let mut script = team.script("apply");
    script.env("GITHUB_SHA", &commit).env("APPROVE", &id);
    team.run(script).expect(0).says("was approved by hand");
    assert_eq!(team.carrier.mutations().len(), 3);
    drop(run);
}

/// What is reversible needs the merge and no more; an unreviewed push is no pull request.
#[test]
fn what_is_reversible_is_applied_without_an_approval() {
    let team = Team::new();
    team.declare(["Suspended", "Active", "Active", "Active", "Active", "Active"]);
    team.commit("only one");
    let commit = team.git(&["rev-parse", "HEAD"]);
    team.forge.memory().pull = json!({"number": 7, "head": {"sha": "0"}, "user": {"login": "author"}, "merged_at": null});
    let run = team.apply(&commit).expect(0);
    assert!(run.stdout.contains("came from no pull request"), "{}", run.stdout);
    team.carrier.advance("PT10M");
    assert_eq!(team.lines("suspended"), 1);
    assert!(team.forge.memory().comments.is_empty());
}

/// A guard is lifted by hand only, whatever was approved.
#[test]
fn a_guard_is_lifted_by_hand() {
    let team = Team::new();
    let manifest = team.repository().join("fleet/fleet.yaml");
    let text = std::fs::read_to_string(&manifest).expect("a manifest").replace("suspend: 10", "suspend: 2");
    std::fs::write(&manifest, text).expect("written");
    team.commit("a tighter guard");
    team.pushed();
    team.plan().expect(0);
    team.forge.memory().review("reviewer", "APPROVED");
    let commit = team.merge();
    assert_refused(&team, team.apply(&commit), "--ack suspend=3");
    let mut script = team.script("apply");
    script.env("GITHUB_SHA", &commit).env("ACK", "suspend=3\n");
    team.run(script).expect(0);
    assert_eq!(team.carrier.mutations().len(), 4);
}

/// Nothing is applied on a guess about who approved it.
#[test]
fn a_forge_that_does_not_answer_stops_the_apply() {
    let team = planned();
    team.forge.memory().review("reviewer", "APPROVED");
    let commit = team.merge();
    for call in [
        "GET /user",
        "GET /repos/fleet-team/sims/commits/",
        "GET /repos/fleet-team/sims/issues/7/comments",
        "POST /graphql",
        "GET /repos/fleet-team/sims/pulls/7/commits",
        "GET /repos/fleet-team/sims/pulls/7/reviews",
    ] {
        team.forge.memory().broken = Some((call, 401));
        let run = team.apply(&commit);
        assert_ne!(run.code, 0, "{call}: {run:?}");
        assert_eq!(team.carrier.mutations().len(), 0, "{call}");
    }
}

/// What a runner sends, the program hears; and what became of it is still said.
#[test]
fn an_apply_that_is_cancelled_stops_cleanly() {
    let team = planned();
    team.forge.memory().review("reviewer", "APPROVED");
    let commit = team.merge();
    let started = team.carrier.path("started");
    let program = team.instead(
        "apply",
        &format!(
            "trap 'echo stopped between two calls; exit 143' TERM\ntouch '{}'\nwhile :; do sleep 0.1; done",
            started.display()
        ),
    );
    let mut script = team.script("apply");
    script.env("GITHUB_SHA", &commit).env("SIMFLEET_PROGRAM", program);
    team.cancel(script, &started).expect(143).says("stopped between two calls");
    assert!(team.comment("<!-- simfleet apply -->").contains("**Stopped.**"));
}

#[test]
fn an_apply_without_a_journal_says_what_that_means() {
    let team = planned();
    let commit = team.merge();
    let mut script = team.script("apply");
    script.env("GITHUB_SHA", &commit).env_remove("SIMFLEET_JOURNAL").env("XDG_STATE_HOME", team.carrier.path("state"));
    assert!(team.run(script).stdout.contains("::warning title=no journal::"));
}

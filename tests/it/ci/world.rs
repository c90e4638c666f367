//! A team's repository, its forge, and its carrier.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::forge::{Forge, REPOSITORY, TOKEN, written};
use crate::cli::world::{FLEET_HEAD, Run, World, account};

pub(super) const NOW: &str = "2026-11-20T10:00:00+09:00";

/// Six lines that are active, a pull request that suspends three of them and ends one, and everybody who looks at it.
pub(super) struct Team {
    pub(super) carrier: World,
    pub(super) forge: Forge,
}

impl Team {
    /// The pull request is open.
    pub(super) fn new() -> Self {
        let carrier = World::at(NOW);
        let sims: Vec<Value> = (1..=6).map(|n| json!({"msisdn": format!("0800000000{n}")})).collect();
        carrier.seed(&json!({ "sims": sims }));
        let team = Self { carrier, forge: Forge::start() };
        team.carrier.write("repo/fleet/account.yaml", &account(&team.carrier.endpoint));
        team.declare(["Active"; 6]);
        team.git(&["init", "--quiet", "--initial-branch", "main"]);
        team.commit("a fleet");
        team.git(&["checkout", "--quiet", "-b", "fewer"]);
        team.declare(["Suspended", "Suspended", "Suspended", "Terminated", "Active", "Active"]);
        team.commit("three are suspended, one ends");
        {
            let mut memory = team.forge.memory();
            memory.permissions = vec![("author", "write"), ("reviewer", "write"), ("boss", "admin"), ("visitor", "read")];
            memory.pull = json!({"number": 7, "user": {"login": "author"}, "merged_at": null, "merge_commit_sha": null});
        }
        team.pushed();
        team
    }

    /// The states of the lines, as the manifest declares them.
    pub(super) fn declare(&self, states: [&str; 6]) {
        let lines: Vec<String> = states
            .iter()
            .zip(1..)
            .map(|(state, n)| {
                let date = if *state == "Terminated" { ", terminationDate: \"2026-11-30\"" } else { "" };
                format!("    - {{msisdn: \"0800000000{n}\", name: \"{NAME}\", state: {state}{date}}}\n")
            })
            .collect();
        let policy = "  mode: Apply\n  policy: {limits: {suspend: 10, terminate: 1}}\n  sims:\n";
        self.carrier.write("repo/fleet/fleet.yaml", &format!("{FLEET_HEAD}{policy}{}", lines.concat()));
    }

    pub(super) fn repository(&self) -> PathBuf {
        self.carrier.path("repo")
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=author", "-c", "user.email=author@example.jp", "-c", "commit.gpgsign=false"];
        let output =
            Command::new("git").args(identity).args(arguments).current_dir(self.repository()).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "fleet"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// The commits of the branch are those of the pull request.
    pub(super) fn pushed(&self) {
        let commits = self.git(&["rev-list", "--reverse", "main..fewer"]);
        let mut memory = self.forge.memory();
        memory.commits = commits.lines().map(|sha| written(sha, Some("author"), Some("author"), false)).collect();
        memory.pull["head"] = json!({ "sha": commits.lines().last() });
    }

    /// Merges the pull request; the commit on main.
    pub(super) fn merge(&self) -> String {
        self.git(&["checkout", "--quiet", "main"]);
        self.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "fewer"]);
        let commit = self.git(&["rev-parse", "HEAD"]);
        let mut memory = self.forge.memory();
        memory.pull["merged_at"] = memory.tick().into();
        memory.pull["merge_commit_sha"] = commit.clone().into();
        commit
    }

    /// A script of the action, as a step runs it: in the repository, with an environment of its own.
    pub(super) fn script(&self, command: &str) -> Command {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut script = self.bare(&root.join(".github/actions/simfleet/run.sh"));
        let scratch = self.carrier.path("runner");
        std::fs::create_dir_all(&scratch).expect("a folder");
        let event = scratch.join("event.json");
        let pull = self.forge.memory().pull.clone();
        std::fs::write(&event, json!({ "pull_request": pull }).to_string()).expect("a file");
        script
            .env("COMMAND", command)
            .env("FLEET_PATHS", "fleet\n")
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_API_URL", format!("http://{}", self.forge.address))
            .env("GITHUB_REPOSITORY", REPOSITORY)
            .env("GITHUB_EVENT_PATH", event)
            .env("GITHUB_STEP_SUMMARY", scratch.join("summary.md"))
            .env("GITHUB_OUTPUT", scratch.join("output"))
            .env("RUNNER_TEMP", scratch);
        script
    }

    /// Any script, with the program, the carrier's credentials and a journal that stays.
    pub(super) fn bare(&self, script: &Path) -> Command {
        let mut command = Command::new("bash");
        command
            .arg(script)
            .current_dir(self.repository())
            .env_clear()
            .env("PATH", path())
            .env("SIMFLEET_PROGRAM", env!("CARGO_BIN_EXE_simfleet"))
            .env("SIMFLEET_REDACTION_KEY", "a key for the tests only")
            .env("SIMFLEET_CONTRACTOR_ID", "demo")
            .env("SIMFLEET_PASSWORD", "demo")
            .env("SIMFLEET_JOURNAL", self.carrier.path("journal/fleet.db"))
            .stdin(Stdio::null());
        command
    }

    /// The program, but for arguments with this in them, where a piece of Bash stands in for it.
    pub(super) fn instead(&self, arguments: &str, bash: &str) -> PathBuf {
        let real = env!("CARGO_BIN_EXE_simfleet");
        let program = self.carrier.path("instead");
        std::fs::write(
            &program,
            format!("#!/usr/bin/env bash\ncase \" $* \" in *\" {arguments} \"*)\n{bash}\n;; esac\nexec '{real}' \"$@\"\n"),
        )
        .expect("a file");
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a program");
        program
    }

    /// Runs a script until it has made this file, and then stops it as a runner does that cancels.
    pub(super) fn cancel(&self, mut command: Command, once: &Path) -> Run {
        std::fs::create_dir_all(self.carrier.path("journal")).expect("a folder");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("bash runs");
        for _ in 0..600 {
            if once.exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert!(once.exists(), "the script came so far in 30 seconds");
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        Run::of(&child.wait_with_output().expect("an end"))
    }

    pub(super) fn plan(&self) -> Run {
        self.run(self.script("plan"))
    }

    pub(super) fn apply(&self, commit: &str) -> Run {
        let mut script = self.script("apply");
        script.env("GITHUB_SHA", commit);
        self.run(script)
    }

    /// Runs a script to its end, and makes sure that nothing it said or wrote to the forge names a line.
    pub(super) fn run(&self, command: Command) -> Run {
        let run = self.run_openly(command);
        let memory = self.forge.memory();
        let written = memory.comments.iter().chain(&memory.issues).map(|one| one["body"].as_str().unwrap_or_default());
        for said in written.chain([run.stdout.as_str(), &run.stderr, &self.page()]) {
            assert!(!said.contains("0800000000"), "a line is named\n{said}");
        }
        run
    }

    /// Runs a script to its end.
    pub(super) fn run_openly(&self, mut command: Command) -> Run {
        std::fs::create_dir_all(self.carrier.path("journal")).expect("a folder");
        Run::of(&command.output().expect("bash runs"))
    }

    /// What stands on the page of the run.
    pub(super) fn page(&self) -> String {
        std::fs::read_to_string(self.carrier.path("runner/summary.md")).unwrap_or_default()
    }

    /// The one comment of the bot that begins with this line.
    #[track_caller]
    pub(super) fn comment(&self, marker: &str) -> String {
        let memory = self.forge.memory();
        let bodies = memory.of_the_bot().into_iter().map(|comment| comment["body"].as_str().expect("text").to_owned());
        let ours: Vec<String> = bodies.filter(|body| body.lines().next() == Some(marker)).collect();
        assert_eq!(ours.len(), 1, "{marker}: {ours:?}");
        ours.into_iter().next().expect("one")
    }

    /// How many lines are in this state at the carrier.
    pub(super) fn lines(&self, state: &str) -> usize {
        let snapshot = self.carrier.get("/_emu/snapshot");
        snapshot["sims"].as_array().expect("lines").iter().filter(|sim| sim["status"] == state).count()
    }
}

/// What a name in a manifest could try: to be a command of the runner, or markup.
pub(super) const NAME: &str = "::error::x ##[add-mask]y </pre> @someone <!-- simfleet plan -->";

#[expect(clippy::disallowed_methods, reason = "the one variable that a script needs to find its tools by")]
pub(super) fn path() -> std::ffi::OsString {
    std::env::var_os("PATH").expect("a PATH")
}

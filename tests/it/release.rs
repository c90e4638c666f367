//! What a release is made of: the workflow asks for no more than it needs, and the archives hold what they should.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn workflow(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join(".github/workflows").join(name)).expect("a workflow");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn script(name: &str, arguments: &[&Path]) -> Output {
    Command::new(root().join(".ci").join(name)).args(arguments).output().unwrap_or_else(|error| panic!(".ci/{name}: {error}"))
}

/// The steps of a workflow's jobs, with the job's name.
fn steps(workflow: &Value) -> Vec<(String, Value)> {
    let jobs = workflow["jobs"].as_object().expect("jobs");
    let steps = jobs.iter().flat_map(|(name, job)| {
        let steps = job["steps"].as_array().unwrap_or_else(|| panic!("{name} has steps")).clone();
        steps.into_iter().map(|step| (name.clone(), step))
    });
    steps.collect()
}

#[test]
fn each_job_has_the_rights_that_its_work_needs_and_no_other() {
    let release = workflow("release.yml");
    assert_eq!(release["permissions"], serde_json::json!({}), "nothing unless a job says so");
    let rights = |job: &str| {
        let rights = release["jobs"][job]["permissions"].as_object().unwrap_or_else(|| panic!("{job} says what it may do"));
        rights
            .iter()
            .map(|(right, level)| format!("{right}: {}", level.as_str().expect("a level")))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let jobs: Vec<&String> = release["jobs"].as_object().expect("jobs").keys().collect();
    assert_eq!(jobs, ["build", "check", "draft", "image", "publish"], "a new job is a new row below");
    assert_eq!(rights("check"), "actions: read, contents: read");
    // What compiles other people's code can write nothing.
    assert_eq!(rights("build"), "contents: read");
    assert_eq!(rights("draft"), "attestations: write, contents: write, id-token: write");
    assert_eq!(rights("image"), "attestations: write, contents: read, id-token: write, packages: write");
    assert_eq!(rights("publish"), "contents: write");
    // A token that a checkout leaves behind is every later step's.
    for (job, step) in steps(&release) {
        if step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
            assert_eq!(step["with"]["persist-credentials"], false, "{job}");
        }
    }
    assert_eq!(release["on"]["push"]["tags"], serde_json::json!(["v*"]), "only a tag releases");
}

/// Nothing is built before the commit is known to be good, and nobody sees a release before all of it is there.
#[test]
fn a_release_is_published_last_and_as_a_whole() {
    let release = workflow("release.yml");
    for (job, needs) in [("build", "check"), ("draft", "build"), ("image", "draft"), ("publish", "image")] {
        assert_eq!(release["jobs"][job]["needs"], needs, "{job}");
    }
    let runs = |job: &str| {
        let steps = steps(&release).into_iter().filter(|(name, _)| name == job);
        steps.map(|(_, step)| step["run"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>().join("\n")
    };
    assert!(runs("check").contains(".ci/releasable HEAD") && runs("check").contains(".ci/release-notes"));
    assert!(runs("draft").contains(".ci/draft \"$TAG\""));
    assert!(runs("publish").contains("--draft=false"));
    for job in ["check", "build", "draft", "image"] {
        assert!(!runs(job).contains("--draft=false"), "{job}");
    }
    // A job that hangs ends.
    for name in ["ci.yml", "release.yml"] {
        for (job, body) in workflow(name)["jobs"].as_object().expect("jobs") {
            assert!(body["timeout-minutes"].is_u64(), "{name}: {job}");
        }
    }
    // Of what is pushed to main CI is never broken off: its very commit may be released.
    assert_eq!(workflow("ci.yml")["concurrency"]["cancel-in-progress"], "${{ github.event_name == 'pull_request' }}");
}

/// Whether an action is named by a commit, with the version of it in a comment, for a tag is whatever its owner says today.
pub(crate) fn is_pinned(uses: &str, workflow: &str) -> bool {
    let commit = uses.split_once('@').map(|(_, commit)| commit);
    let comments = workflow.lines().filter_map(|line| line.split_once(&format!("uses: {uses} # v")));
    let versions: Vec<&str> = comments.map(|(_, version)| version).collect();
    commit.is_some_and(|commit| commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()))
        && !versions.is_empty()
        && versions.iter().all(|version| version.split('.').count() == 3)
}

#[test]
fn actions_are_github_s_own_and_pinned_as_everywhere() {
    let versions = |name: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(root().join(".github/workflows").join(name)).expect("a workflow");
        let uses = steps(&workflow(name)).into_iter().filter_map(|(_, step)| step["uses"].as_str().map(str::to_owned));
        let uses: BTreeSet<String> = uses.collect();
        for action in &uses {
            assert!(is_pinned(action, &text), "{name}: {action}");
        }
        uses
    };
    let ci = versions("ci.yml");
    for action in versions("release.yml") {
        assert!(action.starts_with("actions/"), "{action}: whoever releases trusts nobody else");
        let (name, _) = action.split_once('@').expect("a commit");
        let other = ci.iter().find(|other| other.starts_with(&format!("{name}@")));
        assert!(other.is_none_or(|other| *other == action), "{action}: ci.yml has {other:?}");
    }
    for (job, step) in steps(&workflow("release.yml")) {
        let run = step["run"].as_str().unwrap_or_default();
        assert!(!run.contains("curl") && !run.contains("wget"), "{job}: no script from elsewhere: {run}");
        // What others may name (a tag, a branch) is data of the script, never part of it.
        assert!(!run.contains("${{"), "{job}: put it into env: {run}");
    }
}

#[test]
fn what_the_workflow_runs_and_reads_is_there() {
    let mut seen = BTreeSet::new();
    for (_, step) in steps(&workflow("release.yml")) {
        let run = step["run"].as_str().unwrap_or_default().to_owned();
        for word in run.split_whitespace().filter(|word| word.starts_with(".ci/") || word.starts_with("examples/")) {
            assert!(root().join(word).exists(), "{word}");
            seen.insert(word.to_owned());
        }
    }
    assert!(seen.len() >= 5, "{seen:?}");
    // The image runs as the deployment expects it to.
    let of = |file: &str| {
        let text = std::fs::read_to_string(root().join(file)).expect("a Dockerfile");
        let lines: Vec<String> = text
            .lines()
            .filter(|line| ["USER", "ENTRYPOINT", "CMD"].iter().any(|word| line.starts_with(word)))
            .map(str::to_owned)
            .collect();
        lines
    };
    assert_eq!(of(".ci/Dockerfile"), of("examples/deploy/Dockerfile"));
    assert_eq!(of(".ci/Dockerfile").len(), 3);
}

#[test]
fn an_archive_holds_the_program_its_pages_and_its_completions() {
    let folder = tempfile::tempdir().expect("a folder");
    let stage = folder.path().join("simfleet-v0.0.0-here");
    let output = script("stage", &[Path::new(env!("CARGO_BIN_EXE_simfleet")), &stage]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for file in [
        "simfleet",
        "LICENSE",
        "README.md",
        "README.ja.md",
        "CHANGELOG.md",
        "man/simfleet.1",
        "man/simfleet-plan.1",
        "man/simfleet-doctor.1",
        "man/simfleet-ops-resolve.1",
        "completions/simfleet.bash",
        "completions/_simfleet",
        "completions/simfleet.fish",
        "completions/_simfleet.ps1",
        "completions/simfleet.elv",
    ] {
        let size = std::fs::metadata(stage.join(file)).unwrap_or_else(|error| panic!("{file}: {error}")).len();
        assert!(size > 200, "{file} has {size} bytes");
    }
    assert!(!script("stage", &[Path::new("/nowhere"), &stage]).status.success(), "nothing is overwritten");
}

#[test]
fn a_tag_without_notes_or_of_another_version_is_no_release() {
    let refused = script("release-notes", &[Path::new("v9.9.9")]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the tag says 9.9.9, Cargo.toml says"), "{refused:?}");
    let ours = script("release-notes", &[Path::new(concat!("v", env!("CARGO_PKG_VERSION")))]);
    let changelog = std::fs::read_to_string(root().join("CHANGELOG.md")).expect("a change log");
    let has_notes = changelog.contains(concat!("## [", env!("CARGO_PKG_VERSION"), "]"));
    assert_eq!(ours.status.success(), has_notes, "{ours:?}");
}

#[test]
fn a_program_with_shared_libraries_is_not_static() {
    let shell = script("static", &[Path::new("/bin/sh")]);
    assert!(!shell.status.success(), "{shell:?}");
    assert!(!script("static", &[Path::new("/nowhere")]).status.success());
}

/// A script of `.ci` in a folder, where `gh` is this piece of Bash.
fn with_gh(name: &str, arguments: &[&str], folder: &Path, gh: &str) -> Output {
    let tools = folder.join("tools");
    std::fs::create_dir_all(&tools).expect("a folder");
    std::fs::write(tools.join("gh"), format!("#!/usr/bin/env bash\n{gh}\n")).expect("a file");
    std::fs::set_permissions(tools.join("gh"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a program");
    Command::new("bash")
        .arg("-c")
        .arg("PATH=$1:$PATH; export PATH; shift; exec \"$@\"")
        .args([Path::new("bash"), &tools, &root().join(".ci").join(name)])
        .args(arguments)
        .current_dir(folder)
        .env("GITHUB_REPOSITORY", "example-org/simfleet")
        .output()
        .unwrap_or_else(|error| panic!(".ci/{name}: {error}"))
}

#[test]
fn only_a_commit_of_main_that_passed_is_released() {
    let folder = tempfile::tempdir().expect("a folder");
    let git = |arguments: &[&str]| {
        let identity =
            ["-c", "user.name=a", "-c", "user.email=a@example.jp", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"];
        let output = Command::new("git").args(identity).args(arguments).current_dir(folder.path()).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    git(&["init", "--quiet", "--initial-branch", "work"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "reviewed"]);
    let reviewed = git(&["rev-parse", "HEAD"]);
    git(&["tag", "--annotate", "--message", "a release", "v1"]);
    git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "on a branch"]);
    git(&["tag", "v2"]);
    let passed = format!("[[ \"$*\" == *head_sha={reviewed}*branch=main*event=push*status=success* ]] && echo 1 || echo 0");
    let released = |tag: &str, gh: &str| with_gh("releasable", &[tag], folder.path(), gh);
    let good = released("v1", &passed);
    assert!(good.status.success(), "{good:?}");
    for (tag, gh, why) in [
        ("v2", &*passed, "is not on main"),
        ("v1", "echo 0", "CI has not passed"),
        ("v1", "echo unreachable >&2; exit 1", "unreachable"),
        ("v3", &*passed, "there is no commit v3"),
    ] {
        let refused = released(tag, gh);
        assert!(!refused.status.success(), "{tag}: {refused:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(why), "{why}: {refused:?}");
    }
}

#[test]
fn a_draft_is_made_again_and_a_release_never() {
    let folder = tempfile::tempdir().expect("a folder");
    let draft = |state: &str| {
        let _ = std::fs::remove_file(folder.path().join("log"));
        let gh = format!("echo \"$*\" >>log; case $2 in view) {state} ;; esac");
        let output = with_gh("draft", &["v1", "notes.md", "a file.tar.gz"], folder.path(), &gh);
        let log = std::fs::read_to_string(folder.path().join("log")).expect("calls");
        (output.status.success(), log.lines().skip(1).map(str::to_owned).collect::<Vec<_>>())
    };
    let create = "release create v1 --draft --verify-tag --title simfleet v1 --notes-file notes.md a file.tar.gz";
    assert_eq!(draft("exit 1"), (true, vec![create.to_owned()]));
    assert_eq!(draft("echo true"), (true, vec!["release delete v1 --yes".to_owned(), create.to_owned()]));
    assert_eq!(draft("echo false"), (false, Vec::new()));
}

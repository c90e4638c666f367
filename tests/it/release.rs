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
    assert_eq!(jobs, ["build", "image", "publish"], "a new job is a new row below");
    // What compiles other people's code can write nothing.
    assert_eq!(rights("build"), "contents: read");
    assert_eq!(rights("image"), "attestations: write, contents: read, id-token: write, packages: write");
    assert_eq!(rights("publish"), "attestations: write, contents: write, id-token: write");
    // A token that a checkout leaves behind is every later step's.
    for (job, step) in steps(&release) {
        if step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
            assert_eq!(step["with"]["persist-credentials"], false, "{job}");
        }
    }
    assert_eq!(release["on"]["push"]["tags"], serde_json::json!(["v*"]), "only a tag releases");
}

#[test]
fn actions_are_github_s_own_and_pinned_as_everywhere() {
    let versions = |name: &str| -> BTreeSet<String> {
        let uses = steps(&workflow(name)).into_iter().filter_map(|(_, step)| step["uses"].as_str().map(str::to_owned));
        uses.collect()
    };
    let ci = versions("ci.yml");
    for action in versions("release.yml") {
        assert!(action.starts_with("actions/"), "{action}: whoever releases trusts nobody else");
        let (name, version) = action.split_once('@').unwrap_or_else(|| panic!("{action} is not pinned"));
        let major = version.strip_prefix('v').and_then(|major| major.parse::<u32>().ok());
        assert!(major.is_some(), "{action}: the workflows pin a major version");
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

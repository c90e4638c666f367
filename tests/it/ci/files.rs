//! The recipes as files: they parse, what they name exists, and no value becomes text of a shell.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

const ACTION: &str = ".github/actions/simfleet";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn yaml(path: &str) -> Value {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn workflows() -> Vec<(String, Value)> {
    let names = ["plan", "apply", "drift"].map(|name| format!("examples/ci/github/{name}.yml"));
    names.into_iter().map(|path| (path.clone(), yaml(&path))).collect()
}

/// All steps of a workflow.
fn steps(workflow: &Value) -> Vec<&Value> {
    let jobs = workflow["jobs"].as_object().expect("jobs");
    jobs.values().flat_map(|job| job["steps"].as_array().expect("steps")).collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn every_recipe_is_known_to_these_tests() {
    let known = [
        "README.md",
        "github/apply.yml",
        "github/drift.yml",
        "github/plan.yml",
        "gitlab/.gitlab-ci.yml",
        "gitlab/plan.sh",
        "gitlab/validate.sh",
    ];
    let mut found = Vec::new();
    for folder in ["", "github", "gitlab"] {
        for entry in std::fs::read_dir(root().join("examples/ci").join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                found.push(path.strip_prefix(root().join("examples/ci")).expect("below").display().to_string());
            }
        }
    }
    found.sort();
    assert_eq!(found, known);
}

#[test]
fn workflows_give_the_action_what_it_declares() {
    let declared = keys(&yaml(&format!("{ACTION}/action.yml"))["inputs"]);
    for (path, workflow) in workflows() {
        let uses = steps(&workflow).into_iter().filter(|step| step["uses"].as_str().is_some_and(|uses| uses.contains(ACTION)));
        let given: Vec<_> = uses.map(|step| keys(&step["with"])).collect();
        assert_eq!(given.len(), 1, "{path}");
        assert!(given[0].is_subset(&declared), "{path}: {given:?}");
        assert!(given[0].contains("command") && given[0].contains("path"), "{path}");
    }
}

/// What an event or an input says is data: it reaches a shell by its environment only.
#[test]
fn no_value_becomes_text_of_a_shell() {
    let action = yaml(&format!("{ACTION}/action.yml"));
    let mut seen = 0;
    let mut all = action["runs"]["steps"].as_array().expect("steps").clone();
    for (_, workflow) in workflows() {
        all.extend(steps(&workflow).into_iter().cloned());
    }
    for run in all.iter().filter_map(|step| step["run"].as_str()) {
        seen += 1;
        assert!(!run.contains("${{"), "{run}");
    }
    assert!(seen >= 3);
}

#[test]
fn inputs_are_what_the_scripts_read() {
    let action = yaml(&format!("{ACTION}/action.yml"));
    let step = action["runs"]["steps"].as_array().expect("steps").iter().find(|step| step["id"] == "run").expect("a step");
    let inputs: BTreeSet<String> = step["env"]
        .as_object()
        .expect("an environment")
        .iter()
        .filter_map(|(name, value)| {
            assert!(any_script_reads(name), "{name} is read by no script");
            let value = value.as_str().expect("text").trim_start_matches("${{ ").trim_end_matches(" }}");
            let input = value.strip_prefix("inputs.").map(str::to_owned);
            assert!(input.is_some() || value.starts_with("github.action_"), "{name}: {value}");
            input
        })
        .collect();
    assert_eq!(inputs, keys(&action["inputs"]));
    let outputs = keys(&action["outputs"]);
    let written: BTreeSet<String> = scripts()
        .iter()
        .flat_map(|(_, text)| {
            text.lines().filter_map(|line| line.trim().strip_prefix("output ")).map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    assert_eq!(outputs, written);
}

fn scripts() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(root().join(ACTION)).expect("the action").map(|entry| entry.expect("an entry").path());
    let scripts = entries.filter(|path| path.extension().is_some_and(|extension| extension == "sh"));
    scripts
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a script"))
        })
        .collect()
}

fn any_script_reads(name: &str) -> bool {
    scripts().iter().any(|(_, text)| text.contains(&format!("${name}")) || text.contains(&format!("${{{name}:")))
}

/// A script is found, runs as a program or is sourced by one, and stops at its first error.
#[test]
fn scripts_are_where_they_are_called() {
    let action = yaml(&format!("{ACTION}/action.yml"));
    for run in action["runs"]["steps"].as_array().expect("steps").iter().filter_map(|step| step["run"].as_str()) {
        // In the shell's place, or a runner that cancels tells the shell alone.
        let script = run.strip_prefix("exec \"$GITHUB_ACTION_PATH/").and_then(|script| script.strip_suffix('"'));
        let script = script.expect("a script beside the action");
        assert!(root().join(ACTION).join(script).is_file(), "{script}");
    }
    let scripts = scripts();
    for (name, text) in &scripts {
        if text.starts_with("#!") {
            assert!(text.contains("\nset -euo pipefail\n"), "{name}");
        } else {
            assert!(text.starts_with("# shellcheck shell=bash\n"), "{name}");
            let source = format!("source \"$here/{name}\"");
            assert!(scripts.iter().any(|(_, other)| other.contains(&source)), "{name} is sourced by nobody");
        }
    }
    let gitlab = std::fs::read_to_string(root().join("examples/ci/gitlab/.gitlab-ci.yml")).expect("a pipeline");
    for script in ["examples/ci/gitlab/plan.sh", "examples/ci/gitlab/validate.sh"] {
        assert!(gitlab.contains(script));
        assert!(std::fs::read_to_string(root().join(script)).expect("a script").contains("\nset -euo pipefail\n"));
    }
}

/// What a pull request runs has no secrets of ours to give away, and two applies never run at once.
#[test]
fn workflows_keep_to_the_rules() {
    for (path, workflow) in workflows() {
        let text = std::fs::read_to_string(root().join(&path)).expect("a workflow");
        assert!(workflow["on"].get("pull_request_target").is_none(), "{path}");
        assert_eq!(workflow["permissions"]["contents"], "read", "{path}");
        assert!(workflow["concurrency"]["group"].is_string(), "{path}");
        for job in workflow["jobs"].as_object().expect("jobs").values() {
            assert!(job["timeout-minutes"].is_u64(), "{path}");
        }
        for step in steps(&workflow) {
            if let Some(uses) = step["uses"].as_str() {
                // Ours is the reader's copy, whose commits nobody knows here.
                let pinned = crate::release::is_pinned(uses, &text);
                assert!(pinned || uses.starts_with("example-org/simfleet/") && uses.ends_with("@v0.1.0"), "{path}: {uses}");
            }
        }
        for secret in ["contractor", "password"] {
            for line in text.lines().filter(|line| line.to_lowercase().contains(&format!("simfleet_{secret}"))) {
                assert!(line.contains("secrets."), "{path}: {line}");
            }
        }
    }
    let apply = yaml("examples/ci/github/apply.yml");
    assert_eq!(apply["concurrency"]["cancel-in-progress"], false);
    assert_eq!(apply["concurrency"]["group"], "simfleet-apply", "one for all branches");
    let plan = yaml("examples/ci/github/plan.yml");
    assert_eq!(keys(&plan["permissions"]), ["contents", "pull-requests"].map(str::to_owned).into());
    let pipeline = yaml("examples/ci/gitlab/.gitlab-ci.yml");
    assert_eq!(pipeline["apply"]["resource_group"], "simfleet-apply");
    assert_eq!(pipeline["apply"]["rules"][0]["when"], "manual");
    assert_eq!(pipeline["apply"]["interruptible"], false);
    // A fork's merge request is validated, without a secret, and not planned.
    let rule = pipeline["plan"]["rules"][0]["if"].as_str().expect("a rule");
    assert!(rule.contains("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID"), "{rule}");
    let fork = &plan["jobs"]["validate"];
    assert!(fork["steps"].as_array().expect("steps").iter().all(|step| step.get("env").is_none()), "{fork}");
    assert!(!fork.to_string().contains("secrets.") && fork.to_string().contains("--redact"), "{fork}");
    // By hand as after a merge, it is the default branch that is applied.
    assert_eq!(apply["jobs"]["apply"]["if"], "github.ref_name == github.event.repository.default_branch");
}

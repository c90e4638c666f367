//! What the READMEs and topic pages show: transcripts are what the program prints, manifests are valid.

use std::path::Path;

use simfleet::diag::TOPICS;

use super::world::simfleet;
use super::{exported, quickstart};

/// A command of a transcript and the stdout that it shows. `...` stands for any lines.
struct Step {
    arguments: Vec<String>,
    shown: String,
}

/// The steps of all `console` blocks of a Markdown text.
fn steps(markdown: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && let Some(command) = line.strip_prefix("$ simfleet ") {
            let arguments = command.split_whitespace().map(str::to_owned).collect();
            steps.push(Step { arguments, shown: String::new() });
        } else if inside && let Some(step) = steps.last_mut() {
            step.shown += line;
            step.shown.push('\n');
        }
    }
    steps
}

#[test]
fn transcripts_are_what_the_program_prints() {
    for name in ["README.md", "README.ja.md"] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a README");
        let steps = steps(&text);
        assert!(steps.len() >= 2, "{name} shows a first and a second run");
        let folder = tempfile::tempdir().expect("a folder");
        quickstart::copy(folder.path());
        exported::copy(folder.path());
        for step in steps {
            let output = simfleet(folder.path()).args(&step.arguments).output().expect("runs");
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(
                output.status.success(),
                "{name}: {:?}: {stdout}\n{}",
                step.arguments,
                String::from_utf8_lossy(&output.stderr)
            );
            snapbox::assert_data_eq!(stdout, step.shown);
        }
    }
}

/// Whole `yaml` blocks of a Markdown text.
fn yaml(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut inside = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = line == "```yaml";
            if inside {
                blocks.push(String::new());
            }
        } else if inside && let Some(block) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

const ACCOUNT: &str = "\
apiVersion: simfleet.dev/v1alpha1
kind: CarrierAccount
metadata: {name: main}
spec: {driver: http, endpoint: 'https://carrier.example.jp'}
---
";

const FLEET: &str = "\
apiVersion: simfleet.dev/v1alpha1
kind: SimFleet
metadata: {name: kanto-vending}
spec:
  accountRef: {name: main}
  systemNumber: 'S0001234'
  serviceCode: m2m-lte
";

/// A block as a whole manifest: what it leaves out is what every page leaves out. `None` for what is none.
fn manifest(block: &str) -> Option<String> {
    let account = if block.contains("kind: CarrierAccount") { "" } else { ACCOUNT };
    if block.contains("apiVersion: simfleet.dev/") {
        return Some(format!("{account}{block}"));
    }
    let fields = block.strip_prefix("# in the spec of a SimFleet\n")?;
    let indented: Vec<String> = fields.lines().map(|line| format!("  {line}")).collect();
    let indented = indented.join("\n");
    // A grant names lines of its fleet.
    let sims = if fields.contains("sims:\n") { "" } else { "  sims: [{msisdn: '08012345678'}]\n" };
    Some(format!("{account}{FLEET}{indented}\n{sims}"))
}

#[test]
fn manifests_are_valid() {
    let readmes = ["README.md", "README.ja.md"]
        .map(|name| (name, std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a README")));
    let topics = TOPICS.iter().map(|topic| (topic.name, topic.page.to_owned()));
    for (name, text) in readmes.into_iter().chain(topics) {
        let manifests: Vec<String> = yaml(&text).iter().filter_map(|block| manifest(block)).collect();
        assert!(!name.starts_with("README") || manifests.len() >= 7, "{name} shows manifests");
        for text in manifests {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::create_dir(folder.path().join("rosters")).expect("a folder");
            std::fs::write(folder.path().join("rosters/osaka.csv"), "msisdn\n").expect("a roster");
            std::fs::write(folder.path().join("fleet.yaml"), &text).expect("a manifest");
            let output = simfleet(folder.path()).args(["validate", "."]).output().expect("runs");
            assert!(output.status.success(), "{name}:\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

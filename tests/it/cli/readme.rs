//! The READMEs' transcripts: what they show is what the program prints.

use std::path::Path;

use super::quickstart;
use super::world::simfleet;

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

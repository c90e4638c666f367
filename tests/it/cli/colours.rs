//! Colour is never forced on anybody: not one escape where it is not wanted.

use std::process::Command;

use serde_json::json;

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n");
    world.write("broken/fleet.yaml", "apiVersion: simfleet.dev/v1alpha1\nkind: SimFlet\n");
    world.run(&["observe", "fleet", "-o", "before.json"]).expect(0);
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.advance("PT2M");
    world
}

/// Every command that prints, and ways to make it fail.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["--help"],
    &["plan", "--help"],
    &["plna"],
    &["diff"],
    &["plan", "fleet", "--format", "yaml"],
    &["validate", "fleet"],
    &["validate", "broken"],
    &["plan", "fleet", "--observed", "before.json", "--now", NOW],
    &["plan", "fleet", "--observed", "before.json", "--now", NOW, "--format", "markdown"],
    &["plan", "fleet", "--endpoint", "http://127.0.0.1:1", "-vv"],
    &["apply", "fleet"],
    &["apply", "fleet", "--yes", "-v"],
    &["drift", "fleet", "--baseline", "before.json"],
    &["observe", "fleet"],
    &["get", "sims", "-f", "fleet"],
    &["report", "fleet"],
    &["import", "fleet", "-o", "imported"],
    &["ops", "list", "fleet"],
    &["audit", "show", "fleet"],
    &["audit", "verify", "fleet"],
    &["doctor", "fleet"],
    &["doctor", "broken"],
    &["schema"],
    &["crd"],
    &["explain"],
    &["explain", "WRONG_LIST"],
    &["explain", "WRONG_LISTS"],
    &["completions", "bash"],
    &["man"],
];

/// Whether the output has an escape.
fn is_coloured(run: &Run) -> bool {
    run.stdout.contains('\u{1b}') || run.stderr.contains('\u{1b}')
}

#[test]
fn no_escape_goes_into_a_pipe_or_where_no_color_is_set() {
    let world = world();
    let mut printed = 0;
    for arguments in COMMANDS {
        let piped = world.run(arguments);
        assert!(!is_coloured(&piped), "{arguments:?}\n{}{}", piped.stdout, piped.stderr);
        printed += usize::from(!piped.stdout.is_empty() || !piped.stderr.is_empty());
        for wish in [&["--color", "never"][..], &[]] {
            let mut command = world.command(&[arguments, wish].concat());
            let run = Run::of(&command.env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1").output().expect("simfleet runs"));
            assert!(!is_coloured(&run), "NO_COLOR, {wish:?} {arguments:?}\n{}{}", run.stdout, run.stderr);
        }
    }
    assert_eq!(printed, COMMANDS.len(), "all of them say something");
}

/// What a command writes to a terminal of this kind.
fn on_a_terminal(world: &World, arguments: &[&str], kind: &str) -> String {
    let ours = world.command(arguments);
    let words = std::iter::once(ours.get_program()).chain(ours.get_args()).map(|word| word.to_string_lossy().into_owned());
    let line = words.collect::<Vec<_>>().join(" ");
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(world.path("")).env("TERM", kind);
    let output = command.env_remove("NO_COLOR").output().expect("script runs (it is in the package bsdutils, or util-linux)");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_dumb_terminal_gets_no_escape() {
    let world = world();
    for arguments in [&["validate", "broken"][..], &["plan", "fleet", "--observed", "before.json", "--now", NOW], &["plna"]] {
        let coloured = on_a_terminal(&world, arguments, "xterm-256color");
        assert!(coloured.contains('\u{1b}'), "{arguments:?}\n{coloured}");
        let plain = on_a_terminal(&world, arguments, "dumb");
        assert!(!plain.is_empty() && !plain.contains('\u{1b}'), "{arguments:?}\n{plain}");
    }
}

#[test]
fn who_asks_for_colour_gets_it_in_a_pipe_too() {
    let world = world();
    for arguments in [
        &["plan", "fleet", "--observed", "before.json", "--now", NOW][..],
        &["validate", "broken"],
        &["drift", "fleet", "--baseline", "before.json"],
        &["doctor", "fleet"],
        &["plan", "fleet", "--endpoint", "http://127.0.0.1:1", "-vv"],
        &["plna"],
    ] {
        let run = world.run(&[arguments, &["--color", "always"]].concat());
        assert!(is_coloured(&run), "{arguments:?}\n{}{}", run.stdout, run.stderr);
    }
    let plan = world.run(&["plan", "fleet", "--observed", "before.json", "--now", NOW, "--color=always"]);
    assert!(plan.stdout.contains("\u{1b}["), "{}", plan.stdout);
}

/// Runs a shell on a script without executing it. `None`: this machine has no such shell.
fn parsed_by(shell: &str, script: &std::path::Path) -> Option<std::process::Output> {
    Command::new(shell).arg("-n").arg(script).output().ok()
}

#[test]
fn completions_are_scripts_that_their_shells_understand() {
    let world = World::at(NOW);
    let mut understood = Vec::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = world.run(&["completions", shell]).expect(0);
        for name in ["plan", "doctor", "resolve", "--detailed-exitcode"] {
            // Fish writes long options without their dashes.
            assert!(run.stdout.contains(name.trim_start_matches('-')), "{shell} completes {name}");
        }
        world.write(shell, &run.stdout);
        if ["bash", "zsh", "fish"].contains(&shell)
            && let Some(output) = parsed_by(shell, &world.path(shell))
        {
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
            understood.push(shell);
        }
    }
    assert!(understood.contains(&"bash"), "every machine that runs these tests has one: {understood:?}");
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let world = World::at(NOW);
    let run = world.run(&["man", "-o", "man1"]).expect(0).says("pages in man1");
    let pages: Vec<String> = std::fs::read_dir(world.path("man1"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(run.stdout.starts_with(&format!("{} pages", pages.len())), "{}", run.stdout);
    for page in ["simfleet.1", "simfleet-plan.1", "simfleet-ops-resolve.1", "simfleet-man.1"] {
        assert!(pages.contains(&page.to_owned()), "{page}: {pages:?}");
    }
    let root = world.run(&["man"]).expect(0);
    assert_eq!(root.stdout, std::fs::read_to_string(world.path("man1/simfleet.1")).expect("a page"));
    assert!(root.stdout.contains("simfleet\\-plan(1)"), "it names the others\n{}", root.stdout);
}

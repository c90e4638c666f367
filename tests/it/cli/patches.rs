//! The patches of `import --merge`, `drift --accept` and `fmt --check`, wherever the files lie: `git apply` takes them.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use super::world::{FLEET_HEAD, Run, World, account};

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// Files below `repository/fleet` of which the carrier has something else; `git init` was run in `repository`.
fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [
        {"msisdn": "08000000001", "planCode": "fixed-500mb"},
        {"msisdn": "08000000002", "planCode": "fixed-500mb"},
        {"msisdn": "08000000003", "planCode": "fixed-500mb", "system": "S0001234"},
    ]}));
    world.write("repository/fleet/account.yaml", &account(&world.endpoint));
    let fleet = format!(
        "{FLEET_HEAD}  defaults: {{state: Active, ratePlan: fixed-500mb}}\n  sims:\n    - {{msisdn: \"08000000001\", state: Suspended}}\n  rosters: [{{csv: 大阪 1.csv}}]"
    );
    world.write("repository/fleet/東京 1.yaml", &format!("\u{feff}{}", fleet.replace('\n', "\r\n")));
    world.write("repository/fleet/大阪 1.csv", "msisdn,state\r\n08000000002,Suspended\r\n");
    world.write("repository/elsewhere/keep", "");
    let made = Command::new("git").args(["init", "--quiet"]).current_dir(world.path("repository")).status().expect("git runs");
    assert!(made.success());
    world
}

fn run(world: &World, folder: &str, arguments: &[&str]) -> Run {
    Run::of(&world.command(arguments).current_dir(world.path(folder)).output().expect("simfleet runs"))
}

/// Applies what is on stdout.
#[track_caller]
fn apply(folder: &Path, patch: &str) {
    let mut git = Command::new("git")
        .args(["apply", "--verbose"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git runs");
    std::io::Write::write_all(&mut git.stdin.take().expect("stdin"), patch.as_bytes()).expect("it reads");
    let output = git.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("Skipped"), "{said}\n{patch}");
}

#[test]
fn a_patch_applies_wherever_the_files_lie() {
    let world = world();
    let root = std::fs::canonicalize(world.path("repository")).expect("a folder");
    let absolute = root.join("fleet").display().to_string();
    for (here, path, applies_at) in [
        ("repository", "fleet", "repository"),
        ("repository", "./fleet", "repository"),
        ("repository", "elsewhere/../fleet", "repository"),
        ("repository/fleet", ".", "repository/fleet"),
        ("repository", absolute.as_str(), "repository"),
        // Not below the folder where it is run.
        ("repository/elsewhere", "../fleet", "repository"),
        ("", absolute.as_str(), ""),
        ("repository/elsewhere", absolute.as_str(), "repository"),
    ] {
        let merged = run(&world, here, &["import", "--merge", path]).expect(0);
        let note = format!("git -C {} apply", root.display());
        assert_eq!(merged.stderr.contains(&note), here != applies_at, "{here} {path}: {}", merged.stderr);
        let before = run(&world, here, &["import", "--merge", path]).expect(0).stdout;
        apply(&world.path(applies_at), &merged.stdout);
        let after = run(&world, here, &["import", "--merge", path]).expect(0);
        assert_eq!(after.stdout, "", "{here} {path}: all of it was applied");
        let text = std::fs::read_to_string(world.path("repository/fleet/東京 1.yaml")).expect("a file");
        assert!(text.starts_with("\u{feff}apiVersion") && text.replace("\r\n", "").find('\n').is_none(), "{text:?}");
        reverse(&world.path(applies_at), &before);
    }
}

#[track_caller]
fn reverse(folder: &Path, patch: &str) {
    std::fs::write(folder.join("../undo.patch"), patch).expect("a file");
    let done = Command::new("git").args(["apply", "-R", "../undo.patch"]).current_dir(folder).output().expect("git runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn the_patch_of_drift_applies_from_the_text_that_holds_it() {
    let world = world();
    world.write(
        "repository/fleet/東京 1.yaml",
        &format!(
            "{FLEET_HEAD}  defaults: {{state: Active, ratePlan: fixed-500mb}}\n  sims:\n    - {{msisdn: \"08000000001\"}}\n"
        )
        .replace('\n', "\r\n"),
    );
    run(&world, "repository", &["apply", "fleet", "--yes"]).expect(0);
    world.post("/_emu/console/suspend/08000000001", &json!({}));
    let drift = run(&world, "repository/fleet", &["drift", "../fleet", "--accept"]).expect(2);
    apply(&world.path("repository/fleet"), &drift.stdout);
    let plan = run(&world, "repository", &["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!(plan["operations"], json!([]));
}

#[test]
fn the_diff_of_fmt_formats() {
    let world = world();
    run(&world, "repository", &["fmt", "fleet"]).expect(0);
    let crooked =
        std::fs::read_to_string(world.path("repository/fleet/東京 1.yaml")).expect("a file").replace("{msisdn: ", "{ msisdn:  ");
    world.write("repository/fleet/東京 1.yaml", crooked.trim_end());
    let check = run(&world, "repository/elsewhere", &["fmt", "../fleet", "--check"]).expect(1);
    apply(&world.path("repository"), &check.stdout);
    run(&world, "repository", &["fmt", "fleet", "--check"]).expect(0);
}

//! `fmt` as people run it.

use super::world::{FLEET_HEAD, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

#[test]
fn files_are_formatted_all_or_none() {
    let world = World::at(NOW);
    let crooked = format!(
        "{FLEET_HEAD}  sims:\n  - {{ msisdn: '08000000002' }} # two\n  - {{msisdn: \"08000000001\"}}\n  rosters: [{{csv: r.csv}}]\n"
    );
    let straight = format!(
        "{FLEET_HEAD}  sims:\n    - {{msisdn: \"08000000002\"}} # two\n    - {{msisdn: \"08000000001\"}}\n  rosters: [{{csv: r.csv}}]\n"
    );
    world.write("fleet/a.yaml", &crooked);
    world.write("fleet/r.csv", "msisdn, name\r\n08000000003,\"x\"\r\n");
    let read = |name: &str| std::fs::read_to_string(world.path(name)).expect("a file");
    let check = world.run(&["fmt", "fleet", "--check"]).expect(1).says("2 files are not formatted");
    assert!(check.stdout.contains("-  - { msisdn: '08000000002' } # two\n"), "{}", check.stdout);
    assert_eq!(read("fleet/a.yaml"), crooked);
    world.write("fleet/broken.yaml", "apiVersion: simfleet.dev/v1alpha1\nkind: [\n");
    world.run(&["fmt", "fleet"]).expect(1).says("broken.yaml");
    assert_eq!(read("fleet/a.yaml"), crooked, "nothing is written");
    std::fs::remove_file(world.path("fleet/broken.yaml")).expect("removed");
    assert_eq!(world.run(&["fmt", "fleet"]).expect(0).stdout, "fleet/a.yaml\nfleet/r.csv\n");
    assert_eq!((read("fleet/a.yaml"), read("fleet/r.csv")), (straight, "msisdn,name\r\n08000000003,x\r\n".to_owned()));
    assert_eq!(world.run(&["fmt", "fleet"]).expect(0).stdout, "");
    world.run(&["fmt", "fleet", "--check"]).expect(0);
    world.run(&["fmt", "fleet", "--check", "--sort"]).expect(1).says("simfleet fmt --sort");
    world.run(&["fmt", "fleet/r.csv", "nothing"]).expect(1).says("nothing");
}

#[test]
fn the_diff_of_a_file_of_windows_shows_what_changes() {
    let world = World::at(NOW);
    let crooked = format!("{FLEET_HEAD}  sims:\n    - {{ msisdn: '08000000002' }}\n    - {{msisdn: \"08000000001\"}}\n");
    world.write("fleet/a.yaml", &format!("\u{feff}{}", crooked.replace('\n', "\r\n")));
    let check = world.run(&["fmt", "fleet", "--check"]).expect(1).says("1 file is not formatted");
    let changed: Vec<&str> = check.stdout.lines().filter(|line| line.starts_with(['+', '-'])).skip(2).collect();
    assert_eq!(changed, ["-    - { msisdn: '08000000002' }", "+    - {msisdn: \"08000000002\"}"], "{}", check.stdout);
    world.run(&["fmt", "fleet"]).expect(0);
    let formatted = std::fs::read_to_string(world.path("fleet/a.yaml")).expect("a file");
    assert_eq!(
        formatted,
        format!("\u{feff}{}", crooked.replace('\n', "\r\n").replace("{ msisdn: '08000000002' }", "{msisdn: \"08000000002\"}"))
    );
    world.run(&["fmt", "fleet", "--check"]).expect(0);
}

#[test]
fn a_roster_that_cannot_be_read_is_told() {
    let world = World::at(NOW);
    let crooked = format!("{FLEET_HEAD}  sims:   []\n  rosters: [{{csv: r.csv}}]\n");
    for (roster, code, place) in [
        (None, "MISSING_ROSTER", "fleet/a.yaml:9:19"),
        (Some(&b"msisdn,name\n08000000001\n"[..]), "INVALID_ROW", "fleet/r.csv:2:1"),
        (Some(b"msisdn,name\n08000000001,\"x\n"), "INVALID_ROW", "fleet/r.csv:2:1"),
        (Some(b"msisdn,name\n08000000001,\"x\"y\n"), "INVALID_ROW", "fleet/r.csv:2"),
        (Some(b"msisdn,name\n08000000001,\x93\x8c\n"), "NOT_UTF8", "fleet/r.csv:2:13"),
        (Some(b""), "MISSING_COLUMN", "fleet/r.csv"),
    ] {
        world.write("fleet/a.yaml", &crooked);
        match roster {
            Some(bytes) => std::fs::write(world.path("fleet/r.csv"), bytes).expect("a file"),
            None => assert!(!world.path("fleet/r.csv").exists()),
        }
        for arguments in [&["fmt", "fleet"][..], &["fmt", "fleet", "--check"]] {
            let run = world.run(arguments).expect(1).says(code).says(place);
            assert_eq!(run.stdout, "", "{code}");
        }
        assert_eq!(std::fs::read_to_string(world.path("fleet/a.yaml")).expect("a file"), crooked, "nothing is written");
        if roster.is_some() {
            world.run(&["fmt", "fleet/r.csv"]).expect(1).says(code).says(place);
        }
    }
}

/// Nobody is to take for formatted what is not; but there is nothing to be done about it either.
#[test]
fn what_is_not_formatted_is_told_and_does_not_fail() {
    let world = World::at(NOW);
    let anchored = format!("{FLEET_HEAD}  defaults: &d\n      state: Active\n  sims: [ ]\n");
    world.write("fleet/a.yaml", &anchored);
    let place = format!("note: fleet/a.yaml:{}: not laid out anew", FLEET_HEAD.lines().count() + 1);
    for arguments in [&["fmt", "fleet"][..], &["fmt", "fleet", "--check"]] {
        let run = world.run(arguments).expect(0).says(&place).says("an anchor");
        assert_eq!(run.stdout, "");
    }
    assert_eq!(std::fs::read_to_string(world.path("fleet/a.yaml")).expect("a file"), anchored);
    // Blanks are mended, and that is a diff.
    world.write("fleet/a.yaml", &anchored.replace("[ ]", "[ ]   "));
    world.run(&["fmt", "fleet", "--check"]).expect(1).says(&place).says("1 file is not formatted");
    world.run(&["fmt", "fleet"]).expect(0).says(&place).says("formatted 1 file");
}

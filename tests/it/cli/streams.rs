//! What goes where: data to stdout and to files, all else to stderr, in one shape.

use serde_json::{Value, json};

use super::world::World;

const NOW: &str = "2026-11-10T10:00:00+09:00";

fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n");
    world
}

#[cfg(unix)]
#[test]
fn a_file_that_is_no_regular_file_is_written_to_and_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let world = world();
    let fifo = world.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs").success());
    let reader = std::thread::spawn({
        let fifo = fifo.clone();
        move || std::fs::read_to_string(fifo).expect("a plan")
    });
    world.run(&["plan", "fleet", "--out", "pipe"]).expect(0);
    let plan: Value = serde_json::from_str(&reader.join().expect("the reader ends")).expect("JSON");
    assert_eq!(plan["summary"]["operations"], 1);
    assert!(std::fs::metadata(&fifo).expect("the pipe").file_type().is_fifo());
}

#[cfg(unix)]
#[test]
fn a_link_is_followed() {
    let world = world();
    world.write("real.json", "");
    std::os::unix::fs::symlink("real.json", world.path("link.json")).expect("a link");
    world.run(&["plan", "fleet", "--out", "link.json"]).expect(0);
    assert!(std::fs::symlink_metadata(world.path("link.json")).expect("the link").is_symlink());
    assert!(std::fs::read_to_string(world.path("real.json")).expect("a plan").contains("\"planId\""));
}

/// Every line of stderr, as JSON.
fn records(stderr: &str) -> Vec<Value> {
    stderr.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn with_json_logs_every_line_of_stderr_is_a_record() {
    let world = world();
    // A refusal, progress, a failure, and findings in manifests.
    let refused = world.run(&["apply", "fleet", "--log-format", "json"]).expect(3);
    assert!(records(&refused.stderr).iter().any(|record| record["message"].as_str().unwrap_or_default().contains("--yes")));
    let applied = world.run(&["apply", "fleet", "--yes", "--log-format", "json", "-vv"]).expect(0);
    let told = records(&applied.stderr);
    assert!(told.iter().any(|record| record["message"].as_str().unwrap_or_default().contains("080*****001: accepted")));
    assert!(!applied.stderr.contains("08000000001"), "a number is not masked\n{}", applied.stderr);
    let failed = world.run(&["plan", "fleet", "--endpoint", "http://127.0.0.1:1", "--log-format", "json"]).expect(1);
    assert!(records(&failed.stderr).iter().any(|record| record["level"] == "ERROR"));
    world.write("fleet/fleet.yaml", "apiVersion: simfleet.dev/v1alpha1\nkind: SimFlet\n");
    let invalid = world.run(&["plan", "fleet", "--log-format", "json"]).expect(1);
    assert!(
        records(&invalid.stderr).iter().any(|record| record["message"].as_str().unwrap_or_default().contains("UNKNOWN_KIND"))
    );
}

#[cfg(unix)]
#[test]
fn a_signal_before_anything_is_sent_ends_the_run_at_once() {
    let world = world();
    // One request a second: observing takes longer than anybody here waits.
    let slow = std::fs::read_to_string(world.path("fleet/account.yaml")).expect("an account");
    world.write("fleet/account.yaml", &slow.replace("requestsPerSecond: 1000, burst: 1000", "requestsPerSecond: 1, burst: 1"));
    let mut apply = world.command(&["apply", "fleet", "--yes"]).stderr(std::process::Stdio::piped()).spawn().expect("simfleet");
    while !world.path("state/simfleet").exists() {
        assert!(apply.try_wait().expect("a process").is_none(), "it ended before it opened its journal");
        std::thread::yield_now();
    }
    let pid = apply.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
    assert_eq!(apply.wait().expect("it ends").code(), Some(130));
    assert_eq!(world.mutations().len(), 0);
}

#[test]
fn a_filter_takes_the_names_that_tables_show_and_doubts_others() {
    let world = world();
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.advance("PT2M");
    for status in ["suspended", "Suspended"] {
        let run = world.run(&["get", "sims", "-f", "fleet", "--status", status]).expect(0);
        assert!(run.stdout.contains("08000000001") && !run.stdout.contains("08000000002"), "{status}\n{}", run.stdout);
    }
    world.run(&["get", "sims", "-f", "fleet", "--status", "suspendd"]).expect(0).says("no status 'suspendd'");
    world.run(&["get", "applications", "-f", "fleet", "--type", "planchange"]).expect(0).says("no type 'planchange'");
}

//! Bad input and bad answers: a clear message, exit code 1, and nothing written.

use std::fmt::Write as _;

use serde_json::json;

use super::world::{FLEET_HEAD, World, account, simfleet};

const NOW: &str = "2026-11-10T10:00:00+09:00";

fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}], "chipSims": [{"msisdn": "02010000001", "status": "ordered"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n");
    world
}

/// Every command that could write ends with 1, says this, and has sent no mutation.
#[track_caller]
fn refused(world: &World, says: &[&str]) {
    for arguments in [&["apply", "fleet", "--yes"][..], &["plan", "fleet", "--out", "plan.json"]] {
        let mut run = world.run(arguments).expect(1);
        for text in says {
            run = run.says(text);
        }
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
    assert_eq!(world.mutations().len(), 0);
    assert!(!world.path("plan.json").exists());
}

#[test]
fn manifests() {
    let long = "4.9015420323751E+14";
    let cases: &[(&str, &[&str])] = &[
        ("  sims: [{msisdn: \"08000000001\"\n", &["fleet.yaml"]),
        ("  sims:\n    - {msisdn: 08000000001}\n", &["quote", "fleet.yaml:9"]),
        ("  sims:\n    - {msisdn: \"08000000001\", statee: Active}\n", &["statee", "state"]),
        ("  chipSims:\n    - {msisdn: \"02010000001\", imei: \"490154203237519\"}\n", &["check digit", "8"]),
        (
            "  chipSims:\n    - {msisdn: \"02010000001\", imei: \"490154203237518\"}\n    - {msisdn: \"02010000002\", imei: \"490154203237518\"}\n",
            &["fleet.yaml:9", "fleet.yaml:10"],
        ),
        ("  rosters: [{csv: rosters/none.csv}]\n", &["rosters/none.csv"]),
        ("  rosters: [{csv: rosters/excel.csv}]\n", &["excel.csv", long]),
    ];
    let world = world();
    world.write("fleet/rosters/excel.csv", &format!("kind,msisdn,imei\nchip,02010000001,{long}\n"));
    for (spec, says) in cases {
        world.fleet(spec);
        refused(&world, says);
    }
    world.fleet("  sims:\n    - {msisdn: \"08000000001\"}\n");
    world.write(
        "fleet/other.yaml",
        &format!("{}  sims:\n    - {{msisdn: \"08000000001\"}}\n", FLEET_HEAD.replace("name: test", "name: other")),
    );
    refused(&world, &["fleet.yaml:9", "other.yaml:9"]);
    world.write("fleet/other.yaml", &FLEET_HEAD.replace("SimFleet", "SimFleat"));
    refused(&world, &["SimFleat", "SimFleet"]);
}

#[test]
fn what_only_the_carrier_can_tell() {
    let world = world();
    world.fleet("  sims:\n    - {msisdn: \"08000000001\", ratePlan: fixed-1gbb}\n");
    refused(&world, &["fixed-1gbb", "fixed-1gb?", "fleet.yaml:9"]);
    world.seed(&json!({"systems": [{"systemNo": "S0001234", "services": [{"serviceCode": "m2m-lte", "functions": [1, 4, 7, 10, 11, 12, 13, 19]}]}]}));
    world.fleet("  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n");
    refused(&world, &["FUNCTION_NOT_OFFERED"]);
}

#[test]
fn an_alias_bomb_is_refused_at_once() {
    let world = world();
    let mut bomb = FLEET_HEAD.replace("name: test", "name: bomb") + "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for level in 1..12 {
        let _ = writeln!(bomb, "  a{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 10].join(", "));
    }
    world.write("fleet/bomb.yaml", &bomb);
    refused(&world, &["bomb.yaml", "alias"]);
}

#[test]
fn a_huge_file_is_refused_before_it_is_read() {
    let world = world();
    let file = std::fs::File::create(world.path("fleet/huge.yaml")).expect("a file");
    file.set_len(200 * 1024 * 1024).expect("a sparse file");
    refused(&world, &["huge.yaml", "64 MiB"]);
}

#[test]
fn credentials() {
    let world = world();
    for (contractor, password) in [("demo", "s3cr3t-pa55"), ("nobody", "s3cr3t-pa55")] {
        let output = world
            .command(&["apply", "fleet", "--yes"])
            .env("SIMFLEET_CONTRACTOR_ID", contractor)
            .env("SIMFLEET_PASSWORD", password)
            .output()
            .expect("runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("SIMFLEET_PASSWORD"), "{stderr}");
        assert!(!stderr.contains("s3cr3t"), "the password is in the message: {stderr}");
    }
    let output = world.command(&["plan", "fleet"]).env_remove("SIMFLEET_PASSWORD").output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("SIMFLEET_PASSWORD"));
}

#[test]
fn a_carrier_that_is_down() {
    let world = world();
    world.write("fleet/account.yaml", &account("http://127.0.0.1:9"));
    let run = world.run(&["plan", "fleet"]).expect(1).says("127.0.0.1:9");
    assert!(!run.stderr.contains("panicked"));
}

#[test]
fn a_list_that_promises_more_than_it_delivers() {
    let world = World::at(NOW);
    world.post("/_emu/seed?generate=500&seed=1", &json!({}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\"}\n");
    world.post("/_emu/faults", &json!({"faults": [{"function": 7, "kind": "shortList", "count": 1000}]}));
    refused(&world, &["incomplete"]);
}

#[test]
fn no_account_and_no_endpoint() {
    let world = world();
    std::fs::remove_file(world.path("fleet/account.yaml")).expect("removed");
    refused(&world, &["--endpoint"]);
    let endpoint = world.endpoint.clone();
    world.run(&["plan", "fleet", "--endpoint", &endpoint]).expect(0).says("suspend");
}

#[test]
fn usage() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in
        [&["aply", "fleet"][..], &["apply"], &["plan", "--format", "xml", "fleet"], &["apply", "--ack", "terminate", "fleet"]]
    {
        let output = simfleet(folder.path()).args(arguments).output().expect("runs");
        assert_eq!(output.status.code(), Some(64), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

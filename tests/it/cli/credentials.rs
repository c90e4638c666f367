//! Which credentials serve which account, and what is said where they do not.

use serde_json::json;

use super::world::{FLEET_HEAD, World, account};

/// Two accounts of one carrier, each with a fleet.
fn two_accounts() -> World {
    let world = World::at("2026-11-10T10:00:00+09:00");
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    for (name, msisdn) in [("main", "08000000001"), ("other", "08000000002")] {
        let named = |text: &str| text.replace("{name: main}", &format!("{{name: {name}}}"));
        let head = named(FLEET_HEAD).replace("{name: test}", &format!("{{name: fleet-{name}}}"));
        let sims = format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{msisdn}\", state: Suspended}}\n");
        world.write(&format!("fleet/{name}.yaml"), &format!("{}---\n{head}{sims}", named(&account(&world.endpoint))));
    }
    world
}

#[test]
fn the_environment_serves_exactly_one_account() {
    let world = two_accounts();
    for command in [["plan", "fleet"].as_slice(), &["apply", "fleet", "--yes"], &["get", "sims", "-f", "fleet"]] {
        let run = world.run(command).expect(64).says("serve exactly one account");
        assert_eq!(run.stderr.matches("serve exactly one account").count(), 1, "{}", run.stderr);
    }
    assert_eq!(world.mutations().len(), 0);
}

#[test]
fn a_file_serves_each_account_by_its_table() {
    let world = two_accounts();
    let table = |name: &str| format!("[{name}]\ncontractorId = \"demo\"\npassword = \"demo\"\n");
    world.write("credentials.toml", &(table("main") + &table("other")));
    world.run(&["plan", "fleet", "--credentials", "credentials.toml"]).expect(0).says("Plan: 2 to suspend.");
    // An account without a table is an error for itself; the other one goes on.
    world.write("half.toml", &table("main"));
    world
        .run(&["plan", "fleet", "--credentials", "half.toml"])
        .expect(1)
        .says("has no account `other`")
        .says("Plan: 1 to suspend.");
}

#[cfg(unix)]
#[test]
fn a_file_that_everybody_may_read_is_warned_of_and_used() {
    use std::os::unix::fs::PermissionsExt;
    let world = two_accounts();
    let table = |name: &str| format!("[{name}]\ncontractorId = \"demo\"\npassword = \"demo\"\n");
    world.write("credentials.toml", &(table("main") + &table("other")));
    std::fs::set_permissions(world.path("credentials.toml"), std::fs::Permissions::from_mode(0o644)).expect("permissions");
    world.run(&["plan", "fleet", "--credentials", "credentials.toml"]).expect(0).says("chmod 600");
}

#[test]
fn a_file_that_is_none_is_one_error_for_all_accounts() {
    let world = two_accounts();
    let run = world.run(&["plan", "fleet", "--credentials", "nowhere.toml"]).expect(1).says("nowhere.toml");
    assert_eq!(run.stderr.matches("nowhere.toml").count(), 1, "{}", run.stderr);
}

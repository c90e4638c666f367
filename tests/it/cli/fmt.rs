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
    assert_eq!((read("fleet/a.yaml"), read("fleet/r.csv")), (straight, "msisdn,name\n08000000003,x\n".to_owned()));
    assert_eq!(world.run(&["fmt", "fleet"]).expect(0).stdout, "");
    world.run(&["fmt", "fleet", "--check"]).expect(0);
    world.run(&["fmt", "fleet", "--check", "--sort"]).expect(1).says("simfleet fmt --sort");
    world.run(&["fmt", "fleet/r.csv", "nothing"]).expect(1).says("nothing");
}

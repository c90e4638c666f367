//! The plan as a comment on a pull request: it fits, or it says how much it would take and nothing is written.

use serde_json::{Value, json};

use super::world::World;

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// 300 lines to suspend and 30 to terminate.
fn world() -> World {
    let world = World::at(NOW);
    let number = |n: u32| format!("080{n:08}");
    let sims: Vec<Value> = (1..=330).map(|n| json!({"msisdn": number(n)})).collect();
    world.seed(&json!({"sims": sims}));
    let lines = (1..=330).map(|n| match n {
        1..=30 => format!("    - {{msisdn: \"{}\", state: Terminated, terminationDate: \"2026-11-30\"}}\n", number(n)),
        _ => format!(
            "    - {{msisdn: \"{}\", state: Suspended, labels: {{site: {}}}}}\n",
            number(n),
            if n % 3 == 0 { "ueno" } else { "kita" }
        ),
    });
    let policy = "  policy: {limits: {terminate: 30, suspend: 300}}\n";
    world.fleet(&format!("  mode: Apply\n{policy}  sims:\n{}", lines.collect::<String>()));
    world
}

#[test]
fn a_comment_fits_or_says_what_it_takes() {
    let world = world();
    let comment = ["plan", "fleet", "--format", "markdown", "--out", "plan.json"];
    let with = |more: &[&str]| world.run(&[&comment[..], more].concat());

    let whole = with(&[]).expect(0).stdout;
    assert!(whole.starts_with("<!-- simfleet plan -->\n**Plan: 300 to suspend, 30 to terminate"), "{whole}");
    assert!(!whole.contains("Left out") && whole.contains("; 200 with site=kita, 100 with site=ueno\n"), "{whole}");
    for labelled in ["200 lines, site=kita", "100 lines, site=ueno"] {
        assert!(whole.contains(&format!("<details><summary>{labelled}</summary>\n")), "{whole}");
    }

    let cut = with(&["--max-bytes", "3000"]).expect(0).stdout;
    assert!(cut.len() <= 3_000 && cut.contains("of 300 changes (R2)"), "{cut}");
    assert!((1..=30).all(|n| cut.contains(&format!("`080{n:08}`"))), "{cut}");

    std::fs::remove_file(world.path("plan.json")).expect("it was kept");
    let refused = with(&["--max-bytes", "1000"]).expect(1).says("--max-bytes");
    assert_eq!(refused.stdout, "");
    assert!(!world.path("plan.json").exists(), "nothing is written");
    let needed = refused.stderr.split_once("takes ").and_then(|(_, rest)| rest.split_once(" bytes")).expect("a number").0;
    let least = with(&["--max-bytes", needed]).expect(0).stdout;
    assert!(least.len() <= needed.parse().expect("a number"));
    // What a comment has no space for has its own exit code all the same.
    with(&["--max-bytes", "1000", "--detailed-exitcode"]).expect(1);
    with(&["--detailed-exitcode"]).expect(2);
}

#[test]
fn plans_of_one_pull_request_have_a_name_each() {
    let world = world();
    let marked = world.run(&["plan", "fleet", "--format", "markdown", "--marker", "fleets/osaka"]).expect(0);
    assert_eq!(marked.stdout.lines().next(), Some("<!-- simfleet plan: fleets/osaka -->"));
    world.run(&["plan", "fleet", "--format", "markdown", "--marker", "x --><b>"]).expect(64).says("a marker has");
}

#[test]
fn flags_of_a_comment_are_refused_where_there_is_none() {
    let world = world();
    world.run(&["plan", "fleet", "--max-bytes", "60000"]).expect(64).says("--max-bytes is for --format markdown");
    world.run(&["plan", "fleet", "--format", "json", "--marker", "osaka"]).expect(64).says("--marker is for --format markdown");
    world.run(&["plan", "fleet", "--format", "markdown", "--max-bytes", "many"]).expect(64).says("no number of bytes");
    world.run(&["plan", "fleet", "--format", "markdown", "--max-bytes", "9", "--full"]).expect(64);
}

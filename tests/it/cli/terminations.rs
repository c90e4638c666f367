//! How lines end on a real carrier process: by a tombstone only, after a hold, never while protected, and on
//! a day that says what it costs.

use serde_json::{Value, json};

use super::world::World;

const NOW: &str = "2026-11-20T10:00:00+09:00";
const LINE: &str = "08000000001";
const OTHER: &str = "08000000002";

fn world(now: &str) -> World {
    let world = World::at(now);
    world.seed(&json!({"sims": [{"msisdn": LINE, "planCode": "fixed-500mb"}, {"msisdn": OTHER, "planCode": "fixed-500mb"}]}));
    world
}

/// Declares the line as this, and the other one as it is.
fn declare(world: &World, line: &str) {
    world.fleet(&format!(
        "  mode: Apply\n  policy: {{limits: {{terminate: 2}}}}\n  sims:\n    - {{msisdn: \"{OTHER}\"}}\n    - {{msisdn: \"{LINE}\"{line}}}\n"
    ));
}

const TERMINATE: [&str; 5] = ["apply", "fleet", "--yes", "--ack", "terminate=1"];

fn status(world: &World, msisdn: &str) -> String {
    let rows = world.run(&["get", "sims", "-f", "fleet", msisdn, "--format", "json"]).expect(0).json();
    rows[0]["status"].as_str().expect("a status").to_owned()
}

fn plan(world: &World) -> Value {
    world.run(&["plan", "fleet", "--format", "json"]).expect(0).json()
}

fn kinds(plan: &Value) -> Vec<&str> {
    plan["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .map(|operation| operation["kind"].as_str().expect("a kind"))
        .collect()
}

#[test]
fn nothing_but_a_tombstone_ends_a_line() {
    let world = world(NOW);
    declare(&world, "");
    world.run(&TERMINATE).expect(0).says("No changes");
    world.fleet(&format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{OTHER}\"}}\n"));
    let left = plan(&world);
    assert_eq!((kinds(&left).len(), &left["unmanaged"][0]["msisdn"]), (0, &json!(LINE)), "{left}");
    world.fleet("  mode: Apply\n");
    world.run(&TERMINATE).expect(0).says("No changes");
    assert_eq!(world.mutations().len(), 0, "who is in no file is not touched");

    declare(&world, ", state: Terminated");
    world.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack terminate=1");
    world.run(&TERMINATE).expect(0);
    assert_eq!(status(&world, LINE), "terminationAccepted");
    // On its way, ended, and gone from the carrier's list: the tombstone is what is wanted.
    for duration in ["PT1H", "P1D", "P40D"] {
        world.advance(duration);
        world.run(&TERMINATE).expect(0).says("No changes");
    }
    assert_eq!(world.mutations().len(), 1);
    assert_eq!((status(&world, OTHER), world.billed("terminationFee").len()), ("active".to_owned(), 1));
    world.run(&["audit", "verify", "fleet"]).expect(0);
}

#[test]
fn a_termination_is_called_off_while_the_carrier_allows_it() {
    let world = world(NOW);
    declare(&world, ", state: Terminated, terminationDate: \"2026-11-30\"");
    world.run(&TERMINATE).expect(0);
    declare(&world, ", state: Active");
    world.run(&["apply", "fleet", "--yes"]).expect(0).says("cancelApplication");
    assert_eq!(status(&world, LINE), "active");
    world.advance("P20D");
    world.run(&["apply", "fleet", "--yes"]).expect(0).says("No changes");
    assert_eq!((status(&world, LINE), world.billed("terminationFee").len()), ("active".to_owned(), 0));
}

#[test]
fn a_held_line_is_suspended_now_and_terminated_when_its_day_is_over() {
    let world = world(NOW);
    declare(&world, ", state: Terminated, terminateAfter: \"2026-11-27\"");
    let held = plan(&world);
    assert_eq!(kinds(&held), ["suspend"], "{held}");
    assert_eq!(
        (&held["pending"][0]["msisdn"], &held["pending"][0]["notBefore"]),
        (&json!(LINE), &json!("2026-11-28T00:00:00+09:00"))
    );
    // What is held can be undone, so a yes is enough.
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.advance("PT2M");
    assert_eq!(status(&world, LINE), "suspended");

    world.post("/_emu/clock", &json!({"set": "2026-11-27T23:59:59+09:00"}));
    world.run(&TERMINATE).expect(0).says("held until the end of 2026-11-27");
    assert_eq!((status(&world, LINE), world.mutations().len()), ("suspended".to_owned(), 1));
    world.advance("PT1S");
    // The day is over; nothing needs to be remembered for that, and it is approved like any termination.
    std::fs::remove_dir_all(world.path("state")).expect("a state folder");
    assert_eq!(kinds(&plan(&world)), ["terminate"]);
    world.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack terminate=1");
    world.run(&TERMINATE).expect(0);
    assert_eq!(status(&world, LINE), "terminationAccepted");
    world.advance("P1D");
    world.run(&TERMINATE).expect(0).says("No changes");
    assert_eq!((status(&world, LINE), world.billed("terminationFee")), ("terminated".to_owned(), vec![LINE.to_owned()]));
}

#[test]
fn a_held_line_comes_back() {
    let world = world(NOW);
    declare(&world, ", state: Terminated, terminateAfter: \"2026-11-27\"");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.post("/_emu/clock", &json!({"set": "2026-11-27T23:50:00+09:00"}));
    declare(&world, ", state: Active");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.advance("P2D");
    world.run(&["apply", "fleet", "--yes"]).expect(0).says("No changes");
    assert_eq!((status(&world, LINE), world.billed("terminationFee").len()), ("active".to_owned(), 0));
}

#[test]
fn protection_outlives_the_line_in_the_file() {
    let world = world(NOW);
    declare(&world, ", protected: true");
    world.run(&TERMINATE).expect(0).says("No changes");
    // The line leaves the file, and comes back without a word of protection.
    world.fleet(&format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{OTHER}\"}}\n"));
    world.run(&TERMINATE).expect(0);
    for state in [", state: Suspended", ", state: Terminated", ", state: Terminated, terminateAfter: \"2026-11-27\""] {
        declare(&world, state);
        let blocked = plan(&world);
        assert_eq!((kinds(&blocked).len(), &blocked["blocked"][0]["code"]), (0, &json!("PROTECTED")), "{state}: {blocked}");
        world.run(&TERMINATE).expect(0).says("stays so although the files no longer say it");
        world.run(&[&TERMINATE[..], &["--strict"]].concat()).expect(3);
    }
    assert_eq!(world.mutations().len(), 0);
    // Somebody says the word. It is lifted for good.
    declare(&world, ", protected: false");
    world.run(&TERMINATE).expect(0);
    declare(&world, ", state: Terminated");
    world.run(&TERMINATE).expect(0);
    assert_eq!(status(&world, LINE), "terminationAccepted");
}

#[test]
fn a_fleet_is_protected_as_a_whole_but_for_the_lines_that_say_otherwise() {
    let world = world(NOW);
    let fleet = |head: &str, line: &str, other: &str| {
        world.fleet(&format!(
            "  mode: Apply\n{head}  policy: {{limits: {{terminate: 2}}}}\n  sims:\n    - {{msisdn: \"{LINE}\"{line}}}\n    - {{msisdn: \"{OTHER}\"{other}}}\n"
        ));
    };
    fleet("  protected: true\n", ", state: Terminated", "");
    world.run(&TERMINATE).expect(1).says("PROTECTED_LINE_STOPPED");
    fleet("  protected: true\n", "", ", state: Suspended, protected: false");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(world.mutations().len(), 1, "the other line was suspended");
    // The fleet's word is remembered as the line's own is.
    fleet("", ", state: Terminated", "");
    world.run(&TERMINATE).expect(0).says("PROTECTED");
    assert_eq!((status(&world, LINE), world.mutations().len()), ("active".to_owned(), 1));
}

/// What a plan says of the line's end: its reason, and its warning if it has one.
fn ends(plan: &Value) -> (String, String) {
    let operation = &plan["operations"][0];
    assert_eq!((&operation["kind"], &operation["msisdn"]), (&json!("terminate"), &json!(LINE)), "{plan}");
    let warnings = plan["warnings"].as_array().into_iter().flatten();
    let warned =
        warnings.filter(|warning| warning["code"] == "TERMINATION_DATE").filter_map(|warning| warning["message"].as_str());
    (operation["reason"].as_str().expect("text").to_owned(), warned.collect())
}

#[test]
fn a_day_around_a_months_end_says_what_it_costs_and_costs_that() {
    let fee = |world: &World, month: &str| {
        let ledger = world.get("/_emu/ledger");
        let entries = ledger["entries"].as_array().expect("entries").clone();
        let of_the_month = |entry: &&Value| {
            entry["kind"] == "monthlyFee" && entry["msisdn"] == LINE && entry["at"].as_str().expect("a time").starts_with(month)
        };
        entries.iter().filter(of_the_month).filter_map(|entry| entry["amount"].as_i64()).sum::<i64>()
    };
    let last = "all of November is billed, 450 JPY; a day later all of December would be too";
    let first = "all of December is billed, 450 JPY, on any day until 2026-12-31; on or before 2026-11-30 it would not be";
    let rest = "all of November is billed, 450 JPY, on any day until 2026-11-30";
    let december = "all of December is billed, 450 JPY, on any day until 2026-12-31";
    for (now, date, says, warns, billed) in [
        ("2026-11-29T12:00:00+09:00", ", terminationDate: \"2026-11-30\"", last, "", 0),
        ("2026-11-29T12:00:00+09:00", ", terminationDate: \"2026-12-01\"", first, "ends on 2026-12-01", 450),
        ("2026-11-29T12:00:00+09:00", "", rest, "ends on 2026-11-29", 0),
        ("2026-11-30T23:59:50+09:00", "", last, "", 0),
        ("2026-12-01T00:00:10+09:00", "", december, "ends on 2026-12-01", 450),
    ] {
        let world = world(now);
        declare(&world, &format!(", state: Terminated{date}"));
        let (reason, warning) = ends(&plan(&world));
        assert!(reason.ends_with(says), "{now}{date}: {reason}");
        assert_eq!((warning.contains(warns), warning.is_empty()), (true, warns.is_empty()), "{now}{date}: {warning}");
        world.run(&["plan", "fleet"]).expect(0).says(says);
        world.run(&TERMINATE).expect(0);
        world.post("/_emu/clock", &json!({"set": "2027-02-02T00:00:00+09:00"}));
        // A month's fee is billed when the month is over: December's, and those of what comes after it.
        assert_eq!(fee(&world, "2027-"), billed, "{now}{date}: {}", world.get("/_emu/ledger"));
    }
}

#[test]
fn what_terminations_cost_counts_for_the_rest_of_the_month() {
    let world = world(NOW);
    let account = super::world::account(&world.endpoint);
    let lines = |one: &str, other: &str| {
        world.fleet(&format!(
            "  mode: Apply\n  policy: {{limits: {{terminate: 2}}, spend: {{perMonth: 1500 JPY}}}}\n  sims:\n    - {{msisdn: \"{LINE}\"{one}}}\n    - {{msisdn: \"{OTHER}\"{other}}}\n"
        ));
        world.write("fleet/account.yaml", &format!("{account}  spend: {{perMonth: 1500 JPY}}\n"));
    };
    let ended = ", state: Terminated, terminationDate: \"2026-11-30\"";
    let counted = || {
        let guards = plan(&world)["guards"].clone();
        let of_month = guards.as_array().expect("guards").iter().filter(|guard| guard["kind"] == "spendPerMonth").cloned();
        of_month.map(|guard| (guard["actual"].as_u64().expect("an amount"), guard["verdict"] == "exceeded")).collect::<Vec<_>>()
    };
    lines(ended, "");
    assert_eq!(counted(), [(1_000, false), (1_000, false)], "the account's and the fleet's");
    world.run(&TERMINATE).expect(0);
    lines(ended, ended);
    assert_eq!(counted(), [(2_000, true), (2_000, true)]);
    world.run(&TERMINATE).expect(3).says("spendPerMonth=2000");
    // What is called off costs nothing.
    lines(", state: Active", "");
    world.run(&["apply", "fleet", "--yes"]).expect(0).says("cancelApplication");
    lines("", ended);
    assert_eq!(counted(), [(1_000, false), (1_000, false)]);
    world.run(&TERMINATE).expect(0);
    // The next month begins with nothing.
    lines(ended, ended);
    assert_eq!(counted(), [(2_000, true), (2_000, true)]);
    world.advance("P11D");
    lines(&ended.replace("11-30", "12-31"), "");
    assert_eq!(counted(), [(1_000, false), (1_000, false)]);
}

//! `simfleet report` against a carrier that really listens: sessions, traffic, suspensions and devices driven there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::{Run, World};

const NOW: &str = "2026-11-10T12:00:00+09:00";
const OLD: &str = "2025-01-01T00:00:00+09:00";
const MB: u64 = 1_000_000;

/// Nine lines, of which one is in order; the last one nobody declares.
fn world() -> World {
    let world = World::at("2026-10-01T09:00:00+09:00");
    let sim = |msisdn: &str, plan: &str| json!({"msisdn": msisdn, "planCode": plan, "openedAt": OLD});
    world.seed(&json!({
        "sims": [
            sim("08000000001", "fixed-500mb"), sim("08000000002", "fixed-1gb"), sim("08000000003", "fixed-500mb"),
            sim("08000000004", "fixed-500mb"), sim("08000000005", "fixed-500mb"), sim("08000000006", "payg-1gb"),
            sim("08000000007", "fixed-2gb"),
        ],
        "chipSims": [
            {"msisdn": "02010000001", "status": "active", "imei": "356938035643809", "planCode": "payg-0", "openedAt": OLD},
            {"msisdn": "02010000002", "status": "active", "imei": "490154203237518", "planCode": "payg-0", "openedAt": OLD},
        ],
    }));
    // In October, by hand in the console.
    world.post("/_emu/console/suspend/08000000003", &json!({"reason": "paused"}));
    let october = |msisdn: &str, bytes: u64| json!({"msisdn": msisdn, "date": "2026-10-15", "bytes": bytes});
    world.post(
        "/_emu/usage",
        &json!({"usage": [
            october("08000000001", 300 * MB), october("08000000002", 300 * MB), october("08000000004", 12 * MB),
            october("08000000005", 700 * MB), october("08000000006", 5 * MB), october("08000000007", 1_500 * MB),
        ]}),
    );
    world.post("/_emu/clock", &json!({"set": NOW}));
    let online = |msisdn: &str| json!({"msisdn": msisdn, "online": true});
    world.post("/_emu/sessions", &json!({"sessions": [
        online("08000000001"), online("08000000004"), online("08000000005"), online("08000000006"), online("08000000007"),
        {"msisdn": "08000000002", "online": false, "lastSeenAt": "2026-07-01T00:00:00+09:00", "since": "2026-07-01T00:00:00+09:00"},
        {"msisdn": "02010000001", "online": true, "imei": "3569380356438099"},
        {"msisdn": "02010000002", "online": true, "imei": "8601230456789001"},
    ]}));
    world.fleet(
        r#"  sims:
    - {msisdn: "08000000001", name: ueno-1}
    - {msisdn: "08000000002", name: "=1+1", labels: {site: "a|b"}}
    - {msisdn: "08000000003", name: "kiosk, \"three\""}
    - {msisdn: "08000000004"}
    - {msisdn: "08000000005", name: "@all"}
    - {msisdn: "08000000006"}
  chipSims:
    - {msisdn: "02010000001"}
    - {msisdn: "02010000002", name: "<b>gate</b>"}
"#,
    );
    world
}

fn findings(report: &Value) -> BTreeSet<(String, String, i64)> {
    let findings = report["accounts"][0]["findings"].as_array().expect("findings").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    findings.map(|one| (text(&one["msisdn"]), text(&one["finding"]), one["saving"].as_i64().expect("yen"))).collect()
}

fn of(report: &Value, msisdn: &str, kind: &str) -> Value {
    let findings = report["accounts"][0]["findings"].as_array().expect("findings").iter();
    let found = findings.filter(|one| one["msisdn"] == msisdn && one["finding"] == kind).collect::<Vec<_>>();
    assert_eq!(found.len(), 1, "{kind} of {msisdn}: {report:#}");
    found[0].clone()
}

fn report(world: &World, arguments: &[&str]) -> Value {
    let mut all = vec!["report", "fleet", "--format", "json"];
    all.extend(arguments);
    world.run(&all).expect(0).json()
}

fn found(rows: &[(&str, &str, i64)]) -> BTreeSet<(String, String, i64)> {
    rows.iter().map(|(msisdn, kind, saving)| ((*msisdn).to_owned(), (*kind).to_owned(), *saving)).collect()
}

/// Requests for single lines in the carrier's journal.
fn asked(world: &World) -> usize {
    let journal = world.get("/_emu/journal");
    let calls = journal["calls"].as_array().expect("calls");
    calls.iter().filter(|call| call["function"] == 4 || call["function"] == 11).count()
}

#[test]
fn every_finding_and_the_sums() {
    let world = world();
    let run = world.run(&["report", "fleet", "--format", "json"]).expect(0);
    // Eight active lines have a session to read, those on plans with a quota their traffic.
    let run = run.says("reading 8 sessions and the traffic of 5 lines, 13 requests, less than a second at 1000 requests/s");
    assert_eq!(asked(&world), 13);
    world
        .run(&["report", "fleet", "--only", "08000000001"])
        .expect(0)
        .says("9 numbers listed; reading 1 session and the traffic of 1 line, 2 requests, ");
    assert_eq!(world.mutations().len(), 0, "it only reads");
    let report = run.json();
    let expected = found(&[
        ("08000000002", "idle", 600),
        ("08000000002", "underPlan", 210),
        ("08000000003", "suspended", 450),
        ("08000000004", "underPlan", 240),
        ("08000000005", "overPlan", 0),
        ("02010000002", "otherDevice", 0),
        ("08000000007", "unmanaged", 0),
    ]);
    assert_eq!(findings(&report), expected);
    // A line counts once: idle outweighs its smaller plan.
    let totals = &report["totals"];
    assert_eq!(totals["possibleSaving"], 600 + 450 + 240);
    assert_eq!(totals["monthlyCost"], 450 * 4 + 600 + 120 + 800 + 100 * 2);
    assert_eq!((&totals["lines"], &totals["findings"]["idle"]["monthlyCost"]), (&json!(9), &json!(600)));
    let savings: Vec<i64> = report["accounts"][0]["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| one["saving"].as_i64().expect("yen"))
        .collect();
    assert!(savings.is_sorted_by(|one, next| one >= next), "{savings:?}");

    let idle = of(&report, "08000000002", "idle");
    assert_eq!((&idle["name"], &idle["labels"]["site"], &idle["fleet"]), (&json!("=1+1"), &json!("a|b"), &json!("test")));
    assert_eq!((&idle["detail"]["days"], &idle["systemNumber"]), (&json!(132), &json!("S0001234")));
    let suspended = of(&report, "08000000003", "suspended");
    assert_eq!(suspended["detail"], json!({"since": "2026-10-01T09:00:00+09:00", "orEarlier": false}));
    assert_eq!(of(&report, "08000000004", "underPlan")["detail"]["ratePlan"], "fixed-30mb");
    assert_eq!(of(&report, "08000000005", "overPlan")["detail"]["ratePlan"], "fixed-1gb");
    assert_eq!(of(&report, "02010000002", "otherDevice")["detail"]["seenImei"], "8601230456789001");
    assert_eq!(report["accounts"][0]["notJudgedByTraffic"]["payAsYouGo"], 3);
    assert_eq!(report["accounts"][0]["sample"], Value::Null);
}

#[test]
fn thresholds_and_parts() {
    let world = world();
    let of_line = |report: &Value, line: &str| {
        findings(report).into_iter().filter(|(msisdn, ..)| msisdn == line).map(|(_, kind, _)| kind).collect::<Vec<_>>()
    };
    assert_eq!(of_line(&report(&world, &["--idle-days", "132"]), "08000000002"), ["idle", "underPlan"]);
    assert_eq!(of_line(&report(&world, &["--idle-days", "133"]), "08000000002"), ["underPlan"]);
    assert_eq!(of_line(&report(&world, &["--over", "140"]), "08000000005"), Vec::<String>::new());
    assert_eq!(of_line(&report(&world, &["--under", "2"]), "08000000004"), Vec::<String>::new());
    let one = report(&world, &["--only", "08000000003", "08000000007"]);
    assert_eq!((&one["totals"]["lines"], &one["totals"]["possibleSaving"]), (&json!(2), &json!(450)));
    assert_eq!(findings(&one), found(&[("08000000003", "suspended", 450), ("08000000007", "unmanaged", 0)]));
    assert_eq!(report(&world, &["--only", "test"])["totals"]["lines"], 8, "the fleet's lines");
    world.run(&["report", "fleet", "--only", "tets"]).expect(1).says("did you mean test?");
    world.run(&["report", "fleet", "--only", "08099999999"]).expect(0).says("the carrier lists no such number");
    world.run(&["report", "fleet", "--idle-days", "0"]).expect(64);
    // Without manifests there is nothing to be unmanaged, and nobody has a name.
    let endpoint = world.endpoint.clone();
    let bare = world.run(&["report", "--endpoint", &endpoint, "--format", "json"]).expect(0).json();
    assert!(findings(&bare).iter().all(|(_, kind, _)| kind != "unmanaged"));
    assert_eq!(of(&bare, "08000000002", "idle")["name"], Value::Null);
}

#[test]
fn tables_and_sheets_are_well_formed() {
    let world = world();
    let table = world.run(&["report", "fleet"]).expect(0).stdout;
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("9 lines are billed, 3,520 JPY a month; possible saving 1,290 JPY a month."));
    for text in [
        "no session since 2026-07-01 (132 days)",
        "suspended since 2026-10-01, billed in full",
        "fixed-30mb would have held it",
        "seen in 8601230456789001, bound to 490154203237518",
        "3 lines on pay-as-you-go plans",
    ] {
        assert!(table.contains(text), "{text}\n{table}");
    }
    let sheet = world.run(&["report", "fleet", "--format", "csv"]).expect(0).says("possible saving 1,290 JPY a month");
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(sheet.stdout.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows of one length");
    let names: BTreeSet<&str> = rows.iter().map(|row| &row[3]).collect();
    assert_eq!(names, BTreeSet::from(["", "'=1+1", "'@all", "<b>gate</b>", "kiosk, \"three\""]));
    let markdown = world.run(&["report", "fleet", "--format", "markdown"]).expect(0).stdout;
    assert!(markdown.contains("| finding | lines |") && !markdown.contains("<b>") && !markdown.contains("@all"), "{markdown}");
    assert!(markdown.contains("site=a&#124;b"), "{markdown}");
}

#[test]
fn a_limit_is_a_sample_that_is_always_the_same() {
    let world = world();
    let limited = |limit: &str| report(&world, &["--limit", limit]);
    let first = limited("6");
    let count = asked(&world);
    assert!((5..=6).contains(&count), "{count}");
    assert_eq!(first, limited("6"));
    let sample = &first["accounts"][0]["sample"];
    assert_eq!((&sample["limit"], &sample["linesWanted"]), (&json!(6), &json!(8)));
    assert!(sample["linesRead"].as_u64().expect("lines") < 8);
    world.run(&["report", "fleet", "--limit", "6"]).expect(0).says("A sample: --limit 6 let");
    let none = limited("0");
    assert_eq!(findings(&none), found(&[("08000000003", "suspended", 450), ("08000000007", "unmanaged", 0)]), "what lists tell");
    assert_eq!(limited("13")["accounts"][0]["sample"], Value::Null, "that is all of them");
}

#[test]
fn the_rate_limit_is_kept() {
    let world = World::with(&["--clock", "frozen"]);
    world.post("/_emu/seed?generate=60&seed=3", &json!({}));
    world.write(
        "fleet/account.yaml",
        &super::world::account(&world.endpoint)
            .replace("requestsPerSecond: 1000, burst: 1000", "requestsPerSecond: 10, burst: 20"),
    );
    world.run(&["report", "fleet", "--idle-days", "1", "--limit", "40"]).expect(0).says("at 10 requests/s");
    let journal = world.get("/_emu/journal");
    let refused = journal["calls"].as_array().expect("calls").iter().filter(|call| call["status"] == 429).count();
    assert_eq!(refused, 0, "the carrier never had to say that it was too much");
}

#[test]
fn a_line_that_fails_is_unknown_and_the_others_go_on() {
    let world = world();
    // 08000000002 has left between the list and the read, as far as function 11 can tell.
    let services = |functions: &[u8]| json!({"systems": [{"systemNo": "S0001234", "services": [{"serviceCode": "m2m-lte", "functions": functions}]}]});
    world.seed(&services(&[1, 2, 3, 4, 6, 7, 10, 12, 13, 14, 19]));
    let report = report(&world, &[]);
    assert!(findings(&report).iter().all(|(_, kind, _)| kind != "idle" && kind != "otherDevice"));
    let unknown = report["accounts"][0]["unknown"].as_array().expect("a list");
    assert_eq!((unknown.len(), &report["totals"]["linesUnknown"]), (8, &json!(8)));
    world.run(&["report", "fleet"]).expect(0).says("possible saving 900 JPY a month (lines unknown: 8)");
    assert!(unknown.iter().all(|one| one["what"] == "session" && one["why"].as_str().expect("why").contains("does not offer")));
    assert_eq!(report["totals"]["possibleSaving"], 450 + 210 + 240, "what is known counts");
}

#[test]
fn a_carrier_that_fails_for_lines_only() {
    let world = world();
    // No session can be read: every try of every line is answered by 500.
    world.fault(11, "errorBeforeCommit", 1_000);
    let run: Run = world.run(&["report", "fleet", "--only", "08000000002", "--format", "json"]).expect(0);
    let report = run.json();
    assert_eq!(findings(&report), found(&[("08000000002", "underPlan", 210)]));
    let unknown = &report["accounts"][0]["unknown"];
    assert_eq!((&unknown[0]["msisdn"], &unknown[0]["what"]), (&json!("08000000002"), &json!("session")));
    assert!(unknown[0]["why"].as_str().expect("why").contains("500"), "{unknown}");
    // The lists are another matter: without them there is no report.
    world.post("/_emu/faults", &json!({"faults": [{"function": 7, "kind": "shortList", "count": 1_000}]}));
    let run = world.run(&["report", "fleet"]).expect(1).says("incomplete");
    assert_eq!(run.stdout, "");
}

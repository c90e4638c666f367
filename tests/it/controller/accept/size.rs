//! Large accounts. Times are printed, not asserted: `--nocapture` shows them.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::{Value, json};
use simfleet::controller::Standing;
use simfleet::controller::accept;

use crate::controller::view::{fleet_of, roster, view};

#[test]
fn a_hundred_fleets_with_a_thousand_lines_each() {
    let mut fleets = Vec::new();
    let mut rosters = Vec::new();
    for fleet in 0..100_u32 {
        let mut text = String::from("msisdn,state,ratePlan\n");
        for line in 0..1_000_u32 {
            writeln!(text, "080{:08},Active,fixed-1gb", fleet * 1_000 + line).expect("a string");
        }
        // Each tenth contradicts the one before it.
        if fleet % 10 == 9 {
            writeln!(text, "080{:08},,", (fleet - 1) * 1_000).expect("a string");
        }
        let map = format!("lines-{fleet}");
        rosters.push(roster(&map, "csv", &text));
        let spec = json!({"rosters": [{"configMapRef": {"name": map, "key": "csv"}}]});
        fleets.push(fleet_of(&format!("fleet-{fleet:03}"), i64::from(fleet), spec));
    }
    let view = view(fleets, Vec::new(), rosters);
    let begun = Instant::now();
    let accepted = accept(&view);
    println!("accepted 100 x 1,000 lines by rosters in {:?}", begun.elapsed());
    assert_eq!(accepted.desired.sims.len(), 90_000);
    assert_eq!(accepted.fleets.iter().filter(|fleet| fleet.standing == Standing::Refused).count(), 10);
}

#[test]
fn four_thousand_inline_lines() {
    let sims: Vec<Value> =
        (0..4_000).map(|line| json!({"msisdn": format!("080{line:08}"), "labels": {"site": "ueno"}})).collect();
    let view = view(vec![fleet_of("kanto", 1, json!({"sims": sims}))], Vec::new(), Vec::new());
    let begun = Instant::now();
    let accepted = accept(&view);
    println!("accepted 4,000 inline lines in {:?}", begun.elapsed());
    assert_eq!(accepted.desired.sims.len(), 4_000);
}

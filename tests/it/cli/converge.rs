//! Plan, apply, plan again: nothing left but what is blocked or waits for a date. On random fleets,
//! random wishes and a carrier in a bad mood.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use super::world::World;

/// What makes a run harder.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Calm,
    RateLimited,
    Maintenance,
    LaggingLists,
    MonthsEnd,
    LostAnswers,
}

const MOODS: [Mood; 6] =
    [Mood::Calm, Mood::RateLimited, Mood::Maintenance, Mood::LaggingLists, Mood::MonthsEnd, Mood::LostAnswers];

#[test]
fn plan_apply_plan_is_empty_or_pending() {
    for seed in 0..12_u64 {
        let mood = MOODS[usize::try_from(seed).expect("small") % MOODS.len()];
        converge(seed, mood);
    }
}

fn converge(seed: u64, mood: Mood) {
    let mut dice = Dice::new(seed);
    let world = match mood {
        Mood::RateLimited => World::with(&["--clock", "x600"]),
        Mood::Calm | Mood::Maintenance | Mood::LaggingLists | Mood::MonthsEnd | Mood::LostAnswers => {
            World::with(&["--no-rate-limit", "--clock", "x600"])
        }
    };
    let now = if matches!(mood, Mood::MonthsEnd) { "2026-11-30T23:40:00+09:00" } else { "2026-11-12T09:00:00+09:00" };
    world.post("/_emu/clock", &json!({"set": now}));
    world.post(&format!("/_emu/seed?generate=60&seed={seed}"), &json!({}));
    let wishes = declare(&world, &mut dice);

    let fault = |function: u8, kind: &str, count: u32| json!({"function": function, "kind": kind, "count": count});
    let faults = match mood {
        Mood::Calm | Mood::RateLimited | Mood::MonthsEnd => vec![],
        Mood::Maintenance => [2, 3, 6, 7, 15, 16, 18].map(|function| fault(function, "maintenance", 1)).to_vec(),
        Mood::LaggingLists => vec![fault(7, "listLag", 2), fault(19, "listLag", 2)],
        Mood::LostAnswers => [2, 3, 6, 14, 15, 16, 18].map(|function| fault(function, "timeoutAfterCommit", 1)).to_vec(),
    };
    world.post("/_emu/faults", &json!({"faults": faults}));

    let mut codes = vec![];
    for _round in 0..6 {
        let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
        if plan["operations"].as_array().is_some_and(Vec::is_empty) && plan["inDoubt"].as_array().is_some_and(Vec::is_empty) {
            fulfilled(&world, &plan, &wishes, (seed, mood));
            at_most_once(&world);
            return;
        }
        let id = plan["planId"].as_str().expect("an id");
        let run = world.run(&["apply", "fleet", "--approve", id, "--wait"]);
        assert!([0, 3, 4, 5].contains(&run.code), "seed {seed}, {mood:?}: {run:?}");
        codes.push(run.code);
        // What is in doubt is concluded after the settle window of carrier time.
        world.advance("PT20M");
    }
    panic!("seed {seed}, {mood:?}: not converged after {codes:?}\n{}", world.run(&["plan", "fleet"]).stdout);
}

/// Random wishes for the lines that the carrier has; returned by MSISDN as (state, plan).
fn declare(world: &World, dice: &mut Dice) -> BTreeMap<String, (String, Option<String>)> {
    let snapshot = world.get("/_emu/snapshot");
    let mut wishes = BTreeMap::new();
    let (mut sims, mut chips) = (String::new(), String::new());
    let started: BTreeSet<&str> =
        rows(&snapshot, "sims").filter(|row| row["kind"] == "chip").filter_map(|row| row["msisdn"].as_str()).collect();
    for row in rows(&snapshot, "sims").filter(|row| row["kind"] != "chip") {
        let msisdn = row["msisdn"].as_str().expect("a number");
        let state = *dice.pick(&["Active", "Active", "Suspended", "Terminated"]);
        let plan = *dice.pick(&[None, Some("fixed-500mb"), Some("fixed-1gb")]);
        let _ = write!(sims, "    - {{msisdn: \"{msisdn}\", state: {state}");
        if let Some(plan) = plan.filter(|_| state != "Terminated") {
            let _ = write!(sims, ", ratePlan: {plan}");
        }
        sims.push_str("}\n");
        wishes.insert(msisdn.to_owned(), (state.to_owned(), plan.filter(|_| state != "Terminated").map(str::to_owned)));
    }
    for (index, row) in rows(&snapshot, "chipSims").enumerate() {
        let msisdn = row["msisdn"].as_str().expect("a number");
        let state =
            if started.contains(msisdn) { "Active" } else { *dice.pick(&["Registered", "Allocated", "Active", "Suspended"]) };
        let imei = row["imei"].as_str().map_or_else(|| imei(u64::try_from(index).expect("small")), str::to_owned);
        let _ = writeln!(chips, "    - {{msisdn: \"{msisdn}\", imei: \"{imei}\", state: {state}, ratePlan: fixed-1gb}}");
        wishes.insert(msisdn.to_owned(), (state.to_owned(), Some("fixed-1gb".to_owned())));
    }
    world.fleet(&format!("  mode: Apply\n  policy: {{limits: {{terminate: 100, suspend: 100%, changeRatePlan: 100%}}}}\n  sims:\n{sims}  chipSims:\n{chips}"));
    wishes
}

fn rows<'a>(snapshot: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    snapshot[list].as_array().expect("a list").iter()
}

/// A valid IMEI that no generated chip has.
fn imei(number: u64) -> String {
    let payload = format!("99000001{number:06}");
    format!("{payload}{}", char::from(simfleet::domain::identifier::luhn_digit(payload.as_bytes())))
}

/// Every wish that the plan calls neither blocked nor pending holds at the carrier, judged from the
/// carrier's own data.
fn fulfilled(world: &World, plan: &Value, wishes: &BTreeMap<String, (String, Option<String>)>, context: (u64, Mood)) {
    let excused: BTreeSet<&str> =
        ["blocked", "pending"].iter().flat_map(|list| rows(plan, list)).filter_map(|item| item["msisdn"].as_str()).collect();
    let snapshot = world.get("/_emu/snapshot");
    let mut held = 0;
    for (msisdn, (state, plan)) in wishes.iter().filter(|(msisdn, _)| !excused.contains(msisdn.as_str())) {
        let line = rows(&snapshot, "sims").find(|row| row["msisdn"] == msisdn.as_str());
        let chip = rows(&snapshot, "chipSims").find(|row| row["msisdn"] == msisdn.as_str());
        let observed = line.or(chip).map_or("absent", |row| row["status"].as_str().expect("a status"));
        let fits = match state.as_str() {
            "Active" => observed == "active",
            "Suspended" => observed == "suspended",
            "Terminated" => ["terminated", "carrierTerminated", "absent"].contains(&observed),
            "Registered" => observed == "imeiRegistered",
            "Allocated" => observed == "allocated",
            other => panic!("{other}"),
        };
        assert!(fits, "{context:?}: {msisdn} is declared {state}, the carrier has {observed}");
        if let (Some(plan), Some(line)) = (plan, line) {
            assert_eq!(line["planCode"], plan.as_str(), "{context:?}: {msisdn}");
        }
        held += 1;
    }
    assert!(held > 10, "{context:?}: only {held} wishes were left to judge");
}

/// No irreversible call was accepted twice for one line.
fn at_most_once(world: &World) {
    let mut accepted = BTreeSet::new();
    for call in world.mutations() {
        let function = call["function"].as_u64().expect("a function");
        if [14, 15, 18].contains(&function)
            && call["accepted"].as_u64() > Some(0)
            && call["status"] == 202
            && call["rows"] == call["accepted"]
        {
            for msisdn in call["msisdns"].as_array().expect("numbers") {
                assert!(
                    accepted.insert((function, msisdn.as_str().expect("text").to_owned())),
                    "function {function} twice for {msisdn}"
                );
            }
        }
    }
}

/// Seeded choices.
struct Dice(TestRng);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        use proptest::prelude::RngExt as _;
        &choices[self.0.random_range(0..choices.len())]
    }
}

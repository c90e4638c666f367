//! Laws of reading: nothing panics, order and split do not matter.

use std::fmt::Write as _;

use proptest::prelude::*;
use simfleet::diag::{Color, Excerpts, human};
use simfleet::domain::{Desired, DesiredSim};
use simfleet::manifest::read;

use super::{fleet, read_files, write};

const SEEDS: [&str; 6] = [
    include_str!("valid/contract.yaml"),
    include_str!("valid/purchases.yaml"),
    include_str!("invalid/orders.yaml"),
    include_str!("invalid/structure.yaml"),
    include_str!("invalid/rosters/fleet.yaml"),
    include_str!("invalid/purchases.yaml"),
];

/// A text with some bytes replaced, removed or doubled.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0..20_usize, prop::collection::vec(any::<u8>(), 0..4));
    let odd = prop::sample::select(vec![
        "\t",
        "\u{feff}",
        "&a ",
        "*a",
        "<<: ",
        "{",
        "[",
        "\"",
        "'",
        "|\n",
        "? ",
        "!!int ",
        "---\n",
        "%YAML 9.9\n",
        "\0",
    ]);
    (0..SEEDS.len(), prop::collection::vec((edit, odd, any::<bool>()), 0..6)).prop_map(|(seed, edits)| {
        let mut bytes = SEEDS.get(seed).map_or_else(Vec::new, |text| text.as_bytes().to_vec());
        for ((at, removed, inserted), odd, use_odd) in edits {
            let from = at.index(bytes.len() + 1);
            let to = (from + removed).min(bytes.len());
            bytes.splice(from..to, if use_odd { odd.as_bytes().to_vec() } else { inserted });
        }
        bytes
    })
}

fn survives(manifest: &[u8], roster: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "a.yaml", manifest);
    write(folder.path(), "rosters/osaka.csv", roster);
    if let Err(diagnostics) = read(&[folder.path().to_owned()]) {
        assert!(!diagnostics.is_empty());
        let text = human(&diagnostics, &Excerpts::read(&diagnostics), Color::Never);
        assert!(diagnostics.iter().all(|diagnostic| text.contains(diagnostic.code.as_str())));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_manifest_panics(bytes in mutated()) {
        survives(&bytes, b"msisdn\n");
    }

    #[test]
    fn no_roster_panics(header in "(kind|msisdn|imei|state|labels|,|\"|;){0,8}\n", rows in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut roster = header.into_bytes();
        roster.extend(rows);
        survives(SEEDS.first().expect("a seed").as_bytes(), &roster);
    }

    #[test]
    fn no_roster_of_likely_text_panics(rows in "(08012345678|4.9E\\+14|,|\"|\n|\r|日本|chip| |Active){0,40}") {
        survives(SEEDS.first().expect("a seed").as_bytes(), format!("kind,msisdn,state,imei\n{rows}").as_bytes());
    }
}

/// One line of a fleet as the law below writes it.
#[derive(Debug, Clone)]
struct Line {
    number: String,
    state: Option<&'static str>,
    plan: Option<&'static str>,
    protected: bool,
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let state = prop::sample::select(vec![None, Some("Active"), Some("Suspended"), Some("Terminated")]);
    let plan = prop::sample::select(vec![None, Some("fixed-1gb"), Some("payg-0")]);
    let line = (0..1000_u32, state, plan, any::<bool>());
    prop::collection::btree_map(0..1000_u32, line, 0..30).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(number, (_, state, plan, protected))| Line {
                number: format!("080{number:08}"),
                state,
                plan,
                protected: protected && matches!(state, None | Some("Active")),
            })
            .collect()
    })
}

fn inline(lines: &[&Line]) -> String {
    let mut text = String::from(if lines.is_empty() { "  sims: []\n" } else { "  sims:\n" });
    for line in lines {
        write!(text, "    - {{msisdn: \"{}\"", line.number).expect("a string");
        if let Some(state) = line.state {
            write!(text, ", state: {state}").expect("a string");
        }
        if let Some(plan) = line.plan {
            write!(text, ", ratePlan: {plan}").expect("a string");
        }
        writeln!(text, ", protected: {}}}", line.protected).expect("a string");
    }
    text
}

fn roster(lines: &[&Line]) -> String {
    let mut text = String::from("protected,ratePlan,msisdn,state\n");
    for line in lines {
        let Line { number, state, plan, protected } = line;
        writeln!(text, "{protected},{},{number},{}", plan.unwrap_or_default(), state.unwrap_or_default()).expect("a string");
    }
    text
}

/// Where things are declared is no part of what is declared.
fn without_sources(mut desired: Desired) -> Desired {
    desired.files.clear();
    for fleet in &mut desired.fleets {
        fleet.source = simfleet::domain::Source::default();
    }
    desired.sims =
        desired.sims.into_iter().map(|sim| DesiredSim { source: simfleet::domain::Source::default(), ..sim }).collect();
    desired
}

fn compiled(files: &[(&str, &str)]) -> Desired {
    let mut compiled = read_files(files).expect("valid");
    assert_eq!(compiled.accounts.len(), 1);
    without_sources(compiled.accounts.remove(0).desired)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn order_and_split_do_not_matter((lines, shuffled) in lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())), cut in any::<prop::sample::Index>()) {
        let defaults = "  defaults: {state: Active, ratePlan: fixed-500mb}\n";
        let whole = fleet("kanto", &format!("{defaults}{}", inline(&lines.iter().collect::<Vec<_>>())));
        let other = fleet("aichi", "");
        let expected = compiled(&[("a.yaml", &format!("{whole}---\n{other}"))]);

        let (left, right) = shuffled.split_at(cut.index(shuffled.len() + 1));
        let left: Vec<&Line> = left.iter().collect();
        let right: Vec<&Line> = right.iter().collect();
        let split = fleet("kanto", &format!("{defaults}{}  rosters: [{{csv: x.csv}}]\n", inline(&left)));
        let found = compiled(&[("z/other.yml", &other), ("b/fleet.yaml", &split), ("b/x.csv", &roster(&right))]);
        prop_assert_eq!(found, expected);
    }
}

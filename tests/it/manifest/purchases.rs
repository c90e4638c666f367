//! What grants, top-up policies, orders, holds and protections compile to.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use simfleet::api::{CarrierAccountSpec, Object, SimFleetSpec, SimOrderSpec};
use simfleet::domain::{Desired, DesiredSim, Money, Msisdn, Protection, Source, SpendLimits};

use super::{fleet, read_files};

const PURCHASES: &str = include_str!("valid/purchases.yaml");

fn desired(text: &str) -> Vec<Desired> {
    let compiled = read_files(&[("a.yaml", text)]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(compiled.warnings, []);
    compiled.accounts.into_iter().map(|account| account.desired).collect()
}

/// The committed example, which `simfleet validate examples/paid` accepts.
#[test]
fn the_example_is_valid() {
    let compiled = simfleet::manifest::read(&["examples/paid".into()]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(compiled.warnings, []);
    let [paid] = compiled.accounts.as_slice() else { panic!("one account") };
    let Desired { sims, grants, top_ups, orders, .. } = &paid.desired;
    assert_eq!((sims.len(), grants.len(), top_ups.len(), orders.len()), (4, 2, 1, 1));
}

fn sim(desired: &Desired, number: &str) -> DesiredSim {
    desired.sims.iter().find(|sim| sim.msisdn.as_str() == number).expect("declared").clone()
}

#[test]
fn grants_and_policies() {
    let [main, _] = desired(PURCHASES).try_into().expect("two accounts");
    assert_eq!(main.spend, SpendLimits { per_plan: Some(Money(500_000)), per_month: Some(Money(2_000_000)) });
    let fleets: Vec<&str> = main.fleets.iter().map(|fleet| &*fleet.name).collect();
    assert_eq!(fleets, ["chubu", "kanto"]);
    let policy = |name: &str| &main.fleets.iter().find(|fleet| &*fleet.name == name).expect("a fleet").policy;
    assert_eq!(policy("kanto").spend, SpendLimits { per_plan: Some(Money(50_000)), per_month: Some(Money::ZERO) });
    assert!(policy("kanto").allow_duplicate_imei && !policy("chubu").allow_duplicate_imei);
    let grants: Vec<String> = main
        .grants
        .iter()
        .map(|grant| {
            let numbers: Vec<&str> = grant.msisdns.iter().map(Msisdn::as_str).collect();
            let fleet = &main.fleets[grant.fleet as usize].name;
            format!("{} {} {fleet} {} {} line {}", grant.name, grant.month, grant.code, numbers.join("+"), grant.source.line)
        })
        .collect();
    assert_eq!(
        grants,
        [
            "firmware 2026-11 chubu add-1gb 08000000021 line 44",
            "firmware 2026-11 kanto add-1gb 08000000001 line 27",
            "maps 2026-12 kanto add-500mb 08000000001+08000000011 line 26",
        ]
    );
    let policies: Vec<String> = main
        .top_ups
        .iter()
        .map(|policy| {
            let fleet = &main.fleets[policy.fleet as usize].name;
            format!("{fleet} {} {} below {} {}x {}", policy.name, policy.code, policy.below, policy.per_line, policy.spend)
        })
        .collect();
    assert_eq!(
        policies,
        ["kanto keep-alive add-100mb below 50000000 2x 20,000 JPY", "kanto rescue add-1gb below 1000000000 1x 9,000 JPY"]
    );
}

#[test]
fn orders_are_normalised() {
    let [main, spares] = desired(PURCHASES).try_into().expect("two accounts");
    let [order] = main.orders.as_slice() else { panic!("one order") };
    assert_eq!((&*order.name, order.cancelled, order.source.line), ("2026-12-expansion", false, 58));
    let content = &order.content;
    let devices: Vec<(&str, u32)> = content.devices.iter().map(|device| (&*device.model, device.quantity)).collect();
    assert_eq!(devices, [("rtr-100", 50), ("usb-10", 5)]);
    assert_eq!((&*content.form_factor, content.time_slot.as_deref()), ("mini", Some("morning")));
    assert_eq!(content.preferred_date, Some(jiff::civil::date(2026, 12, 10)));
    assert_eq!(content.ship_to.building, None, "empty is absent");

    // An account needs no fleet to order, and one address can be written in two ways.
    assert_eq!((&*spares.account, spares.fleets.len(), spares.orders.len()), ("spares", 0, 1));
    let other = spares.orders.first().expect("an order");
    assert!(other.cancelled);
    assert_eq!(other.content.ship_to, content.ship_to);
}

#[test]
fn protections_and_holds() {
    let [main, _] = desired(PURCHASES).try_into().expect("two accounts");
    let found: Vec<String> = main
        .sims
        .iter()
        .map(|sim| {
            let hold = sim.terminate_after.map(|day| format!(" after {day}")).unwrap_or_default();
            format!("{} {:?}{hold}", sim.msisdn, sim.protection)
        })
        .collect();
    assert_eq!(
        found,
        [
            "08000000001 Protected",
            "08000000002 Protected",
            "08000000003 Lifted",
            "08000000004 Lifted after 2026-11-29",
            "08000000005 Protected",
            "08000000011 Protected",
            "08000000012 Lifted after 2026-12-31",
            "08000000013 Protected",
            "08000000021 Unsaid",
            "08000000022 Protected",
        ]
    );
    assert_eq!(sim(&main, "08000000021").protection, Protection::Unsaid);
}

#[test]
fn an_account_with_nothing_but_an_order_need_not_be_declared() {
    let order = PURCHASES.split("---\n").find(|document| document.contains("2026-11-spares")).expect("it is there");
    let [spares] = desired(order).try_into().expect("one account");
    assert_eq!((&*spares.account, spares.fleets.len(), spares.orders.len()), ("spares", 0, 1));
}

/// What a cluster stores, or a tool writes back, is read as it was meant.
#[test]
fn documents_survive_being_written_again() {
    let again: Vec<String> = PURCHASES
        .split("---\n")
        .map(|document| {
            let kind = document.lines().find_map(|line| line.strip_prefix("kind: ")).expect("a kind");
            match kind {
                "CarrierAccount" => written_again::<CarrierAccountSpec>(document),
                "SimFleet" => written_again::<SimFleetSpec>(document),
                "SimOrder" => written_again::<SimOrderSpec>(document),
                _ => document.to_owned(),
            }
        })
        .collect();
    let places_aside = |text: &str| -> Vec<Desired> { desired(text).into_iter().map(without_sources).collect() };
    assert_eq!(places_aside(&again.join("---\n")), places_aside(PURCHASES));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn order_and_split_do_not_matter(documents in Just(PURCHASES.split("---\n").collect::<Vec<_>>()).prop_shuffle(), cut in any::<prop::sample::Index>()) {
        let (left, right) = documents.split_at(cut.index(documents.len() + 1));
        let compiled = read_files(&[("z.yaml", &left.join("---\n")), ("deep/a.yaml", &right.join("---\n"))]).expect("valid");
        let found: Vec<Desired> = compiled.accounts.into_iter().map(|account| without_sources(account.desired)).collect();
        let expected: Vec<Desired> = desired(PURCHASES).into_iter().map(without_sources).collect();
        prop_assert_eq!(found, expected);
    }
}

fn written_again<S: DeserializeOwned + Serialize>(document: &str) -> String {
    let object: Object<S> = serde_yaml::from_str(document).expect("a document");
    serde_yaml::to_string(&object).expect("it can be written")
}

fn without_sources(mut desired: Desired) -> Desired {
    desired.files.clear();
    desired.fleets.iter_mut().for_each(|fleet| fleet.source = Source::default());
    desired.sims.iter_mut().for_each(|sim| sim.source = Source::default());
    desired.grants.iter_mut().for_each(|grant| grant.source = Source::default());
    desired.top_ups.iter_mut().for_each(|policy| policy.source = Source::default());
    desired.orders.iter_mut().for_each(|order| order.source = Source::default());
    desired
}

/// The number of a grant that no fleet declares is looked for among a hundred thousand lines; that must not
/// take long for four thousand wrong ones.
#[test]
fn a_grant_for_the_wrong_fleet_is_refused_line_by_line() {
    let mut roster = String::from("msisdn\n");
    for number in 0..100_000 {
        writeln!(roster, "080{number:08}").expect("a string");
    }
    let numbers: Vec<String> = (0..4_000).map(|number| format!("\"070{number:08}\"")).collect();
    let coupons = format!("  coupons: [{{name: maps, month: 2026-11, code: add-1gb, msisdns: [{}]}}]\n", numbers.join(", "));
    let text = fleet("kanto", &format!("  rosters: [{{csv: a.csv}}]\n{coupons}"));
    let problems = read_files(&[("a.yaml", &text), ("a.csv", &roster)]).expect_err("none is declared");
    assert_eq!(problems.len(), 4_000);
    assert_eq!(
        problems.iter().filter(|problem| problem.help.as_deref().is_some_and(|help| help.contains("did you mean"))).count(),
        100
    );
}

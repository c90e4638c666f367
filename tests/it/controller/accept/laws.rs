//! Laws of accepting, over worlds of a few fleets that share numbers, IMEIs and grants, some of them broken.

use proptest::prelude::*;
use serde_json::{Value, json};
use simfleet::controller::object::{AccountView, Object, RosterMap};
use simfleet::controller::{Accepted, Standing, accept};
use simfleet::domain::{Desired, Source};

use crate::controller::view::{account, fleet_of, order, roster};

/// What a fleet of a made-up world is made of.
#[derive(Debug, Clone)]
struct Made {
    age: i64,
    sims: Vec<u8>,
    chips: Vec<(u8, u8)>,
    grants: Vec<(u8, u8)>,
    in_roster: Vec<u8>,
    fault: Option<u8>,
    allows_duplicate_imei: bool,
}

/// IMEIs with their check digits.
const IMEIS: [&str; 3] = ["490154203237518", "356938035643809", "352099001761481"];

fn number(number: u8) -> String {
    format!("080000000{number:02}")
}

fn made() -> impl Strategy<Value = Made> {
    let few = |most: u8| prop::collection::vec(0..most, 0..3);
    (
        0..4_i64,
        few(12),
        prop::collection::vec((20..26_u8, 0..3_u8), 0..2),
        prop::collection::vec((0..2_u8, 0..12_u8), 0..2),
        few(12),
        prop::option::weighted(0.2, 0..5_u8),
        any::<bool>(),
    )
        .prop_map(|(age, sims, chips, grants, in_roster, fault, allows_duplicate_imei)| Made {
            age,
            sims,
            chips,
            grants,
            in_roster,
            fault,
            allows_duplicate_imei,
        })
}

fn built(name: &str, made: &Made) -> (Object, RosterMap) {
    let Made { age, sims, chips, grants, in_roster, fault, allows_duplicate_imei } = made;
    let map = format!("lines-{name}");
    let rows: Vec<String> = in_roster.iter().map(|sim| number(*sim)).collect();
    let mut spec = json!({
        "sims": sims.iter().map(|sim| json!({"msisdn": number(*sim)})).collect::<Vec<Value>>(),
        "chipSims": chips.iter().map(|(chip, imei)| json!({"msisdn": number(*chip), "imei": IMEIS[usize::from(*imei)]})).collect::<Vec<Value>>(),
        "coupons": grants.iter().map(|(grant, sim)| json!({"name": format!("g{grant}"), "month": "2026-11", "code": "add-1gb", "msisdns": [number(*sim)]})).collect::<Vec<Value>>(),
        "rosters": [{"configMapRef": {"name": map, "key": "csv"}}],
        "policy": {"allowDuplicateImei": allows_duplicate_imei},
    });
    let mut text = format!("msisdn\n{}\n", rows.join("\n"));
    match fault {
        Some(0) => spec["sims"] = json!([{"msisdn": "12345"}]),
        Some(1) => spec["mode"] = json!("Sometimes"),
        Some(2) => text.push_str("08012345678,,,\n"),
        Some(3) => spec["rosters"] = json!([{"csv": "lines.csv"}]),
        Some(_) | None => {}
    }
    let mut object = fleet_of(name, *age, spec);
    if *fault == Some(4) {
        object.document = "{\"apiVersion\": \"simfleet.dev/v1alpha1\", ".into();
    }
    (object, roster(&map, "csv", &text))
}

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn view_of(world: &[(&str, Made)]) -> AccountView {
    let (fleets, rosters) = world.iter().map(|(name, made)| built(name, made)).unzip();
    AccountView { account: account(), fleets, orders: vec![order("expansion", 1)], rosters }
}

fn worlds() -> impl Strategy<Value = Vec<(&'static str, Made)>> {
    prop::collection::vec(made(), 1..NAMES.len()).prop_map(|fleets| NAMES.into_iter().zip(fleets).collect())
}

/// Where things stand is no part of what is declared.
fn without_sources(mut desired: Desired) -> Desired {
    desired.files.clear();
    let clear = |source: &mut Source| *source = Source::default();
    desired.fleets.iter_mut().for_each(|fleet| clear(&mut fleet.source));
    desired.sims.iter_mut().for_each(|sim| clear(&mut sim.source));
    desired.grants.iter_mut().for_each(|grant| clear(&mut grant.source));
    desired.orders.iter_mut().for_each(|order| clear(&mut order.source));
    desired
}

fn is_accepted(accepted: &Accepted, name: &str) -> bool {
    accepted.fleets.iter().any(|judged| &*judged.name == name && judged.standing == Standing::Accepted)
}

/// What `simfleet validate` says of these objects as files.
fn validated(view: &AccountView, stays: impl Fn(&Object) -> bool) -> Option<Desired> {
    let folder = tempfile::tempdir().expect("a folder");
    let objects = std::iter::once(&view.account).chain(&view.fleets).chain(&view.orders).filter(|object| stays(object));
    let maps = view.rosters.iter().map(|map| {
        let metadata = json!({"name": &*map.name, "namespace": "iot"});
        let data: serde_json::Map<String, Value> = map.data.iter().map(|(key, text)| (key.clone(), json!(&**text))).collect();
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}).to_string()
    });
    for (nth, text) in objects.map(|object| object.document.to_string()).chain(maps).enumerate() {
        std::fs::write(folder.path().join(format!("{nth}.yaml")), text).expect("written");
    }
    let compiled = simfleet::manifest::read(&[folder.path().to_owned()]).ok()?;
    compiled.accounts.into_iter().next().map(|manifest| manifest.desired)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_accepted_is_what_validate_accepts(world in worlds()) {
        let view = view_of(&world);
        let accepted = accept(&view);
        let stays = |object: &Object| accepted.judged(object.kind, &object.name).is_some_and(|judged| judged.standing == Standing::Accepted);
        let alone = validated(&view, stays).expect("what is accepted is valid");
        prop_assert_eq!(without_sources(accepted.desired.clone()), without_sources(alone));
    }

    /// In the order of age, each is accepted if it is valid together with those that were accepted before it. Nothing
    /// is said of how: this is the rule, by the validator of files.
    #[test]
    fn the_older_one_is_in_the_right(world in worlds()) {
        let view = view_of(&world);
        let accepted = accept(&view);
        let mut by_age: Vec<&Object> = view.fleets.iter().collect();
        by_age.sort_by_key(|fleet| (fleet.created, fleet.name.clone()));
        let mut stays: Vec<&str> = Vec::new();
        for fleet in by_age {
            stays.push(&fleet.name);
            let is_valid = validated(&view, |object| {
                object.kind == simfleet::controller::object::ObjectKind::CarrierAccount || stays.contains(&&*object.name)
            })
            .is_some();
            if !is_valid {
                stays.pop();
            }
            prop_assert_eq!(is_accepted(&accepted, &fleet.name), is_valid, "{}", &fleet.name);
        }
    }

    #[test]
    fn the_order_of_lists_does_not_matter((world, shuffled) in worlds().prop_flat_map(|world| (Just(world.clone()), Just(world).prop_shuffle()))) {
        prop_assert_eq!(accept(&view_of(&world)), accept(&view_of(&shuffled)));
    }

    /// One more changes nothing for the others, unless it is accepted and older than what contradicts it.
    #[test]
    fn what_is_refused_changes_nothing(world in worlds(), one_more in made()) {
        let without = accept(&view_of(&world));
        let mut with_it = world;
        with_it.push(("zz", one_more));
        let with = accept(&view_of(&with_it));
        if !is_accepted(&with, "zz") {
            prop_assert_eq!(without_sources(with.desired), without_sources(without.desired));
        }
    }

    /// Every refusal says why, with a code, and of a contradiction it names one that is accepted and older.
    #[test]
    fn a_refusal_names_who_is_in_the_right(world in worlds()) {
        let view = view_of(&world);
        let accepted = accept(&view);
        let age = |name: &str| view.fleets.iter().find(|fleet| &*fleet.name == name).map(|fleet| (fleet.created, fleet.name.clone()));
        for judged in &accepted.fleets {
            prop_assert_eq!(judged.code().is_some(), judged.standing == Standing::Refused);
            let contradictions = judged.findings.iter().filter(|finding| finding.code.as_str().starts_with("DUPLICATE"));
            for other in contradictions.flat_map(|finding| &finding.related) {
                let place = &other.location.file;
                let name = place.trim_start_matches("SimFleet/").split(' ').next().unwrap_or_default();
                prop_assert!(name == &*judged.name || (is_accepted(&accepted, name) && age(name) < age(&judged.name)), "{}", judged.message());
            }
        }
    }
}

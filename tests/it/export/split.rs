//! `--split`: other files, the same lines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use simfleet::domain::{Desired, DesiredSim, DesiredState, List, Observed, Protection, Source};
use simfleet::manifest::export::{Export, ExportAccount, ExportOptions, Split, export};
use simfleet::plan::{self, Memory};

use super::hand::Dice;
use super::laws::{read_folder, write};
use super::world::{self, Lot};

fn exported(observed: &Observed, declared: Option<&Desired>, roster_above: usize, split: Option<Split>) -> Export {
    export(&[ExportAccount { name: "main", settings: None, observed, declared }], &ExportOptions { roster_above, split })
}

fn read(export: &Export) -> Desired {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(export, folder.path());
    read_folder(folder.path())
}

/// What is said of each line, and of the system number and service that it stands under.
fn lines(desired: &Desired) -> BTreeMap<String, (DesiredSim, String)> {
    let line = |sim: &DesiredSim| {
        let fleet = desired.fleet_of(sim).expect("a fleet");
        // Where a rate plan means nothing a default may apply, which depends on the file.
        let means_nothing = match (sim.list, sim.state) {
            (_, Some(DesiredState::Terminated)) => true,
            (List::ChipSims, state) => matches!(state, None | Some(DesiredState::Registered | DesiredState::Allocated)),
            (List::Sims, _) => false,
        };
        let plan = sim.plan.clone().filter(|_| !means_nothing);
        (DesiredSim { fleet: 0, source: Source::NOWHERE, plan, ..sim.clone() }, format!("{} {}", fleet.system, fleet.service))
    };
    desired.sims.iter().map(|sim| (sim.msisdn.to_string(), line(sim))).collect()
}

/// Names, labels and protection, as a team gives them.
fn own(desired: &mut Desired, dice: &mut Dice) {
    const VALUES: [&str; 7] = ["ueno", "Ueno", "新宿", "a;b", "no-site", "accounts", "日本橋 2"];
    for sim in &mut desired.sims {
        sim.name = [None, Some("kiosk"), Some(" a, \"b\""), Some("no")][dice.roll(4)].map(Arc::from);
        let labels = [("site", VALUES[dice.roll(7)]), ("floor", "2")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        sim.labels = match dice.roll(4) {
            0 => None,
            1 => Some(Arc::new(labels.into_iter().skip(1).collect())),
            _ => Some(Arc::new(labels.into_iter().collect())),
        };
        sim.protection = [Protection::Unsaid, Protection::Protected, Protection::Lifted][dice.roll(3)];
    }
}

fn holds_for(lots: &[Lot], seed: u64, roster_above: usize) {
    let at = world::now(false);
    let observed = world::observed(lots, at);
    let first = exported(&observed, None, roster_above, None);
    if first.files.is_empty() {
        return;
    }
    let mut declared = read(&first);
    own(&mut declared, &mut Dice(seed));
    let whole = lines(&read(&exported(&observed, Some(&declared), roster_above, None)));
    assert!(whole.values().all(|(sim, _)| {
        let before = declared.sim(sim.msisdn).expect("declared");
        (&sim.name, &sim.labels, sim.protection) == (&before.name, &before.labels, before.protection)
    }));
    for split in [Split::System, Split::Service, Split::Label("site".into()), Split::Label("階".into())] {
        let parted = exported(&observed, Some(&declared), roster_above, Some(split.clone()));
        let desired = read(&parted);
        assert_eq!(lines(&desired), whole, "{split:?}");
        let again = exported(&observed, Some(&desired), roster_above, Some(split.clone()));
        assert_eq!(again, parted, "what is split already stays, {split:?}");
        let plan = plan::plan(&desired, &observed, &Memory::default(), at);
        assert_eq!((plan.operations, plan.blocked, plan.unmanaged), (vec![], vec![], vec![]), "{split:?}");
        let names: BTreeSet<&str> = desired.fleets.iter().map(|fleet| &*fleet.name).collect();
        assert_eq!(names.len(), desired.fleets.len());
        for file in &parted.files {
            assert!(
                file.path.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'/')),
                "{}",
                file.path
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn every_split_has_the_same_lines(lots in world::lots(50), seed: u64, roster_above in prop::sample::select(vec![0_usize, 5, 200])) {
        holds_for(&lots, seed, roster_above);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, max_shrink_iters: 8, ..ProptestConfig::default() })]

    #[test]
    fn so_has_that_of_a_large_fleet(lots in world::lots(3_001), seed: u64) {
        holds_for(&lots, seed, 200);
    }
}

#[test]
fn files_are_named_by_what_they_are_for() {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    use proptest::test_runner::{Config, TestRunner};

    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let lots = world::lots(200).new_tree(&mut runner).expect("lots").current();
    let observed = world::observed(&lots, world::now(false));
    let mut declared = read(&exported(&observed, None, 4_000, None));
    for (nth, sim) in declared.sims.iter_mut().enumerate() {
        let value = ["ueno", "Shinjuku 2"][nth % 2];
        sim.labels = (nth % 3 > 0).then(|| Arc::new(BTreeMap::from([("site".to_owned(), value.to_owned())])));
    }
    let paths = |split: Split| -> Vec<String> {
        exported(&observed, Some(&declared), 4_000, Some(split)).files.into_iter().map(|file| file.path).collect()
    };
    assert_eq!(paths(Split::System), ["s0001234.yaml", "s0005678.yaml"]);
    assert_eq!(paths(Split::Service), ["m2m-5g.yaml", "m2m-lte.yaml"]);
    assert_eq!(paths(Split::Label("site".into())), ["no-site.yaml", "shinjuku-2-137660f2f689.yaml", "ueno.yaml"]);
}

/// The files of a fleet of one line for each value.
fn named_files(values: &[&str]) -> BTreeMap<String, String> {
    use simfleet::carrier::snapshot::read_snapshot;

    let numbers: Vec<String> = (0..values.len()).map(|nth| format!("080000000{nth:02}")).collect();
    let sims: Vec<_> = numbers
        .iter()
        .map(|msisdn| {
            serde_json::json!({"msisdn": msisdn, "kind": "card", "systemNo": "S0001234", "serviceCode": "m2m-lte",
                "planCode": "fixed-500mb", "iccid": "8981100022312345678", "imsi": "440101234567890", "status": "active", "version": 1})
        })
        .collect();
    let snapshot = serde_json::json!({
        "formatVersion": "1.0", "account": "main", "carrier": {"host": "carrier.example.jp", "contractorId": "demo"},
        "at": "2026-11-20T12:00:00+09:00", "complete": true,
        "system": {"contractorId": "demo", "bulkLimit": 3000, "systems": [{"systemNo": "S0001234", "services": [
            {"serviceCode": "m2m-lte", "functions": (1..=19).collect::<Vec<u8>>()}]}]},
        "plans": [], "sims": sims, "chipSims": []});
    let observed = read_snapshot("observed.json", snapshot.to_string().as_bytes()).expect("a snapshot").observed;
    let mut declared = read(&exported(&observed, None, 4_000, None));
    for (sim, value) in declared.sims.iter_mut().zip(values) {
        sim.labels = Some(Arc::new(BTreeMap::from([("site".to_owned(), (*value).to_owned())])));
    }
    let files = exported(&observed, Some(&declared), 4_000, Some(Split::Label("site".into()))).files;
    let value_of = |content: &str| {
        let nth = numbers.iter().position(|number| content.contains(number.as_str())).expect("a line of ours");
        values[nth].to_owned()
    };
    files.into_iter().map(|file| (value_of(&file.content), file.path)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Values come and go; the files of the others are called as they were.
    #[test]
    fn a_file_is_named_by_its_value_alone(chosen in prop::sample::subsequence(
        vec!["ueno", "Ueno", "UENO", "ueno ", "n code", "n-code", "Ünïcode/東京", "上野", "con", "con-2", "accounts", "accounts-2", "no-site", "-", ""],
        1..12,
    )) {
        let files = named_files(&chosen);
        prop_assert_eq!(files.len(), chosen.len());
        let names: BTreeSet<String> = files.values().map(|path| path.to_lowercase()).collect();
        prop_assert_eq!(names.len(), chosen.len(), "each has its own: {:?}", files);
        for value in chosen {
            let alone = named_files(&[value]);
            prop_assert_eq!(alone.get(value), files.get(value), "{:?}", value);
        }
    }
}

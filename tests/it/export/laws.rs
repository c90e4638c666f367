//! The laws of import.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use simfleet::domain::{ChipStatus, Desired, LineStatus, Msisdn, Observed, ObservedSim};
use simfleet::manifest;
use simfleet::manifest::export::{Export, ExportAccount, ExportOptions, export};
use simfleet::plan::{self, Memory};

use super::world::{self, Lot};

fn exported(observed: &Observed, options: &ExportOptions) -> Export {
    export(&[ExportAccount { name: "main", settings: None, observed, declared: None }], options)
}

pub(super) fn write(export: &Export, folder: &Path) {
    for file in &export.files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder can be made");
        fs::write(path, &file.content).expect("a file can be written");
    }
}

fn read(export: &Export) -> Desired {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(export, folder.path());
    read_folder(folder.path())
}

pub(super) fn read_folder(folder: &Path) -> Desired {
    let compiled = manifest::read(&[folder.to_owned()]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(compiled.warnings, []);
    let mut accounts = compiled.accounts;
    let account = accounts.pop().expect("the fleets name an account");
    assert!(accounts.is_empty(), "and only one");
    account.desired
}

/// A chip SIM that one list calls started and the other does not hold cannot be declared at all.
pub(super) fn is_declarable(sim: &ObservedSim) -> bool {
    match (&sim.line, &sim.chip) {
        (Some(_), _) => true,
        (None, Some(chip)) => match &chip.status {
            ChipStatus::Active => false,
            ChipStatus::Unknown(text) => matches!(LineStatus::from_wire(text), LineStatus::Unknown(_)),
            ChipStatus::Ordered | ChipStatus::ImeiRegistered | ChipStatus::Allocated => true,
        },
        (None, None) => false,
    }
}

fn plan_is_empty(lots: &[Lot], options: &ExportOptions, at: Timestamp) {
    let observed = world::observed(lots, at);
    let export = exported(&observed, options);
    assert_eq!(export, exported(&observed, options), "the same bytes");
    if export.files.is_empty() {
        assert!(!observed.sims.iter().any(is_declarable));
        return;
    }
    let desired = read(&export);
    let declared: BTreeSet<Msisdn> = desired.sims.iter().map(|sim| sim.msisdn).collect();
    let expected: BTreeSet<Msisdn> = observed.sims.iter().filter(|sim| is_declarable(sim)).map(|sim| sim.msisdn).collect();
    assert_eq!(declared, expected);
    let plan = plan::plan(&desired, &observed, &Memory::default(), at);
    assert_eq!(plan.operations, []);
    assert_eq!(plan.blocked, []);
    assert_eq!(plan.unmanaged, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_of_an_import_is_empty(lots in world::lots(50), is_last_day: bool, roster_above in 0..60_usize) {
        plan_is_empty(&lots, &ExportOptions { roster_above, split: None }, world::now(is_last_day));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, max_shrink_iters: 8, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_of_a_large_import_is_empty(lots in world::lots(3_001), roster_above in prop::sample::select(vec![200_usize, 4_000])) {
        plan_is_empty(&lots, &ExportOptions { roster_above, split: None }, world::now(false));
    }
}

//! The laws of merging: whatever happened at the carrier meanwhile, the plan of what is merged does nothing to any line that
//! is not left to a person; no comment is lost, or comes to stand beside another line; line ends are those of the file; and a second time there is nothing to do.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use simfleet::domain::{Desired, DesiredSim, Msisdn, Observed};
use simfleet::manifest::export::{ExportAccount, ExportOptions, export};
use simfleet::manifest::format::{FormatOptions, format_manifest};
use simfleet::manifest::merge::{Merge, Merged, merge};
use simfleet::manifest::read;
use simfleet::plan::{self, Memory};

use super::hand::{Dice, is_beside, lived_in};
use super::laws::{is_declarable, read_folder};
use super::world::{self, Lot};
use crate::format::laws::comments;

const PLAIN: FormatOptions = FormatOptions { sort: false };
const SORTED: FormatOptions = FormatOptions { sort: true };

fn merged(folder: &Path, observed: &Observed) -> Merged {
    let paths = [folder.to_owned()];
    let compiled = read(&paths).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let observed = [(Arc::from("main"), observed.clone())];
    merge(&Merge { paths: &paths, compiled: &compiled, observed: &observed, roster_above: 20 })
        .unwrap_or_else(|error| panic!("{error:#?}"))
}

fn all_comments(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.extension().is_some_and(|extension| extension == "yaml") {
            let text = std::fs::read_to_string(entry).expect("a text");
            for text in [&text, &format_manifest(&text, PLAIN), &format_manifest(&text, SORTED)] {
                is_beside(text);
            }
            all.extend(comments(&text));
        }
    }
    all
}

fn holds_for(before: &[Lot], after: &[Lot], seed: u64, roster_above: usize) {
    let at = world::now(false);
    let mut dice = Dice(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let first = world::observed(before, at);
    let options = ExportOptions { roster_above, split: None };
    for file in export(&[ExportAccount { name: "main", settings: None, observed: &first, declared: None }], &options).files {
        let path = folder.path().join(&file.path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        let text = if file.path.starts_with("rosters/") { file.content } else { lived_in(&file.content, &mut dice) };
        let text = if dice.roll(2) == 0 { text.replace('\n', "\r\n") } else { text };
        std::fs::write(path, text).expect("a file");
    }
    if std::fs::read_dir(folder.path()).expect("a folder").next().is_none() {
        return;
    }
    let declared = read_folder(folder.path());
    let comments_before = all_comments(folder.path());
    // What became of the lines; some left the lists, and some are new.
    let mut second = world::observed(after, at);
    second.sims.retain(|sim| declared.sim(sim.msisdn).is_none() || dice.roll(12) > 0);
    let merged = written(merged(folder.path(), &second));
    let desired = read_folder(folder.path());
    let left: BTreeSet<Msisdn> = merged.left.iter().map(|line| line.msisdn).chain(merged.gone.iter().copied()).collect();
    let plan = plan::plan(&desired, &second, &Memory::default(), at);
    let operated: Vec<_> = plan
        .operations
        .iter()
        .filter(|operation| !operation.subject.msisdn().is_some_and(|msisdn| left.contains(&msisdn)))
        .collect();
    assert!(operated.is_empty(), "{operated:#?}");
    let blocked: Vec<_> =
        plan.blocked.iter().filter(|item| !item.subject.msisdn().is_some_and(|msisdn| left.contains(&msisdn))).collect();
    assert!(blocked.is_empty(), "{blocked:#?}");
    let unmanaged: Vec<_> = plan.unmanaged.iter().collect();
    assert!(unmanaged.is_empty(), "{unmanaged:#?}");
    nothing_is_lost(&declared, &desired);
    let new: Vec<Msisdn> = second.sims.iter().filter(|sim| is_declarable(sim)).map(|sim| sim.msisdn).collect();
    assert!(new.iter().all(|msisdn| desired.sim(*msisdn).is_some()));
    let comments_after = all_comments(folder.path());
    assert!(comments_before.iter().all(|comment| comments_after.contains(comment)));
    let again = self::merged(folder.path(), &second);
    assert!(again.files.is_empty(), "{:#?}", again.files);
    let told = |merged: &Merged| merged.left.iter().map(|left| (left.msisdn, left.why.clone())).collect::<Vec<_>>();
    assert_eq!(told(&again), told(&merged), "and what is left is the same");
}

fn written(merged: Merged) -> Merged {
    for file in &merged.files {
        let of_windows = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
        let (returns, all) = of_windows(&file.after);
        let was_of_windows = file.before.as_deref().is_some_and(|before| of_windows(before).0 > 0);
        assert_eq!(returns, if was_of_windows { all } else { 0 }, "the lines of a file end alike: {:?}", file.after);
        std::fs::create_dir_all(file.path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&file.path, &file.after).expect("a file");
    }
    merged
}

/// Every line is still where it was, with what no carrier knows.
fn nothing_is_lost(before: &Desired, after: &Desired) {
    for old in &before.sims {
        let new = after.sim(old.msisdn).expect("still declared");
        let own = |desired: &Desired, sim: &DesiredSim| {
            let fleet = desired.fleet_of(sim).map(|fleet| Arc::clone(&fleet.name));
            (
                fleet,
                sim.list,
                sim.name.clone(),
                sim.labels.clone(),
                sim.protection,
                sim.iccid,
                desired.file_of(sim.source).to_owned(),
            )
        };
        assert_eq!(own(before, old), own(after, new));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_of_a_merge_does_nothing(before in world::lots(40), after in world::lots(50), seed: u64, roster_above in 0..60_usize) {
        // Most lines stay as they were.
        let mut after = after;
        let mut dice = Dice(seed);
        for (new, old) in after.iter_mut().zip(&before) {
            if dice.roll(3) > 0 {
                new.clone_from(old);
            }
        }
        holds_for(&before, &after, seed, roster_above);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, max_shrink_iters: 8, ..ProptestConfig::default() })]

    #[test]
    fn so_does_that_of_a_large_one(before in world::lots(2_900), after in world::lots(3_001), seed: u64, roster_above in prop::sample::select(vec![200_usize, 4_000])) {
        holds_for(&before, &after, seed, roster_above);
    }
}

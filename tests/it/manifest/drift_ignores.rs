//! Drift ignores, from the file to what they cover.

use jiff::civil::date;
use simfleet::domain::calendar::jst_midnight;
use simfleet::domain::{DriftField, DriftIgnore};
use simfleet::manifest::{Compiled, drift_ignores_too_long};

use super::{fleet, read_files};

const IGNORES: &str = r#"  sims:
    - {msisdn: "08000000001", labels: {site: ueno, kind: kiosk}}
    - {msisdn: "08000000002", labels: {site: ueno}}
    - {msisdn: "08000000003"}
  policy:
    driftIgnores:
      - {msisdns: ["08000000003", "08000000001", "08000000001"], fields: [ratePlan, state], reason: on loan, owner: team-kiosk, until: "2027-01-31"}
      - {labels: {site: ueno, kind: kiosk}, owner: team-net, until: "2026-11-22"}
      - {owner: everybody, until: "2027-11-22"}
"#;

fn compiled(text: &str) -> Compiled {
    read_files(&[("a.yaml", &fleet("kanto", text))]).expect("valid")
}

fn ignores(compiled: &Compiled) -> &[DriftIgnore] {
    &compiled.accounts[0].desired.fleets[0].policy.drift_ignores
}

#[test]
fn they_say_which_lines_and_fields_and_until_when() {
    let compiled = compiled(IGNORES);
    let [lent, labelled, all] = ignores(&compiled) else { panic!("{:?}", ignores(&compiled)) };
    let covered = |ignore: &DriftIgnore| -> Vec<String> {
        let sims = compiled.accounts[0].desired.sims.iter();
        let fields = |sim| DriftField::ALL.into_iter().filter(move |field| ignore.covers(sim, field.as_str()));
        sims.flat_map(|sim| fields(sim).map(|field| format!("{} {}", &sim.msisdn.as_str()[10..], field.as_str()))).collect()
    };
    assert_eq!(covered(lent), ["1 ratePlan", "1 state", "3 ratePlan", "3 state"]);
    assert_eq!(covered(labelled), ["1 imei", "1 ratePlan", "1 state", "1 systemNumber"]);
    assert_eq!(covered(all).len(), 12);
    assert_eq!((&*lent.owner, lent.reason.as_deref(), lent.source.line), ("team-kiosk", Some("on loan"), 14));
    assert!(labelled.holds_on(date(2026, 11, 22)) && !labelled.holds_on(date(2026, 11, 23)), "the last day is one of them");
}

#[test]
fn they_end_within_a_year() {
    let compiled = compiled(IGNORES);
    let desired = &compiled.accounts[0].desired;
    assert_eq!(drift_ignores_too_long(desired, jst_midnight(date(2026, 11, 22))), []);
    let found = drift_ignores_too_long(desired, jst_midnight(date(2026, 11, 21)));
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((found.code.as_str(), found.location.line), ("DRIFT_IGNORE_TOO_LONG", 16));
    assert!(found.help.as_deref().is_some_and(|help| help.contains("2027-11-21")), "{found:?}");
}

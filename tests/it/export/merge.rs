//! What merging does, by example.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use simfleet::carrier::snapshot::read_snapshot;
use simfleet::domain::Observed;
use simfleet::manifest::merge::{Merge, MergeError, Merged, merge};
use simfleet::manifest::read;

fn observed(sims: &[(&str, serde_json::Value)], chips: &[(&str, serde_json::Value)]) -> Observed {
    let row = |base: serde_json::Value, more: &serde_json::Value| {
        let mut row = base;
        if let (Some(row), Some(more)) = (row.as_object_mut(), more.as_object()) {
            row.extend(more.clone());
        }
        row
    };
    let sims: Vec<_> = sims
        .iter()
        .map(|(msisdn, more)| {
            row(json!({"msisdn": msisdn, "kind": "card", "systemNo": "S0001234", "serviceCode": "m2m-lte", "planCode": "fixed-500mb", "iccid": "8981100022312345678", "imsi": "440101234567890",
                       "status": "active", "version": 1}), more)
        })
        .collect();
    let chips: Vec<_> = chips
        .iter()
        .map(|(msisdn, more)| {
            row(json!({"msisdn": msisdn, "iccid": "8981100022312345678", "imsi": "440101234567890", "status": "ordered", "version": 1}), more)
        })
        .collect();
    let snapshot = json!({
        "formatVersion": "1.0", "account": "main", "carrier": {"host": "carrier.example.jp", "contractorId": "demo"},
        "at": "2026-11-20T12:00:00+09:00", "complete": true,
        "system": {"contractorId": "demo", "bulkLimit": 3000, "systems": [{"systemNo": "S0001234", "services": [
            {"serviceCode": "m2m-lte", "functions": (1..=19).collect::<Vec<u8>>()}]}]},
        "plans": [{"planCode": "fixed-500mb", "name": "500 MB", "quotaBytes": 500_000_000, "monthlyFee": 900, "currency": "JPY"}],
        "sims": sims, "chipSims": chips});
    read_snapshot("observed.json", snapshot.to_string().as_bytes()).expect("a snapshot").observed
}

const HEAD: &str = r#"apiVersion: simfleet.dev/v1alpha1
kind: SimFleet
metadata: {name: kanto}
spec:
  accountRef: {name: main}
  systemNumber: "S0001234"
  serviceCode: m2m-lte
"#;

fn try_merged(paths: &[&Path], observed: &Observed) -> Result<Merged, MergeError> {
    let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
    let compiled = read(&paths).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let observed = [(Arc::from("main"), observed.clone())];
    merge(&Merge { paths: &paths, compiled: &compiled, observed: &observed, roster_above: 200 })
}

/// The texts of the files that change, by name, and why lines are left.
#[track_caller]
fn merged(files: &[(&str, &str)], observed: &Observed) -> (Vec<(String, String)>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let merged = try_merged(&[folder.path()], observed).unwrap_or_else(|error| panic!("{error:#?}"));
    let name = |path: &Path| path.strip_prefix(folder.path()).expect("in the folder").display().to_string();
    let texts = merged.files.iter().map(|file| (name(&file.path), file.after.clone())).collect();
    (texts, merged.left.into_iter().map(|left| format!("{} {}", left.msisdn, left.why)).collect())
}

#[test]
fn lists_get_their_new_lines_where_they_belong() {
    let seen = observed(
        &[
            ("08000000001", json!({})),
            ("08000000002", json!({"status": "suspended"})),
            ("08000000003", json!({"planCode": "fixed-1gb"})),
            ("08000000004", json!({})),
            ("08000000009", json!({"status": "carrierSuspended"})),
        ],
        &[("02012345678", json!({"status": "allocated", "systemNo": "S0001234", "imei": "490154203237518"}))],
    );
    let sims = |body: &str| format!("{HEAD}  defaults: {{state: Active, ratePlan: fixed-500mb}}\n{body}");
    for (before, after) in [
        // Sorted: between what is there. A comment stays with the line that it stands above or behind.
        (
            "  sims:  # cards\n    # two\n    - {msisdn: \"08000000002\", state: Active}  # why\n    # four\n    - {msisdn: \"08000000004\"}\n# end\n",
            "  sims:  # cards\n    - {msisdn: \"08000000001\"}\n    # two\n    - {msisdn: \"08000000002\", state: Suspended}  # why\n    - {msisdn: \"08000000003\", ratePlan: fixed-1gb}\n    # four\n    - {msisdn: \"08000000004\"}\n    - {msisdn: \"08000000009\", state: null}\n  chipSims:\n    - {msisdn: \"02012345678\", imei: \"490154203237518\", state: Allocated}\n# end\n",
        ),
        // Not sorted: at the end.
        (
            "  sims:\n  - msisdn: \"08000000004\"\n    name: d\n  - msisdn: '08000000003'\n    ratePlan: fixed-1gb  # big\n  chipSims: []   # none yet\n",
            "  sims:\n  - msisdn: \"08000000004\"\n    name: d\n  - msisdn: '08000000003'\n    ratePlan: fixed-1gb  # big\n  - {msisdn: \"08000000001\"}\n  - {msisdn: \"08000000002\", state: Suspended}\n  - {msisdn: \"08000000009\", state: null}\n  chipSims:    # none yet\n    - {msisdn: \"02012345678\", imei: \"490154203237518\", state: Allocated}\n",
        ),
        // In brackets.
        (
            "  sims: [\n    {msisdn: \"08000000002\"},\n    {msisdn: \"08000000004\"} # d\n  ]\n  chipSims: [{msisdn: \"02012345678\"}]\n",
            "  sims: [\n    {msisdn: \"08000000001\"},\n    {msisdn: \"08000000002\", state: Suspended},\n    {msisdn: \"08000000003\", ratePlan: fixed-1gb},\n    {msisdn: \"08000000004\"}, # d\n    {msisdn: \"08000000009\", state: null}\n  ]\n  chipSims: [{msisdn: \"02012345678\"}]\n",
        ),
    ] {
        let (files, left) = merged(&[("a.yaml", &sims(before))], &seen);
        assert_eq!(files, [("a.yaml".to_owned(), sims(after))]);
        assert_eq!(left, Vec::<String>::new());
    }
}

#[test]
fn what_is_said_of_a_line_stays_with_it() {
    let entry = |nth: u32| format!("{{msisdn: \"0800000000{nth}\"}}");
    let numbers: Vec<String> = (1..=4).map(|nth| format!("0800000000{nth}")).collect();
    let seen: Vec<_> = numbers.iter().map(|number| (number.as_str(), json!({"status": "carrierSuspended"}))).collect();
    let seen = observed(&seen, &[]);
    let [_, two, three, four] = [1, 2, 3, 4].map(entry);
    let [new_one, new_two, new_four] = [1, 2, 4].map(|nth| entry(nth).replace('}', ", ratePlan: fixed-500mb}"));
    for (before, after) in [
        // Below it, indented into it; what stands at the dash is about what follows.
        (
            "  sims:\n    - msisdn: \"08000000001\"\n      name: u1\n      # never suspend it\n\n     # lift alarm\n    # three\n    - msisdn: \"08000000003\"\n      # the end of three\n# end\n".to_owned(),
            format!("  sims:\n    - msisdn: \"08000000001\"\n      name: u1\n      # never suspend it\n\n     # lift alarm\n    - {new_two}\n    # three\n    - msisdn: \"08000000003\"\n      # the end of three\n    - {new_four}\n# end\n"),
        ),
        // On one line; and before the first one.
        (
            format!("  sims:\n      # the list\n    # two\n    - {two}\n        # of two\n    - {three} # of three\n    # - gone\n  # more\n  mode: Plan\n"),
            format!("  sims:\n      # the list\n    - {new_one}\n    # two\n    - {two}\n        # of two\n    - {three} # of three\n    - {new_four}\n    # - gone\n  # more\n  mode: Plan\n"),
        ),
        // A dash alone.
        (
            "  sims:\n  -\n    msisdn: \"08000000001\"\n    # of one\n  - # three\n    msisdn: \"08000000003\"\n".to_owned(),
            format!("  sims:\n  -\n    msisdn: \"08000000001\"\n    # of one\n  - {new_two}\n  - # three\n    msisdn: \"08000000003\"\n  - {new_four}\n"),
        ),
        // In brackets.
        (
            format!("  sims: [ # cards\n    # two\n    {two}, # of two\n    {three} # of three\n  ] # all\n"),
            format!("  sims: [ # cards\n    {new_one},\n    # two\n    {two}, # of two\n    {three}, # of three\n    {new_four}\n  ] # all\n"),
        ),
        (
            format!("  sims: [{two}, {three}, # of three\n    ] # all\n"),
            format!("  sims: [{new_one}, {two}, {three}, # of three\n         {new_four},\n    ] # all\n"),
        ),
        (format!("  sims: [{two}, {three}, {four}] # all\n"), format!("  sims: [{new_one}, {two}, {three}, {four}] # all\n")),
        // A list of its own, behind what is said of the key before it.
        (
            "  mode: Plan\n    # of the mode\n".to_owned(),
            format!("  mode: Plan\n    # of the mode\n  sims:\n    - {new_one}\n    - {new_two}\n    - {}\n    - {new_four}\n", entry(3).replace('}', ", ratePlan: fixed-500mb}")),
        ),
    ] {
        let (files, _) = merged(&[("a.yaml", &format!("{HEAD}{before}"))], &seen);
        assert_eq!(files, [("a.yaml".to_owned(), format!("{HEAD}{after}"))]);
    }
}

#[test]
fn rosters_stay_rosters() {
    let seen = observed(
        &[("08000000001", json!({})), ("08000000002", json!({"status": "suspended"})), ("08000000003", json!({}))],
        &[("02012345678", json!({"status": "imeiRegistered", "imei": "490154203237518"}))],
    );
    let fleet = format!("{HEAD}  rosters: [{{csv: r/a.csv}}]  # ours\n");
    let (files, _) = merged(
        &[("a.yaml", &fleet), ("r/a.csv", "\u{feff}name,msisdn,state\r\n\"a, b\",08000000001,Suspended\r\nc,08000000003,\r\n")],
        &seen,
    );
    assert_eq!(
        files,
        [(
            "r/a.csv".to_owned(),
            "\u{feff}name,msisdn,state,kind,imei,ratePlan\r\n,02012345678,Registered,chip,490154203237518,\r\n\"a, b\",08000000001,Active,,,\r\n,08000000002,Suspended,sim,,fixed-500mb\r\nc,08000000003,,,,\r\n".to_owned()
        )]
    );
    // What a cell cannot say beside a default stands in the fleet.
    let fleet = format!("{HEAD}  defaults: {{state: Active}}\n  rosters: [{{csv: a.csv}}]\n");
    let seen = observed(&[("08000000001", json!({})), ("08000000002", json!({"status": "carrierSuspended"}))], &[]);
    let (files, _) = merged(&[("a.yaml", &fleet), ("a.csv", "msisdn\n08000000001")], &seen);
    assert_eq!(
        files,
        [(
            "a.yaml".to_owned(),
            format!("{fleet}  sims:\n    - {{msisdn: \"08000000002\", state: null, ratePlan: fixed-500mb}}\n")
        )]
    );
}

#[test]
fn what_only_a_person_can_decide_is_left() {
    let fleet = format!(
        "{HEAD}  sims:\n    - {{msisdn: \"08000000001\", state: Active, protected: true}}\n    - {{msisdn: \"08000000002\", state: Terminated}}\n    - {{msisdn: \"08000000003\", state: Active}}\n    - {{msisdn: \"08000000004\", state: Active}}\n    - {{msisdn: \"08000000005\", state: Suspended, iccid: \"8981100022312345678\"}}\n    - {{msisdn: \"08000000006\", state: Active}}\n    - {{msisdn: \"08000000007\", state: Active, labels: {{a: b}}}}\n    - {{msisdn: \"08000000008\", state: Terminated, terminationDate: \"2026-12-31\"}}\n"
    );
    let seen = observed(
        &[
            ("08000000001", json!({"status": "suspended"})),
            ("08000000002", json!({})),
            ("08000000003", json!({"status": "carrierSuspended"})),
            ("08000000004", json!({"serviceCode": "m2m-5g"})),
            ("08000000005", json!({"iccid": "8981100022312345686"})),
            ("08000000007", json!({"status": "terminationAccepted", "terminationDate": "2026-11-30"})),
            ("08000000008", json!({"status": "terminationAccepted", "terminationDate": "2026-11-30"})),
        ],
        &[],
    );
    let (files, left) = merged(&[("a.yaml", &fleet)], &seen);
    let expected = fleet
        .replace("07\", state: Active", "07\", terminationDate: \"2026-11-30\", state: Terminated")
        .replace("2026-12-31", "2026-11-30");
    assert_eq!(files, [("a.yaml".to_owned(), expected)]);
    for (left, (line, word)) in left.iter().zip([
        ("08000000001", "protected"),
        ("08000000002", "declared Terminated"),
        ("08000000003", "the carrier suspended it"),
        ("08000000004", "belongs to S0001234/m2m-5g"),
        ("08000000005", "another card"),
    ]) {
        assert!(left.starts_with(line) && left.contains(word), "{left}");
    }
    assert_eq!(left.len(), 5, "{left:?}");
}

#[test]
fn new_fleets_stand_where_the_same_command_reads_them() {
    let seen = observed(&[("08000000001", json!({})), ("08000000002", json!({"serviceCode": "m2m-5g"}))], &[]);
    let fleet = format!("{HEAD}  sims: [{{msisdn: \"08000000001\"}}]");
    // The name is taken by another file and by another fleet.
    let taken = format!("{HEAD}  sims: []\n").replace("kanto", "s0001234-m2m-5g").replace("m2m-lte", "m2m-3g");
    let files = [("a.yaml", fleet.as_str()), ("b.yaml", &taken), ("s0001234-m2m-5g-2.yaml", "# a note\n")];
    let (files, _) = merged(&files, &seen);
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0, "s0001234-m2m-5g-3.yaml");
    // Without a folder it goes behind what the file holds.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("only.yaml");
    std::fs::write(&path, &fleet).expect("a file");
    let merged = try_merged(&[&path], &seen).unwrap_or_else(|error| panic!("{error:#?}"));
    assert!(merged.files[0].after.starts_with(&format!("{fleet}\n---\n# Imported")), "{}", merged.files[0].after);
    std::fs::write(&path, &merged.files[0].after).expect("a file");
    let again = try_merged(&[&path], &seen).unwrap_or_else(|error| panic!("{error:#?}"));
    assert!(again.files.is_empty());
}

#[test]
fn what_is_added_ends_its_lines_as_the_file_does() {
    let seen = observed(&[("08000000001", json!({})), ("08000000002", json!({"serviceCode": "m2m-5g"}))], &[]);
    let fleet = format!("{HEAD}  sims: []\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("only.yaml");
    let of_windows = fleet.replace('\n', "\r\n");
    // Most lines decide, and it does not matter whether the last one ends.
    for (before, is_of_windows) in [
        (of_windows.clone(), true),
        (of_windows.trim_end().to_owned(), true),
        (of_windows.replacen("\r\n", "\n", 2), true),
        (fleet.replacen('\n', "\r\n", 2), false),
    ] {
        std::fs::write(&path, &before).expect("a file");
        let merged = try_merged(&[&path], &seen).unwrap_or_else(|error| panic!("{error:#?}"));
        let after = &merged.files[0].after;
        let added = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
        assert!(after.contains("08000000001") && after.contains("08000000002") && after.contains("\n---"), "{after}");
        if is_of_windows {
            assert_eq!(added(after), added(&before), "no line end of another system: {after:?}");
        } else {
            assert_eq!(after.matches("\r\n").count(), before.matches("\r\n").count(), "{after:?}");
        }
    }
}

#[test]
fn of_several_fleets_the_one_without_labels_takes_what_is_new() {
    let by_site = format!(
        "{HEAD}  sims:\n    - {{msisdn: \"08000000001\", labels: {{site: a}}}}\n    - {{msisdn: \"08000000002\", labels: {{site: a}}}}\n"
    );
    let rest = format!("{HEAD}  sims:\n    - {{msisdn: \"08000000003\"}}\n").replace("kanto", "no-site");
    let numbers = ["08000000001", "08000000002", "08000000003", "08000000004"];
    let seen = observed(&numbers.map(|msisdn| (msisdn, json!({}))), &[]);
    let (files, _) = merged(&[("a.yaml", &by_site), ("rest.yaml", &rest)], &seen);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["rest.yaml"]);
}

#[test]
fn a_fleet_that_is_not_edited_safely_gets_a_neighbour() {
    let fleet = format!("{HEAD}  sims:\n    - &a {{msisdn: \"08000000001\"}}\n");
    let seen = observed(&[("08000000001", json!({})), ("08000000002", json!({}))], &[]);
    let (files, _) = merged(&[("a.yaml", &fleet)], &seen);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["s0001234-m2m-lte.yaml"]);
}

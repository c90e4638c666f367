//! An account without an API: lists in, files out, and a person in between.

mod office;
mod purchases;

use std::path::Path;

use serde_json::{Value, json};

use super::world::FLEET_HEAD;
use office::{ACCOUNT, Office};

/// The committed example.
pub(super) fn copy(folder: &Path) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/csv");
    std::fs::create_dir_all(folder.join("examples/csv/exports")).expect("a folder");
    for name in ["fleet.yaml", "catalogue.yaml", "exports/sims.csv", "exports/chips.csv"] {
        std::fs::copy(example.join(name), folder.join("examples/csv").join(name)).expect("a copy");
    }
}

#[test]
fn a_whole_round_from_export_to_export() {
    let office = Office::open();
    let planned = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!(planned["summary"]["operations"], 9, "{planned:#}");
    assert!(office.folders().is_empty(), "a plan writes nothing");

    office.run(&["apply", "fleet"]).expect(3).says("--yes");
    assert!(office.folders().is_empty(), "and nothing is handed over that nobody approved");
    let said = office.run(&["apply", "fleet", "--yes"]).expect(0);
    assert!(said.stdout.contains("Handed over: 9 operations"), "{}", said.stdout);
    let folders = office.folders();
    let name = folders[0].file_name().expect("a name").to_string_lossy().into_owned();
    assert_eq!(name, planned["planId"].as_str().expect("an id"));
    let file = std::fs::read(folders[0].join("imei-001.csv")).expect("a file");
    assert_eq!(file, b"02012340001,490154203237518\r\n");
    let list = std::fs::read_to_string(folders[0].join("CHECKLIST.md")).expect("a check-list");
    assert!(!list.contains("<b>"), "a name is no markup\n{list}");

    // It is neither planned nor written again, whoever asks and however often.
    let again = office.run(&["plan", "fleet", "--detailed-exitcode"]).expect(0);
    assert!(again.stdout.contains("is handed over (step 1 of "), "{}", again.stdout);
    office.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(office.folders(), folders);
    let ops = office.run(&["ops", "list", "fleet"]).expect(0);
    assert_eq!(ops.stdout.matches("handed over").count(), 9, "{}", ops.stdout);

    office.work();
    // The plan change counts from the 1st, and the termination from its day on.
    office.export();
    let waiting = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!(waiting["operations"], json!([]), "{waiting:#}");
    assert_eq!(waiting["blocked"], json!([]), "{waiting:#}");
    assert!(waiting["drift"].as_array().is_none_or(Vec::is_empty), "what we asked for is no drift: {waiting:#}");

    office.world.post("/_emu/clock", &json!({"set": "2026-12-02T10:00:00+09:00"}));
    office.export();
    let done = office.run(&["apply", "fleet", "--yes"]).expect(0);
    assert!(done.stdout.contains("No changes."), "{}", done.stdout);
    let ops = office.run(&["ops", "list", "fleet"]).expect(0);
    assert_eq!(ops.stdout.matches("confirmed").count(), 9, "{}", ops.stdout);
    office.run(&["drift", "fleet"]).expect(0);
}

#[test]
fn what_was_not_done_is_given_back_and_handed_over_anew() {
    let office = Office::open();
    office.run(&["apply", "fleet", "--yes", "--only", "08012340001"]).expect(0);
    let ops: Value = office.run(&["ops", "list", "fleet", "--format", "json"]).expect(0).json();
    let id = ops[0]["id"].as_str().expect("an id");
    office.run(&["ops", "resolve", id, "fleet", "--outcome", "not-done"]).expect(0);
    office.run(&["apply", "fleet", "--yes", "--only", "08012340001"]).expect(0);
    let names: Vec<String> =
        office.folders().iter().map(|folder| folder.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(names[1], format!("{}-2", names[0]));
    // That it was done is shown by a list; until one does, the old one would have it done again.
    office.run(&["ops", "resolve", id, "fleet", "--outcome", "done"]).expect(3).says("export the lists again");
    office.run(&["ops", "resolve", id, "fleet", "--outcome", "not-done"]).expect(0);
    office.run(&["ops", "resolve", id, "fleet", "--outcome", "not-done"]).expect(1).says("not in doubt");
}

#[test]
fn a_stored_plan_is_handed_over_once_and_a_lost_journal_writes_nothing_again() {
    let office = Office::open();
    office.run(&["plan", "fleet", "--out", "plan.json"]).expect(0);
    let plan: Value =
        serde_json::from_str(&std::fs::read_to_string(office.world.path("plan.json")).expect("a plan")).expect("JSON");
    let id = plan["planId"].as_str().expect("an id");
    office.run(&["apply", "plan.json", "--approve", id]).expect(0);
    let folders = office.folders();
    let written = std::fs::read(folders[0].join("CHECKLIST.md")).expect("a check-list");
    office.run(&["apply", "plan.json", "--approve", id]).expect(3).says("used");
    std::fs::remove_dir_all(office.world.path("fleet/.simfleet")).expect("the journal");
    office.run(&["apply", "plan.json", "--approve", id]).expect(0).says("was there already and was left as it is");
    assert_eq!(office.folders(), folders);
    assert_eq!(std::fs::read(folders[0].join("CHECKLIST.md")).expect("a check-list"), written);
    // Two plans that were made before either was applied: the second finds the first one's lines in other hands.
    office.run(&["ops", "list", "fleet"]).expect(0).says("handed over");
}

#[test]
fn two_plans_of_the_same_lines_are_not_both_handed_over() {
    let office = Office::open();
    office.run(&["plan", "fleet", "--out", "all.json"]).expect(0);
    office.run(&["plan", "fleet", "--only", "08012340001", "--out", "one.json"]).expect(0);
    let id = |name: &str| {
        let text = std::fs::read_to_string(office.world.path(name)).expect("a plan");
        serde_json::from_str::<Value>(&text).expect("JSON")["planId"].as_str().expect("an id").to_owned()
    };
    office.run(&["apply", "one.json", "--approve", &id("one.json")]).expect(0);
    office.run(&["apply", "all.json", "--approve", &id("all.json")]).expect(3).says("was handed over already");
    assert_eq!(office.folders().len(), 1);
}

#[test]
fn two_accounts_with_one_output_folder_get_a_check_list_each() {
    let office = Office::open();
    let world = &office.world;
    world.write("fleet/other.yaml", &ACCOUNT.replace("name: main", "name: other").replace("exports/", "exports/other-"));
    let fleet = "  mode: Apply\n  policy: {limits: {suspend: 1}}\n  sims: [{msisdn: \"08099990001\", state: Suspended}]\n";
    let head = FLEET_HEAD.replace("name: test", "name: others").replace("name: main", "name: other");
    world.write("fleet/others.yaml", &format!("{head}{fleet}"));
    world.write("fleet/exports/other-sims.csv", "電話番号,料金プラン,状態\r\n08099990001,fixed-500mb,利用中\r\n");
    world.write("fleet/exports/other-chips.csv", "電話番号,IMEI,システム番号,ステータス\r\n");
    office.run(&["apply", "fleet", "--yes"]).expect(0);
    let lists: Vec<String> = office
        .folders()
        .iter()
        .map(|folder| std::fs::read_to_string(folder.join("CHECKLIST.md")).expect("a check-list"))
        .collect();
    assert_eq!(lists.len(), 2);
    let of = |number: &str| lists.iter().filter(|list| list.contains(number)).count();
    assert_eq!([of("08012340001"), of("08099990001")], [1, 1]);
}

#[test]
fn a_folder_that_stands_in_the_way_is_not_taken_for_a_hand_over() {
    let office = Office::open();
    office.run(&["plan", "fleet", "--out", "plan.json"]).expect(0);
    let plan: Value =
        serde_json::from_str(&std::fs::read_to_string(office.world.path("plan.json")).expect("a plan")).expect("JSON");
    let id = plan["planId"].as_str().expect("an id");
    office.world.write(&format!("fleet/console/{id}/notes.txt"), "mine");
    office.run(&["apply", "plan.json", "--approve", id]).expect(1).says("is not what this plan hands over");
    let open = office.run(&["ops", "list", "fleet"]);
    assert!(!open.stdout.contains("handed over"), "{}", open.stdout);
    std::fs::remove_dir_all(office.world.path(&format!("fleet/console/{id}"))).expect("a folder");
    office.run(&["apply", "plan.json", "--approve", id]).expect(0).says("Handed over");
}

#[test]
fn a_list_from_before_the_hand_over_says_nothing_of_it() {
    let office = Office::open();
    office.run(&["apply", "fleet", "--yes", "--only", "08012340001"]).expect(0);
    let sims = std::fs::read_to_string(office.world.path("fleet/exports/sims.csv")).expect("a list");
    let suspended = sims.replace("08012340001,fixed-500mb,利用中", "08012340001,fixed-500mb,通信停止中");
    assert_ne!(suspended, sims);
    office.list("sims", &suspended);
    let waits = |more: &[&str]| office.run(&[&["plan", "fleet", "--only", "08012340001"], more].concat()).expect(0);
    waits(&["--exported-at", "2026-01-01T00:00:00Z", "--max-export-age", "999999h"]).says("is handed over");
    waits(&[]).says("No changes");
}

#[test]
fn no_manifest_is_written_from_a_stale_list() {
    let office = Office::open();
    let before = std::fs::read_to_string(office.world.path("fleet/fleet.yaml")).expect("a manifest");
    let old = ["--exported-at", "2026-01-01T00:00:00Z"];
    office.run(&[&["import", "fleet", "--merge", "--write"], &old[..]].concat()).expect(3).says("--max-export-age");
    office.run(&["observe", "fleet", "-o", "before.json"]).expect(0);
    let drift = ["drift", "fleet", "--baseline", "before.json", "--accept", "--write"];
    office.run(&[&drift[..], &old[..]].concat()).expect(3).says("--max-export-age");
    assert_eq!(std::fs::read_to_string(office.world.path("fleet/fleet.yaml")).expect("a manifest"), before);
}

#[test]
fn a_status_without_its_imei_confirms_no_binding() {
    let is_confirmed = |heading: &str, cell: &str| {
        let office = Office::open();
        let apply = || office.run(&["apply", "fleet", "--yes", "--only", "02012340001"]).expect(0);
        apply();
        let rows = format!("電話番号,{heading}ステータス\r\n02012340001,{cell}IMEI登録済\r\n");
        office.list("chips", &rows);
        apply();
        let ops = office.run(&["ops", "list", "fleet"]).expect(0).stdout;
        ops.lines().any(|row| row.contains("bindImei") && row.contains("confirmed"))
    };
    assert!(!is_confirmed("IMEI,", ","), "the cell for its IMEI is empty");
    assert!(!is_confirmed("IMEI,", "356938035643809,"), "it is another device");
    assert!(is_confirmed("IMEI,", "490154203237518,"));
    // Where no column says so, the status does.
    assert!(is_confirmed("", ""));
}

#[test]
fn stale_short_and_damaged_lists_are_not_planned_from() {
    let office = Office::open();
    let said = |arguments: &[&str]| office.run(&[&["plan", "fleet"], arguments].concat());
    said(&["--exported-at", "2020-01-01T00:00:00Z"]).expect(3).says("--max-export-age").says(" days ago").says("older than 24 h");
    said(&["--exported-at", "2020-01-01T00:00:00Z", "--max-export-age", "999999h"]).expect(0);
    said(&["--exported-at", "2999-01-01T00:00:00Z"]).expect(1).says("--exported-at");
    said(&["--expect-rows", "sims=5"]).expect(1).says("has 4 rows");
    let counted = said(&["--expect-rows", "sims=4", "--expect-rows", "chipSims=3"]).expect(0);
    assert!(!counted.stderr.contains("cannot be told from all of it"), "{}", counted.stderr);
    said(&[]).expect(0).says("cannot be told from all of it");
    // Lists may be read however old they are.
    office.run(&["get", "sims", "-f", "fleet", "--exported-at", "2020-01-01T00:00:00Z"]).expect(0).says("08012340001");
    office.list("sims", "電話番号,状態\r\n8012340001,利用中\r\n8.01E+10,利用中\r\n");
    said(&[]).expect(1).says("exports/sims.csv:2:1").says("exports/sims.csv:3:1").says("SPREADSHEET_DAMAGE");
}

#[test]
fn lists_that_do_not_say_whose_they_are_are_asked_about_where_the_answer_belongs() {
    let office = Office::open();
    let account = ACCOUNT.replace("sims: exports/sims.csv, ", "").replace(", systemNumber: S0001234, serviceCode: m2m-lte", "");
    office.world.write("fleet/account.yaml", &account);
    office.list("chips", "電話番号,ステータス\r\n02012340001,発注済\r\n");
    office.run(&["plan", "fleet"]).expect(1).says("UNKNOWN_SYSTEM_NUMBER").says("csv: {systemNumber: …, serviceCode: …}");
}

#[test]
fn absence_is_never_read_as_an_end_and_unknown_prices_are_told() {
    let office = Office::open();
    office.list("sims", "電話番号,料金プラン,状態\r\n08012340003,fixed-500mb,契約中\r\n");
    office.world.write("fleet/catalogue.yaml", "plans: [{planCode: fixed-1gb, monthlyFee: 600}, {planCode: fixed-500mb}]\n");
    let plan = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let codes: Vec<&str> = plan["blocked"].as_array().expect("a list").iter().filter_map(|item| item["code"].as_str()).collect();
    assert_eq!(codes, ["LINE_NOT_FOUND", "LINE_NOT_FOUND"], "{plan:#}");
    let warnings = plan["warnings"].as_array().expect("warnings");
    assert!(warnings.iter().any(|item| item["code"] == "PRICE_UNKNOWN"), "{plan:#}");
    // Without a column for rate plans none is changed.
    office.list("sims", "電話番号,状態\r\n08012340003,契約中\r\n");
    let plan = office.run(&["plan", "fleet", "--only", "08012340003", "--format", "json"]).expect(0).json();
    assert_eq!(plan["blocked"][0]["code"], "RATE_PLAN_NOT_OBSERVED", "{plan:#}");
}

#[test]
fn what_is_imported_and_observed_needs_no_changes() {
    let office = Office::open();
    office.run(&["observe", "fleet", "-o", "observed.json"]).expect(0);
    let snapshot: Value =
        serde_json::from_str(&std::fs::read_to_string(office.world.path("observed.json")).expect("a file")).expect("JSON");
    assert!(snapshot.get("couponApplications").is_none(), "nobody said that nothing was bought");
    office.run(&["import", "fleet", "-o", "imported"]).expect(0);
    let imported = office.run(&["plan", "imported", "--observed", "observed.json"]).expect(0);
    assert!(imported.stdout.contains("No changes."), "{}", imported.stdout);
}

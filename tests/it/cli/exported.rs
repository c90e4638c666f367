//! An account without an API: lists in, files out, and a person in between.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::world::{FLEET_HEAD, Run, World, simfleet};

const ACCOUNT: &str = "\
apiVersion: simfleet.dev/v1alpha1
kind: CarrierAccount
metadata: {name: main}
spec:
  driver: csv
  csv: {sims: exports/sims.csv, chipSims: exports/chips.csv, catalogue: catalogue.yaml, systemNumber: S0001234, serviceCode: m2m-lte}
";

const CATALOGUE: &str = "\
system: {planChangeCutOff: none, terminationFee: 1000}
plans: [{planCode: fixed-500mb, monthlyFee: 450}, {planCode: fixed-1gb, monthlyFee: 600}]
";

const FLEET: &str = r#"  mode: Apply
  sims:
    - {msisdn: "08012340001", state: Suspended, name: "ueno | <b>1</b>"}
    - {msisdn: "08012340002", state: Active}
    - {msisdn: "08012340003", ratePlan: fixed-1gb}
    - {msisdn: "08012340004", state: Terminated, terminationDate: "2026-11-30"}
  chipSims:
    - {msisdn: "02012340001", imei: "490154203237518", state: Active, ratePlan: fixed-500mb}
    - {msisdn: "02012340002", imei: "356938035643809", state: Allocated}
    - {msisdn: "02012340003", imei: "860123045678900", state: Registered}
  policy:
    limits: {suspend: 1, changeRatePlan: 1, terminate: 1}
    approval: {bindImei: Auto, startUse: Auto, terminate: Auto}
"#;

/// The committed example.
pub(super) fn copy(folder: &Path) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/csv");
    std::fs::create_dir_all(folder.join("examples/csv/exports")).expect("a folder");
    for name in ["fleet.yaml", "catalogue.yaml", "exports/sims.csv", "exports/chips.csv"] {
        std::fs::copy(example.join(name), folder.join("examples/csv").join(name)).expect("a copy");
    }
}

/// A carrier with a console, and a folder of manifests that knows it only by its exports.
struct Office {
    world: World,
    token: String,
}

impl Office {
    fn open() -> Self {
        let world = World::at("2026-11-10T10:00:00+09:00");
        world.seed(&json!({
            "systems": [{"systemNo": "S0001234"}],
            "sims": [
                {"msisdn": "08012340001", "planCode": "fixed-500mb"},
                {"msisdn": "08012340002", "status": "suspended", "planCode": "fixed-500mb"},
                {"msisdn": "08012340003", "planCode": "fixed-500mb"},
                {"msisdn": "08012340004", "planCode": "fixed-500mb"},
            ],
            "chipSims": [
                {"msisdn": "02012340001"},
                {"msisdn": "02012340002", "status": "imeiRegistered", "imei": "356938035643809"},
                {"msisdn": "02012340003", "status": "allocated", "systemNo": "S0001234", "imei": "860123045678900"},
            ],
        }));
        let login = json!({"contractorId": "demo", "password": "demo"});
        let token = world.post("/v1/auth/token", &login)["token"].as_str().expect("a token").to_owned();
        world.fleet(FLEET);
        world.write("fleet/account.yaml", ACCOUNT);
        world.write("fleet/catalogue.yaml", CATALOGUE);
        let office = Self { world, token };
        office.export();
        office
    }

    /// What the console exports now.
    fn export(&self) {
        let snapshot = self.world.get("/_emu/snapshot");
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let mut sims = "電話番号,料金プラン,状態,解約日\r\n".to_owned();
        for row in snapshot["sims"].as_array().expect("lines") {
            let label = label(&text(row, "status"));
            let (number, plan, ends) = (text(row, "msisdn"), text(row, "planCode"), text(row, "terminationDate"));
            write!(sims, "{number},{plan},{label},{ends}\r\n").expect("text");
        }
        let mut chips = "電話番号,IMEI,システム番号,ステータス\r\n".to_owned();
        for row in snapshot["chipSims"].as_array().expect("chip SIMs") {
            let label = label(&text(row, "status"));
            let (number, device, stock) = (text(row, "msisdn"), text(row, "imei"), text(row, "systemNo"));
            write!(chips, "{number},{device},{stock},{label}\r\n").expect("text");
            // A started chip SIM is a line as well.
            if !text(row, "planCode").is_empty() {
                write!(sims, "{number},{},{label},\r\n", text(row, "planCode")).expect("text");
            }
        }
        self.world.write("fleet/exports/sims.csv", &sims);
        self.world.write("fleet/exports/chips.csv", &chips);
    }

    /// The program without credentials and without a carrier.
    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&simfleet(&self.world.path("")).args(arguments).output().expect("simfleet runs"))
    }

    /// The folders of what was handed over.
    fn folders(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.world.path("fleet/console")) else { return Vec::new() };
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        folders.sort();
        folders
    }

    /// The file as the console takes it: what it shows first is what the check-list says it will show.
    fn upload(&self, folder: &Path, list: &str) {
        let file = std::fs::read(folder.join("imei-001.csv")).expect("a file");
        let upload = |path: &str| self.world.upload(&self.token, path, "text/csv", file.clone());
        let shown = upload("/v1/chip-sims/imei-registrations?dryRun=true");
        assert_eq!(
            (&shown["errors"], shown["count"].as_u64()),
            (&json!([]), Some(file.split(|byte| *byte == b'\n').count() as u64 - 1))
        );
        for row in shown["first"].as_array().expect("rows") {
            let cell = |name: &str| row[name].as_str().is_some_and(|cell| list.contains(cell));
            assert!(cell("msisdn") && cell("imei"), "{row}\n{list}");
        }
        upload("/v1/chip-sims/imei-registrations");
        self.world.advance("PT2M");
    }

    /// What a person does who has the files, in the order of the check-list.
    fn work(&self) {
        let [folder] = self.folders().try_into().expect("one folder");
        let list = std::fs::read_to_string(folder.join("CHECKLIST.md")).expect("a check-list");
        let post = |path: &str, body: &Value| {
            self.world.post_as(&self.token, path, body);
            self.world.advance("PT2M");
        };
        let mut function = String::new();
        for line in list.lines() {
            if let Some(heading) = line.strip_prefix("### ") {
                heading.split(" / ").next().expect("a name").clone_into(&mut function);
            }
            let Some(step) = line.strip_prefix("- [ ] ") else { continue };
            let digits = step.split_whitespace().nth(1).expect("a number").trim_end_matches(':').to_owned();
            let stock = json!({"systemNo": "S0001234", "msisdns": [digits], "planCode": "fixed-500mb"});
            match function.as_str() {
                "チップSIM IMEI登録" => self.upload(&folder, &list),
                "チップSIM在庫引当" => post("/v1/chip-sims/allocations", &stock),
                "チップSIM在庫引当解除" => post("/v1/chip-sims/deallocations", &stock),
                "チップSIM利用開始登録" => post("/v1/chip-sims/activations", &stock),
                "通信停止" => post(&format!("/_emu/console/suspend/{digits}"), &json!({})),
                "通信再開" => post(&format!("/_emu/console/resume/{digits}"), &json!({})),
                "プラン変更" => post(&format!("/_emu/console/plan-change/{digits}"), &json!({"planCode": "fixed-1gb"})),
                "解約" => {
                    let body = json!({"terminationDate": "2026-11-30"});
                    post(&format!("/_emu/console/terminate/{digits}"), &body);
                }
                other => panic!("{other} is no function of the check-list\n{list}"),
            }
        }
    }
}

fn label(wire: &str) -> &'static str {
    match wire {
        "ordered" => "発注済",
        "imeiRegistered" => "IMEI登録済",
        "allocated" => "引当済",
        "active" => "利用中",
        "suspended" => "通信停止中",
        "terminationAccepted" => "解約受付済",
        "terminated" => "解約済",
        other => panic!("no label for {other:?}"),
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
    office.run(&["ops", "resolve", id, "fleet", "--outcome", "done"]).expect(0);
    office.run(&["ops", "resolve", id, "fleet", "--outcome", "done"]).expect(1).says("not in doubt");
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
    office.world.write("fleet/exports/sims.csv", &suspended);
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
fn stale_short_and_damaged_lists_are_not_planned_from() {
    let office = Office::open();
    let said = |arguments: &[&str]| office.run(&[&["plan", "fleet"], arguments].concat());
    said(&["--exported-at", "2020-01-01T00:00:00Z"]).expect(3).says("--max-export-age");
    said(&["--exported-at", "2020-01-01T00:00:00Z", "--max-export-age", "999999h"]).expect(0);
    said(&["--exported-at", "2999-01-01T00:00:00Z"]).expect(1).says("--exported-at");
    said(&["--expect-rows", "sims=5"]).expect(1).says("has 4 rows");
    let counted = said(&["--expect-rows", "sims=4", "--expect-rows", "chipSims=3"]).expect(0);
    assert!(!counted.stderr.contains("cannot be told from all of it"), "{}", counted.stderr);
    said(&[]).expect(0).says("cannot be told from all of it");
    // Lists may be read however old they are.
    office.run(&["get", "sims", "-f", "fleet", "--exported-at", "2020-01-01T00:00:00Z"]).expect(0).says("08012340001");
    office.world.write("fleet/exports/sims.csv", "電話番号,状態\r\n8012340001,利用中\r\n8.01E+10,利用中\r\n");
    said(&[]).expect(1).says("exports/sims.csv:2:1").says("exports/sims.csv:3:1").says("SPREADSHEET_DAMAGE");
}

#[test]
fn absence_is_never_read_as_an_end_and_unknown_prices_are_told() {
    let office = Office::open();
    office.world.write("fleet/exports/sims.csv", "電話番号,料金プラン,状態\r\n08012340003,fixed-500mb,契約中\r\n");
    office.world.write("fleet/catalogue.yaml", "plans: [{planCode: fixed-1gb, monthlyFee: 600}, {planCode: fixed-500mb}]\n");
    let plan = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let codes: Vec<&str> = plan["blocked"].as_array().expect("a list").iter().filter_map(|item| item["code"].as_str()).collect();
    assert_eq!(codes, ["LINE_NOT_FOUND", "LINE_NOT_FOUND"], "{plan:#}");
    let warnings = plan["warnings"].as_array().expect("warnings");
    assert!(warnings.iter().any(|item| item["code"] == "PRICE_UNKNOWN"), "{plan:#}");
    // Without a column for rate plans none is changed.
    office.world.write("fleet/exports/sims.csv", "電話番号,状態\r\n08012340003,契約中\r\n");
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

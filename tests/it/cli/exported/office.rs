//! A carrier with a console, and people who work with it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::world::{Run, World, simfleet};

pub(super) const ACCOUNT: &str = "\
apiVersion: simfleet.dev/v1alpha1
kind: CarrierAccount
metadata: {name: main}
spec:
  driver: csv
  csv: {sims: exports/sims.csv, chipSims: exports/chips.csv, catalogue: catalogue.yaml, systemNumber: S0001234, serviceCode: m2m-lte}
";

pub(super) const CATALOGUE: &str = "\
system: {planChangeCutOff: none, terminationFee: 1000}
plans: [{planCode: fixed-500mb, monthlyFee: 450}, {planCode: fixed-1gb, monthlyFee: 600}]
";

pub(super) const FLEET: &str = r#"  mode: Apply
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

/// A carrier with a console, and a folder of manifests that knows it only by its exports.
pub(super) struct Office {
    pub(super) world: World,
    pub(super) token: String,
}

impl Office {
    pub(super) fn open() -> Self {
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
    pub(super) fn export(&self) {
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
        self.list("sims", &sims);
        self.list("chips", &chips);
    }

    /// Puts a list there, as it is exported now. Files have the time of the system's last tick: that may be before what was
    /// just handed over.
    pub(super) fn list(&self, name: &str, text: &str) {
        std::thread::sleep(std::time::Duration::from_millis(20));
        self.world.write(&format!("fleet/exports/{name}.csv"), text);
    }

    /// The program without credentials and without a carrier.
    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&simfleet(&self.world.path("")).args(arguments).output().expect("simfleet runs"))
    }

    /// The folders of what was handed over.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.world.path("fleet/console")) else { return Vec::new() };
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        folders.sort();
        folders
    }

    /// The file as the console takes it: what it shows first is what the check-list says it will show.
    pub(super) fn upload(&self, folder: &Path, list: &str) {
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
    pub(super) fn work(&self) {
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

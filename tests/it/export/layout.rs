//! How imported manifests look.

use std::sync::Arc;

use simfleet::api::{CarrierAccountSpec, Driver, NameRef, RateLimitSpec, SpendSpec};
use simfleet::carrier::snapshot::read_snapshot;
use simfleet::domain::{Msisdn, Observed, OrderContent, ShipTo};
use simfleet::manifest::export::{Export, ExportAccount, ExportOptions, export, order_manifest};

use crate::golden;

/// A line or chip SIM of every sort, as `simfleet observe` writes them.
fn observed() -> Observed {
    read_snapshot("observed.json", snapshot().to_string().as_bytes()).expect("a snapshot").observed
}

fn snapshot() -> serde_json::Value {
    serde_json::json!({
        "formatVersion": "1.0", "account": "main", "carrier": {"host": "carrier.example.jp", "contractorId": "demo"},
        "at": "2026-11-20T12:00:00+09:00", "complete": true,
        "system": {"contractorId": "demo", "bulkLimit": 3000, "systems": [{"systemNo": "S0001234", "services": [
            {"serviceCode": "m2m-lte", "functions": (1..=19).collect::<Vec<u8>>()}]}]},
        "plans": [
            {"planCode": "fixed-500mb", "name": "500 MB", "quotaBytes": 500_000_000, "monthlyFee": 900, "currency": "JPY"},
            {"planCode": "fixed-1gb", "name": "1 GB", "quotaBytes": 1_000_000_000, "monthlyFee": 1200, "currency": "JPY"}],
        "sims": [
            line("08000000001", "active", "card", &serde_json::json!({})),
            line("08000000002", "suspended", "card", &serde_json::json!({})),
            line("08000000003", "active", "card", &serde_json::json!({"planCode": "fixed-1gb"})),
            line("08000000004", "active", "card", &serde_json::json!({"pending": [
                {"applicationNo": "A1", "type": "planChange", "target": "fixed-1gb", "effectiveDate": "2026-12-01",
                 "cancellable": true, "status": "scheduled"}]})),
            line("08000000005", "terminationAccepted", "card", &serde_json::json!({"terminationDate": "2026-11-30", "pending": [
                {"applicationNo": "A2", "type": "terminate", "target": "terminated", "effectiveDate": "2026-11-30",
                 "cancellable": true, "status": "scheduled"}]})),
            line("08000000006", "terminated", "card", &serde_json::json!({})),
            line("08000000007", "carrierSuspended", "card", &serde_json::json!({})),
            line("08000000008", "carrierTerminated", "card", &serde_json::json!({"planCode": "fixed-1gb"})),
            line("08000000009", "quarantined", "card", &serde_json::json!({})),
            line("08000000015", "carrierSuspended", "card", &serde_json::json!({"pending": [
                {"applicationNo": "A3", "type": "planChange", "target": "fixed-1gb", "effectiveDate": "2026-12-01",
                 "cancellable": true, "status": "scheduled"}]})),
            line("08000000014", "active", "chip", &serde_json::json!({})),
        ],
        "chipSims": [
            chip("08000000010", "ordered", &serde_json::json!({})),
            chip("08000000011", "imeiRegistered", &serde_json::json!({"imei": "490154203237518"})),
            chip("08000000012", "allocated", &serde_json::json!({"imei": "356938035643809", "systemNo": "S0001234"})),
            chip("08000000013", "active", &serde_json::json!({"imei": "356938030000039", "systemNo": "S0001234"})),
            chip("08000000014", "active", &serde_json::json!({"imei": "356938030000047", "systemNo": "S0001234"})),
        ],
    })
}

fn line(msisdn: &str, status: &str, kind: &str, more: &serde_json::Value) -> serde_json::Value {
    let mut line = serde_json::json!({
        "msisdn": msisdn, "iccid": "8981100022312345678", "imsi": "440101234567890", "kind": kind, "systemNo": "S0001234",
        "serviceCode": "m2m-lte", "planCode": "fixed-500mb", "status": status, "version": 1});
    merge(&mut line, more);
    line
}

fn chip(msisdn: &str, status: &str, more: &serde_json::Value) -> serde_json::Value {
    let mut chip = serde_json::json!({"msisdn": msisdn, "iccid": "8981100022312345678", "status": status, "version": 1});
    merge(&mut chip, more);
    chip
}

fn merge(row: &mut serde_json::Value, more: &serde_json::Value) {
    if let (Some(row), Some(more)) = (row.as_object_mut(), more.as_object()) {
        row.extend(more.clone());
    }
}

fn content<'e>(export: &'e Export, path: &str) -> &'e str {
    let paths: Vec<&str> = export.files.iter().map(|file| file.path.as_str()).collect();
    let file = export.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path} is not in {paths:?}"));
    &file.content
}

#[test]
fn goldens() {
    let observed = observed();
    let settings = CarrierAccountSpec {
        driver: Driver::Http,
        endpoint: Some("https://carrier.example.jp".into()),
        credentials_ref: Some(NameRef { name: "main-credentials".into() }),
        rate_limit: Some(RateLimitSpec { requests_per_second: 10, burst: Some(20) }),
        spend: Some(SpendSpec { per_plan: Some("50000 JPY".into()), per_month: None }),
        embedded: None,
        csv: None,
    };
    let account = ExportAccount { name: "main", settings: Some(&settings), observed: &observed, declared: None };
    let inline = export(&[account], &ExportOptions::default());
    golden::check("export/accounts.yaml", content(&inline, "accounts.yaml"));
    golden::check("export/s0001234-m2m-lte.yaml", content(&inline, "s0001234-m2m-lte.yaml"));
    assert_eq!(inline.files.len(), 2);
    assert_eq!(inline.notes.len(), 1, "{:?}", inline.notes);
    assert!(inline.notes.iter().all(|note| note.contains("08000000013")), "{:?}", inline.notes);

    let rosters = export(&[ExportAccount { settings: None, ..account }], &ExportOptions { roster_above: 5, split: None });
    golden::check("export/with-roster.yaml", content(&rosters, "s0001234-m2m-lte.yaml"));
    golden::check("export/roster.csv", content(&rosters, "rosters/s0001234-m2m-lte.csv"));
    assert_eq!(rosters.files.len(), 2);
}

#[test]
fn each_account_gets_a_folder() {
    let observed = observed();
    let accounts = ["east", "west"].map(|name| ExportAccount { name, settings: None, observed: &observed, declared: None });
    let export = export(&accounts, &ExportOptions { roster_above: 5, split: None });
    let paths: Vec<&str> = export.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "east/rosters/s0001234-m2m-lte.csv",
            "east/s0001234-m2m-lte.yaml",
            "west/rosters/s0001234-m2m-lte-2.csv",
            "west/s0001234-m2m-lte-2.yaml",
        ]
    );
}

/// What was in the parcel of an order of two SIMs.
fn parcel(form_factor: &str, msisdns: [&str; 2], iccids: &[&str]) -> (OrderContent, Vec<Msisdn>, Vec<Arc<str>>) {
    let ship_to = ShipTo {
        postal_code: "100-0001".into(),
        prefecture: "東京都".into(),
        city: "千代田区".into(),
        street: "千代田１－１".into(),
        building: None,
        company: "Ｅｘａｍｐｌｅ".into(),
        department: None,
        contact: "山田　太郎".into(),
        phone: "0312345678".into(),
    };
    let content = OrderContent {
        system_number: "S0001234".into(),
        service_code: "m2m-lte".into(),
        rate_plan: "fixed-500mb".into(),
        form_factor: form_factor.into(),
        quantity: 2,
        devices: Vec::new(),
        ship_to,
        preferred_date: None,
        time_slot: None,
    };
    let msisdns = msisdns.map(|number| Msisdn::parse(number).expect("a number")).to_vec();
    (content, msisdns, iccids.iter().map(|iccid| Arc::from(*iccid)).collect())
}

/// Compiles a manifest and plans it against what was shipped.
fn plan_of(manifest: &str, sims: Vec<serde_json::Value>, chips: Vec<serde_json::Value>) -> simfleet::plan::AccountPlan {
    let mut snapshot = snapshot();
    snapshot["sims"] = sims.into();
    snapshot["chipSims"] = chips.into();
    let observed = read_snapshot("observed.json", snapshot.to_string().as_bytes()).expect("a snapshot").observed;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("order.yaml"), manifest).expect("a file");
    let compiled = simfleet::manifest::read(&[folder.path().to_owned()]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let desired = &compiled.accounts.first().expect("an account").desired;
    simfleet::plan::plan(desired, &observed, &simfleet::plan::Memory::default(), observed.at)
}

#[test]
fn the_plan_of_a_shipped_order_is_empty() {
    let iccids = ["8981100022312345678", "8981100022312345686"];
    let (content, msisdns, serials) = parcel("nano", ["08000000002", "08000000001"], &iccids);
    let text = order_manifest("main", "2026-12-expansion", &content, &msisdns, &serials);
    golden::check("export/order.yaml", &text);
    let cards = [("08000000001", iccids[1]), ("08000000002", iccids[0])];
    let sims = cards.map(|(number, iccid)| line(number, "active", "card", &serde_json::json!({"iccid": iccid})));
    let plan = plan_of(&text, sims.to_vec(), Vec::new());
    assert_eq!((plan.operations.len(), plan.blocked.len(), plan.pending.len()), (0, 0, 0), "{plan:#?}");
    let another = line("08000000001", "active", "card", &serde_json::json!({"iccid": "8981100022312345694"}));
    assert_eq!(plan_of(&text, vec![another], Vec::new()).blocked.len(), 2, "pinned: another card, and one that is missing");

    // A carrier that names no ICCID, or none that is one, pins nothing.
    for serials in [&[] as &[&str], &["", "x"]] {
        let (content, msisdns, serials) = parcel("chip", ["02090000002", "02090000001"], serials);
        let text = order_manifest("main", "2026-12-chips", &content, &msisdns, &serials);
        golden::check("export/order-of-chips.yaml", &text);
        let chips = ["02090000001", "02090000002"].map(|number| chip(number, "ordered", &serde_json::json!({})));
        let plan = plan_of(&text, Vec::new(), chips.to_vec());
        assert_eq!((plan.operations.len(), plan.blocked.len(), plan.pending.len()), (0, 0, 0), "{plan:#?}");
    }
}

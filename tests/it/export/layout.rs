//! How imported manifests look.

use simfleet::api::{CarrierAccountSpec, Driver, NameRef, RateLimitSpec};
use simfleet::carrier::snapshot::read_snapshot;
use simfleet::domain::Observed;
use simfleet::manifest::export::{Export, ExportAccount, ExportOptions, export};

use crate::golden;

/// A line or chip SIM of every sort, as `simfleet observe` writes them.
fn observed() -> Observed {
    let snapshot = serde_json::json!({
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
    });
    read_snapshot("observed.json", snapshot.to_string().as_bytes()).expect("a snapshot").observed
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
        embedded: None,
    };
    let account = ExportAccount { name: "main", settings: Some(&settings), observed: &observed };
    let inline = export(&[account], &ExportOptions::default());
    golden::check("export/accounts.yaml", content(&inline, "accounts.yaml"));
    golden::check("export/s0001234-m2m-lte.yaml", content(&inline, "s0001234-m2m-lte.yaml"));
    assert_eq!(inline.files.len(), 2);
    assert_eq!(inline.notes.len(), 1, "{:?}", inline.notes);
    assert!(inline.notes.iter().all(|note| note.contains("08000000013")), "{:?}", inline.notes);

    let rosters = export(&[ExportAccount { settings: None, ..account }], &ExportOptions { roster_above: 5 });
    golden::check("export/with-roster.yaml", content(&rosters, "s0001234-m2m-lte.yaml"));
    golden::check("export/roster.csv", content(&rosters, "rosters/s0001234-m2m-lte.csv"));
    assert_eq!(rosters.files.len(), 2);
}

#[test]
fn each_account_gets_a_folder() {
    let observed = observed();
    let accounts = ["east", "west"].map(|name| ExportAccount { name, settings: None, observed: &observed });
    let export = export(&accounts, &ExportOptions { roster_above: 5 });
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

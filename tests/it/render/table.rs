//! Lists of the carrier as tables.

use serde_json::json;
use simfleet::carrier::wire::{Application, ChipSim, Line, ServiceDetail, SystemAnswer, Usage};
use simfleet::render::json::{self, Layout};
use simfleet::render::record::{LineSession, Record};
use simfleet::render::table;

use crate::golden;

fn rows<T: serde::de::DeserializeOwned>(rows: serde_json::Value) -> Vec<T> {
    serde_json::from_value(rows).expect("rows are as the carrier sends them")
}

fn lines() -> Vec<Line> {
    rows(json!([
        {"msisdn": "08012345678", "iccid": "8981100022312345678", "imsi": "440101234567890", "kind": "card",
         "systemNo": "S0001234", "serviceCode": "m2m-lte", "planCode": "fixed-500mb", "status": "active",
         "statusLabel": "利用中", "trafficRemainingBytes": 412_345_678,
         "pending": [{"applicationNo": "A1", "type": "planChange", "target": "fixed-1gb", "effectiveDate": "2026-12-01"}]},
        {"msisdn": "02000000000001", "iccid": "8981100022312345686", "imsi": "440101234567891", "kind": "chip",
         "imei": "4901542032375101", "systemNo": "S0001234", "serviceCode": "m2m-lte", "planCode": "payg-0",
         "status": "terminationAccepted", "statusLabel": "解約受付済"},
        {"msisdn": "07000000003", "iccid": "", "imsi": "", "kind": "card", "systemNo": "S0001234",
         "serviceCode": "m2m-lte", "planCode": "uplink-3gb", "status": "quarantined", "statusLabel": "隔\u{202e}離"},
    ]))
}

fn show<T>(rows: &[T], write: fn(&mut Vec<u8>, &[Record<'_, T>]) -> std::io::Result<()>) -> String {
    let records: Vec<Record<'_, T>> = rows.iter().map(|row| Record { account: "main", row }).collect();
    let mut out = Vec::new();
    write(&mut out, &records).expect("a vector takes everything");
    String::from_utf8(out).expect("text is UTF-8")
}

#[test]
fn goldens() {
    golden::check("table/sims.txt", &show(&lines(), table::sims));
    let chips: Vec<ChipSim> = rows(json!([
        {"msisdn": "02098765432", "iccid": "8981100022312345678", "status": "ordered", "statusLabel": "発注済"},
        {"msisdn": "02098765433", "iccid": "8981100022312345686", "imei": "356938035643809", "systemNo": "S0001234",
         "status": "allocated", "statusLabel": "引当済"},
    ]));
    golden::check("table/chips.txt", &show(&chips, table::chips));
    let usage: Vec<Usage> = rows(json!([
        {"msisdn": "08012345678", "unit": "day", "asOf": "2026-11-20T12:00:00+09:00",
         "rows": [{"period": "2026-11-18", "bytes": 0}, {"period": "2026-11-19", "bytes": 12_345_678}]},
        {"msisdn": "08012345679", "unit": "month", "asOf": "2026-11-20T12:00:00+09:00",
         "rows": [{"period": "2026-11", "bytes": 2_000_000_000}]},
    ]));
    golden::check("table/usage.txt", &show(&usage, table::usage));
    let sessions: Vec<LineSession> = vec![
        LineSession {
            msisdn: "08012345678".parse().expect("a number"),
            session: serde_json::from_value(json!({"online": true, "since": "2026-11-20T09:00:00+09:00",
                "lastSeenAt": "2026-11-20T11:59:00+09:00", "ipAddress": "10.0.0.17", "apn": "m2m.example", "rat": "LTE",
                "imei": "3569380356438001"}))
            .expect("a session"),
        },
        LineSession {
            msisdn: "08012345679".parse().expect("a number"),
            session: serde_json::from_value(json!({"online": false})).expect("a session"),
        },
    ];
    golden::check("table/sessions.txt", &show(&sessions, table::sessions));
    let applications: Vec<Application> = rows(json!([
        {"applicationNo": "A0000001", "type": "planChange", "status": "scheduled", "statusLabel": "予約済",
         "requestedAt": "2026-11-19T10:00:00+09:00", "requestedVia": "console", "effectiveDate": "2026-12-01",
         "target": "fixed-1gb", "items": [{"msisdn": "08012345678", "status": "scheduled"}]},
        {"applicationNo": "A0000002", "type": "imeiRegistration", "status": "partiallyCompleted", "statusLabel": "一部完了",
         "requestedAt": "2026-11-19T10:00:00+09:00", "requestedVia": "api",
         "items": [{"msisdn": "02098765432", "status": "completed"}, {"msisdn": "02098765433", "status": "rejected"}]},
    ]));
    golden::check("table/applications.txt", &show(&applications, table::applications));
    let services: Vec<ServiceDetail> = rows(json!([
        {"systemNo": "S0001234", "serviceCode": "m2m-lte", "month": "2026-11", "bytes": 1_234_567_890_123_u64,
         "lineCounts": {"active": 10_482, "suspended": 18}, "plans": {"fixed-500mb": 10_500}},
    ]));
    golden::check("table/services.txt", &show(&services, table::services));
    let systems: Vec<SystemAnswer> = rows(json!([
        {"contractorId": "demo", "bulkLimit": 3000, "systems": [
            {"systemNo": "S0001234", "services": [
                {"serviceCode": "m2m-lte", "functions": (1..=19).collect::<Vec<u8>>()},
                {"serviceCode": "m2m-3g", "functions": [1, 2, 3, 4, 7]}]}]},
    ]));
    golden::check("table/system.txt", &show(&systems, table::system));
}

#[test]
fn a_second_account_gets_a_column() {
    let lines = lines();
    let records: Vec<Record<'_, Line>> =
        lines.iter().zip(["main", "main", "大阪"]).map(|(row, account)| Record { account, row }).collect();
    let mut out = Vec::new();
    table::sims(&mut out, &records).expect("a vector takes everything");
    golden::check("table/accounts.txt", &String::from_utf8(out).expect("text is UTF-8"));
}

#[test]
fn an_empty_list_has_its_head() {
    assert_eq!(show::<ChipSim>(&[], table::chips), "MSISDN  STATUS  LABEL  SYSTEM  ICCID  IMEI  PENDING\n");
}

#[test]
fn json_is_the_wire_row_with_its_account() {
    let lines = lines();
    let records: Vec<Record<'_, Line>> = lines.iter().map(|row| Record { account: "main", row }).collect();
    let mut out = Vec::new();
    json::write_any(&mut out, &records, Layout::Compact).expect("a vector takes everything");
    let value: serde_json::Value = serde_json::from_slice(&out).expect("it is JSON");
    assert_eq!(value.pointer("/0/account"), Some(&json!("main")));
    assert_eq!(value.pointer("/2/status"), Some(&json!("quarantined")));
    let read: Vec<Line> = serde_json::from_value(value).expect("the account is one more field");
    assert_eq!(read, lines);
}

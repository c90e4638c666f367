//! Valid documents that have every field between them.

use serde_json::{Value, json};

fn document(kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "simfleet.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

pub(super) fn all() -> Vec<Value> {
    vec![account(), embedded_account(), exported_account(), fleet(), fleet_with_a_file(), order()]
}

/// One of a kind, to be made invalid.
pub(super) fn of(kind: &str) -> Option<Value> {
    all().into_iter().find(|base| base["kind"] == kind)
}

fn account() -> Value {
    let spec = json!({
        "driver": "http",
        "endpoint": "https://carrier.example.jp",
        "credentialsRef": {"name": "main-credentials"},
        "rateLimit": {"requestsPerSecond": 10, "burst": 20},
        "spend": {"perPlan": "50000 JPY", "perMonth": "200000 JPY"},
    });
    document("CarrierAccount", "another", &spec)
}

fn embedded_account() -> Value {
    document("CarrierAccount", "embedded", &json!({"driver": "embedded", "embedded": {"seed": "seed.json", "data": "data.db"}}))
}

fn exported_account() -> Value {
    let columns = json!({
        "msisdn": "番号", "status": "様子", "iccid": "カード", "imsi": "加入者", "imei": "端末", "systemNumber": "系統",
        "serviceCode": "役務", "ratePlan": "料金", "terminationDate": "終了",
    });
    let csv = json!({
        "sims": "exports/sims.csv", "chipSims": "exports/chips.csv", "output": "console", "catalogue": "catalogue.yaml",
        "exportedAt": "2026-11-28T10:00:00+09:00", "maxAge": "24h", "rows": {"sims": 1203, "chipSims": 40},
        "systemNumber": "S0001234", "serviceCode": "m2m-lte", "columns": columns, "statuses": {"休止中": "Suspended"},
    });
    document("CarrierAccount", "exported", &json!({"driver": "csv", "csv": csv}))
}

pub(super) fn fleet() -> Value {
    let gone = json!({
        "state": "Terminated", "terminationDate": "2026-11-30", "terminateAfter": "2026-11-29", "protected": false,
    });
    let entry = |msisdn: &str, rest: Value| {
        let mut entry = json!({"msisdn": msisdn});
        entry.as_object_mut().expect("a line").extend(rest.as_object().expect("fields").clone());
        entry
    };
    let kept = json!({
        "state": "Active", "ratePlan": "fixed-1gb", "iccid": "8981100022312345678", "name": "ueno-1",
        "labels": {"site": "ueno"}, "protected": true,
    });
    let mut chip = entry("02012345678", kept.clone());
    chip["imei"] = json!("490154203237518");
    let limits = json!({
        "suspend": "10%", "resume": 5, "changeRatePlan": "30%", "terminate": 1, "bindImei": 5, "allocate": 5,
        "deallocate": 5, "startUse": 5, "buyCoupon": 5, "cancelApplication": 5,
    });
    let spec = json!({
        "accountRef": {"name": "main"},
        "systemNumber": "S0001234",
        "serviceCode": "m2m-lte",
        "mode": "Apply",
        "defaults": {"state": "Active", "ratePlan": "fixed-500mb"},
        "sims": [entry("08000000001", kept), entry("08000000002", gone.clone())],
        "chipSims": [chip, entry("02012345679", gone)],
        "rosters": [{"configMapRef": {"name": "lines", "key": "csv"}}],
        "coupons": [{"name": "maps", "month": "2026-11", "code": "add-1gb", "msisdns": ["08000000001"]}],
        "topUps": [{
            "name": "keep-alive", "code": "add-100mb", "whenRemainingBelow": "50MB", "maxPerLinePerMonth": 2,
            "maxSpendPerMonth": "20000 JPY",
        }],
        "protected": true,
        "policy": {
            "unmanaged": "Report",
            "limits": limits,
            "approval": {"terminate": "Manual", "bindImei": "Auto", "startUse": "Auto", "buyCoupon": "Auto"},
            "spend": {"perPlan": "50000 JPY", "perMonth": "0 JPY"},
            "allowDuplicateImei": true,
            "driftIgnores": [{
                "msisdns": ["08000000001"], "labels": {"site": "ueno"}, "fields": ["state", "ratePlan"], "reason": "on loan",
                "owner": "team-kiosk", "until": "2027-01-31",
            }],
        },
        "paused": true,
    });
    document("SimFleet", "kanto", &spec)
}

fn fleet_with_a_file() -> Value {
    let spec = json!({
        "accountRef": {"name": "main"},
        "systemNumber": "S0001234",
        "serviceCode": "m2m-lte",
        "rosters": [{"csv": "lines.csv"}],
    });
    document("SimFleet", "kansai", &spec)
}

fn order() -> Value {
    let ship_to = json!({
        "postalCode": "100-0001", "prefecture": "東京都", "city": "千代田区", "street": "千代田1-1", "building": "ビル3F",
        "company": "例示株式会社", "department": "設備部", "contact": "山田太郎", "phone": "03-1234-5678",
    });
    let spec = json!({
        "accountRef": {"name": "main"},
        "systemNumber": "S0001234",
        "serviceCode": "m2m-lte",
        "ratePlan": "fixed-500mb",
        "formFactor": "nano",
        "quantity": 50,
        "devices": [{"model": "rtr-100", "quantity": 50}],
        "shipTo": ship_to,
        "preferredDate": "2026-12-10",
        "timeSlot": "morning",
        "state": "Placed",
    });
    document("SimOrder", "2026-12-expansion", &spec)
}

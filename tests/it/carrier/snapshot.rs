//! Snapshots: what is written is read again, and what cannot be read is named.

use serde_json::{Value, json};
use simfleet::carrier::snapshot::{read_snapshot, write_snapshot};
use simfleet::carrier::{ObserveOptions, observe};

use super::emulated::Emulated;

type Damage<'a> = &'a dyn Fn(&mut Value);

fn coupon(items: &Value) -> Value {
    json!({"applicationNo": "A1", "type": "coupon", "status": "completed", "requestedAt": "2026-11-05T00:00:00+09:00",
           "requestedVia": "api", "items": items})
}

async fn text(lines: u64) -> (Vec<u8>, simfleet::domain::Observed) {
    let world = Emulated::frozen().await;
    world.emulator.generate(lines, 3).unwrap();
    let observed = observe(&world.carrier(), &ObserveOptions::default()).await.unwrap();
    let mut text = Vec::new();
    write_snapshot(&mut text, "main", &observed).unwrap();
    (text, observed)
}

#[tokio::test]
async fn a_snapshot_is_read_as_it_was_observed() {
    let (text, observed) = text(2_000).await;
    let snapshot = read_snapshot("s.json", &text).unwrap();
    assert_eq!(&*snapshot.account, "main");
    assert_eq!(snapshot.observed, observed);
    // One row a line of text, and the order of the fields is nobody's promise.
    assert!(text.split(|byte| *byte == b'\n').count() > 2_000);
    let mut value: Value = serde_json::from_slice(&text).unwrap();
    value["addedLater"] = json!({"x": [1]});
    let pretty = serde_json::to_vec_pretty(&value).unwrap();
    assert_eq!(read_snapshot("s.json", &pretty).unwrap().observed, observed);
}

#[tokio::test]
async fn a_snapshot_from_before_does_not_say_that_nothing_was_bought() {
    let (text, observed) = text(20).await;
    let mut old: Value = serde_json::from_slice(&text).unwrap();
    old["formatVersion"] = json!("1.0");
    old["system"].as_object_mut().unwrap().remove("orderPrices").unwrap();
    let read = read_snapshot("s.json", &serde_json::to_vec(&old).unwrap()).unwrap().observed;
    assert_eq!(read.purchases, simfleet::domain::Purchases::default());
    assert_eq!((read.purchases.coupons, read.purchases.orders), (None, None));
    assert_eq!((read.sims, read.catalogue.orders), (observed.sims, simfleet::domain::OrderPrices::default()));
}

#[tokio::test]
async fn a_broken_snapshot_names_the_place() {
    let (text, _) = text(20).await;
    let good: Value = serde_json::from_slice(&text).unwrap();
    let change = |change: &dyn Fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        read_snapshot("s.json", &serde_json::to_vec_pretty(&value).unwrap()).unwrap_err().to_string()
    };
    let cases: [(Damage<'_>, &str); 9] = [
        (&|value| value["sims"][3]["msisdn"] = json!("123"), "sims[3].msisdn: "),
        (&|value| value["sims"][2]["planCode"] = json!(7), "sims[2].planCode: invalid type"),
        (&|value| value["formatVersion"] = json!("2.0"), "the snapshot has format 2.0, this version reads 1.1"),
        (&|value| value["sims"][1] = value["sims"][0].clone(), "1 of the numbers in `sims` stand there twice"),
        (&|value| drop(value.as_object_mut().unwrap().remove("system")), "this is no snapshot: `system` is missing"),
        (&|value| value["at"] = json!("yesterday"), "at: "),
        (&|value| value["couponApplications"] = json!([coupon(&json!([]))]), "couponApplications[0]: a coupon without a line"),
        (
            &|value| value["orderApplications"] = json!([coupon(&json!([]))]),
            "orderApplications[0]: an application that orders nothing",
        ),
        (
            &|value| {
                let twice = coupon(&json!([{"msisdn": "08012345678", "status": "completed"}]));
                value["couponApplications"] = json!([twice, twice]);
            },
            "1 of the numbers in `couponApplications` stand there twice",
        ),
    ];
    for (damage, expected) in cases {
        let error = change(damage);
        assert!(error.contains(expected) && error.starts_with("s.json"), "{expected}: {error}");
    }
    for (bytes, expected) in [
        (&b"[]"[..], "s.json:1:"),
        (b"", "s.json:1:0: EOF"),
        (b"\xff\xfe", "s.json:1:1: "),
        (b"{\"at\": \"2026-11-22T21:00:00+09:00\", \"at\": \"2026-11-22T21:00:00+09:00\"}", "duplicate field `at`"),
    ] {
        let error = read_snapshot("s.json", bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let cut = &text[..text.len() / 2];
    assert!(read_snapshot("s.json", cut).unwrap_err().to_string().contains("EOF while parsing"));
}

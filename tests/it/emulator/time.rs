//! What virtual time does: cut-offs, months, terminations, and catching up over months at once.

use serde_json::json;
use simfleet::domain::calendar::CutOff;
use simfleet::emulator::{Options, Pace};

use super::world::{World, options};

const CARD: &str = "08012345678";

async fn with_cut_off(cut_off: CutOff, now: &str) -> World {
    let world = World::open(None, Options { cut_off, ..options() }).await;
    world.set(now).await;
    world.emulator.seed(json!({"sims": [{"msisdn": CARD}]}).to_string().as_bytes()).unwrap();
    world
}

#[tokio::test]
async fn plan_changes_stop_at_the_cut_off() {
    let table = [
        (CutOff::LastDay, "2026-11-29T23:59:59+09:00", None),
        (CutOff::LastDay, "2026-11-30T00:00:00+09:00", Some("CUTOFF_PASSED")),
        (CutOff::LastDay, "2026-11-30T23:59:59+09:00", Some("CUTOFF_PASSED")),
        (CutOff::LastDay, "2026-12-01T00:00:00+09:00", None),
        (CutOff::LastDay, "2028-02-28T12:00:00+09:00", None),
        (CutOff::LastDay, "2028-02-29T12:00:00+09:00", Some("CUTOFF_PASSED")),
        (CutOff::From25th, "2026-11-24T23:59:59+09:00", None),
        (CutOff::From25th, "2026-11-25T00:00:00+09:00", Some("CUTOFF_PASSED")),
        (CutOff::None, "2026-11-30T23:59:59+09:00", None),
    ];
    for (cut_off, now, refused) in table {
        let world = with_cut_off(cut_off, now).await;
        let answer = world.post(&format!("/v1/sims/{CARD}/plan-change"), json!({"planCode": "fixed-1gb"})).await;
        match refused {
            Some(code) => assert_eq!(answer.refusal(), (409, code), "{cut_off:?} at {now}"),
            None => assert_eq!(answer.status, 202, "{cut_off:?} at {now}: {:?}", answer.body),
        }
    }
}

#[tokio::test]
async fn a_month_ends_at_jst_midnight() {
    let world = with_cut_off(CutOff::LastDay, "2026-11-29T12:00:00+09:00").await;
    let path = format!("/v1/sims/{CARD}");
    let change = world.post(&format!("{path}/plan-change"), json!({"planCode": "fixed-1gb"})).await.good();
    world.post(&format!("{path}/coupons"), json!({"couponCode": "add-100mb"})).await.good();
    world.post("/_emu/usage", json!({"usage": [{"msisdn": CARD, "bytes": 150_000_000}]})).await.good();
    let line = world.line(CARD).await;
    assert_eq!(line["trafficRemainingBytes"], 450_000_000);

    world.set("2026-11-30T23:59:59+09:00").await;
    let line = world.line(CARD).await;
    assert_eq!((&line["planCode"], &line["trafficRemainingBytes"]), (&json!("fixed-500mb"), &json!(450_000_000)));
    assert_eq!(line["pending"][0]["cancellable"], true);

    world.advance("PT1S").await;
    let answer = world.get(&path).await;
    assert_eq!(answer.date, "Mon, 30 Nov 2026 15:00:00 GMT");
    let line = answer.good();
    assert_eq!((&line["planCode"], &line["trafficRemainingBytes"]), (&json!("fixed-1gb"), &json!(1_000_000_000)));
    assert_eq!(world.application(&change["applicationNo"]).await["status"], "completed");

    // Quotas are new every month, with nothing to do for it.
    world.post("/_emu/usage", json!({"usage": [{"msisdn": CARD, "bytes": 1_000_000_000}]})).await.good();
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 0);
    world.set("2027-01-01T00:01:00+09:00").await;
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 1_000_000_000);
    let usage = world.get(&format!("{path}/usage?from=2026-11-01&to=2026-12-31&unit=month")).await.good();
    let rows = json!([{"period": "2026-11", "bytes": 150_000_000}, {"period": "2026-12", "bytes": 1_000_000_000}]);
    assert_eq!(usage["rows"], rows);
}

#[tokio::test]
async fn a_coupon_ends_with_its_month_however_late_it_was_bought() {
    let world = with_cut_off(CutOff::LastDay, "2026-11-30T23:59:50+09:00").await;
    let coupons = format!("/v1/sims/{CARD}/coupons");
    let buy = || world.post(&coupons, json!({"couponCode": "add-1gb"}));
    world.post("/_emu/usage", json!({"usage": [{"msisdn": CARD, "bytes": 490_000_000}]})).await.good();
    let coupon = buy().await.good();
    let expected = json!({"requestedAt": "2026-11-30T23:59:50+09:00", "effectiveDate": "2026-11-30", "target": "add-1gb"});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&coupon[name], value);
    }
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 1_010_000_000);
    world.set("2026-11-30T23:59:59+09:00").await;
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 1_010_000_000);
    world.set("2026-12-01T00:00:00+09:00").await;
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 500_000_000, "the plan's own, and nothing of November");
    let coupon = buy().await.good();
    assert_eq!(coupon["requestedAt"], "2026-12-01T00:00:00+09:00");
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 1_500_000_000);
    for (from, count) in [("2026-11-01", 2), ("2026-12-01", 1), ("2026-12-02", 0)] {
        let listed = world.get(&format!("/v1/applications?type=coupon&from={from}")).await.good();
        assert_eq!(listed["totalSize"], count, "{from}");
    }
    let listed = world.get("/v1/applications?type=coupon&to=2026-11-30").await.good();
    assert_eq!(listed["totalSize"], 1);
    world.set("2027-01-01T00:00:00+09:00").await;
    assert_eq!(world.line(CARD).await["trafficRemainingBytes"], 500_000_000);
}

#[tokio::test]
async fn a_termination_takes_effect_when_its_day_is_over_and_the_row_stays_thirty_days() {
    let world = with_cut_off(CutOff::LastDay, "2026-11-22T12:00:00+09:00").await;
    let body = json!({"terminationDate": "2026-11-25", "reason": "gone"});
    let application = world.post(&format!("/v1/sims/{CARD}/terminate"), body).await.good();
    world.set("2026-11-25T23:59:59+09:00").await;
    assert_eq!(world.line(CARD).await["status"], "terminationAccepted");
    world.advance("PT1S").await;
    let line = world.line(CARD).await;
    assert_eq!((&line["status"], &line["terminationDate"]), (&json!("terminated"), &json!("2026-11-25")));
    assert_eq!(world.application(&application["applicationNo"]).await["status"], "completed");
    world.set("2026-12-25T23:59:59+09:00").await;
    assert_eq!(world.get("/v1/sims").await.good()["totalSize"], 1);
    world.advance("PT1S").await;
    assert_eq!(world.get("/v1/sims").await.good()["totalSize"], 0);
    assert_eq!(world.get(&format!("/v1/sims/{CARD}")).await.refusal(), (404, "LINE_NOT_FOUND"));
}

#[tokio::test]
async fn a_leap_over_months_happens_in_order_and_is_billed() {
    let world = with_cut_off(CutOff::LastDay, "2026-11-22T12:00:00+09:00").await;
    world.post(&format!("/v1/sims/{CARD}/plan-change"), json!({"planCode": "fixed-1gb"})).await.good();
    world.post(&format!("/v1/sims/{CARD}/coupons"), json!({"couponCode": "add-500mb"})).await.good();
    world.set("2026-12-10T00:00:00+09:00").await;
    let body = json!({"terminationDate": "2027-01-31", "reason": "gone"});
    world.post(&format!("/v1/sims/{CARD}/terminate"), body).await.good();
    world.set("2027-06-15T00:00:00+09:00").await;
    let ledger = world.get("/_emu/ledger").await.good();
    let entries: Vec<(String, String, i64)> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            assert_eq!((entry["msisdn"].as_str(), entry["currency"].as_str()), (Some(CARD), Some("JPY")));
            (text("at"), text("kind"), entry["amount"].as_i64().unwrap())
        })
        .collect();
    let expected = [
        ("2026-11-22T12:00:00+09:00", "coupon", 600),
        ("2026-12-01T00:00:00+09:00", "monthlyFee", 450),
        ("2027-01-01T00:00:00+09:00", "monthlyFee", 600),
        // The last month is billed in full, though its last day is over only in the next.
        ("2027-02-01T00:00:00+09:00", "terminationFee", 1_000),
        ("2027-02-01T00:00:00+09:00", "monthlyFee", 600),
    ];
    assert_eq!(entries, expected.map(|(at, kind, amount)| (at.to_owned(), kind.to_owned(), amount)));
}

#[tokio::test]
async fn the_clock_is_read_set_and_advanced() {
    let world = World::new().await;
    let clock = world.get("/_emu/clock").await.good();
    assert_eq!(clock, json!({"now": "2026-11-22T21:00:00+09:00", "pace": "frozen"}));
    let clock = world.post("/_emu/clock", json!({"advance": "P1M"})).await.good();
    assert_eq!(clock["now"], "2026-12-22T21:00:00+09:00");
    for body in [json!({"advance": "soon"}), json!({"advance": "-PT1H"}), json!({"sat": "2026-01-01T00:00:00Z"})] {
        assert_eq!(world.post("/_emu/clock", body).await.refusal(), (400, "INVALID_PARAMETER"));
    }
    let far = world.post("/_emu/clock", json!({"set": "9999-12-30T22:00:00Z"})).await.good();
    assert_eq!(far["now"], "9000-01-01T00:00:00+09:00", "virtual time ends before the calendar does");
}

#[test]
fn a_real_clock_keeps_its_distance_and_an_accelerated_one_multiplies() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use jiff::Timestamp;
    use simfleet::emulator::Emulator;

    let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
    let real = Arc::new(AtomicI64::new(1_800_000_000));
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("carrier.db");
    let open = |pace| {
        let real = Arc::clone(&real);
        let real_time = Arc::new(move || at(real.load(Ordering::SeqCst)));
        Emulator::open(Some(&store), Options { pace, real_time, ..options() }).unwrap()
    };
    let emulator = open(Some(Pace::Real));
    emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    drop(emulator);
    real.fetch_add(10, Ordering::SeqCst);
    let emulator = open(None);
    assert_eq!(emulator.now(), at(1_800_003_610), "a real clock goes on while nobody looks");
    drop(emulator);
    let emulator = open(Some(Pace::Accelerated(60)));
    real.fetch_add(2, Ordering::SeqCst);
    assert_eq!(emulator.now(), at(1_800_003_730));
    drop(emulator);
    real.fetch_add(1_000_000, Ordering::SeqCst);
    let emulator = open(None);
    assert!(emulator.now() <= at(1_800_003_730), "an accelerated clock stands still while nobody looks");
    assert_eq!(emulator.pace(), Pace::Accelerated(60));
}

//! When "not done" may be concluded: only from a list that was asked for after the window. And what came after a
//! call: everything, where there was nothing before it.

use jiff::Timestamp;
use serde_json::{Value, json};
use simfleet::carrier::wire::CouponBody;
use simfleet::carrier::{Carrier as _, Credentials, HttpCarrier, HttpOptions, ObserveOptions, observe};
use simfleet::domain::ApplicationNumber;
use simfleet::exec::journal::{PlanKey, Sent};
use simfleet::exec::settle::{SETTLE_WINDOW, look};
use simfleet::exec::{Holder, Journal, JournalOptions, Stop, apply};
use simfleet::plan::Memory;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::applying::{Advancing, journal, waiting};
use super::handmade::{coupon, document};
use super::plans::{desired, msisdn, planned};
use crate::carrier::emulated::Emulated;

fn list(applications: &[&Value], date: &str) -> ResponseTemplate {
    let page = json!({"result": applications, "page": 1, "pageSize": 10_000, "totalSize": applications.len()});
    ResponseTemplate::new(200).insert_header("date", date).set_body_json(page)
}

/// The request arrives at the last second of the window, just after the list was made, and the answer's clock is
/// beyond the window.
#[tokio::test]
async fn what_arrives_while_it_is_looked_for_is_found() {
    let server = MockServer::start().await;
    let token = json!({"token": "t", "expiresAt": "2026-11-10T22:00:00+09:00"});
    let early = ResponseTemplate::new(200).insert_header("date", "Tue, 10 Nov 2026 01:14:59 GMT").set_body_json(token);
    Mock::given(method("POST")).and(path("/v1/auth/token")).respond_with(early).mount(&server).await;
    let ours = json!({
        "applicationNo": "A7", "type": "coupon", "status": "completed", "requestedAt": "2026-11-10T10:14:59+09:00",
        "requestedVia": "api", "target": "add-100mb", "items": [{"msisdn": "08012345601", "status": "completed"}],
    });
    let applications = || Mock::given(method("GET")).and(path("/v1/applications"));
    applications().respond_with(list(&[], "Tue, 10 Nov 2026 01:14:58 GMT")).up_to_n_times(1).mount(&server).await;
    applications().respond_with(list(&[], "Tue, 10 Nov 2026 01:15:01 GMT")).up_to_n_times(1).mount(&server).await;
    applications().respond_with(list(&[&ours], "Tue, 10 Nov 2026 01:15:02 GMT")).mount(&server).await;
    let carrier = HttpCarrier::new(&server.uri(), Credentials::new("C1", "p"), HttpOptions::default()).unwrap();
    // The clock as an earlier answer showed it.
    carrier.applications(&simfleet::carrier::ApplicationQuery::default()).await.unwrap();

    let now = Timestamp::from_second(1_000).unwrap();
    let options = JournalOptions::new(Holder { host: "test".to_owned(), pid: 1 }, move || now);
    let mut journal = Journal::in_memory(carrier.identity(), options).unwrap();
    let coupon = coupon(msisdn("08012345601"), "firmware", 1);
    let at = Some("2026-11-10T10:00:00+09:00".parse().unwrap());
    journal
        .together(|entry| {
            entry.begin(&PlanKey("plan".to_owned()), None, &[], &[&coupon])?;
            entry.sent(&Sent { ids: vec![coupon.id.clone()], newest_before: None, at })
        })
        .unwrap();
    journal.reopen().unwrap();
    let found = look(&carrier, &journal, SETTLE_WINDOW).await.unwrap().settled;
    assert!(matches!(&found[..], [settlement] if format!("{:?}", settlement.verdict).contains("A7")), "{found:?}");
}

/// The clock that a call is dated by goes on between two answers of the carrier, whose own may be slower.
#[tokio::test]
async fn what_the_carrier_dates_before_its_call_is_found_where_there_was_nothing_before() {
    let world = Emulated::frozen().await;
    world.emulator.seed(json!({"sims": [{"msisdn": "08012345601"}]}).to_string().as_bytes()).unwrap();
    let coupon = coupon(msisdn("08012345601"), "firmware", 1);
    let now = Timestamp::from_second(1_000).unwrap();
    let options = JournalOptions::new(Holder { host: "test".to_owned(), pid: 1 }, move || now);
    let mut journal = Journal::in_memory(world.carrier().identity(), options).unwrap();
    let at = world.emulator.now().checked_add(jiff::SignedDuration::from_secs(1)).ok();
    journal
        .together(|entry| {
            entry.begin(&PlanKey("plan".to_owned()), None, &[], &[&coupon])?;
            entry.sent(&Sent { ids: vec![coupon.id.clone()], newest_before: None, at })
        })
        .unwrap();
    journal.reopen().unwrap();
    let body = CouponBody { coupon_code: "add-100mb".to_owned() };
    let ours = world.carrier().buy_coupon(msisdn("08012345601"), &body).await.unwrap().application_no;
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    let found = look(&world.carrier(), &journal, SETTLE_WINDOW).await.unwrap().settled;
    assert!(matches!(&found[..], [settlement] if format!("{:?}", settlement.verdict).contains(&ours)), "{found:?}");
}

/// A page that lacks its only row says nothing of what there is.
#[tokio::test]
async fn what_was_bought_before_is_never_taken_for_ours_however_short_the_list_was() {
    let world = Emulated::frozen().await;
    world.emulator.seed(json!({"sims": [{"msisdn": "08012345601"}]}).to_string().as_bytes()).unwrap();
    let body = CouponBody { coupon_code: "add-100mb".to_owned() };
    let by_hand = world.carrier().buy_coupon(msisdn("08012345601"), &body).await.unwrap().application_no;
    let observed = observe(&world.carrier(), &ObserveOptions::default()).await.unwrap();
    let coupon = coupon(msisdn("08012345601"), "firmware", 1);
    let plan = document(planned(&desired(vec![]), &observed, &Memory::default()), vec![coupon.clone()]);
    world.faults(json!([{"function": 10, "kind": "shortList", "count": 1}])).await;
    let mut journal = journal(&world);
    let (carrier, waiter) = (world.carrier(), Advancing::of(&world));
    let report = apply(&plan, "main", &carrier, &mut journal, &waiting(), &waiter, &mut Vec::new(), Stop::never()).await.unwrap();
    assert_eq!(report.count("confirmed"), 1, "{report:#?}");
    let record = journal.attempts(&coupon.id).unwrap().pop().unwrap();
    assert_eq!(record.newest_before.as_ref().map(ApplicationNumber::as_str), Some(&*by_hand));
}

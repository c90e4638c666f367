//! When "not done" may be concluded: only from a list that was asked for after the window.

use jiff::Timestamp;
use serde_json::{Value, json};
use simfleet::carrier::{Carrier as _, Credentials, HttpCarrier, HttpOptions};
use simfleet::exec::journal::{PlanKey, Sent};
use simfleet::exec::settle::{SETTLE_WINDOW, look};
use simfleet::exec::{Holder, Journal, JournalOptions};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::handmade::coupon;
use super::plans::msisdn;

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
    let found = look(&carrier, &journal, SETTLE_WINDOW).await.unwrap();
    assert!(matches!(&found[..], [settlement] if format!("{:?}", settlement.verdict).contains("A7")), "{found:?}");
}

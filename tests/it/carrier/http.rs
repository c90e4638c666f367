//! The HTTP driver against answers that no carrier should give.

use std::time::Duration;

use serde_json::json;
use simfleet::carrier::error::RetryClass;
use simfleet::carrier::retry::RetryPolicy;
use simfleet::carrier::wire::SuspendBody;
use simfleet::carrier::{Carrier as _, CarrierError, Credentials, HttpCarrier, HttpOptions, LineQuery, ObserveOptions, observe};
use simfleet::domain::Msisdn;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PASSWORD: &str = "s3cret-word";

fn msisdn() -> Msisdn {
    Msisdn::parse("08012345678").unwrap()
}

async fn server() -> MockServer {
    let server = MockServer::start().await;
    let token = json!({"token": "t0ken-1", "expiresAt": "2026-11-22T22:00:00+09:00"});
    Mock::given(method("POST"))
        .and(path("/v1/auth/token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&server)
        .await;
    server
}

fn carrier(server: &MockServer) -> HttpCarrier {
    let options = HttpOptions {
        retry: RetryPolicy {
            tries: 3,
            first: Duration::from_millis(1),
            longest: Duration::from_millis(2),
            patience: Duration::from_secs(1),
        },
        request_timeout: Duration::from_millis(500),
        largest_answer: 100_000,
        ..HttpOptions::default()
    };
    HttpCarrier::new(&server.uri(), Credentials::new("C0001234", PASSWORD), options).unwrap()
}

async fn lines_answered(template: ResponseTemplate) -> CarrierError {
    let server = server().await;
    Mock::given(path("/v1/sims")).respond_with(template).mount(&server).await;
    carrier(&server).lines(&LineQuery::default()).await.unwrap_err()
}

async fn suspend_answered(template: ResponseTemplate) -> CarrierError {
    let server = server().await;
    Mock::given(path("/v1/sims/08012345678/suspend")).respond_with(template).mount(&server).await;
    carrier(&server).suspend(msisdn(), &SuspendBody { reason: "paused".to_owned() }).await.unwrap_err()
}

fn whole(error: &CarrierError) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    format!("{error} | {source} | {error:?}")
}

#[tokio::test]
async fn bad_answers_say_what_is_wrong_and_where() {
    let row = json!({"msisdn": "08012345678", "iccid": "", "imsi": "", "kind": "card", "systemNo": "S1", "serviceCode": "m",
                     "planCode": "p", "status": "active"});
    let mut bad = row.clone();
    bad["msisdn"] = json!(8_012_345_678_u64);
    let page = json!({"result": [row, bad], "page": 1, "pageSize": 10_000, "totalSize": 2});
    for (template, expected) in [
        (ResponseTemplate::new(200).set_body_json(page), "result[1].msisdn: invalid type: integer `801****678`"),
        (ResponseTemplate::new(200).set_body_raw("<html>Sign in</html>", "text/html"), "it is a web page, not JSON"),
        (ResponseTemplate::new(200), "it is empty"),
        (ResponseTemplate::new(200).set_body_string("{\"result\": [], "), "EOF while parsing"),
        (ResponseTemplate::new(200).set_body_json(json!({"result": []})), "missing field `page`"),
        (ResponseTemplate::new(200).set_body_string("x".repeat(200_000)), "more than 0 MiB"),
        (ResponseTemplate::new(302).insert_header("location", "https://evil.example/"), "it redirects to https://evil.example/"),
        (ResponseTemplate::new(404).set_body_string("nothing\u{7} for 08012345678"), "404: nothing  for 080*****678"),
    ] {
        let error = lines_answered(template).await;
        assert!(whole(&error).contains(expected), "{expected}: {error}");
        assert!(!whole(&error).contains("08012345678"), "{error:?}");
        assert_eq!(error.class(), RetryClass::Rejected, "{error}");
    }
}

#[tokio::test]
async fn a_mutation_without_a_readable_answer_is_unknown_and_sent_once() {
    for (template, class) in [
        (ResponseTemplate::new(202).set_body_string("<html>"), RetryClass::UnknownOutcome),
        (ResponseTemplate::new(202).set_delay(Duration::from_secs(30)), RetryClass::UnknownOutcome),
        (ResponseTemplate::new(500), RetryClass::UnknownOutcome),
        (ResponseTemplate::new(502).set_body_raw("<html>Bad gateway</html>", "text/html"), RetryClass::UnknownOutcome),
        (ResponseTemplate::new(504), RetryClass::UnknownOutcome),
        (ResponseTemplate::new(503), RetryClass::Transient),
        (ResponseTemplate::new(429).insert_header("retry-after", "1"), RetryClass::RateLimited),
        (ResponseTemplate::new(409), RetryClass::Conflict),
        (ResponseTemplate::new(400), RetryClass::Rejected),
    ] {
        assert_eq!(suspend_answered(template).await.class(), class);
    }
    let server = server().await;
    let once = Mock::given(path("/v1/sims/08012345678/suspend")).respond_with(ResponseTemplate::new(503)).expect(1);
    once.mount(&server).await;
    carrier(&server).suspend(msisdn(), &SuspendBody { reason: "paused".to_owned() }).await.unwrap_err();
}

#[tokio::test]
async fn a_refused_connection_is_not_done() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let options = HttpOptions { retry: RetryPolicy::ONCE, ..HttpOptions::default() };
    let carrier = HttpCarrier::new(&format!("http://{address}"), Credentials::new("C1", PASSWORD), options).unwrap();
    let error = carrier.suspend(msisdn(), &SuspendBody { reason: "paused".to_owned() }).await.unwrap_err();
    assert_eq!((error.class(), error.hint()), (RetryClass::Transient, Some("check the endpoint and the network")));
    assert!(!whole(&error).contains(PASSWORD) && !whole(&error).contains("08012345678"));
}

#[tokio::test]
async fn a_token_is_fetched_once_and_renewed_once() {
    let server = MockServer::start().await;
    for (token, times) in [("first", 1), ("second", 1)] {
        let body = json!({"token": token, "expiresAt": "2026-11-22T22:00:00+09:00"});
        let mock = Mock::given(path("/v1/auth/token")).respond_with(ResponseTemplate::new(200).set_body_json(body));
        mock.up_to_n_times(times).expect(times).mount(&server).await;
    }
    let page = json!({"result": [], "page": 1, "pageSize": 10_000, "totalSize": 0});
    let ok = ResponseTemplate::new(200).set_body_json(page);
    let expired = ResponseTemplate::new(401).set_body_json(json!({"errorCode": "UNAUTHENTICATED"}));
    let first = Mock::given(path("/v1/sims")).and(header("authorization", "Bearer first"));
    first.respond_with(ok.clone()).up_to_n_times(1).mount(&server).await;
    Mock::given(path("/v1/sims")).and(header("authorization", "Bearer first")).respond_with(expired).mount(&server).await;
    Mock::given(path("/v1/sims")).and(header("authorization", "Bearer second")).respond_with(ok).mount(&server).await;
    let carrier = carrier(&server);
    for _ in 0..3 {
        let query = LineQuery::default();
        let (left, right) = tokio::join!(carrier.lines(&query), carrier.lines(&query));
        left.unwrap();
        right.unwrap();
    }
}

#[tokio::test]
async fn wrong_credentials_are_no_reason_to_try_again() {
    let server = MockServer::start().await;
    let refused = ResponseTemplate::new(401)
        .set_body_json(json!({"errorCode": "UNAUTHENTICATED", "errorMessage": "unknown id or password"}));
    Mock::given(path("/v1/auth/token")).respond_with(refused).expect(1).mount(&server).await;
    let error = carrier(&server).system().await.unwrap_err();
    assert_eq!((error.class(), error.hint()), (RetryClass::Auth, Some("check the contractor id and the password")));
    assert_eq!(error.to_string(), "POST /v1/auth/token: the carrier answered 401 UNAUTHENTICATED: unknown id or password");
}

#[tokio::test]
async fn a_list_that_says_500_and_delivers_400_is_no_observation() {
    let server = server().await;
    let system = json!({"contractorId": "C1", "systems": [], "bulkLimit": 3_000});
    Mock::given(path("/v1/system")).respond_with(ResponseTemplate::new(200).set_body_json(system)).mount(&server).await;
    let plans = ResponseTemplate::new(200).set_body_json(json!({"result": []}));
    Mock::given(path("/v1/plans")).respond_with(plans).mount(&server).await;
    let rows: Vec<_> = (0..400)
        .map(|number| {
            json!({"msisdn": format!("0801234{number:04}"), "iccid": "", "imsi": "", "kind": "card", "systemNo": "S1",
                   "serviceCode": "m", "planCode": "p", "status": "active"})
        })
        .collect();
    let short = json!({"result": rows, "page": 1, "pageSize": 10_000, "totalSize": 500});
    let template = ResponseTemplate::new(200).set_body_json(short).insert_header("date", "Sun, 22 Nov 2026 12:00:00 GMT");
    // Once, and twice more in case somebody changed something meanwhile.
    Mock::given(path("/v1/sims")).respond_with(template).expect(3).mount(&server).await;
    let options = HttpOptions { largest_answer: 10_000_000, ..HttpOptions::default() };
    let carrier = HttpCarrier::new(&server.uri(), Credentials::new("C1", PASSWORD), options).unwrap();
    let error = observe(&carrier, &ObserveOptions::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the carrier's list of lines is incomplete: it says 500 but delivered 400; nothing is planned from it, try again later"
    );
}

#[test]
fn endpoints_are_judged_before_anything_is_sent() {
    for (endpoint, expected) in [
        ("carrier.example.jp", "relative URL without a base"),
        ("ftp://carrier.example.jp", "it must begin with https://"),
        ("https://user:s3cret-word@carrier.example.jp", "credentials do not belong into the address"),
    ] {
        let error = HttpCarrier::new(endpoint, Credentials::new("C1", PASSWORD), HttpOptions::default()).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains(PASSWORD), "{error}");
    }
}

//! The proxy does to requests and answers what it says.

use std::collections::BTreeSet;

use serde_json::json;
use simfleet::carrier::error::RetryClass;
use simfleet::carrier::rate::RateLimit;
use simfleet::carrier::retry::RetryPolicy;
use simfleet::carrier::wire::CouponBody;
use simfleet::carrier::{ApplicationQuery, Carrier as _, Credentials, HttpCarrier, HttpOptions};
use simfleet::domain::Msisdn;

use super::{Act, Latch, Point, Proxy, breathe};
use crate::carrier::emulated::Emulated;

struct World {
    emulated: Emulated,
    proxy: Proxy,
    carrier: HttpCarrier,
}

fn line() -> Msisdn {
    Msisdn::parse("08012345678").unwrap()
}

async fn world() -> World {
    let emulated = Emulated::frozen().await;
    emulated.emulator.seed(json!({"sims": [{"msisdn": line()}]}).to_string().as_bytes()).unwrap();
    let proxy = Proxy::start(&emulated.server.endpoint()).await;
    let options = HttpOptions { rate: RateLimit::NONE, retry: RetryPolicy::ONCE, ..HttpOptions::default() };
    let carrier = HttpCarrier::new(&proxy.endpoint, Credentials::new("demo", "demo"), options).unwrap();
    World { emulated, proxy, carrier }
}

impl World {
    /// Buys a coupon; how the call failed, if it did.
    async fn buy(&self) -> Option<RetryClass> {
        let coupon = CouponBody { coupon_code: "add-1gb".to_owned() };
        self.carrier.buy_coupon(line(), &coupon).await.err().map(|error| error.class())
    }

    /// Coupons that the carrier sold.
    async fn sold(&self) -> u64 {
        let direct = self.emulated.carrier();
        direct.applications(&ApplicationQuery::default()).await.unwrap().total_size
    }
}

const COUPONS: &str = "/v1/sims/*/coupons";

#[tokio::test]
async fn what_no_rule_is_about_goes_through() {
    let world = world().await;
    for _ in 0..3 {
        assert_eq!(world.carrier.line(line()).await.unwrap().msisdn, line());
    }
    assert_eq!(world.buy().await, None);
    let passed = world.proxy.passed();
    let seen: Vec<(&str, &str, Option<u16>)> =
        passed.iter().map(|passed| (passed.method.as_str(), passed.path.as_str(), passed.status)).collect();
    let status = ("GET", "/v1/sims/08012345678", Some(200));
    assert_eq!(seen[0], ("POST", "/v1/auth/token", Some(200)));
    assert_eq!(seen[1..4], [status, status, status]);
    assert_eq!(seen[4], ("POST", "/v1/sims/08012345678/coupons", Some(202)));
}

#[tokio::test]
async fn each_act_does_what_it_says() {
    let unknown = Some(RetryClass::UnknownOutcome);
    for (act, failure, sold) in [
        (Act::Drop, unknown, 0),
        (Act::LoseAnswer, unknown, 1),
        (Act::AnswerInstead(500), unknown, 0),
        (Act::AnswerInstead(429), Some(RetryClass::RateLimited), 0),
        (Act::AnswerOver(500), unknown, 1),
        (Act::AnswerOver(502), unknown, 1),
        (Act::Double, None, 1),
    ] {
        let world = world().await;
        world.proxy.rule("POST", COUPONS, 1, act.clone());
        assert_eq!(world.buy().await, failure, "{act:?}");
        assert_eq!(world.sold().await, sold, "{act:?}");
        assert_eq!(world.proxy.unmet(), 0);
        assert_eq!(world.buy().await, None, "{act:?}: only the first");
        assert_eq!(world.sold().await, sold + 1, "{act:?}");
    }
}

#[tokio::test]
async fn a_doubled_answer_is_never_taken_for_the_next_one() {
    let world = world().await;
    for round in 1..=10 {
        world.proxy.rule("POST", COUPONS, 1, Act::Double);
        world.proxy.rule("GET", "/v1/sims/", 1, Act::Double);
        assert_eq!(world.buy().await, None, "{round}");
        assert_eq!(world.sold().await, round);
        assert_eq!(world.carrier.line(line()).await.map(|line| line.msisdn).ok(), Some(line()), "{round}");
    }
    let passed = world.proxy.passed();
    let connections: BTreeSet<usize> = passed.iter().map(|passed| passed.connection).collect();
    assert_eq!(connections.len(), passed.len(), "nothing can be left over on a connection that nobody shares");
}

#[tokio::test]
async fn a_request_can_arrive_when_nobody_waits_for_it_any_more() {
    let world = world().await;
    let latch = Latch::default();
    world.proxy.rule("POST", COUPONS, 1, Act::Late(latch.clone()));
    assert_eq!(world.buy().await, Some(RetryClass::UnknownOutcome));
    breathe().await;
    assert_eq!(world.sold().await, 0);
    latch.open();
    while world.sold().await == 0 {
        breathe().await;
    }
    assert_eq!(world.sold().await, 1);
}

#[tokio::test]
async fn a_request_waits_where_it_was_stopped() {
    for (point, done) in [(Point::Seen, 0), (Point::Forwarded, 1), (Point::Answered, 1)] {
        let world = world().await;
        let stop = world.proxy.stop("POST", COUPONS, 2, Act::Pass, point);
        assert_eq!(world.buy().await, None, "the first is not meant");
        assert!(!stop.was_reached());
        let meanwhile = async {
            stop.reached().await;
            breathe().await;
            let sold = world.sold().await;
            stop.resume();
            sold
        };
        let (bought, sold) = tokio::join!(world.buy(), meanwhile);
        assert_eq!((bought, sold), (None, 1 + done), "{point:?}");
        assert_eq!(world.sold().await, 2);
    }
}

#[tokio::test]
async fn a_request_goes_on_when_its_sender_is_gone() {
    let world = world().await;
    let stop = world.proxy.stop("POST", COUPONS, 1, Act::Pass, Point::Seen);
    tokio::select! {
        _ = world.buy() => panic!("it has stopped"),
        () = stop.reached() => {}
    }
    assert_eq!(world.sold().await, 0);
    stop.resume();
    while world.sold().await == 0 {
        breathe().await;
    }
}

#[tokio::test]
async fn an_answer_that_the_carrier_cuts_is_cut_here_too() {
    let world = world().await;
    world.emulated.faults(json!([{"function": 5, "kind": "timeoutAfterCommit"}])).await;
    assert_eq!(world.buy().await, Some(RetryClass::UnknownOutcome));
    assert_eq!(world.sold().await, 1);
}

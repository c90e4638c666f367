//! The driver and observation against the emulator, over HTTP.

use serde_json::{Value, json};
use simfleet::carrier::rate::RateLimit;
use simfleet::carrier::{Carrier as _, Credentials, HttpCarrier, HttpOptions, ObserveOptions, observe};
use simfleet::domain::LineStatus;
use simfleet::emulator::{Emulator, Options, Pace, Server};

/// An emulator with its server, its control plane on.
pub(crate) struct Emulated {
    pub(crate) emulator: Emulator,
    pub(crate) server: Server,
    control: reqwest::Client,
}

impl Emulated {
    pub(crate) async fn start(options: Options) -> Self {
        let emulator = Emulator::open(None, Options { control: true, ..options }).unwrap();
        emulator.set("2026-11-10T10:00:00+09:00".parse().unwrap()).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = emulator.serve(listener).unwrap();
        Self { emulator, server, control: reqwest::Client::new() }
    }

    pub(crate) async fn frozen() -> Self {
        Self::start(Options { rate_limit: None, pace: Some(Pace::Frozen), ..Options::default() }).await
    }

    pub(crate) fn carrier(&self) -> HttpCarrier {
        let options = HttpOptions { rate: RateLimit::NONE, ..HttpOptions::default() };
        HttpCarrier::new(&self.server.endpoint(), Credentials::new("demo", "demo"), options).unwrap()
    }

    pub(crate) async fn faults(&self, faults: Value) {
        let url = format!("{}/_emu/faults", self.server.endpoint());
        let answer = self.control.post(url).json(&json!({"faults": faults})).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    pub(crate) async fn calls(&self) -> Vec<Value> {
        let url = format!("{}/_emu/journal", self.server.endpoint());
        let body: Value = self.control.get(url).send().await.unwrap().json().await.unwrap();
        body["calls"].as_array().unwrap().clone()
    }
}

fn paths(calls: &[Value]) -> Vec<&str> {
    calls.iter().map(|call| call["path"].as_str().unwrap()).filter(|path| path.starts_with("/v1")).collect()
}

#[tokio::test]
async fn an_observation_costs_a_page_a_list_and_three_more() {
    let world = Emulated::frozen().await;
    world.emulator.generate(12_500, 7).unwrap();
    let observed = observe(&world.carrier(), &ObserveOptions::default()).await.unwrap();
    assert!(observed.complete);
    assert_eq!(observed.sims.len(), 12_500);
    assert!(observed.sims.is_sorted_by(|left, right| left.msisdn < right.msisdn));
    assert_eq!(observed.at, world.emulator.now());
    let calls = world.calls().await;
    let lines = observed.sims.iter().filter(|sim| sim.line.is_some()).count();
    let chips = observed.sims.iter().filter(|sim| sim.chip.is_some()).count();
    let expected = 3 + lines.div_ceil(10_000) + chips.div_ceil(10_000);
    assert_eq!(paths(&calls).len(), expected, "{:?}", paths(&calls));
    // With a catalogue from before, only the lists (the clock was read already).
    let carrier = world.carrier();
    carrier.system().await.unwrap();
    let options = ObserveOptions { catalogue: Some(observed.catalogue.clone()), ..ObserveOptions::default() };
    assert_eq!(observe(&carrier, &options).await.unwrap(), observed);
    assert_eq!(paths(&world.calls().await).len() - expected, expected - 1);
}

#[tokio::test]
async fn faulty_lists_are_listed_again_or_refused() {
    for (fault, count, expected) in [
        ("shortList", 1, Ok(())),
        ("shortList", 100, Err("is incomplete")),
        ("duplicateRows", 1, Ok(())),
        ("duplicateRows", 100, Ok(())),
        ("maintenance", 1, Ok(())),
        ("rateLimited", 1, Ok(())),
        ("errorBeforeCommit", 1, Ok(())),
    ] {
        let world = Emulated::frozen().await;
        world.emulator.generate(500, 1).unwrap();
        let clean = observe(&world.carrier(), &ObserveOptions::default()).await.unwrap();
        world.faults(json!([{"function": 7, "kind": fault, "count": count}])).await;
        let observed = observe(&world.carrier(), &ObserveOptions { page_size: 100, ..ObserveOptions::default() }).await;
        match (observed, expected) {
            (Ok(observed), Ok(())) => assert_eq!(observed.sims, clean.sims, "{fault}"),
            (Ok(observed), Err(_)) => panic!("{fault}: {} lines", observed.sims.len()),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{fault}: {error}"),
            (Err(error), Ok(())) => panic!("{fault}: {error}"),
        }
    }
}

#[tokio::test]
async fn an_unknown_status_is_kept() {
    let world = Emulated::frozen().await;
    world.emulator.seed(json!({"sims": [{"msisdn": "08012345678"}]}).to_string().as_bytes()).unwrap();
    world.faults(json!([{"function": 7, "kind": "unknownStatus", "count": 1}])).await;
    let observed = observe(&world.carrier(), &ObserveOptions::default()).await.unwrap();
    let line = observed.sims[0].line.as_ref().unwrap();
    assert!(matches!(line.status, LineStatus::Unknown(_)), "{:?}", line.status);
}

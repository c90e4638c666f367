//! An emulator in the test's process, and a client that speaks to it.

use std::path::Path;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use simfleet::emulator::{Emulator, Options, Pace, Server};

/// Sunday evening, a week before the month ends.
pub(super) const NOW: &str = "2026-11-22T21:00:00+09:00";

/// A running carrier with a frozen clock, its control plane on and its rate limit off.
pub(super) struct World {
    pub(super) emulator: Emulator,
    pub(super) server: Server,
    pub(super) client: Client,
    token: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) date: String,
    pub(super) retry_after: Option<String>,
    pub(super) body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (date, retry_after) = (header("date").expect("every answer carries the virtual date"), header("retry-after"));
        let status = response.status().as_u16();
        let body = response.json().await.unwrap();
        Self { status, date, retry_after, body }
    }

    /// The body of a success.
    #[track_caller]
    pub(super) fn good(self) -> Value {
        assert!(self.status < 300, "{self:?}");
        self.body
    }

    /// The status and code of a refusal.
    pub(super) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["errorCode"].as_str().unwrap_or("no errorCode"))
    }
}

/// The settings that tests want.
pub(super) fn options() -> Options {
    Options { control: true, rate_limit: None, pace: Some(Pace::Frozen), ..Options::default() }
}

impl World {
    /// An empty world at [`NOW`].
    pub(super) async fn new() -> Self {
        let world = Self::open(None, options()).await;
        world.emulator.set(NOW.parse().unwrap()).unwrap();
        world
    }

    /// A world at [`NOW`] with that seed.
    pub(super) async fn seeded(seed: Value) -> Self {
        let world = Self::new().await;
        world.emulator.seed(seed.to_string().as_bytes()).unwrap();
        world
    }

    /// A store, served and logged in to.
    pub(super) async fn open(store: Option<&Path>, options: Options) -> Self {
        let emulator = Emulator::open(store, options).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = emulator.serve(listener).unwrap();
        let client = Client::new();
        let mut world = Self { emulator, server, client, token: String::new() };
        let login = json!({"contractorId": "demo", "password": "demo"});
        let answer = world.post("/v1/auth/token", login).await.good();
        answer["token"].as_str().unwrap().clone_into(&mut world.token);
        world
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server.endpoint())).bearer_auth(&self.token)
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.try_post(path, body).await.unwrap()
    }

    /// As [`World::post`], for connections that may be cut.
    pub(super) async fn try_post(&self, path: &str, body: Value) -> reqwest::Result<Answer> {
        let response = self.request(Method::POST, path).json(&body).send().await?;
        Ok(Answer::of(response).await)
    }

    pub(super) async fn post_text(&self, path: &str, media_type: &str, body: &str) -> Answer {
        let request = self.request(Method::POST, path).header("content-type", media_type).body(body.to_owned());
        Answer::of(request.send().await.unwrap()).await
    }

    /// Moves the clock by an ISO 8601 duration.
    pub(super) async fn advance(&self, by: &str) {
        self.post("/_emu/clock", json!({"advance": by})).await.good();
    }

    /// Sets the clock.
    pub(super) async fn set(&self, to: &str) {
        self.post("/_emu/clock", json!({"set": to})).await.good();
    }

    /// Sets faults.
    pub(super) async fn faults(&self, faults: Value) {
        self.post("/_emu/faults", json!({"faults": faults})).await.good();
    }

    /// The line of that number.
    pub(super) async fn line(&self, msisdn: &str) -> Value {
        self.get(&format!("/v1/sims/{msisdn}")).await.good()
    }

    /// The chip SIM of that number.
    pub(super) async fn chip(&self, msisdn: &str) -> Value {
        self.get(&format!("/v1/chip-sims/{msisdn}")).await.good()
    }

    /// The status of an application.
    pub(super) async fn application(&self, no: &Value) -> Value {
        self.get(&format!("/v1/applications/{}", no.as_str().unwrap())).await.good()
    }
}

//! The carrier of an end-to-end test: an emulator process, and the hand on its control plane.

use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The contractor of every test.
pub(super) const CONTRACTOR: &str = "C-4410873";
/// Its password at first: nothing else looks like it.
pub(super) const PASSWORD: &str = "wisteria-Kq7-lantern";

/// A carrier.
pub(super) struct Carrier {
    pub(super) endpoint: String,
    process: Child,
    folder: TempDir,
    client: reqwest::Client,
}

impl Carrier {
    /// A carrier that holds this, without a rate limit. `clock`: `frozen`, or `x300`.
    pub(super) async fn start(clock: &str, seed: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (process, endpoint) = start(&folder, "127.0.0.1:0", clock, PASSWORD).await;
        let carrier = Self { endpoint, process, folder, client: reqwest::Client::new() };
        carrier.post("/_emu/seed", seed).await;
        carrier
    }

    /// The same carrier at the same address, which knows another password from now on, and no token of before.
    pub(super) async fn restart(&mut self, clock: &str, password: &str) {
        self.process.kill().await.expect("it is ours");
        let address = self.endpoint.strip_prefix("http://").expect("an address");
        let (process, endpoint) = start(&self.folder, address, clock, password).await;
        assert_eq!(endpoint, self.endpoint);
        self.process = process;
    }

    /// Everything as at first.
    pub(super) async fn reset(&self, seed: &Value) {
        self.post("/_emu/reset", &json!({})).await;
        self.post("/_emu/seed", seed).await;
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.client.post(format!("{}{path}", self.endpoint)).json(body).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "POST {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.endpoint)).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Moves the virtual clock.
    pub(super) async fn advance(&self, duration: &str) {
        self.post("/_emu/clock", &json!({"advance": duration})).await;
    }

    /// What somebody does in the console, to its end.
    pub(super) async fn console(&self, act: &str, msisdn: &str) {
        self.post(&format!("/_emu/console/{act}/{msisdn}"), &json!({})).await;
        self.advance("PT2M").await;
    }

    /// Faults instead of those that there were.
    pub(super) async fn faults(&self, faults: Value) {
        self.post("/_emu/faults", &json!({"faults": faults})).await;
    }

    /// The numbers that were billed for something, one for each time.
    pub(super) async fn billed(&self, kind: &str) -> Vec<String> {
        let ledger = self.get("/_emu/ledger").await;
        let entries = ledger["entries"].as_array().expect("entries").iter().filter(|entry| entry["kind"] == kind);
        let mut lines: Vec<String> = entries.map(|entry| entry["msisdn"].as_str().unwrap_or_default().to_owned()).collect();
        lines.sort();
        lines
    }

    /// Every call so far.
    pub(super) async fn calls(&self) -> Vec<Value> {
        self.get("/_emu/journal").await["calls"].as_array().expect("calls").clone()
    }

    /// Calls that are no reads, in the order in which they came: `POST /v1/sims/08012345678/suspend`.
    pub(super) async fn mutations(&self) -> Vec<String> {
        let named = |call: Value| format!("{} {}", text(&call["method"]), text(&call["path"]));
        self.calls().await.into_iter().filter(is_mutation).map(named).collect()
    }

    /// The same, with the rows that each asked for and got, sorted: what two front doors have in common.
    pub(super) async fn requests(&self) -> Vec<Value> {
        let fields = ["method", "path", "function", "status", "rows", "accepted", "msisdns"];
        let of = |call: &Value| Value::from_iter(fields.map(|field| (field.to_owned(), call[field].clone())));
        let calls = self.calls().await;
        let mut requests: Vec<Value> = calls.iter().filter(|call| is_mutation(call)).map(of).collect();
        requests.sort_by_key(ToString::to_string);
        requests
    }

    /// How often the carrier accepted a call of a function (DOMAIN 1).
    pub(super) async fn accepted(&self, function: u8) -> usize {
        let calls = self.calls().await;
        calls.iter().filter(|call| call["function"] == function && call["accepted"].as_u64() > Some(0)).count()
    }
}

fn is_mutation(call: &Value) -> bool {
    call["method"] == "POST" && call["path"] != "/v1/auth/token"
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

async fn start(folder: &TempDir, address: &str, clock: &str, password: &str) -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_simfleet"))
        .args(["emulator", "--listen", address, "--control", "--no-rate-limit", "--clock", clock, "--data"])
        .arg(folder.path().join("carrier.db"))
        .args(["--contractor-id", CONTRACTOR])
        .env_clear()
        .env("SIMFLEET_EMULATOR_PASSWORD", password)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the emulator starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(process.stdout.take().expect("stdout"));
    stdout.read_line(&mut line).await.expect("a line");
    let endpoint = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
    (process, endpoint)
}

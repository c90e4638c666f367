//! A folder, a carrier that really listens, and the program itself.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A test's surroundings: an emulator process with its control plane on, and a folder.
pub(crate) struct World {
    folder: TempDir,
    emulator: Child,
    pub(crate) endpoint: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl World {
    /// A carrier whose clock stands still at this time, without a rate limit.
    pub(crate) fn at(now: &str) -> Self {
        let world = Self::with(&["--no-rate-limit", "--clock", "frozen"]);
        world.post("/_emu/clock", &json!({"set": now}));
        world
    }

    /// A carrier started with these arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (emulator, endpoint) = start(arguments);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { folder, emulator, endpoint, client: reqwest::Client::new(), runtime }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in the world's folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Writes `account.yaml` for the emulator and `fleet.yaml` with this text behind the head.
    pub(crate) fn fleet(&self, spec: &str) {
        self.write("fleet/account.yaml", &account(&self.endpoint));
        self.write("fleet/fleet.yaml", &format!("{FLEET_HEAD}{spec}"));
    }

    /// The program, in this world's folder, with its credentials and a state folder of its own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = simfleet(self.folder.path());
        command.env("SIMFLEET_CONTRACTOR_ID", "demo").env("SIMFLEET_PASSWORD", "demo").args(arguments);
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).output().expect("simfleet runs"))
    }

    /// Starts the program and gives it back as soon as an outcome is unknown to it; it would look into
    /// that for a minute. All that it said until then, too.
    pub(crate) fn until_lost(&self, arguments: &[&str]) -> (Child, String) {
        let command = self.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = command.expect("simfleet runs");
        let mut stderr = BufReader::new(child.stderr.take().expect("stderr"));
        let mut said = String::new();
        while !said.contains("outcome unknown") {
            let read = stderr.read_line(&mut said).expect("text");
            assert_ne!(read, 0, "it ended without losing an outcome\n{said}");
        }
        // What it says from here on goes nowhere, and is no reason to end.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        (child, said)
    }

    /// Starts the program and stops it, cleanly, as soon as an outcome is unknown to it: in doubt.
    pub(crate) fn left_in_doubt(&self, arguments: &[&str]) {
        let (mut child, _) = self.until_lost(arguments);
        let stopped = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
        assert!(stopped.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
    }

    /// Faults that strike from now on.
    pub(crate) fn fault(&self, function: u8, kind: &str, count: u32) {
        self.post("/_emu/faults", &json!({"faults": [{"function": function, "kind": kind, "count": count}]}));
    }

    /// What was billed of a kind, by line where it is a line's.
    pub(crate) fn billed(&self, kind: &str) -> Vec<String> {
        let ledger = self.get("/_emu/ledger");
        let entries = ledger["entries"].as_array().expect("entries").iter().filter(|entry| entry["kind"] == kind);
        let mut lines: Vec<String> = entries.map(|entry| entry["msisdn"].as_str().unwrap_or("").to_owned()).collect();
        lines.sort();
        lines
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.post_as("", path, body)
    }

    /// As somebody who has a token: another machine, or a person.
    pub(crate) fn post_as(&self, token: &str, path: &str, body: &Value) -> Value {
        self.runtime.block_on(async {
            let request = self.client.post(format!("{}{path}", self.endpoint)).bearer_auth(token).json(body);
            let answer = request.send().await.expect("an answer");
            let status = answer.status();
            let text = answer.text().await.expect("a body");
            assert!(status.is_success(), "POST {path}: {status} {text}");
            serde_json::from_str(&text).unwrap_or(Value::Null)
        })
    }

    /// Uploads a file, byte for byte.
    pub(crate) fn upload(&self, token: &str, path: &str, content_type: &str, file: Vec<u8>) -> Value {
        self.runtime.block_on(async {
            let request = self.client.post(format!("{}{path}", self.endpoint)).bearer_auth(token);
            let answer = request.header("content-type", content_type).body(file).send().await.expect("an answer");
            let status = answer.status();
            let text = answer.text().await.expect("a body");
            assert!(status.is_success(), "POST {path}: {status} {text}");
            serde_json::from_str(&text).expect("JSON")
        })
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.runtime.block_on(async {
            let answer = self.client.get(format!("{}{path}", self.endpoint)).send().await.expect("an answer");
            answer.json().await.expect("JSON")
        })
    }

    pub(crate) fn seed(&self, seed: &Value) {
        self.post("/_emu/seed", seed);
    }

    pub(crate) fn advance(&self, duration: &str) {
        self.post("/_emu/clock", &json!({"advance": duration}));
    }

    /// Calls of the carrier's journal that are no reads.
    pub(crate) fn mutations(&self) -> Vec<Value> {
        let journal = self.get("/_emu/journal");
        let calls = journal["calls"].as_array().expect("calls").clone();
        calls.into_iter().filter(|call| call["method"] == "POST" && call["path"] != "/v1/auth/token").collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone after this.
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// Starts an emulator process and waits for the line that names its address.
pub(crate) fn start(arguments: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_simfleet"))
        .args(["emulator", "--listen", "127.0.0.1:0", "--control"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the emulator starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    let endpoint = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
    (child, endpoint)
}

/// The program with an empty environment of its own.
#[expect(clippy::disallowed_methods, reason = "the one variable that a program needs to be found by")]
pub(crate) fn simfleet(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simfleet"));
    command.current_dir(folder).env_clear().env("XDG_STATE_HOME", folder.join("state")).stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

pub(crate) const FLEET_HEAD: &str = r#"apiVersion: simfleet.dev/v1alpha1
kind: SimFleet
metadata: {name: test}
spec:
  accountRef: {name: main}
  systemNumber: "S0001234"
  serviceCode: m2m-lte
"#;

pub(crate) fn account(endpoint: &str) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {{name: main}}\nspec:\n  driver: http\n  endpoint: {endpoint}\n  rateLimit: {{requestsPerSecond: 1000, burst: 1000}}\n"
    )
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Ends the test with all it knows unless the code is this one.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Ends the test unless stderr or stdout holds this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text) || self.stderr.contains(text),
            "{text:?} is missing\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}", self.stdout))
    }
}

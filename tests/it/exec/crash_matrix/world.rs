//! A carrier, a network, and the program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use simfleet::domain::{Function, OperationKind};
use simfleet::exec::Journal;
use simfleet::exec::audit::{self, AuditLog};
use simfleet::exec::journal::{OperationFilter, OperationRecord, RecordState};
use tempfile::TempDir;
use tokio::process::Command;

use super::cell::{Cell, Fault, Retry};
use super::wish::{self, Scene, Wording, scene};
use crate::carrier::emulated::Emulated;
use crate::exec::proxy::{Latch, Passed, Proxy};

/// No run takes so long, however busy the machine is: one that does has come to hang.
const PATIENCE: Duration = Duration::from_mins(5);

const APPLY: [&str; 4] = ["apply", "--yes", "--ack", "placeOrder=1"];

/// How a run ended.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    said: String,
}

impl Run {
    /// For people.
    pub(super) fn told(&self) -> String {
        format!("  exit {:?}: {}", self.code, self.said.trim().replace('\n', "\n    "))
    }
}

pub(super) struct World {
    pub(super) cell: Cell,
    pub(super) scene: Scene,
    pub(super) proxy: Proxy,
    /// Lets the late request arrive.
    pub(super) late: Latch,
    pub(super) emulated: Emulated,
    folder: TempDir,
    /// Whether the journal lies on a path that is said to be shared.
    shared: bool,
    /// Which machine is at work: each has a journal of its own.
    machine: AtomicUsize,
}

impl World {
    pub(super) async fn new(cell: Cell) -> Self {
        Self::with(cell, cell.shares_its_journal()).await
    }

    /// With a journal on a path that is said to be shared.
    pub(super) async fn sharing(cell: Cell) -> Self {
        Self::with(cell, true).await
    }

    async fn with(cell: Cell, shared: bool) -> Self {
        let emulated = Emulated::frozen().await;
        let scene = scene(cell.kind);
        emulated.emulator.seed(scene.seed.to_string().as_bytes()).unwrap();
        let proxy = Proxy::start(&emulated.server.endpoint()).await;
        let (late, folder, machine) = (Latch::default(), tempfile::tempdir().unwrap(), AtomicUsize::new(0));
        let world = Self { cell, scene, proxy, late, emulated, folder, shared, machine };
        world.write("account", &wish::account(&world.proxy.endpoint));
        world.write("fleet", &wish::manifest(cell.kind, Wording { name: "first", edited: false }));
        world
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path("fleet")).unwrap();
        std::fs::write(self.path(&format!("fleet/{name}.yaml")), text).unwrap();
    }

    /// Other names for everything, in another file.
    pub(super) fn rename(&self) {
        std::fs::remove_file(self.path("fleet/fleet.yaml")).unwrap();
        self.write("another", &wish::manifest(self.cell.kind, Wording { name: "second", edited: false }));
    }

    /// Another wish under the same names.
    pub(super) fn edit(&self) {
        self.write("fleet", &wish::manifest(self.cell.kind, Wording { name: "first", edited: true }));
    }

    /// The files are there, the journal is not.
    pub(super) fn forget(&self) {
        // Killed early enough, there is none yet.
        drop(std::fs::remove_dir_all(self.machine()));
    }

    /// From now on that machine is at work.
    pub(super) fn switch(&self, machine: usize) {
        self.machine.store(machine, Ordering::Relaxed);
    }

    /// The folder of the machine that is at work.
    fn machine(&self) -> PathBuf {
        self.path(&format!("machine-{}", self.machine.load(Ordering::Relaxed)))
    }

    /// Where its journal is, if there is one by now.
    pub(super) fn journal(&self) -> Option<PathBuf> {
        let folder = if self.shared { self.machine() } else { self.machine().join("simfleet") };
        let files = std::fs::read_dir(folder).ok()?.map(|file| file.unwrap().path());
        files.into_iter().find(|file| file.extension().is_some_and(|extension| extension == "db"))
    }

    /// The audit log beside it, as it is at this moment.
    pub(super) fn audit_log(&self) -> String {
        let log = self.journal().map(|journal| AuditLog::beside(&journal));
        log.and_then(|log| std::fs::read_to_string(log).ok()).unwrap_or_default()
    }

    /// Whether a request is one that costs money or cannot be undone.
    pub(super) fn is_the_one(&self, passed: &Passed) -> bool {
        passed.method == "POST" && passed.path.contains(self.scene.route)
    }

    /// Every request so far, for people.
    pub(super) fn passed(&self) -> String {
        let passed = self.proxy.passed();
        let lines = passed.iter().map(|Passed { method, path, status, .. }| format!("  {method} {path} {status:?}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Mutations so far, as the network saw them.
    pub(super) fn mutations(&self) -> usize {
        let passed = self.proxy.passed();
        passed.iter().filter(|passed| passed.method == "POST" && passed.path != "/v1/auth/token").count()
    }

    /// What is applied: the manifests, or a plan that was made of them.
    pub(super) fn what(&self) -> &'static str {
        match self.cell.retry {
            Retry::StoredPlan => "plan.json",
            Retry::Same | Retry::Renamed | Retry::Edited | Retry::Forgotten | Retry::SecondMachine => "fleet",
        }
    }

    /// Makes a plan, for somebody to review.
    pub(super) async fn plan(&self) {
        let run = self.command(&["plan", "--out", "plan.json", "fleet"]).output().await.unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simfleet"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("XDG_STATE_HOME", self.machine())
            .envs([("SIMFLEET_CONTRACTOR_ID", "demo"), ("SIMFLEET_PASSWORD", "demo")])
            .args(arguments)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if self.shared {
            command.env("SIMFLEET_JOURNAL", self.machine().join("journal.db"));
        }
        command
    }

    /// What the run that is to be killed has said so far.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap()
    }

    /// Runs the program until something happens, and kills it there.
    pub(super) async fn die(&self, arguments: &[&str], happens: impl Future<Output = ()>) -> Result<(), String> {
        let log = std::fs::File::create(self.path("log")).unwrap();
        let arguments = [&APPLY, arguments, &["-vv", self.what()]].concat();
        let mut run = self.command(&arguments).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let why = tokio::select! {
            () = happens => {
                // SIGKILL: nothing is said good-bye to.
                run.kill().await.unwrap();
                return Ok(());
            }
            status = run.wait() => format!("it ended before it could be killed: {status:?}"),
            () = tokio::time::sleep(PATIENCE) => "it hangs, and never gets where it is to be killed".to_owned(),
        };
        Err(format!("{why}\n{}\n{}", self.log(), self.passed()))
    }

    /// Applies that, to the end.
    pub(super) async fn apply(&self, what: &str) -> Run {
        let before = self.proxy.passed().len();
        let run = self.command(&[&APPLY[..], &[what]].concat()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = tokio::select! {
            output = run.wait_with_output() => output.unwrap(),
            () = self.let_time_go_by(before) => unreachable!("it never ends"),
            () = tokio::time::sleep(PATIENCE) => return Run { code: None, said: "it hangs".to_owned() },
        };
        let said = [output.stdout, output.stderr].concat();
        Run { code: output.status.code(), said: String::from_utf8_lossy(&said).into_owned() }
    }

    /// While a run that meets the fault looks for a request that did not arrive, time goes by at the carrier, or
    /// it arrives. Never ends.
    pub(super) async fn let_time_go_by(&self, before: usize) {
        match self.cell.fault {
            Fault::Late => {
                self.proxy.until(|passed| self.is_looking(&passed[before..])).await;
                self.arrive().await;
            }
            Fault::RequestLost | Fault::ErrorBeforeCommit => {
                self.proxy.until(|passed| passed[before..].iter().any(|passed| self.is_the_one(passed))).await;
                self.time_goes_by().await;
            }
            // Nothing has to be waited for.
            Fault::None | Fault::AnswerLost | Fault::AnswerDoubled | Fault::ErrorAfterCommit | Fault::RateLimited => {}
        }
        std::future::pending::<()>().await;
    }

    /// The late request arrives, or what was in the network when its sender was killed.
    pub(super) async fn arrive(&self) {
        self.late.open();
        self.proxy.until(|passed| passed.iter().any(|one| self.is_the_one(one) && one.status.is_some())).await;
    }

    /// Whether a request was sent and then looked for.
    fn is_looking(&self, passed: &[Passed]) -> bool {
        let sent = passed.iter().position(|passed| self.is_the_one(passed));
        sent.is_some_and(|sent| passed[sent..].iter().any(|passed| passed.path.starts_with("/v1/applications")))
    }

    /// More than the settle window.
    pub(super) async fn time_goes_by(&self) {
        let emulator = self.emulated.emulator.clone();
        tokio::task::spawn_blocking(move || emulator.advance(Duration::from_mins(20))).await.unwrap().unwrap();
    }

    /// How often it was done, by everything that the carrier counts.
    async fn done(&self) -> Vec<usize> {
        let calls = self.emulated.calls().await;
        let accepted = |function: Function| {
            let accepted = calls.iter().filter(|call| call["accepted"].as_u64() > Some(0));
            accepted.filter(|call| call["function"] == u64::from(function.number())).count()
        };
        // A termination that was called off, for another day, is none.
        let called_off = if self.cell.kind == OperationKind::Terminate { accepted(Function::Applications) } else { 0 };
        let ledger = self.ledger().await;
        let billed = self.scene.billed_as.iter().map(|kind| ledger.iter().filter(|entry| entry["kind"] == *kind).count());
        std::iter::once(accepted(self.cell.kind.function()) - called_off).chain(billed).collect()
    }

    async fn ledger(&self) -> Vec<Value> {
        let url = format!("{}/_emu/ledger", self.emulated.server.endpoint());
        let body: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        body["entries"].as_array().unwrap().clone()
    }

    pub(super) async fn at_most_once(&self) -> Result<(), String> {
        let done = self.done().await;
        if done.iter().all(|times| *times <= 1) {
            return Ok(());
        }
        Err(format!("done {done:?} times\n{}", self.passed()))
    }

    /// Now, and in the bill at the end of the month.
    pub(super) async fn exactly_once(&self) -> Result<(), String> {
        let done = self.done().await;
        if done.iter().any(|times| *times != 1) {
            return Err(format!("at rest it was done {done:?} times\n{}", self.passed()));
        }
        let Some((kind, msisdn)) = self.scene.billed_later_as else { return Ok(()) };
        self.emulated.emulator.set("2026-12-01T00:00:00+09:00".parse().unwrap()).unwrap();
        let ledger = self.ledger().await;
        let fees = ledger.iter().filter(|entry| entry["kind"] == kind && entry["msisdn"] == msisdn).count();
        if fees == 1 { Ok(()) } else { Err(format!("{fees} times {kind} in the bill: {ledger:?}")) }
    }

    /// Applications that the carrier lets lie go on.
    pub(super) async fn release(&self) {
        self.emulated.faults(json!([])).await;
    }

    /// What the journal says of the operation, newest attempt first, without touching the journal: what a run left
    /// that was killed is for the next run to find.
    pub(super) fn records(&self) -> Vec<OperationRecord> {
        let Some(journal) = self.journal() else { return Vec::new() };
        let copy = self.path("copy");
        drop(std::fs::remove_dir_all(&copy));
        std::fs::create_dir(&copy).unwrap();
        for file in std::fs::read_dir(journal.parent().unwrap()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
        records(&copy.join(journal.file_name().unwrap())).into_iter().filter(|record| record.kind == self.cell.kind).collect()
    }

    /// The exit code tells what the journal holds: 5 where something is in doubt, and only there; else 0, or 3 for a
    /// stored plan that is used or stale.
    pub(super) fn is_honest(&self, what: &str, run: &Run) -> Result<(), String> {
        let records = self.journal().map(|journal| records(&journal)).unwrap_or_default();
        let doubtful: Vec<_> = records.iter().filter(|record| record.state.is_in_doubt()).collect();
        let expected: &[i32] = match doubtful.as_slice() {
            [] if what == "fleet" => &[0],
            [] => &[0, 3],
            [..] => &[5],
        };
        if run.code.is_some_and(|code| expected.contains(&code)) {
            return Ok(());
        }
        Err(format!("that deserves exit {expected:?}: {doubtful:#?}"))
    }

    /// Nothing is left open, and the audit log is whole.
    pub(super) fn is_at_rest(&self) -> Result<(), String> {
        let journal = self.journal().ok_or("there is no journal")?;
        let open = [RecordState::Intended, RecordState::Sent, RecordState::Acked, RecordState::Unknown];
        let records = records(&journal);
        if let Some(record) = records.iter().find(|record| open.contains(&record.state)) {
            return Err(format!("at rest it is still open: {record:#?}"));
        }
        let (verdict, _) = audit::verify(&AuditLog::beside(&journal), &[]).unwrap();
        verdict.map(|_| ()).map_err(|broken| format!("the audit log is broken: {broken:?}"))
    }

    /// Changes the journal, behind the back of everybody.
    pub(super) fn tell_journal(&self, sql: &str) {
        rusqlite::Connection::open(self.journal().unwrap()).unwrap().execute_batch(sql).unwrap();
    }

    /// Lets nobody write to the journal (`BEGIN IMMEDIATE`), or finish writing (a read, where there is no WAL),
    /// until it is dropped.
    pub(super) fn hold(&self, sql: &str) -> rusqlite::Connection {
        let db = rusqlite::Connection::open(self.journal().unwrap()).unwrap();
        // Whoever closes it last would tidy up after the killed run, which is for the next run to do.
        db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
        db.busy_timeout(PATIENCE).unwrap();
        db.execute_batch(sql).unwrap();
        db
    }
}

fn records(journal: &Path) -> Vec<OperationRecord> {
    let journal = Journal::open_anybodys(journal).unwrap();
    journal.map(|journal| journal.operations(&OperationFilter::default()).unwrap()).unwrap_or_default()
}

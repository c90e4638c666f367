//! `kill -9` in the middle of an apply of 2,500 operations, with answers lost after the commit: run again,
//! it converges, no irreversible call was accepted twice for one line, and every coupon was bought once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::BufRead as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use simfleet::domain::identifier::luhn_digit;

const SUSPENDED: usize = 350;
const CHANGED: usize = 400;
const TERMINATED: usize = 350;
const CHIPS: usize = 300;
/// Lines with a coupon, and those of them with a second one of another grant and the same code.
const GRANTED: usize = 350;
const GRANTED_TWICE: usize = 100;
/// A chip is bound, allocated and started.
const OPERATIONS: usize = SUSPENDED + CHANGED + TERMINATED + 3 * CHIPS + GRANTED + GRANTED_TWICE;

/// A process that does not outlive the test.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn imei(number: usize) -> String {
    let payload = format!("35693803{number:06}");
    format!("{payload}{}", char::from(luhn_digit(payload.as_bytes())))
}

/// Lines, wishes for them, and the account.
fn fleet(endpoint: &str) -> (Value, String, String) {
    let mut sims = Vec::new();
    let mut chips = Vec::new();
    let mut text = String::from(
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {name: crash}\nspec:\n  accountRef: {name: main}\n  \
         systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  mode: Apply\n  policy:\n    \
         limits: {suspend: 5000, changeRatePlan: 5000, terminate: 5000}\n    \
         approval: {bindImei: Auto, startUse: Auto, terminate: Auto, buyCoupon: Auto}\n  sims:\n",
    );
    for number in 0..SUSPENDED + CHANGED + TERMINATED + GRANTED {
        let msisdn = format!("0801234{number:04}");
        sims.push(json!({"msisdn": msisdn, "planCode": "fixed-500mb"}));
        let wish = if number < SUSPENDED {
            "state: Suspended"
        } else if number < SUSPENDED + CHANGED {
            "ratePlan: fixed-1gb"
        } else if number < SUSPENDED + CHANGED + TERMINATED {
            "state: Terminated, terminationDate: \"2026-11-30\""
        } else {
            "state: Active"
        };
        writeln!(text, "    - {{msisdn: \"{msisdn}\", {wish}}}").unwrap();
    }
    text.push_str("  chipSims:\n");
    for number in 0..CHIPS {
        let (msisdn, imei) = (format!("0201234{number:04}"), imei(number));
        chips.push(json!({"msisdn": msisdn}));
        writeln!(text, "    - {{msisdn: \"{msisdn}\", imei: \"{imei}\", state: Active, ratePlan: fixed-500mb}}").unwrap();
    }
    text.push_str("  coupons:\n");
    for (name, count) in [("firmware", GRANTED), ("maps", GRANTED_TWICE)] {
        let first = SUSPENDED + CHANGED + TERMINATED;
        let msisdns: Vec<String> = (first..first + count).map(|number| format!("\"0801234{number:04}\"")).collect();
        writeln!(text, "    - {{name: {name}, month: 2026-11, code: add-100mb, msisdns: [{}]}}", msisdns.join(", ")).unwrap();
    }
    let account = format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {{name: main}}\nspec:\n  driver: http\n  \
         endpoint: {endpoint}\n  rateLimit: {{requestsPerSecond: 1000, burst: 1000}}\n"
    );
    (json!({"sims": sims, "chipSims": chips}), text, account)
}

fn emulator(folder: &Path) -> (Guarded, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_simfleet"))
        .args(["emulator", "--listen", "127.0.0.1:0", "--control", "--no-rate-limit", "--clock", "x600", "--data"])
        .arg(folder.join("carrier.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let endpoint = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
    (Guarded(child), endpoint)
}

fn simfleet(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simfleet"));
    command
        .current_dir(folder)
        .env_clear()
        .env("XDG_STATE_HOME", folder.join("state"))
        .envs([("SIMFLEET_CONTRACTOR_ID", "demo"), ("SIMFLEET_PASSWORD", "demo")])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// Where runs that will be killed write to.
fn log(folder: &Path) -> std::fs::File {
    std::fs::File::create(folder.join("log")).unwrap()
}

struct Control {
    endpoint: String,
    client: reqwest::Client,
}

impl Control {
    async fn post(&self, path: &str, body: Value) {
        let answer = self.client.post(format!("{}{path}", self.endpoint)).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    }

    /// Calls that changed something, by function and line.
    async fn accepted(&self) -> BTreeMap<(u64, String), u32> {
        let answer = self.client.get(format!("{}/_emu/journal", self.endpoint)).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        let mut accepted = BTreeMap::new();
        for call in body["calls"].as_array().unwrap().iter().filter(|call| call["accepted"].as_u64() > Some(0)) {
            let Some(function) = call["function"].as_u64() else { continue };
            for msisdn in call["msisdns"].as_array().unwrap() {
                *accepted.entry((function, msisdn.as_str().unwrap().to_owned())).or_default() += 1;
            }
        }
        accepted
    }

    async fn lose_answers(&self) {
        let faults: Vec<_> = [2, 5, 6, 14, 15, 16, 18]
            .iter()
            .map(|function| json!({"function": function, "kind": "timeoutAfterCommit", "count": if *function < 15 { 5 } else { 1 }}))
            .collect();
        self.post("/_emu/faults", json!({"faults": faults})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_and_run_again_it_converges_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_emulator, endpoint) = emulator(folder.path());
    let control = Control { endpoint: endpoint.clone(), client: reqwest::Client::new() };
    control.post("/_emu/clock", json!({"set": "2026-11-02T09:00:00+09:00"})).await;
    let (seed, fleet, account) = fleet(&endpoint);
    control.post("/_emu/seed", seed).await;
    std::fs::create_dir(folder.path().join("fleet")).unwrap();
    std::fs::write(folder.path().join("fleet/account.yaml"), account).unwrap();
    std::fs::write(folder.path().join("fleet/fleet.yaml"), fleet).unwrap();
    let apply = ["apply", "--yes", "--wait", "30m", "fleet"];

    // Killed when so many operations were accepted: by progress, not by the clock of a busy machine.
    let mut among_coupons = 0;
    for target in [40, 333, 700, 1_100, 1_400, 1_700, 2_050, 2_350] {
        control.lose_answers().await;
        let mut run = Guarded(simfleet(folder.path(), &apply).stderr(log(folder.path())).spawn().unwrap());
        loop {
            let accepted: u32 = control.accepted().await.values().sum();
            if accepted >= target {
                break;
            }
            let said = || std::fs::read_to_string(folder.path().join("log")).unwrap();
            assert!(run.0.try_wait().unwrap().is_none(), "it ended before the kill, at {accepted}: {}", said());
        }
        // SIGKILL: nothing is said good-bye to.
        run.0.kill().unwrap();
        run.0.wait().unwrap();
        let bought = coupons(&control.accepted().await);
        among_coupons += usize::from((1..GRANTED + GRANTED_TWICE).contains(&bought));
    }
    assert!(among_coupons > 0, "one of the kills is in the middle of the coupons");

    // In doubt at the end of one run is settled by the next, once the settle window has passed.
    let mut said = String::new();
    let converged = (0..6).any(|_| {
        let output = simfleet(folder.path(), &apply).stderr(Stdio::piped()).output().unwrap();
        writeln!(said, "exit {:?}: {}", output.status.code(), String::from_utf8_lossy(&output.stderr)).unwrap();
        output.status.success()
    });
    assert!(converged, "{said}");
    let plan = simfleet(folder.path(), &["plan", "--format", "json", "fleet"]).stdout(Stdio::piped()).output().unwrap();
    let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!((&plan["operations"], &plan["blocked"], &plan["inDoubt"]), (&json!([]), &json!([]), &json!([])), "{said}");

    let accepted = control.accepted().await;
    let second_ends = format!("0801234{:04}", SUSPENDED + CHANGED + TERMINATED + GRANTED_TWICE);
    let twice: Vec<_> =
        accepted.iter().filter(|((function, _), count)| matches!(function, 14 | 15 | 18) && **count > 1).collect();
    assert!(twice.is_empty(), "accepted twice: {twice:?}");
    let of = |wanted: u64| accepted.keys().filter(|(function, _)| *function == wanted).count();
    assert_eq!((of(14), of(15), of(18)), (TERMINATED, CHIPS, CHIPS));
    assert_eq!(accepted.len() + GRANTED_TWICE, OPERATIONS, "each operation was accepted for its line");
    let wanted = |line: &str| if line < second_ends.as_str() { 2 } else { 1 };
    let wrong: Vec<_> = accepted.iter().filter(|((function, line), count)| *function == 5 && **count != wanted(line)).collect();
    assert!(wrong.is_empty(), "not as often as granted: {wrong:?}");
    assert_eq!(coupons(&accepted), GRANTED + GRANTED_TWICE);
}

/// Coupons that were bought.
fn coupons(accepted: &BTreeMap<(u64, String), u32>) -> usize {
    let bought = accepted.iter().filter(|((function, _), _)| *function == 5);
    bought.map(|(_, count)| usize::try_from(*count).unwrap()).sum()
}

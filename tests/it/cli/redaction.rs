//! `--redact`: what any command says can be shown to strangers, and turned back by those who have the key.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";
const KEY: &str = "a key for the tests only";

/// Names of lines that stand in the world, each to be shown by something.
const NUMBERS: [&str; 9] = [
    "08012345678",
    "02001234567890",
    "08011112222",
    "08099998888",
    "02098765432",
    "490154203237518",
    "8981100022312345678",
    "080-7777-6666",
    "7777&#45;6666",
];

/// A suspension, a termination, a chip to bind, a line that nobody declares, drift, an order, and a wish that is blocked.
fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({
        "sims": [
            {"msisdn": "08012345678", "iccid": "8981100022312345678"},
            {"msisdn": "02001234567890"},
            {"msisdn": "08011112222"},
            {"msisdn": "08099998888"},
        ],
        "chipSims": [{"msisdn": "02098765432"}],
    }));
    world.fleet(
        r#"  mode: Apply
  policy: {limits: {terminate: 1}}
  sims:
    - {msisdn: "08012345678", name: kiosk-08012345678, state: Suspended, iccid: "8981100022312345678"}
    - {msisdn: "02001234567890", labels: {line: "02001234567890"}, ratePlan: fixed-1gb}
    - {msisdn: "08011112222", state: Terminated, terminationDate: "2026-11-30"}
    - {msisdn: "09000000000", name: "Desk #3 (080-7777-6666) & co"}
  chipSims:
    - {msisdn: "02098765432", imei: "490154203237518", state: Registered}
"#,
    );
    world
}

fn redacted(world: &World, arguments: &[&str]) -> Run {
    let mut command = world.command(arguments);
    Run::of(&command.env("SIMFLEET_REDACT", "1").env("SIMFLEET_REDACTION_KEY", KEY).output().expect("simfleet runs"))
}

fn reveal(world: &World, text: &str) -> Run {
    let mut command = world.command(&["reveal", "fleet", "--observed", "observed.json"]);
    let command = command.env("SIMFLEET_REDACTION_KEY", KEY).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("simfleet runs");
    child.stdin.take().expect("stdin").write_all(text.as_bytes()).expect("it reads");
    Run::of(&child.wait_with_output().expect("it ends"))
}

#[test]
fn no_command_names_a_line() {
    let world = world();
    world.run(&["observe", "fleet", "-o", "observed.json"]).expect(0);
    let commands: &[&[&str]] = &[
        &["validate", "fleet"],
        &["validate", "fleet", "--format", "json"],
        &["plan", "fleet"],
        &["plan", "fleet", "--format", "json"],
        &["plan", "fleet", "--format", "markdown"],
        &["plan", "fleet", "--out", "plan.json", "--format", "github"],
        &["plan", "fleet", "--format", "gitlab"],
        &["plan", "fleet", "--format", "junit"],
        &["show", "plan.json"],
        &["show", "plan.json", "--format", "json"],
        &["plan", "fleet", "--format", "html"],
        &["drift", "fleet", "--baseline", "observed.json"],
        &["report", "fleet", "--idle-days", "1"],
        &["report", "fleet", "--format", "csv"],
        &["report", "fleet", "--format", "markdown"],
        &["get", "sims", "-f", "fleet"],
        &["get", "chips", "-f", "fleet", "--format", "json"],
        &["get", "usage", "08012345678", "-f", "fleet"],
        &["get", "applications", "-f", "fleet"],
        &["apply", "fleet"],
        &["apply", "fleet", "--yes", "--ack", "terminate=1", "--ack", "bindImei=1", "-vv"],
        &["ops", "list", "fleet"],
        &["audit", "show", "fleet"],
        &["drift", "fleet", "--baseline", "observed.json", "--format", "json"],
    ];
    let mut tokens = 0;
    for arguments in commands {
        let run = redacted(&world, arguments);
        assert!(![64, 101].contains(&run.code), "{arguments:?}\n{}", run.stderr);
        for number in NUMBERS {
            assert!(
                !run.stdout.contains(number) && !run.stderr.contains(number),
                "{number} in {arguments:?}\n{}{}",
                run.stdout,
                run.stderr
            );
        }
        if arguments.contains(&"json") {
            run.json();
        }
        tokens += run.stdout.matches("m-").count();
    }
    assert!(tokens > 30, "they tell the lines apart all the same: {tokens}");
}

#[test]
fn who_has_the_key_and_the_manifests_reads_it() {
    let world = world();
    world.run(&["observe", "fleet", "-o", "observed.json"]).expect(0);
    for format in ["text", "json", "markdown", "html"] {
        let arguments = ["plan", "fleet", "--observed", "observed.json", "--now", NOW, "--format", format];
        let plain = world.run(&arguments).expect(0).stdout;
        let hidden = redacted(&world, &arguments).expect(0).stdout;
        assert_ne!(hidden, plain);
        let revealed = reveal(&world, &hidden).expect(0);
        assert_eq!(revealed.stdout, plain);
        assert_eq!(revealed.stderr, "");
    }
    let unknown = reveal(&world, "m-abcdefghi\n").expect(0).says("1 token stands for no line of these files");
    assert_eq!(unknown.stdout, "m-abcdefghi\n");
}

#[test]
fn what_is_kept_for_another_command_names_the_lines() {
    let world = world();
    redacted(&world, &["plan", "fleet", "--out", "plan.json"]).expect(0);
    redacted(&world, &["apply", "plan.json", "--yes", "--ack", "terminate=1", "--ack", "bindImei=1"]).expect(0);
    redacted(&world, &["observe", "fleet"]).expect(64).says("-o FILE");
    // A redacted plan is no plan.
    let shown = redacted(&world, &["plan", "fleet", "--format", "json"]).expect(0).stdout;
    world.write("shown.json", &shown);
    world.run(&["apply", "shown.json"]).expect(1).says("shown.json");
}

#[test]
fn without_a_key_there_are_no_tokens_and_no_output() {
    let world = world();
    let run = world.run(&["plan", "fleet", "--redact"]).expect(64).says("openssl rand -hex 32");
    assert_eq!(run.stdout, "");
    let mut short = world.command(&["plan", "fleet", "--redact"]);
    Run::of(&short.env("SIMFLEET_REDACTION_KEY", "short").output().expect("simfleet runs"))
        .expect(64)
        .says("at least 16 characters");
    world.run(&["reveal", "fleet"]).expect(64).says("openssl rand -hex 32");
}

/// A format may write a number so that nobody sees it as one (`%2508012345678`), or make a digest of it.
#[test]
fn findings_are_redacted_before_they_are_escaped() {
    let world = world();
    let bad = "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {name: bad}\nspec:\n  accountRef: {name: main}\n  \
               systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  sims:\n    - {msisdn: \"%08012345678\"}\n";
    world.write("fleet/100% 08012345678.yaml", bad);
    let validate = |format: &str, key: &str| {
        let mut command = world.command(&["--redact", "validate", "fleet", "--format", format]);
        Run::of(&command.env("SIMFLEET_REDACTION_KEY", key).output().expect("simfleet runs")).expect(1).stdout
    };
    for format in ["text", "json", "github", "gitlab", "sarif", "junit"] {
        let text = validate(format, KEY);
        assert!(!text.contains("08012345678"), "{format}\n{text}");
    }
    assert_eq!(validate("junit", KEY).matches("<testsuite ").count(), 3, "a suite for each file");
    let fingerprint = |key: &str| {
        let report: serde_json::Value = serde_json::from_str(&validate("gitlab", key)).expect("JSON");
        report[0]["fingerprint"].as_str().expect("text").to_owned()
    };
    assert_eq!(fingerprint(KEY), fingerprint(KEY));
    assert_ne!(fingerprint(KEY), fingerprint("another key for the tests"), "who has no key cannot try all numbers");
}

/// Where a manifest is wrong, a number in it is often no number any more, and can be read all the same.
#[test]
fn a_damaged_number_is_shown_in_no_format() {
    let world = world();
    world.write(
        "fleet/bad.yaml",
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {name: bad}\nspec:\n  accountRef: {name: main}\n  \
         systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  rosters: [{csv: bad.csv}]\n  sims:\n    - {msisdn: 8012340002}\n    \
         - {msisdn: 8.012340003E9}\n    - {msisdn: \"(080)1234-0004\"}\n    - {msisdn: \"80-1234-0005\"}\n    \
         - {msisdn: \"080123400066\"}\n    - {msisdn: \"0801234007\"}\n    - {msisdn: \"2012340008\"}\n",
    );
    let rows = "kind,msisdn\nsim,8012340009\nsim, 80-1234-0010\nsim,8.012340011E9\nsim,080123400122\nsim,49015420323\u{ff17}\n";
    world.write("fleet/bad.csv", rows);
    for format in ["text", "json", "github", "gitlab", "sarif", "junit"] {
        let run = redacted(&world, &["validate", "fleet", "--format", format]).expect(1);
        let said = format!("{}{}", run.stdout, run.stderr);
        for digits in ["12340", "1234-00", "01234"] {
            assert!(!said.contains(digits), "{digits} in {format}\n{said}");
        }
        assert!(said.contains("has lost its leading zero"), "{format}\n{said}");
        if ["json", "gitlab", "sarif"].contains(&format) {
            run.json();
        }
    }
    // Both are the same line.
    let json = redacted(&world, &["validate", "fleet", "--format", "json"]).json();
    let of_roster = json["diagnostics"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|found| found["file"] == "fleet/bad.csv" && found["line"] == 2 && found["code"] == "SPREADSHEET_DAMAGE");
    let found = of_roster.expect("the zero is missed");
    let token = found["message"].as_str().and_then(|message| message.split(' ').next()).expect("a token");
    assert!(token.starts_with("m-") && found["help"].as_str().expect("help").contains(&format!("if it is {token},")), "{found}");
}

/// A number can stand in a command line that is none; what is said of it is shown to the same strangers.
#[test]
fn an_error_of_the_command_line_names_no_line_either() {
    let world = world();
    let run = |arguments: &[&str], environment: &[(&str, &str)]| {
        Run::of(&world.command(arguments).envs(environment.iter().copied()).output().expect("simfleet runs"))
    };
    let (key, on) = (("SIMFLEET_REDACTION_KEY", KEY), ("SIMFLEET_REDACT", "1"));
    for (arguments, environment, token) in [
        (&["plan", "fleet", "--redact", "--max-bytes", "490154203237518x"][..], &[key][..], "i-"),
        (&["plan", "fleet", "--max-bytes", "08012345678x"], &[key, on], "m-"),
        (&["plan", "fleet", "--max-bytes", "08012345678x"], &[key, ("SIMFLEET_REDACT", "maybe")], "m-"),
        (&["get", "08012345678", "--redact"], &[key], "m-"),
        (&["08012345678", "--redact"], &[key], "m-"),
        (&["apply", "fleet", "--080-7777-6666", "--redact"], &[key], "m-"),
        (&["plan", "fleet", "--redact=490154203237518"], &[key], "i-"),
        (&["audit", "show", "fleet", "--line", "8981100022312345678", "--redact", "--color", "always"], &[key], "c-"),
        (&["report", "fleet", "--idle-days", "8012345678", "--redact"], &[key], "m-"),
        (&["report", "fleet", "--idle-days", "08012345678", "--redact"], &[key], "m-"),
        (&["plan", "fleet", "--only", "8012345678", "--redact"], &[key], "m-"),
        (&["get", "sims", "8012345678", "-f", "fleet", "--redact"], &[key], "m-"),
        (&["get", "usage", "0801234567", "-f", "fleet", "--redact"], &[key], "m-"),
        (&["audit", "show", "fleet", "--line", "8012345678", "--redact"], &[key], "m-"),
        // Without a key there are no tokens, and no numbers either.
        (&["report", "fleet", "--idle-days", "08012345678", "--redact"], &[], "m-…"),
        (&["get", "08012345678", "--redact"], &[], "m-…"),
        (&["get", "490154203237518"], &[on, ("SIMFLEET_REDACTION_KEY", "short")], "i-…"),
        (&["get", "demo", "--redact"], &[], "n-…"),
    ] {
        let run = run(arguments, environment);
        assert!([1, 64].contains(&run.code), "{arguments:?} ended with {}", run.code);
        assert!(run.stderr.contains(token), "{arguments:?}\n{}", run.stderr);
        for number in NUMBERS.iter().chain(&["'demo'", "8012345678", "0801234567"]) {
            assert!(!run.stdout.contains(number) && !run.stderr.contains(number), "{arguments:?}\n{}{}", run.stdout, run.stderr);
        }
    }
    let explained = run(&["explain", "8012345678", "--redact"], &[key]).expect(1);
    assert!(explained.stderr.contains("'m-") && !explained.stderr.contains("8012345678"), "{}", explained.stderr);
    // What to write instead is said in words: an example would be a token.
    let help = run(&["get", "usage", "--endpoint", "http://127.0.0.1:9", "--redact"], &[key]).expect(64);
    assert!(help.stderr.contains("simfleet get usage MSISDN"), "{}", help.stderr);
    // Nobody asked for it.
    run(&["get", "08012345678"], &[key, ("SIMFLEET_REDACT", "false")]).expect(64).says("08012345678");
    run(&["get", "08012345678"], &[]).expect(64).says("08012345678");
    // What is asked for on the command line's own behalf goes to stdout, as ever.
    let help = run(&["emulator", "--help", "--redact"], &[("SIMFLEET_EMULATOR_CONTRACTOR_ID", "08012345678")]).expect(0);
    assert!(help.stdout.contains("m-…") && !help.stdout.contains("08012345678"), "{}", help.stdout);
}

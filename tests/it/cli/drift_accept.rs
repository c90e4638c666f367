//! `drift --accept`: the manifests say what is there, keep their comments, and the plan has nothing to undo.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::world::World;

const NOW: &str = "2026-11-10T10:00:00+09:00";

const SPEC: &str = r#"  mode: Apply
  # What most lines are.
  defaults: {state: Active, ratePlan: fixed-500mb}
  sims:
    - {msisdn: "08000000001", state: Active}   # the kiosk at 上野
    - { msisdn: '08000000002',  name: default }  # takes the defaults
    - msisdn: "08000000003"   # in rows
      labels: {site: ueno}
    - {msisdn: "08000000004", ratePlan: "fixed-500mb"}
    - {msisdn: "08000000005"}
    - {msisdn: "08000000006", ratePlan: null}
    - {msisdn: "08000000007", protected: true}
  rosters:
    - {csv: full.csv}
    - {csv: short.csv}
"#;

fn world() -> World {
    let world = World::at(NOW);
    let numbers = (1..=7).chain(11..=14);
    let sims: Vec<Value> =
        numbers.map(|nth| json!({"msisdn": format!("080000000{nth:02}"), "planCode": "fixed-500mb"})).collect();
    world.seed(&json!({"sims": sims}));
    world.fleet(SPEC);
    world.write(
        "fleet/full.csv",
        "kind,msisdn,state,ratePlan,name\r\nsim,08000000011,Active,,\"a, b\"\r\nsim, 08000000012 ,,fixed-500mb,\r\n",
    );
    world.write("fleet/short.csv", "msisdn\n08000000013\n\n08000000014\n");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world
}

fn console(world: &World, act: &str, msisdn: &str) {
    world.post(&format!("/_emu/console/{act}/{msisdn}"), &json!({"planCode": "fixed-1gb"}));
}

fn read(world: &World, name: &str) -> String {
    std::fs::read_to_string(world.path(&format!("fleet/{name}"))).expect("a file")
}

fn operations(world: &World) -> Vec<String> {
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let of = |operation: &Value| {
        format!("{} {}", operation["kind"].as_str().unwrap_or(""), operation["msisdn"].as_str().unwrap_or(""))
    };
    plan["operations"].as_array().expect("operations").iter().map(of).collect()
}

#[test]
fn the_patch_keeps_comments_and_layout_and_leaves_nothing_to_undo() {
    let world = world();
    for msisdn in ["08000000001", "08000000002", "08000000003", "08000000007", "08000000011", "08000000014"] {
        console(&world, "suspend", msisdn);
    }
    for msisdn in ["08000000003", "08000000004", "08000000006", "08000000012"] {
        console(&world, "plan-change", msisdn);
    }
    console(&world, "terminate", "08000000005");
    world.post("/_emu/carrier/suspend/08000000013", &json!({}));
    assert_eq!(operations(&world).len(), 9, "the plan would undo it");
    let before = read(&world, "fleet.yaml");
    world
        .run(&["drift", "fleet", "--accept"])
        .expect(2)
        .says("+    - {msisdn: \"08000000001\", state: Suspended}   # the kiosk at 上野")
        .says("not written: --write does that")
        .says("Not accepted: 4");
    assert_eq!(read(&world, "fleet.yaml"), before, "shown, not written");
    let report = world.run(&["drift", "fleet", "--accept", "--write", "--format", "json"]).expect(2).json();
    assert_eq!(report["accept"]["written"], true);
    let expected = format!("{}{SPEC}", before.strip_suffix(SPEC).expect("the head"))
        .replace("08000000001\", state: Active}", "08000000001\", state: Suspended}")
        .replace("'08000000002',", "'08000000002', state: Suspended,")
        .replace(
            "\"08000000003\"   # in rows\n",
            "\"08000000003\"   # in rows\n      ratePlan: fixed-1gb\n      state: Suspended\n",
        )
        .replace("ratePlan: \"fixed-500mb\"}", "ratePlan: \"fixed-1gb\"}");
    assert_eq!(read(&world, "fleet.yaml"), expected);
    assert_eq!(
        read(&world, "full.csv"),
        "kind,msisdn,state,ratePlan,name\r\nsim,08000000011,Suspended,,\"a, b\"\r\nsim, 08000000012 ,,fixed-1gb,\r\n"
    );
    assert_eq!(read(&world, "short.csv"), "msisdn,state\n08000000013,\n\n08000000014,Suspended\n");
    let left: Vec<(&str, &str)> = report["accept"]["left"]
        .as_array()
        .expect("left")
        .iter()
        .map(|item| (item["msisdn"].as_str().expect("a line"), item["why"].as_str().expect("why")))
        .collect();
    for ((line, why), (expected, word)) in left.iter().zip([
        ("08000000005", "for ever"),
        ("08000000006", "not declared"),
        ("08000000007", "protected"),
        ("08000000013", "the carrier did it"),
    ]) {
        assert!(*line == expected && why.contains(word), "{line}: {why}");
    }
    assert_eq!(left.len(), 4);
    assert_eq!(operations(&world), ["resume 08000000007"], "only what was left is undone");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    world.advance("PT2M");
    let rest = world.run(&["drift", "fleet", "--format", "json"]).expect(2).json();
    let rest: Vec<&str> = rest["drift"].as_array().expect("drift").iter().filter_map(|entry| entry["msisdn"].as_str()).collect();
    assert_eq!(rest, ["08000000005", "08000000013"], "what was accepted and applied is the baseline now");
}

#[test]
fn the_patch_is_coloured_where_that_helps() {
    let world = world();
    console(&world, "suspend", "08000000001");
    let colours = |run: super::world::Run| run.expect(2).stdout.contains("\u{1b}[");
    assert!(colours(world.run(&["drift", "fleet", "--accept", "--color", "always"])));
    assert!(!colours(world.run(&["drift", "fleet", "--accept"])), "no terminal, no colour");
}

#[test]
fn the_patch_is_one_that_git_applies() {
    let world = world();
    for msisdn in ["08000000001", "08000000003", "08000000011"] {
        console(&world, "suspend", msisdn);
    }
    let report = world.run(&["drift", "fleet", "--accept", "--format", "json"]).expect(2).json();
    world.write("accept.patch", report["accept"]["patch"].as_str().expect("a patch"));
    let folder = world.path("");
    let applied =
        std::process::Command::new("git").args(["apply", "accept.patch"]).current_dir(folder).output().expect("git runs");
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(operations(&world), Vec::<String>::new());
}

/// As another program with the same account would.
fn api(world: &World, path: &str, body: &Value) {
    let token = world.post("/v1/auth/token", &json!({"contractorId": "demo", "password": "demo"}));
    world.post_as(token["token"].as_str().expect("a token"), path, body);
}

#[test]
fn chip_sims_that_others_move_are_told_and_accepted() {
    let world = World::at(NOW);
    world.seed(&json!({"chipSims": [
        {"msisdn": "02012345678", "status": "imeiRegistered", "imei": "490154203237518"},
        {"msisdn": "02012345679", "status": "ordered"},
    ]}));
    world.fleet(
        "  mode: Apply\n  chipSims:\n    - {msisdn: \"02012345678\", imei: \"490154203237518\", state: Registered}\n    - {msisdn: \"02012345679\"}\n",
    );
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    api(&world, "/v1/chip-sims/allocations", &json!({"systemNo": "S0001234", "msisdns": ["02012345678"]}));
    let items = json!({"items": [{"msisdn": "02012345679", "imei": "356938035643809"}]});
    api(&world, "/v1/chip-sims/imei-registrations", &items);
    world.advance("PT2M");
    let report = world.run(&["drift", "fleet", "--accept", "--write", "--format", "json"]).expect(2).json();
    let told: Vec<String> = report["drift"]
        .as_array()
        .expect("drift")
        .iter()
        .map(|entry| format!("{} {} {}", entry["msisdn"], entry["observed"], entry["by"]))
        .collect();
    assert_eq!(told, ["\"02012345678\" \"Allocated\" \"api\"", "\"02012345679\" \"Registered\" \"api\""]);
    assert!(read(&world, "fleet.yaml").contains("imei: \"490154203237518\", state: Allocated}"));
    assert_eq!(report["accept"]["left"][0]["msisdn"], "02012345679", "its state is not declared");
    assert_eq!(operations(&world), Vec::<String>::new());
}

/// A generator that gives the same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

/// However lines are declared and whatever is done to them in the console: what is accepted, the plan leaves alone.
#[test]
fn after_accept_the_plan_undoes_nothing() {
    for seed in 1..=6 {
        let mut dice = Dice(seed);
        let world = World::at(NOW);
        let numbers: Vec<String> = (1..=40).map(|nth| format!("080000000{nth:02}")).collect();
        let sims: Vec<Value> = numbers.iter().map(|msisdn| json!({"msisdn": msisdn, "planCode": "fixed-500mb"})).collect();
        world.seed(&json!({"sims": sims}));
        let (mut inline, mut roster) = (String::new(), String::from("name,state,msisdn,ratePlan\n"));
        for msisdn in &numbers {
            let entry = match dice.roll(6) {
                0 => format!("    - {{msisdn: \"{msisdn}\"}}\n"),
                1 => format!("    - {{state: \"Active\", ratePlan: 'fixed-500mb', msisdn: '{msisdn}'}} # as it was\n"),
                2 => format!(
                    "    - name: \"n: {msisdn}\"\n      msisdn: \"{msisdn}\"\n      # the plan\n      ratePlan: fixed-500mb # now\n"
                ),
                3 => format!("    -   msisdn: \"{msisdn}\"\n        state:   Active\n"),
                4 => format!("    - {{\"msisdn\": \"{msisdn}\",\n       \"ratePlan\": \"fixed-500mb\"}}\n"),
                _ => {
                    let (state, plan) = (["", "Active"][dice.roll(2)], ["", " fixed-500mb"][dice.roll(2)]);
                    writeln!(roster, "\"x, \"\"y\"\"\",{state},{msisdn},{plan}").expect("a String takes it");
                    String::new()
                }
            };
            inline += &entry;
        }
        world.fleet(&format!(
            "  mode: Apply\n  defaults: {{state: Active, ratePlan: fixed-500mb}}\n  policy: {{limits: {{suspend: 40, changeRatePlan: 40}}}}\n  \
             rosters: [{{csv: r.csv}}]\n  sims:\n{inline}"
        ));
        world.write("fleet/r.csv", &roster);
        world.run(&["apply", "fleet", "--yes"]).expect(0);
        let mut touched = 0;
        for msisdn in &numbers {
            let acts: &[&str] = [&[][..], &["suspend"], &["plan-change"], &["plan-change", "suspend"]][dice.roll(4)];
            for act in acts {
                console(&world, act, msisdn);
            }
            touched += acts.len();
        }
        let report = world.run(&["drift", "fleet", "--accept", "--write", "--format", "json"]).expect(2).json();
        assert_eq!(report["drift"].as_array().map(Vec::len), Some(touched), "seed {seed}");
        assert_eq!(report["accept"]["left"], json!([]), "seed {seed}");
        assert_eq!(operations(&world), Vec::<String>::new(), "seed {seed}");
        world.run(&["validate", "fleet"]).expect(0);
        world.run(&["apply", "fleet", "--yes"]).expect(0);
        world.run(&["drift", "fleet"]).expect(0).says("No drift. 40 lines are as they were.");
    }
}

//! `import` against a carrier that really listens: all of it, split, and merged into manifests that people keep.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::world::{World, account};

const NOW: &str = "2026-11-10T10:00:00+09:00";

fn generated(count: u32, seed: u32) -> World {
    let world = World::at(NOW);
    world.post(&format!("/_emu/seed?generate={count}&seed={seed}"), &json!({}));
    world.write("fleet/account.yaml", &account(&world.endpoint));
    world
}

/// Every file below a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().expect("a name").to_string_lossy().into_owned();
        if entry.is_dir() {
            files.extend(self::files(&entry).into_iter().map(|(below, text)| (format!("{name}/{below}"), text)));
        } else {
            files.insert(name, std::fs::read_to_string(entry).expect("a text"));
        }
    }
    files
}

/// What the plan would do, and what is blocked.
fn plan(world: &World, path: &str) -> Vec<String> {
    let plan = world.run(&["plan", path, "--format", "json"]).expect(0).json();
    let told = |list: &str, word: &str| -> Vec<String> {
        let items = plan[list].as_array().expect("a list").iter();
        items.map(|item| format!("{} {}", item[word].as_str().unwrap_or(""), item["msisdn"].as_str().unwrap_or(""))).collect()
    };
    [told("operations", "kind"), told("blocked", "code"), told("unmanaged", "status")].concat()
}

#[test]
fn generated_worlds_are_imported_and_their_plan_is_empty() {
    for (count, seed) in [(50, 1), (50, 2), (50, 3), (3_001, 4)] {
        let world = generated(count, seed);
        world.run(&["import", "fleet", "-o", "fleet/lines"]).expect(0).says("imported");
        world.run(&["validate", "fleet"]).expect(0);
        assert_eq!(plan(&world, "fleet"), Vec::<String>::new(), "{count} {seed}");
        let once = files(&world.path("fleet/lines"));
        world.run(&["import", "fleet", "-o", "fleet/lines"]).expect(0);
        assert_eq!(files(&world.path("fleet/lines")), once, "the same bytes");
        world.run(&["fmt", "fleet", "--check"]).expect(0);
        world.run(&["import", "fleet", "--merge"]).expect(0).says("the manifests say what the carrier has");
        let shown = world.run(&["import", "fleet", "--merge"]).expect(0).stdout;
        assert_eq!(shown, "");
    }
}

#[test]
fn what_happened_since_is_merged_and_comments_stay() {
    for seed in 1..=3 {
        let world = generated(60, seed);
        world.run(&["import", "fleet", "-o", "fleet/lines", "--inline-limit", "40"]).expect(0);
        let mut comments = 0;
        for (name, text) in files(&world.path("fleet/lines")) {
            if !name.contains("rosters/") {
                let lived_in: Vec<String> = text
                    .lines()
                    .enumerate()
                    .map(|(nth, line)| {
                        if line.starts_with("    - {m") && nth % 2 == 0 {
                            format!("    # c{nth}\n{line}  # d{nth}")
                        } else {
                            line.to_owned()
                        }
                    })
                    .collect();
                comments += lived_in.iter().filter(|line| line.contains("# c")).count();
                world.write(&format!("fleet/lines/{name}"), &(lived_in.join("\n") + "\n"));
            }
        }
        let listed = world.run(&["observe", "fleet"]).expect(0).json();
        let numbers = |status: &str| -> Vec<String> {
            let sims = listed["sims"].as_array().expect("lines").iter();
            sims.filter(|sim| sim["status"] == status).map(|sim| sim["msisdn"].as_str().expect("a number").to_owned()).collect()
        };
        for (nth, msisdn) in numbers("active").iter().enumerate() {
            let acts: &[&str] = [&["suspend"][..], &["plan-change"], &["terminate"], &[]][nth % 4];
            for act in acts {
                world.post(&format!("/_emu/console/{act}/{msisdn}"), &json!({"planCode": "fixed-1gb"}));
            }
        }
        for msisdn in numbers("suspended") {
            world.post(&format!("/_emu/console/resume/{msisdn}"), &json!({}));
        }
        world.post("/_emu/seed", &json!({"sims": [{"msisdn": "08099999999", "planCode": "payg-0"}], "chipSims": [{"msisdn": "02099999999", "status": "ordered"}]}));
        let before = files(&world.path("fleet"));
        let shown = world.run(&["import", "fleet", "--merge"]).expect(0).says("--write does it").stdout;
        assert!(shown.contains("08099999999") && shown.contains("\n@@ "), "{shown}");
        assert_eq!(files(&world.path("fleet")), before, "only shown");
        world.run(&["import", "fleet", "--merge", "--write"]).expect(0).says("changed and 2 lines added");
        world.run(&["validate", "fleet"]).expect(0);
        assert_eq!(plan(&world, "fleet"), Vec::<String>::new(), "seed {seed}");
        let after = files(&world.path("fleet"));
        let kept = after.values().flat_map(|text| text.lines()).filter(|line| line.contains("# c")).count();
        assert_eq!(kept, comments);
        world.run(&["import", "fleet", "--merge", "--write"]).expect(0).says("the manifests say what the carrier has");
        assert_eq!(files(&world.path("fleet")), after, "the second time nothing changes");
    }
}

#[test]
fn the_patch_is_one_that_git_applies() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002", "serviceCode": "m2m-5g"}]}));
    world.fleet("  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n");
    let patch = world.run(&["import", "fleet", "--merge"]).expect(0).stdout;
    assert!(patch.contains("+    - {msisdn: \"08000000001\", state: Active}"), "{patch}");
    world.write("merge.patch", &patch);
    let applied =
        std::process::Command::new("git").args(["apply", "merge.patch"]).current_dir(world.path("")).output().expect("git");
    assert!(applied.status.success(), "{}\n{patch}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(plan(&world, "fleet"), Vec::<String>::new());
}

#[test]
fn nothing_is_merged_into_manifests_with_errors_or_over_somebody_elses_file() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  sims:\n    - {msisdn: 08000000001, state: Suspended}\n");
    world.run(&["import", "fleet", "--merge", "--write"]).expect(1).says("08000000001");
    world.fleet("  sims: []\n");
    world.write("new/s0001234-m2m-lte.yaml", "mine\n");
    world.run(&["import", "fleet", "-o", "new"]).expect(1).says("holds other content").says("nothing was written");
    assert_eq!(files(&world.path("new")).len(), 1);
    world.run(&["import", "fleet", "--merge", "-o", "new"]).expect(64);
    world.run(&["import", "fleet", "--write", "-o", "new"]).expect(64);
    world.run(&["import", "--endpoint", &world.endpoint, "--split", "label=site", "-o", "new"]).expect(64).says("PATH");
    world.run(&["import", "fleet", "--split", "colour", "-o", "new"]).expect(64).says("label=KEY");
}

#[test]
fn a_fleet_is_split_by_what_its_lines_are_called() {
    let world = World::at(NOW);
    let sims: Vec<Value> = (1..=4).map(|nth| json!({"msisdn": format!("0800000000{nth}")})).collect();
    world.seed(&json!({"sims": sims}));
    world.fleet(
        "  sims:\n    - {msisdn: \"08000000001\", name: kiosk, labels: {site: ueno}, protected: true}\n    - {msisdn: \"08000000002\", labels: {site: 新宿}}\n    - {msisdn: \"08000000003\"}\n",
    );
    world.run(&["import", "fleet", "--split", "label=site", "-o", "by-site"]).expect(0).says("imported 4 numbers into 3 files");
    let once = files(&world.path("by-site"));
    let text = once.get("ueno.yaml").expect("a file for the site");
    assert!(text.contains("name: ueno-") && text.contains("name: kiosk, labels: {site: ueno}, protected: true"), "{text}");
    world.write("by-site/account.yaml", &account(&world.endpoint));
    world.run(&["import", "by-site", "--split", "label=site", "-o", "by-site"]).expect(0);
    let mut again = files(&world.path("by-site"));
    again.remove("account.yaml");
    assert_eq!(again, once);
    assert_eq!(plan(&world, "by-site"), Vec::<String>::new());
}

#[test]
fn the_carrier_inside_the_program_is_imported_too() {
    let world = World::at(NOW);
    world.write("e/account.yaml", "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {name: main}\nspec:\n  driver: embedded\n  embedded: {seed: seed.json}\n");
    world.write("e/seed.json", &json!({"sims": [{"msisdn": "08000000001", "planCode": "fixed-1gb"}]}).to_string());
    world.run(&["import", "e", "--merge", "--write"]).expect(0).says("1 line added");
    world.run(&["import", "e", "--merge", "--write"]).expect(0).says("the manifests say what the carrier has");
    assert_eq!(plan(&world, "e"), Vec::<String>::new());
}

#[test]
fn what_is_not_managed_stays_so() {
    let world = World::at(NOW);
    let sims: Vec<Value> = (1..=4).map(|nth| json!({"msisdn": format!("0800000000{nth}"), "planCode": "fixed-500mb"})).collect();
    world.seed(
        &json!({"sims": sims, "chipSims": [{"msisdn": "02012345678", "status": "imeiRegistered", "imei": "490154203237518"}]}),
    );
    let spec = "  defaults: {state: Active, ratePlan: fixed-500mb}\n  sims:\n    - {msisdn: \"08000000001\", state: null}\n    \
                - {msisdn: \"08000000002\", ratePlan: null, labels: {site: ueno}}\n    - {msisdn: \"08000000003\"}\n  chipSims:\n    \
                - {msisdn: \"02012345678\"}\n";
    world.fleet(spec);
    for (folder, limit) in [("inline", "200"), ("rosters", "0")] {
        world.run(&["import", "fleet", "--split", "label=site", "--inline-limit", limit, "-o", folder]).expect(0);
        let all: String = files(&world.path(folder)).into_values().collect();
        let line = |number: &str| all.lines().find(|line| line.contains(number)).unwrap_or_else(|| panic!("{number} in {all}"));
        assert!(!line("08000000001").contains("Active") && line("08000000002").contains("Active") == (limit == "0"), "{all}");
        assert!(!line("02012345678").contains("Registered"), "{all}");
        // Suspended by somebody, moved to another plan: the two are nobody's business, the other two are.
        world.write(&format!("{folder}/account.yaml"), &account(&world.endpoint));
        assert_eq!(plan(&world, folder), Vec::<String>::new());
    }
    for msisdn in ["08000000001", "08000000002", "08000000004"] {
        world.post(&format!("/_emu/console/suspend/{msisdn}"), &json!({}));
    }
    for msisdn in ["08000000001", "08000000002", "08000000003"] {
        world.post(&format!("/_emu/console/plan-change/{msisdn}"), &json!({"planCode": "fixed-1gb"}));
    }
    world.advance("PT2M");
    let of = |folder: &str| -> Vec<String> {
        let mut all = plan(&world, folder);
        all.retain(|operation| !operation.starts_with("Report"));
        all
    };
    for folder in ["inline", "rosters"] {
        assert_eq!(
            of(folder),
            ["resume 08000000002", "resume 08000000004", "changeRatePlan 08000000001", "changeRatePlan 08000000003"],
            "{folder}"
        );
    }
}

/// Values of labels are any text; names of files are not.
#[test]
fn hostile_values_become_names_inside_the_folder() {
    let values = [
        "../../outside",
        "/etc/passwd",
        "a/b",
        "a\\b",
        ".",
        "..",
        "",
        " ",
        "CON",
        "nul.txt",
        "com1",
        "accounts",
        "rosters",
        ".git",
        "no-site",
        "Ueno",
        "ueno",
        "UENO",
        "ueno ",
        "ｕｅｎｏ",
        "上野",
        "x\n---\ny: 1",
        "a\u{202e}b",
        "*?<>|:\"",
        "-",
        "con-2",
        "con",
    ];
    let long = ["x".repeat(300), format!("{}y", "x".repeat(300))];
    let values: Vec<&str> = values.into_iter().chain(long.iter().map(String::as_str)).collect();
    let world = World::at(NOW);
    let number = |nth: usize| format!("080000000{nth:02}");
    let sims: Vec<Value> = (0..values.len()).map(|nth| json!({"msisdn": number(nth)})).collect();
    world.seed(&json!({"sims": sims}));
    let line =
        |(nth, value): (usize, &&str)| format!("    - {{msisdn: \"{}\", labels: {{site: {}}}}}\n", number(nth), json!(value));
    let lines = values.iter().enumerate().map(line).collect::<Vec<_>>().concat();
    world.fleet(&format!("  sims:\n{lines}    - {{msisdn: \"08000000099\"}}\n"));
    let before = files(&world.path("fleet"));
    for limit in ["200", "0"] {
        let folder = format!("deep/er/{limit}");
        world.run(&["import", "fleet", "--split", "label=site", "--inline-limit", limit, "-o", &folder]).expect(0);
        let written = files(&world.path(&folder));
        let manifests: Vec<&String> = written.keys().filter(|name| !name.starts_with("rosters/")).collect();
        assert_eq!(manifests.len(), values.len(), "a file for each value: {manifests:?}");
        for name in written.keys() {
            let stem = name.strip_prefix("rosters/").unwrap_or(name).split('.').next().expect("a name");
            assert!(stem.len() <= 63 && !stem.is_empty() && !["con", "nul", "com1"].contains(&stem), "{name}");
            assert!(stem.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')), "{name}");
        }
        assert_eq!(std::fs::read_dir(world.path("deep/er")).expect("a folder").count(), if limit == "200" { 1 } else { 2 });
        world.write(&format!("{folder}/account.yaml"), &account(&world.endpoint));
        world.run(&["validate", &folder]).expect(0);
        let again = files(&world.path(&folder));
        world.run(&["import", &folder, "--split", "label=site", "--inline-limit", limit, "-o", &folder]).expect(0);
        assert_eq!(files(&world.path(&folder)), again, "what is split already stays");
    }
    assert_eq!(files(&world.path("fleet")), before);
}

#[test]
fn an_import_contradicts_nothing_and_leaves_no_folder() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}, {"msisdn": "08000000002"}]}));
    world.fleet("  sims:\n    - {msisdn: \"08000000001\", labels: {site: ueno}}\n");
    let before = files(&world.path("fleet"));
    // The lines would be declared twice, by whatever name the folder goes.
    let absolute = world.path("fleet").display().to_string();
    for folder in ["fleet", "./fleet", "fleet/deep/er", absolute.as_str()] {
        for more in [&[][..], &["--split", "label=site"], &["--force"]] {
            let arguments = [&["import", "fleet", "-o", folder], more].concat();
            world.run(&arguments).expect(1).says("DUPLICATE_MSISDN").says("nothing was written").says("--merge");
        }
    }
    assert_eq!(files(&world.path("fleet")), before);
    // A folder beside it is no part of it.
    world.run(&["import", "fleet", "-o", "beside"]).expect(0);
    // A file that is there is not overwritten, nor is what is no text, nor a folder.
    world.write("there/ueno.yaml", "mine\n");
    let split = ["import", "fleet", "--split", "label=site", "-o", "there"];
    world.run(&split).expect(1).says("holds other content: ueno.yaml");
    std::fs::write(world.path("there/ueno.yaml"), b"\xff").expect("a file");
    world.run(&[&split[..], &["--force"]].concat()).expect(1).says("nothing was written");
    std::fs::remove_file(world.path("there/ueno.yaml")).expect("removed");
    std::fs::create_dir(world.path("there/ueno.yaml")).expect("a folder");
    world.run(&[&split[..], &["--force"]].concat()).expect(1).says("nothing was written");
    std::fs::remove_dir(world.path("there/ueno.yaml")).expect("removed");
    // Links do not lead out.
    #[cfg(unix)]
    {
        world.write("outside/keep", "");
        std::os::unix::fs::symlink(world.path("outside"), world.path("there/rosters")).expect("a link");
        world.write("outside/theirs", "theirs\n");
        std::os::unix::fs::symlink(world.path("outside/theirs"), world.path("there/ueno.yaml")).expect("a link");
        for more in [&["--force"][..], &["--force", "--inline-limit", "0"]] {
            world.run(&[&split[..], more].concat()).expect(1).says("leads out of there; nothing was written");
        }
        assert_eq!(files(&world.path("outside")).len(), 2);
        assert_eq!(std::fs::read_to_string(world.path("outside/theirs")).expect("a file"), "theirs\n");
    }
}

/// A plan needs the account, which stands in another file.
#[test]
fn what_is_imported_says_how_it_is_planned() {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  sims:\n    - {msisdn: \"08000000001\", labels: {site: ueno}}\n");
    let split = ["import", "fleet", "--split", "label=site", "-o", "by-site"];
    world.run(&["import", "fleet", "-o", "new"]).expect(0).says("note: new declares no CarrierAccount");
    world.run(&split).expect(0).says("together with what does: simfleet plan fleet/account.yaml by-site\n");
    assert!(world.run(&["plan", "fleet/account.yaml", "by-site"]).expect(0).stdout.contains("No changes."));
    // Nothing is to be said where the folder has the account, or is a part of PATH.
    world.write("by-site/account.yaml", &account(&world.endpoint));
    world.write("bare/account.yaml", &account(&world.endpoint));
    let bare = ["import", "bare", "-o", "bare/lines"];
    for arguments in [&split[..], &bare, &["import", "--endpoint", &world.endpoint, "-o", "whole"]] {
        let run = world.run(arguments).expect(0);
        assert!(!run.stderr.contains("no CarrierAccount"), "{arguments:?}: {}", run.stderr);
    }
    // Beside lines the account cannot be planned with the same lines again.
    let lines = std::fs::read_to_string(world.path("new/s0001234-m2m-lte.yaml")).expect("a file");
    world.write("mixed/all.yaml", &format!("{}---\n{lines}", account(&world.endpoint)));
    world.run(&["import", "mixed", "-o", "parted"]).expect(0).says("move that of mixed/all.yaml to a file without lines");
}

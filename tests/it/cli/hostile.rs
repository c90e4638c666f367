//! What people write into manifests, at its worst, from the file to every format: names full of markup, long ones, every script, numbers
//! of 14 digits. Each format is read back by a parser that is not ours.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use quick_xml::events::Event;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use super::world::World;

const NOW: &str = "2026-11-10T10:00:00+09:00";

/// Names that act, hide, reorder or do not end.
fn names() -> Vec<String> {
    let longest: String = "長い名前<b>|".chars().cycle().take(250).collect();
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "</table></details><!-- simfleet plan --> <!--",
        "| a | b |\n|---|---|\n**bold** [x](javascript:alert(1)) `code` @org/team #12 http://example.com",
        "::error file=x::%0A::warning::\r\n##[error]x",
        "]]>&amp;&#x1b;<![CDATA[",
        "\u{202e}desrever\u{2066} z\u{200b}w\u{200d}j \u{feff}",
        "e\u{301}\u{301}\u{301} 👩‍👩‍👧‍👦 葛\u{e0100}飾 שלום مرحبا",
        "=HYPERLINK(\"http://x\",\"y\"),+1,@SUM(A1)",
        "\u{1b}[31mred\u{7}\u{0}",
        "08012345678 02001234567890 490154203237518",
        longest.as_str(),
    ]
    .map(str::to_owned)
    .to_vec()
}

/// A line for every name, each with a change; the last but one ends, one is blocked.
fn world() -> World {
    let world = World::at(NOW);
    let number = |n: usize| format!("0200{n:010}");
    let names = names();
    let sims: Vec<Value> = (0..names.len()).map(|n| json!({"msisdn": number(n)})).collect();
    world.seed(&json!({"sims": sims}));
    let mut spec = String::from("  mode: Apply\n  policy: {limits: {terminate: 1}}\n  sims:\n");
    for (n, name) in names.iter().enumerate() {
        let wish = match n {
            0 => r#"state: Terminated, terminationDate: "2026-11-30""#,
            n if n % 2 == 0 => "state: Suspended",
            _ => "ratePlan: fixed-1gb",
        };
        // JSON is YAML, whatever is in the text.
        writeln!(spec, "    - {{msisdn: \"{}\", name: {}, {wish}}}", number(n), json!(name)).expect("a string grows");
    }
    writeln!(spec, "    - {{msisdn: \"{}\", name: {}}}", number(99), json!(names[0])).expect("a string grows");
    world.fleet(&spec);
    std::fs::rename(world.path("fleet/fleet.yaml"), world.path("fleet/a & <b>,::%0A|`x`.yaml")).expect("a file");
    world
}

fn well_formed_xml(text: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut elements = 0;
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}\n{text}"));
        if event == Event::Eof {
            return elements;
        }
        elements += usize::from(matches!(event, Event::Start(_) | Event::Empty(_)));
    }
}

#[test]
fn every_format_stays_well_formed() {
    let world = world();
    world.run(&["plan", "fleet", "--out", "plan.json"]).expect(0);
    let shown = |format: &str| world.run(&["show", "plan.json", "--format", format]).expect(0).stdout;
    let lines = names().len();

    for text in [shown("text"), world.run(&["get", "sims", "-f", "fleet"]).expect(0).stdout] {
        assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text:?}");
        assert!(!text.contains('\u{202e}'), "{text}");
    }
    let json: Value = serde_json::from_str(&shown("json")).expect("JSON");
    assert_eq!(json["operations"].as_array().map(Vec::len), Some(lines));
    let told: Vec<&str> = json["operations"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert!(names().iter().all(|name| told.contains(&name.as_str())), "programs get names as they are: {told:?}");

    let markdown = shown("markdown");
    assert!(markdown.matches("<!--").count() == 1 && !markdown.contains("<img") && !markdown.contains("<b>"), "{markdown}");
    assert!(!markdown.contains("](javascript") && !markdown.contains("@org"), "{markdown}");
    // A table is as wide in its last row as in its first: no name opens or closes a cell.
    for table in markdown.split("\n\n").filter(|part| part.starts_with('|')) {
        let cells: BTreeSet<usize> =
            table.lines().filter(|row| row.starts_with('|')).map(|row| row.matches('|').count()).collect();
        assert_eq!(cells.len(), 1, "{table}");
    }

    let page = Html::parse_document(&shown("html"));
    let count = |selector: &str| page.select(&Selector::parse(selector).expect("a selector")).count();
    assert_eq!((count("img, iframe, object, embed, a[href^=javascript]"), count("[onerror], [onclick], [onload]")), (0, 0));
    assert_eq!(count("script:not([type])"), 1, "ours");

    for line in shown("github").lines() {
        assert!(["::error ", "::warning ", "::notice "].iter().any(|command| line.starts_with(command)), "{line}");
        assert!(!line.contains('\u{1b}') && !line.contains('\u{202e}'), "{line}");
    }
    let marks: Value = serde_json::from_str(&shown("gitlab")).expect("JSON");
    assert!(marks.as_array().is_some_and(|marks| marks.len() > 1), "{marks}");
    assert!(well_formed_xml(&shown("junit")) > 2);

    let findings = |format: &str| world.run(&["validate", "fleet", "--format", format]).expect(0).stdout;
    serde_json::from_str::<Value>(&findings("sarif")).expect("JSON");
    well_formed_xml(&findings("junit"));
}

#[test]
fn so_do_report_and_drift() {
    let world = world();
    world.run(&["observe", "fleet", "-o", "before.json"]).expect(0);
    world.post("/_emu/console/suspend/02000000000003", &json!({"reason": "lost"}));
    let drift = |format: &str| world.run(&["drift", "fleet", "--baseline", "before.json", "--format", format]).expect(2).stdout;
    assert_eq!(serde_json::from_str::<Value>(&drift("json")).expect("JSON")["drift"].as_array().map(Vec::len), Some(1));
    assert!(!drift("markdown").contains("%0A::") || drift("markdown").lines().all(|line| !line.starts_with("::")));
    let report = |format: &str| world.run(&["report", "fleet", "--format", format, "--idle-days", "1"]).expect(0).stdout;
    serde_json::from_str::<Value>(&report("json")).expect("JSON");
    assert!(!report("markdown").contains("<img") && !report("markdown").contains("<script"));
    let csv = report("csv");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let width = rows.headers().expect("a head").len();
    for row in rows.records() {
        let row = row.expect("as wide as the head");
        assert_eq!(row.len(), width);
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '@', '\t', '\r'])), "{row:?}");
    }
}

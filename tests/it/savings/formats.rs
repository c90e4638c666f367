//! Every format stays well-formed, whatever people call their lines.

use serde_json::Value;
use simfleet::domain::{LastSeen, LineStatus};
use simfleet::render::MarkdownOptions;
use simfleet::render::savings::{csv, json, markdown};
use simfleet::savings::{Sample, Savings, judge};

use super::scene::{MB, Scene, Told, days_ago, desired, msisdn};
use crate::golden;

const HOSTILE: [&str; 8] = [
    "=cmd|' /C calc'!A0",
    "+1, \"quoted\"\r\nnew,row",
    "-2|3|<img src=x onerror=alert(1)>",
    "@team [x](javascript:1) `code` **b**",
    "  =SUM(A1:A9)",
    "\u{202e}evil\u{1b}[2J",
    "＝１＋１",
    "自販機-上野 #12",
];

/// One line a name, with all kinds of findings among them.
fn savings() -> Vec<Savings> {
    let lines: Vec<Told> = (0..HOSTILE.len())
        .map(|index| {
            let told = Told { index, ..Told::default() };
            match index {
                0 => Told { session: Some(Ok((LastSeen::At(days_ago(132)), None))), ..told },
                1 => Told { status: LineStatus::Suspended, ..told },
                2 => Told { traffic: Some(Ok((Some(612 * MB), Some(10 * MB)))), ..told },
                3 => Told { traffic: Some(Ok((Some(12 * MB), Some(3 * MB)))), ..told },
                4 => Told {
                    bound: Some("35693803564380"),
                    session: Some(Ok((LastSeen::Online, Some("4901542032375101".into())))),
                    ..told
                },
                5 => Told { session: Some(Ok((LastSeen::Never, None))), plan: "payg-1gb", ..told },
                6 => Told { session: Some(Err("=HYPERLINK(\"x\")|<b>")), ..told },
                _ => Told { traffic: Some(Ok((Some(5_000 * MB), None))), ..told },
            }
        })
        .chain([Told { index: 20, declared: false, ..Told::default() }])
        .collect();
    let mut scene = Scene::of(&lines);
    scene.desired = desired(HOSTILE.into_iter().enumerate().map(|(index, name)| (msisdn(index), Some(name))));
    let sample = Some(Sample { limit: 100, wanted: 1_000, chosen: 50 });
    vec![judge(&scene.case(), &scene.readings, sample, &"main".into())]
}

fn text(write: fn(&mut Vec<u8>, &[Savings]) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out, &savings()).expect("a vector takes everything");
    String::from_utf8(out).expect("text is UTF-8")
}

#[test]
fn csv_is_rectangular_and_computes_nothing() {
    let text = text(csv::write);
    let mut reader = ::csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<::csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows of one length");
    let mut kinds: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    kinds.sort_unstable();
    let expected = ["idle", "idle", "otherDevice", "overPlan", "overPlan", "suspended", "underPlan", "unknown", "unmanaged"];
    assert_eq!(kinds, expected);
    for cell in rows.iter().flatten() {
        let first = cell.trim_start().chars().next();
        assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')), "{cell:?}");
        assert!(!cell.chars().any(char::is_control), "{cell:?}");
    }
    let name = header.iter().position(|column| column == "name").expect("a column");
    assert!(rows.iter().any(|row| &row[name] == "'=cmd|' /C calc'!A0"), "neutralised, and still readable");
    assert!(text.ends_with("\r\n") && text.matches("\r\n").count() == rows.len() + 1, "RFC 4180, and no line inside a cell");
}

fn comment() -> String {
    markdown::render(&savings(), &MarkdownOptions::default()).expect("it fits")
}

#[test]
fn markdown_tables_keep_their_columns() {
    let text = comment();
    assert!(text.starts_with("<!-- simfleet report -->\n**"));
    assert!(!text.contains("<img") && !text.contains("@team") && !text.contains("](javascript") && !text.contains('\u{1b}'));
    let mut columns = None;
    for line in text.lines() {
        let bars = line.starts_with('|').then(|| line.matches('|').count());
        assert!(columns.is_none() || bars.is_none() || columns == bars, "{line}");
        columns = bars;
    }
}

#[test]
fn json_says_names_as_they_are() {
    let text = text(json::write);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let findings = report["accounts"][0]["findings"].as_array().expect("findings");
    let names: Vec<&str> = findings.iter().filter_map(|finding| finding["name"].as_str()).collect();
    assert!(names.contains(&HOSTILE[0]) && names.contains(&HOSTILE[1]), "{names:?}");
    assert_eq!(report["totals"]["possibleSaving"], 450 + 450 + 170 + 120);
    assert_eq!(report["totals"]["linesUnknown"], 1);
    assert_eq!(report["accounts"][0]["unknown"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["accounts"][0]["sample"]["linesRead"], 50);
}

#[cfg(feature = "cli")]
#[test]
fn the_table_as_people_read_it() {
    golden::check("report/savings.txt", &text(simfleet::render::table::savings));
}

#[test]
fn the_markdown_as_people_read_it() {
    golden::check("report/savings.md", &comment());
}

//! Codes, their pages, and the forms of a report.

use std::collections::BTreeSet;

use simfleet::diag::{CODES, Code, Color, Diagnostic, Excerpts, Explained, Location, TOPICS, explain, human, json};
use simfleet::plan::BlockedCode;

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeSet<String> = std::fs::read_dir("src/diag/pages")
        .expect("the pages")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let codes: BTreeSet<String> = CODES.iter().map(|code| format!("{code}.md")).collect();
    assert_eq!(pages, codes);
    assert_eq!(codes.len(), CODES.len(), "a code stands twice in the table");
}

#[test]
fn everything_that_blocks_a_wish_can_be_explained() {
    for code in BlockedCode::ALL {
        assert!(Code::from_name(code.as_str()).is_some(), "{} has no page", code.as_str());
    }
}

#[test]
fn every_page_says_what_it_means_shows_an_example_and_how_to_mend_it() {
    for code in CODES {
        let page = code.page();
        assert!(page.starts_with(&format!("# {code}\n\n")), "{code}");
        assert!(page.contains("\n## Example\n\n```"), "{code}");
        assert!(page.contains("\n## How to mend it\n\n"), "{code}");
        assert!(page.len() > 200, "{code}: a page says more than its title");
    }
}

#[test]
fn every_topic_has_a_page_and_every_page_a_topic() {
    let pages: BTreeSet<String> = std::fs::read_dir("src/diag/topics")
        .expect("the pages")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(pages, TOPICS.iter().map(|topic| format!("{}.md", topic.name)).collect::<BTreeSet<_>>());
    for topic in TOPICS {
        assert_eq!(explain(&topic.name.to_uppercase()), Explained::Page(topic.page));
        assert!(topic.page.starts_with("# "), "{}", topic.name);
    }
}

#[test]
fn explain_finds_codes_and_what_was_meant() {
    let code = Code::from_name("DUPLICATE_MSISDN").expect("a code");
    assert_eq!(explain("duplicate-msisdn"), Explained::Page(code.page()));
    assert_eq!(explain("DUPLICATE_MSIDSN"), Explained::DidYouMean("DUPLICATE_MSISDN"));
    assert_eq!(explain("E0308"), Explained::Unknown);
}

#[test]
fn reports_read_without_colour_and_pass_no_escapes_on() {
    let code = Code::from_name("INVALID_MSISDN").expect("a code");
    let location = Location::new("no\u{1b}[31msuch.yaml", 3, 7, 4);
    let diagnostics =
        [Diagnostic::error(code, location.clone(), "red \u{1b}[31m text").help("more \u{7}").related("here", location)];
    let plain = human(&diagnostics, &Excerpts::default(), Color::Never);
    assert!(!plain.contains('\u{1b}') && !plain.contains('\u{7}'), "{plain:?}");
    assert!(human(&diagnostics, &Excerpts::default(), Color::Always).contains('\u{1b}'));
}

#[test]
fn an_excerpt_never_points_outside_its_line() {
    let code = Code::from_name("INVALID_YAML").expect("a code");
    let mut excerpts = Excerpts::default();
    excerpts.insert("a.yaml", "日本: \"x\ty\"\n");
    for column in 1..40 {
        for length in [0, 1, 5, u32::MAX] {
            let diagnostic = Diagnostic::error(code, Location::new("a.yaml", 1, column, length), "wrong").at("spec.x");
            let text = human(&[diagnostic], &excerpts, Color::Never);
            assert!(text.contains("a.yaml"), "{text}");
        }
    }
}

#[test]
fn json_has_every_field() {
    let code = Code::from_name("INVALID_MSISDN").expect("a code");
    let diagnostic = Diagnostic::warning(code, Location::new("a.yaml", 3, 7, 4), "wrong")
        .at("spec.sims[0].msisdn")
        .help("mend it")
        .related("here", Location::of_file("b.yaml"));
    assert_eq!(
        json(&[diagnostic]),
        serde_json::json!({"diagnostics": [{
            "code": "INVALID_MSISDN", "severity": "warning", "message": "wrong", "file": "a.yaml", "line": 3, "column": 7, "length": 4,
            "route": "spec.sims[0].msisdn", "help": "mend it",
            "related": [{"message": "here", "file": "b.yaml", "line": 0, "column": 0, "length": 0}],
        }]})
    );
}

//! What holds of every format, whatever stands in manifests and plans.

use proptest::prelude::*;
use simfleet::annotate::{
    Annotation, Fitted, Level, Limits, Paths, Spot, fit, github, gitlab, junit, of_findings, of_plan, sarif,
};
use simfleet::diag::{CODES, Diagnostic, Location};
use simfleet::domain::Risk;

use super::sarif_shape::assert_sarif;
use super::{reading, written};
use crate::render::chance;

/// What chance's texts do not have: what means something to these formats.
fn text() -> impl Strategy<Value = String> {
    let hostile = [
        "::error file=x::y",
        "\n::set-env name=PATH::x",
        "%0A::error::x",
        "%25",
        "a,b:c=d",
        "]]>",
        "<![CDATA[x",
        "</failure></testcase>",
        "&#0; &amp;",
        "\u{fffe}\u{ffff}\u{0}\u{b}",
        "##[add-mask]x",
        "e\u{301}\u{301}",
        "\u{301}",
        "\r",
        "\"'",
        "{0} [x](0)",
    ];
    prop_oneof![3 => prop::sample::select(hostile.to_vec()).prop_map(str::to_owned), 3 => chance::text(), 1 => "[%:,\r\n\u{85}\u{2028}a]{0,12}"]
}

fn finding() -> impl Strategy<Value = Diagnostic> {
    let place = || {
        (text(), 0..9_u32, 0..9_u32, 0..9_u32).prop_map(|(file, line, column, length)| {
            if line == 0 { Location::of_file(file) } else { Location::new(file, line, column.max(1), length) }
        })
    };
    let parts = (prop::sample::select(CODES.to_vec()), place(), text(), any::<bool>(), prop::option::of(text()));
    (parts, text(), prop::collection::vec((text(), place()), 0..3)).prop_map(
        |((code, place, message, is_error, help), route, others)| {
            let found =
                if is_error { Diagnostic::error(code, place, message) } else { Diagnostic::warning(code, place, message) };
            let found = Diagnostic { help, ..found.at(route) };
            others.into_iter().fold(found, |found, (message, place)| found.related(message, place))
        },
    )
}

fn findings() -> impl Strategy<Value = Vec<Diagnostic>> {
    prop_oneof![3 => prop::collection::vec(finding(), 0..8), 1 => prop::collection::vec(finding(), 8..60)]
}

/// Marks of few rules and files, so that some are alike.
fn marks() -> impl Strategy<Value = Vec<Annotation>> {
    let mark = (0..3_usize, "[AB]", "[ab]", 0..40_u32).prop_map(|(level, rule, file, line)| {
        let spot = (line > 3).then_some(Spot { file, line, column: 1, end_column: 0 });
        Annotation::new(Level::ALL[level], &rule, &rule, &format!("{rule} {line}")).at(spot)
    });
    prop::collection::vec(mark, 0..80)
}

/// All lines are commands, and say what the marks say.
fn assert_commands(marks: &[Annotation]) -> Result<(), TestCaseError> {
    let log = written(|out| github::write(out, marks, "look there"));
    let commands = reading::commands(&log);
    prop_assert_eq!(log.lines().count(), commands.len());
    prop_assert!(commands.len() <= 25);
    let Fitted { shown, hidden } = fit(marks, Limits::GITHUB_STEP);
    prop_assert_eq!(commands.len(), shown.len() + usize::from(!hidden.is_empty()));
    for (command, mark) in commands.iter().zip(&shown) {
        let text = mark.text();
        if text.encode_utf16().count() <= 4_000 {
            prop_assert_eq!(&command.message, &text);
        }
        prop_assert_eq!(command.properties.get("file"), mark.spot().map(|spot| &spot.file));
        if mark.title().chars().count() < 120 {
            prop_assert_eq!(&command.properties["title"], mark.title());
        }
        let keys = ["file", "line", "col", "endColumn", "title"];
        prop_assert!(command.properties.keys().all(|key| keys.contains(&key.as_str())), "{command:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn what_is_escaped_is_read_back(text in prop_oneof![text(), any::<String>()]) {
        prop_assert_eq!(reading::decoded(&github::data(&text), &[]), text.clone());
        prop_assert_eq!(reading::decoded(&github::property(&text), &[("%3A", ":"), ("%2C", ",")]), text.clone());
        prop_assert!(!github::property(&text).contains([':', ',', '\r', '\n']));
    }

    #[test]
    fn findings_are_whole_in_every_format(found in findings()) {
        let marks = of_findings(&found, &Paths::default());
        prop_assert_eq!(marks.len(), found.len());
        assert_commands(&marks)?;
        let document = assert_sarif(&written(|out| sarif::write(out, &marks, "0.1.0")));
        prop_assert_eq!(document["runs"][0]["results"].as_array().map(Vec::len), Some(found.len()));
        let quality: serde_json::Value = serde_json::from_str(&written(|out| gitlab::write(out, &marks))).expect("JSON");
        let quality = quality.as_array().expect("an array");
        prop_assert_eq!(quality.len(), found.len());
        let mut names: Vec<&str> = quality.iter().filter_map(|one| one["fingerprint"].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), found.len());
        let (totals, suites) = reading::junit(&written(|out| junit::write(out, &junit::of_findings(Vec::new(), &marks))));
        let cases: Vec<&reading::Case> = suites.iter().flat_map(|(_, cases)| cases).collect();
        prop_assert_eq!(cases.len(), found.len());
        prop_assert_eq!(&totals["tests"], &found.len().to_string());
        let failed = cases.iter().filter(|case| case.outcome == "failure").count();
        prop_assert_eq!(failed, found.iter().filter(|one| one.is_error()).count());
        for mark in &marks {
            let text = mark.text();
            // What XML cannot write is spelt out.
            if !text.contains(['\u{fffe}', '\u{ffff}']) {
                prop_assert!(cases.iter().any(|case| case.text == text), "{text:?} is lost");
            }
        }
    }

    #[test]
    fn plans_are_whole_in_every_format(plan in chance::plans()) {
        let marks = of_plan(&plan, &Paths::default());
        assert_commands(&marks)?;
        let count = |rule: &str| marks.iter().filter(|mark| mark.rule() == rule).count();
        let of_risk = |risk| plan.operations.iter().filter(|operation| operation.change.risk() == risk).count();
        prop_assert_eq!(count("IRREVERSIBLE"), of_risk(Risk::R5));
        prop_assert_eq!(count("PAID"), of_risk(Risk::R4));
        let quality: serde_json::Value = serde_json::from_str(&written(|out| gitlab::write(out, &marks))).expect("JSON");
        prop_assert_eq!(quality.as_array().map(Vec::len), Some(marks.len()));
        let (totals, suites) = reading::junit(&written(|out| junit::write(out, &junit::of_plan(&plan, &Paths::default()))));
        let cases: Vec<&reading::Case> = suites.iter().flat_map(|(_, cases)| cases).collect();
        prop_assert_eq!(&totals["tests"], &cases.len().to_string());
        prop_assert_eq!(suites.len(), plan.accounts.len());
        let unsettled = cases.iter().filter(|case| case.outcome == "error").count();
        prop_assert_eq!(unsettled, plan.in_doubt.len());
        let told: usize = cases.iter().filter(|case| case.attributes["name"].starts_with("not blocked")).map(|case| case.text.lines().count() - 1).sum();
        prop_assert_eq!(told, plan.blocked.len());
    }

    #[test]
    fn shown_and_hidden_are_all_there_is(marks in marks(), per_level in 1..6_usize, altogether in 1..12_usize) {
        let limits = Limits { per_level, altogether };
        let fitted = fit(&marks, limits);
        let shown: usize = fitted.shown.iter().map(Annotation::count).sum();
        let hidden: usize = fitted.hidden.iter().map(|(_, number)| number).sum();
        prop_assert_eq!(shown + hidden, marks.len());
        let last = fitted.counted_as(limits);
        prop_assert_eq!(last.is_some(), hidden > 0);
        prop_assert!(fitted.shown.len() + usize::from(last.is_some()) <= altogether);
        for level in Level::ALL {
            let own = fitted.shown.iter().filter(|mark| mark.level() == level).count();
            prop_assert!(own + usize::from(last == Some(level)) <= per_level, "{level:?}");
        }
        prop_assert!(fitted.shown.is_sorted_by_key(Annotation::level));
    }
}

//! Plans, in every format.

use simfleet::annotate::{Annotation, Level, Paths, github, gitlab, junit, of_plan};
use simfleet::plan::{BlockedCode, Operation, Place, Plan};

use super::{reading, written};
use crate::golden;
use crate::render::{fixture, paid};

fn as_github(plan: &Plan) -> String {
    written(|out| github::write(out, &of_plan(plan, &Paths::default()), "`simfleet show PLAN.json` tells all of the plan"))
}

fn as_gitlab(plan: &Plan) -> String {
    written(|out| gitlab::write(out, &of_plan(plan, &Paths::default())))
}

fn as_junit(plan: &Plan) -> String {
    written(|out| junit::write(out, &junit::of_plan(plan, &Paths::default())))
}

fn of_rule<'a>(marks: &'a [Annotation], rule: &str) -> Vec<&'a Annotation> {
    marks.iter().filter(|mark| mark.rule() == rule).collect()
}

#[test]
fn goldens() {
    golden::check("annotate/mixed.github.txt", &as_github(&fixture::mixed()));
    golden::check("annotate/guards-exceeded.github.txt", &as_github(&fixture::guards_exceeded()));
    golden::check("annotate/in-doubt.github.txt", &as_github(&fixture::in_doubt()));
    golden::check("annotate/unicode.github.txt", &as_github(&fixture::unicode()));
    golden::check("annotate/paid.github.txt", &as_github(&paid::plan()));
    golden::check("annotate/all-blocked.github.txt", &as_github(&fixture::all_blocked()));
    golden::check("annotate/large.github.txt", &as_github(&fixture::large()));
    golden::check("annotate/small.github.txt", &as_github(&fixture::small()));
    golden::check("annotate/small.gitlab.json", &as_gitlab(&fixture::small()));
    golden::check("annotate/small.junit.xml", &as_junit(&fixture::small()));
    golden::check("annotate/empty.junit.xml", &as_junit(&fixture::empty()));
    golden::check("annotate/all-blocked.gitlab.json", &as_gitlab(&fixture::all_blocked()));
    golden::check("annotate/all-blocked.junit.xml", &as_junit(&fixture::all_blocked()));
    golden::check("annotate/large.gitlab.json", &as_gitlab(&fixture::large()));
    golden::check("annotate/large.junit.xml", &as_junit(&fixture::large()));
    golden::check("annotate/mixed.gitlab.json", &as_gitlab(&fixture::mixed()));
    golden::check("annotate/in-doubt.gitlab.json", &as_gitlab(&fixture::in_doubt()));
    golden::check("annotate/guards-exceeded.junit.xml", &as_junit(&fixture::guards_exceeded()));
    golden::check("annotate/mixed.junit.xml", &as_junit(&fixture::mixed()));
    golden::check("annotate/in-doubt.junit.xml", &as_junit(&fixture::in_doubt()));
}

#[test]
fn a_plan_that_does_nothing_marks_nothing() {
    assert_eq!(as_github(&fixture::empty()), "");
    assert_eq!(as_gitlab(&fixture::empty()), "[]\n");
    let (totals, suites) = reading::junit(&as_junit(&fixture::empty()));
    assert_eq!((totals["failures"].as_str(), totals["errors"].as_str()), ("0", "0"));
    assert_eq!(suites.len(), 1);
}

/// Each at the line that causes it, with the level that the table of the module gives it.
#[test]
fn what_needs_a_look_is_at_its_line() {
    let mut plan = paid::plan();
    plan.operations.push(fixture::terminate(7));
    plan.blocked = vec![fixture::blocked(8, BlockedCode::Protected)];
    let marks = of_plan(&plan, &Paths::default());
    let irreversible = of_rule(&marks, "IRREVERSIBLE");
    let line = irreversible.last().and_then(|mark| mark.spot()).expect("a place");
    assert_eq!((line.file.as_str(), line.line, line.column), ("fleet.yaml", 17, 7));
    assert!(irreversible.iter().all(|mark| mark.level() == Level::Warning));
    let paid = of_rule(&marks, "PAID");
    assert!(!paid.is_empty() && paid.iter().all(|mark| mark.level() == Level::Notice && mark.spot().is_some()));
    assert_eq!(of_rule(&marks, "PROTECTED")[0].level(), Level::Warning);
    assert!(of_rule(&fixture_marks(&fixture::mixed()), "PAID").is_empty());
}

fn fixture_marks(plan: &Plan) -> Vec<Annotation> {
    of_plan(plan, &Paths::default())
}

/// A guard has no line of its own: it is shown at the first operation of its kind and fleet.
#[test]
fn a_guard_is_shown_where_it_is_exceeded() {
    let mut plan = fixture::guards_exceeded();
    let elsewhere = Operation {
        fleet: "other".into(),
        source: Place { file: "other.yaml".into(), line: 1, column: 1 },
        ..fixture::terminate(9)
    };
    plan.operations.insert(0, elsewhere);
    let marks = fixture_marks(&plan);
    let guard = of_rule(&marks, "GUARD_EXCEEDED")[0];
    assert_eq!(guard.spot().map(|spot| (spot.file.as_str(), spot.line)), Some(("fleet.yaml", 11)));
    assert_eq!(guard.level(), Level::Error);
}

#[test]
fn what_is_in_doubt_is_told_once() {
    let marks = fixture_marks(&fixture::in_doubt());
    assert_eq!(marks.len(), 2, "{marks:?}");
    assert!(marks.iter().all(|mark| mark.level() == Level::Error && mark.spot().is_some()));
}

/// Absolute paths below the working directory are the repository's; a forge knows no others.
#[test]
fn files_are_named_as_the_forge_knows_them() {
    let mut plan = fixture::small();
    for (operation, file) in plan.operations.iter_mut().zip(["/repo/fleet/a.yaml", "./fleet//a.yaml"]) {
        operation.source.file = file.into();
    }
    plan.operations.push(fixture::terminate(3));
    for mark in of_plan(&plan, &Paths::below("/repo")) {
        let file = &mark.spot().expect("a place").file;
        assert!(["fleet/a.yaml", "fleet.yaml"].contains(&file.as_str()), "{file}");
    }
}

#[test]
fn what_stops_a_plan_fails_in_junit() {
    let (totals, suites) = reading::junit(&as_junit(&fixture::guards_exceeded()));
    assert_eq!(totals["failures"], "2", "a guard, and an observation that is not complete");
    let names: Vec<&str> = suites.iter().map(|(attributes, _)| attributes["name"].as_str()).collect();
    assert_eq!(names, ["main", "osaka"]);
    let (totals, _) = reading::junit(&as_junit(&fixture::in_doubt()));
    assert_eq!(totals["errors"], "2");
    let (totals, suites) = reading::junit(&as_junit(&fixture::all_blocked()));
    assert_eq!(totals["failures"], BlockedCode::ALL.len().to_string(), "one for each code");
    assert!(suites[0].1.iter().any(|case| case.text.lines().count() > 30), "with every line");
}

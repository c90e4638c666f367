//! Bad manifests and what is said about them. Each file or folder of `invalid/` has its expected report
//! beside it; `UPDATE_GENERATED=1 cargo test` writes the reports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use simfleet::diag::{CODES, Color, Excerpts, human};
use simfleet::manifest::read;
use simfleet::plan::{BlockedCode, WarningCode};

use super::assert_fresh;

const FOLDER: &str = "tests/it/manifest/invalid";

/// Codes that no small file in the repository can show; the named tests cover them.
const ELSEWHERE: &[&str] = &[
    "FILE_UNREADABLE",       // limits::a_path_that_is_not_there
    "FILE_TOO_LARGE",        // limits::a_file_of_200_megabytes_is_refused_unread
    "DOCUMENT_TOO_LARGE",    // limits::a_document_with_too_many_values
    "TOO_MANY_LINES",        // limits::inline_lists_hold_4000_lines
    "TOO_MANY_PROBLEMS",     // limits::ten_thousand_problems_are_enough
    "UNKNOWN_SYSTEM_NUMBER", // catalogue
    "UNKNOWN_SERVICE",       // catalogue
    "UNKNOWN_COUPON",        // catalogue
    "UNKNOWN_DEVICE",        // catalogue
    "DRIFT_IGNORE_TOO_LONG", // catalogue: no file knows what day it is
    "DRIVER_NOT_IN_CLUSTER", // controller::accept
    "UNKNOWN_ENCODING",      // carrier::exports
];

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(FOLDER)
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    cases.sort();
    cases
}

fn report_of(case: &Path) -> PathBuf {
    case.with_extension("expected.txt")
}

#[test]
fn every_problem_is_reported_as_expected() {
    for case in cases() {
        let diagnostics = read(std::slice::from_ref(&case)).expect_err("every case is invalid");
        let text = human(&diagnostics, &Excerpts::read(&diagnostics), Color::Never);
        assert_fresh(&report_of(&case), &text);
    }
}

#[test]
fn every_code_is_shown_by_a_case_and_every_report_has_its_case() {
    let mut shown = BTreeSet::new();
    for case in cases() {
        shown.extend(read(&[case]).expect_err("every case is invalid").iter().map(|diagnostic| diagnostic.code.as_str()));
    }
    // What only a plan can say is shown by the planner's tests.
    let blocked = BlockedCode::ALL.iter().map(|code| code.as_str());
    let planned: Vec<&str> = blocked.chain(WarningCode::ALL.iter().map(|code| code.as_str())).collect();
    for code in CODES.iter().map(|code| code.as_str()).filter(|code| !planned.contains(code)) {
        assert_ne!(shown.contains(code), ELSEWHERE.contains(&code), "{code} needs a case in {FOLDER}, or a test elsewhere");
    }
    let reports: BTreeSet<PathBuf> = cases().iter().map(|case| report_of(case)).collect();
    for entry in std::fs::read_dir(FOLDER).expect("the corpus") {
        let path = entry.expect("an entry").path();
        assert!(
            path.is_dir() || path.extension().is_some_and(|extension| extension == "yaml") || reports.contains(&path),
            "{} belongs to no case",
            path.display()
        );
    }
}

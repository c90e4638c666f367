//! What `validate` finds, in every format.

use std::collections::BTreeSet;

use simfleet::annotate::{Annotation, Level, Paths, github, gitlab, junit, of_findings, sarif};
use simfleet::diag::{CODES, Diagnostic, Location, codes};
use simfleet::manifest::{files, read};

use super::sarif_shape::assert_sarif;
use super::{corpus, findings, marks, reading, written};
use crate::golden;

const SEEN_BY: &str = "`simfleet validate PATH` lists them all";

fn as_github(marks: &[Annotation]) -> String {
    written(|out| github::write(out, marks, SEEN_BY))
}

fn as_sarif(marks: &[Annotation]) -> String {
    written(|out| sarif::write(out, marks, "0.1.0"))
}

fn as_junit(case: &str) -> String {
    let files = files(&[corpus(case)]).iter().map(|file| Paths::default().file(file)).collect::<Vec<_>>();
    written(|out| junit::write(out, &junit::of_findings(files, &marks(case))))
}

#[test]
fn goldens() {
    golden::check("annotate/identifiers.github.txt", &as_github(&marks("identifiers.yaml")));
    golden::check("annotate/duplicates.github.txt", &as_github(&marks("duplicates")));
    golden::check("annotate/duplicates.gitlab.json", &written(|out| gitlab::write(out, &marks("duplicates"))));
    golden::check("annotate/duplicates.sarif.json", &as_sarif(&marks("duplicates")));
    golden::check("annotate/duplicates.junit.xml", &as_junit("duplicates"));
}

/// Every finding of the corpus is in every format, at its line, and GitHub is told how many it is not shown.
#[test]
fn nothing_is_lost() {
    let folder = std::fs::read_dir(corpus("")).expect("the corpus").map(|entry| entry.expect("an entry").path());
    let mut cases = 0;
    for path in folder.filter(|path| path.extension().is_none_or(|extension| extension != "txt")) {
        let case = path.file_name().expect("a name").to_string_lossy().into_owned();
        cases += 1;
        let (found, marks) = (findings(&case), marks(&case));
        let document = assert_sarif(&as_sarif(&marks));
        let results = document["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.len(), found.len(), "{case}");
        let quality: serde_json::Value = serde_json::from_str(&written(|out| gitlab::write(out, &marks))).expect("JSON");
        let quality = quality.as_array().expect("an array");
        assert_eq!(quality.len(), found.len(), "{case}");
        let fingerprints: BTreeSet<&str> = quality.iter().map(|one| one["fingerprint"].as_str().expect("text")).collect();
        assert_eq!(fingerprints.len(), found.len(), "{case}: GitLab shows one of a fingerprint");
        for (one, diagnostic) in quality.iter().zip(&found) {
            assert_eq!(one["location"]["path"], *diagnostic.location.file);
            assert_eq!(one["location"]["lines"]["begin"], diagnostic.location.line.max(1));
        }
        let (totals, suites) = reading::junit(&as_junit(&case));
        let failed: usize = suites.iter().flat_map(|(_, cases)| cases).filter(|one| one.outcome == "failure").count();
        let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
        assert_eq!((failed, totals["failures"].as_str()), (errors, errors.to_string().as_str()), "{case}");
        assert!(reading::commands(&as_github(&marks)).len() <= 25, "{case}");
    }
    assert!(cases > 20, "this test looks in the wrong place");
}

#[test]
fn a_file_that_is_valid_passes() {
    let compiled = read(&["examples/paid".into()]).expect("valid");
    let marks = of_findings(&compiled.warnings, &Paths::default());
    let names = compiled.files.iter().map(|file| Paths::default().file(file));
    let (totals, suites) = reading::junit(&written(|out| junit::write(out, &junit::of_findings(names, &marks))));
    assert_eq!(totals["failures"], "0");
    let names: Vec<&str> = suites.iter().map(|(attributes, _)| attributes["name"].as_str()).collect();
    assert_eq!(names, ["examples/paid/fleet.yaml", "examples/paid/order.yaml"]);
    assert!(suites.iter().all(|(_, cases)| cases.len() == 1 && cases[0].outcome.is_empty()));
    assert_eq!(as_github(&marks), "");
    assert_eq!(assert_sarif(&as_sarif(&marks))["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(written(|out| gitlab::write(out, &marks)), "[]\n");
}

/// Two of the same name in one file are two for a forge, and a line above them changes no name.
#[test]
fn fingerprints_outlive_lines_that_are_put_in_above() {
    let at = |line: u32| Diagnostic::error(codes::INVALID_IMEI, Location::new("a.yaml", line, 7, 4), "not an IMEI");
    let names = |lines: &[u32]| -> Vec<String> {
        let found: Vec<Diagnostic> = lines.iter().map(|line| at(*line).at(format!("spec.sims[{line}].imei"))).collect();
        let text = written(|out| gitlab::write(out, &of_findings(&found, &Paths::default())));
        let found: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        found.as_array().expect("an array").iter().map(|one| one["fingerprint"].as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(names(&[3, 9]), names(&[4, 10]));
    assert_ne!(names(&[3, 9])[0], names(&[3, 9])[1]);
}

#[test]
fn rules_have_the_pages_of_explain() {
    let marks: Vec<Annotation> =
        CODES.iter().map(|code| Annotation::new(Level::Error, code.as_str(), code.as_str(), "wrong")).collect();
    let document = assert_sarif(&as_sarif(&marks));
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), CODES.len());
    for rule in rules {
        let page = rule["help"]["markdown"].as_str().expect("a page");
        assert!(page.starts_with(&format!("# {}", rule["id"].as_str().expect("a name"))), "{rule}");
        let title = rule["shortDescription"]["text"].as_str().expect("a title");
        assert!(title.len() < 1_024 && !title.starts_with('#'), "{title}");
    }
}

/// GitHub refuses more than 25,000 results and shows 5,000: the errors come first, and the file says so.
#[test]
fn sarif_says_what_it_leaves_out() {
    let many = |errors: usize, warnings: usize| -> Vec<Annotation> {
        let one = |level, n: usize| Annotation::new(level, "INVALID_IMEI", "INVALID_IMEI", &format!("no. {n}"));
        (0..warnings).map(|n| one(Level::Warning, n)).chain((0..errors).map(|n| one(Level::Error, n))).collect()
    };
    let said = |document: &serde_json::Value| {
        document["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().expect("an array").clone()
    };
    let document = assert_sarif(&as_sarif(&many(3, 4_997)));
    assert!(said(&document).is_empty());
    assert_eq!(document["runs"][0]["results"][2]["level"], "error");
    assert_eq!(document["runs"][0]["results"][3]["level"], "warning");
    let document = assert_sarif(&as_sarif(&many(3, 4_998)));
    assert!(said(&document)[0]["message"]["text"].as_str().expect("text").starts_with("GitHub shows 5000 of the 5001 findings"));
    let document = assert_sarif(&as_sarif(&many(3, 25_000)));
    assert!(said(&document)[0]["message"]["text"].as_str().expect("text").starts_with("25000 of 25003 findings"));
    assert_eq!(document["runs"][0]["results"].as_array().map(Vec::len), Some(25_000));
}

/// A message of a manifest is no link, and a file name no other URI.
#[test]
fn sarif_shows_texts_as_they_are() {
    let hostile = "[click](http://evil.example) \\ {0}";
    let location = Location::new("a b/%2e#c?[上].yaml", 3, 7, 4);
    let found = [Diagnostic::error(codes::INVALID_NAME, location, hostile)];
    let document = assert_sarif(&as_sarif(&of_findings(&found, &Paths::default())));
    let result = &document["runs"][0]["results"][0];
    assert_eq!(result["message"]["text"], "\\[click\\](http://evil.example) \\\\ {0}");
    let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(artifact["uri"], "a%20b/%252e%23c%3F%5B%E4%B8%8A%5D.yaml");
    assert_eq!(
        result["locations"][0]["physicalLocation"]["region"],
        serde_json::json!({"startLine": 3, "startColumn": 7, "endColumn": 11})
    );
}

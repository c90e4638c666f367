//! What `validate` found, as suites.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Outcome, Suite};
use crate::annotate::{Annotation, Level};

/// A suite for each file, in the order of their names: a case for each finding, or one that passed. `files` are all
/// that were looked at, named as the marks name them. A warning passes, and says what it has to say.
pub fn of_findings(files: impl IntoIterator<Item = String>, marks: &[Annotation]) -> Vec<Suite> {
    let mut names: BTreeSet<String> = files.into_iter().collect();
    let mut cases: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for mark in marks {
        // Every finding has a file.
        let file = mark.spot().map_or("", |spot| spot.file.as_str());
        names.insert(file.to_owned());
        cases.entry(file).or_default().push(case(mark));
    }
    let valid = || vec![Case { name: "valid".to_owned(), spot: None, outcome: Outcome::Passed(None) }];
    names.into_iter().map(|name| Suite { cases: cases.remove(name.as_str()).unwrap_or_else(valid), name }).collect()
}

fn case(mark: &Annotation) -> Case {
    let outcome = match mark.level() {
        Level::Error => Outcome::Failed { kind: mark.rule().to_owned(), message: mark.message().to_owned(), text: mark.text() },
        Level::Warning | Level::Notice => Outcome::Passed(Some(mark.text())),
    };
    let line = mark.spot().map(|spot| spot.line).filter(|line| *line > 0);
    let name = line.map_or_else(|| mark.rule().to_owned(), |line| format!("{} in line {line}", mark.rule()));
    Case { name, spot: mark.spot().cloned(), outcome }
}

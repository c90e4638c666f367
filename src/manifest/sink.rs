//! Where diagnostics are collected.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Location, codes, sort};

/// The most problems that are kept: nobody reads more, and a gigabyte of junk must not become ten of
/// messages.
pub(crate) const MOST_PROBLEMS: usize = 10_000;

/// The same for one document of many that are judged apart: what is wrong with one must not hide what is wrong
/// with another.
pub(crate) const MOST_PROBLEMS_OF_A_FILE: usize = 1_000;

/// A place with the path of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) route: String,
}

impl Place {
    /// An error there.
    pub(crate) fn error(self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.location, message).at(self.route)
    }
}

/// All problems of all files.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    kept: Vec<Diagnostic>,
    /// How many were not kept, and of which file the last one was.
    dropped: BTreeMap<Scope, (usize, Arc<str>)>,
    /// How many were kept, where each file has a limit of its own.
    by_file: Option<BTreeMap<Arc<str>, usize>>,
}

/// What a limit is for: all files, or one.
type Scope = Option<Arc<str>>;

impl Sink {
    /// A sink in which each file has a limit of its own.
    pub(crate) fn by_file() -> Self {
        Self { by_file: Some(BTreeMap::new()), ..Self::default() }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let file = &diagnostic.location.file;
        let (scope, is_full) = match &mut self.by_file {
            None => (None, self.kept.len() >= MOST_PROBLEMS),
            Some(counts) => {
                let count = counts.entry(Arc::clone(file)).or_default();
                *count += 1;
                (Some(Arc::clone(file)), *count > MOST_PROBLEMS_OF_A_FILE)
            }
        };
        if is_full {
            let dropped = self.dropped.entry(scope).or_insert_with(|| (0, Arc::clone(file)));
            *dropped = (dropped.0 + 1, diagnostic.location.file);
        } else {
            self.kept.push(diagnostic);
        }
    }

    /// The value, or nothing and its problem here.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Box<Diagnostic>>) -> Option<T> {
        result.map_err(|diagnostic| self.push(*diagnostic)).ok()
    }

    /// Everything, sorted.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        sort(&mut self.kept);
        for (scope, (dropped, file)) in self.dropped {
            let message = match scope {
                None => format!("{dropped} more problems are not listed, the last of them in {file}"),
                Some(_) => format!("{dropped} more problems are not listed"),
            };
            self.kept.push(
                Diagnostic::error(codes::TOO_MANY_PROBLEMS, Location::of_file(file), message)
                    .help("mend the listed ones first; one cause often makes many"),
            );
        }
        self.kept
    }
}

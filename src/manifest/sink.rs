//! Where diagnostics are collected.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Location, codes, sort};

/// The most problems that are kept: nobody reads more, and a gigabyte of junk must not become ten of
/// messages.
pub(crate) const MOST_PROBLEMS: usize = 10_000;

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
    dropped: usize,
    last_file: Option<Arc<str>>,
}

impl Sink {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < MOST_PROBLEMS {
            self.kept.push(diagnostic);
        } else {
            self.dropped += 1;
            self.last_file = Some(diagnostic.location.file);
        }
    }

    /// The value, or nothing and its problem here.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Box<Diagnostic>>) -> Option<T> {
        result.map_err(|diagnostic| self.push(*diagnostic)).ok()
    }

    /// Everything, sorted.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        sort(&mut self.kept);
        if let Some(file) = self.last_file {
            let message = format!("{} more problems are not listed, the last of them in {file}", self.dropped);
            self.kept.push(
                Diagnostic::error(codes::TOO_MANY_PROBLEMS, Location::of_file(file), message)
                    .help("mend the listed ones first; one cause often makes many"),
            );
        }
        self.kept
    }
}

//! What is to be said of one object.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::controller::object::{Object, ObjectKind};
use crate::diag::{Code, Diagnostic};

/// Whether an object counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is valid, alone and together with the others.
    Accepted,
    /// It is not, and the account is kept as if it were not there.
    Refused,
    /// A fleet that is being deleted: its lines stay as they are, and nobody declares them any more.
    Orphaned,
}

/// An object, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Arc<str>,
    /// The `metadata.generation` that was looked at.
    pub generation: i64,
    /// Whether it counts.
    pub standing: Standing,
    /// Whether it is a fleet with `paused: true`.
    pub is_paused: bool,
    /// Everything that is wrong with it, and warnings; one that is accepted has only those.
    pub findings: Vec<Diagnostic>,
}

/// The most problems that a message lists, and the most bytes that it has: it stands in a status.
const MOST_LISTED: usize = 20;
const MOST_BYTES: usize = 8 << 10;

impl Judged {
    pub(super) fn new(object: &Object, standing: Standing, is_paused: bool, findings: Vec<Diagnostic>) -> Self {
        let Object { kind, name, generation, .. } = object;
        let name = Arc::clone(name);
        Self { kind: *kind, name, generation: *generation, standing, is_paused, findings }
    }

    /// The code of its first error. `None`: it has none.
    pub fn code(&self) -> Option<Code> {
        self.findings.iter().find(|finding| finding.is_error()).map(|finding| finding.code)
    }

    /// Everything that is wrong with it, a line each, errors first; empty where nothing is.
    ///
    /// `DUPLICATE_MSISDN: 08012345678 is declared twice; it is declared here already: SimFleet/kanto; remove one of the two`
    pub fn message(&self) -> String {
        let (errors, warnings): (Vec<_>, Vec<_>) = self.findings.iter().partition(|finding| finding.is_error());
        let mut text = String::new();
        let mut listed = 0;
        for finding in errors.iter().chain(&warnings).take(MOST_LISTED) {
            let line = self.line(finding);
            if text.len() + line.len() > MOST_BYTES {
                break;
            }
            listed += 1;
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(&line);
        }
        let more = self.findings.len() - listed;
        if more > 0 {
            let separator = if text.is_empty() { "" } else { "\n" };
            let _ = write!(text, "{separator}and {more} more");
        }
        text
    }

    fn line(&self, finding: &Diagnostic) -> String {
        let Diagnostic { location, severity: _, code, message, route, help, related } = finding;
        let mut text = format!("{code}: ");
        let here = format!("{}/{}", self.kind.as_str(), self.name);
        match (*location.file == *here, route.is_empty()) {
            (true, true) => {}
            (true, false) => {
                let _ = write!(text, "{route}: ");
            }
            (false, _) => {
                // A roster's text has lines, and its fields are columns.
                let _ = write!(text, "{location}: ");
            }
        }
        text.push_str(message);
        for other in related {
            let _ = write!(text, "; {}: {}", other.message, other.location);
        }
        if let Some(help) = help {
            let _ = write!(text, "; {help}");
        }
        text
    }
}

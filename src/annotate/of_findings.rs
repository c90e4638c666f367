//! What `validate` found, as marks.

use crate::annotate::{Annotation, Level, Paths};
use crate::diag::{Diagnostic, Severity};

/// A mark for each finding, in their order.
pub fn of_findings(diagnostics: &[Diagnostic], paths: &Paths) -> Vec<Annotation> {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let Diagnostic { location, severity, code, message, route, help, related } = diagnostic;
            let level = match severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
            };
            let mut mark = Annotation::new(level, code.as_str(), code.as_str(), message).at(Some(paths.of_location(location)));
            if !route.is_empty() {
                mark = mark.detail(&format!("in {route}"));
            }
            if let Some(help) = help {
                mark = mark.help(help);
            }
            related.iter().fold(mark, |mark, other| mark.related(&other.message, paths.of_location(&other.location)))
        })
        .collect()
}

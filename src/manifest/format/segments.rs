//! A text, document by document. A line that begins with `---` or `...` parts documents wherever it stands (YAML 1.2,
//! 9.1.2): nothing else may hold one.

use crate::manifest::line_end::LineEnd;

/// A document and the line before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) struct Segment {
    /// `---` with what stands behind it; empty before the first one.
    pub(super) marker: String,
    pub(in crate::manifest) body: String,
}

impl Segment {
    /// Without blanks at the end of the marker.
    pub(super) fn tidy_marker(&mut self) {
        if self.marker.ends_with('\n') {
            let end = LineEnd::of(&self.marker);
            self.marker.truncate(self.marker.trim_end().len());
            self.marker.push_str(end.as_str());
        }
    }
}

pub(in crate::manifest) fn split(text: &str) -> Vec<Segment> {
    let mut segments = vec![Segment { marker: String::new(), body: String::new() }];
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let rest = content.strip_prefix("---").or_else(|| content.strip_prefix("..."));
        // A document may begin behind the marker: then its line is left to it.
        let parts = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']) && rest.trim().starts_with('#'));
        if parts {
            segments.push(Segment { marker: line.to_owned(), body: String::new() });
        } else if let Some(last) = segments.last_mut() {
            last.body.push_str(line);
        }
    }
    segments
}

/// Segments as one text; a marker begins a line.
pub(in crate::manifest) fn join(segments: &[Segment]) -> String {
    let mut text = String::new();
    for Segment { marker, body } in segments {
        text.push_str(marker);
        if !marker.is_empty() && !marker.ends_with('\n') && !body.is_empty() {
            text.push('\n');
        }
        text.push_str(body);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{join, split};

    #[test]
    fn texts_come_apart_at_markers_only() {
        let text = "a: 1\n--- # two\nb: |\n  ---\n---x\n...\n---\r\nc";
        let segments = split(text);
        let bodies: Vec<&str> = segments.iter().map(|segment| segment.body.as_str()).collect();
        assert_eq!(bodies, ["a: 1\n", "b: |\n  ---\n---x\n", "", "c"]);
        assert_eq!(join(&segments), text);
    }
}

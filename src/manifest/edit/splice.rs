//! Small replacements in a text, and where its lines begin.

/// A part of a text that is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) struct Splice {
    /// The byte at which it begins.
    pub(in crate::manifest) at: usize,
    /// Bytes that go.
    pub(in crate::manifest) remove: usize,
    /// What comes instead.
    pub(in crate::manifest) insert: String,
}

/// Makes replacements that do not overlap; of several at one place the first one stands first.
pub(in crate::manifest) fn splice(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|splice| splice.at);
    let mut whole = String::with_capacity(text.len() + splices.len() * 16);
    let mut from = 0;
    for Splice { at, remove, insert } in &splices {
        whole.push_str(text.get(from..*at).unwrap_or_default());
        whole.push_str(insert);
        from = at + remove;
    }
    whole.push_str(text.get(from..).unwrap_or_default());
    whole
}

/// Where the lines of a text begin.
pub(in crate::manifest) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(in crate::manifest) fn new(text: &'t str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// The byte at which a line begins, counted from 1.
    pub(in crate::manifest) fn start(&self, line: u32) -> Option<usize> {
        self.starts.get(usize::try_from(line).ok()?.checked_sub(1)?).copied()
    }

    /// The byte at a place in characters, counted from 1. It may be the end of the text.
    pub(in crate::manifest) fn byte(&self, line: u32, column: u32) -> Option<usize> {
        let start = self.start(line)?;
        let nth = usize::try_from(column).ok()?.checked_sub(1)?;
        let rest = self.text.get(start..)?;
        match rest.char_indices().nth(nth) {
            Some((at, _)) => Some(start + at),
            None => (rest.chars().count() == nth).then_some(self.text.len()),
        }
    }

    /// So many characters from a byte on.
    pub(in crate::manifest) fn part(&self, at: usize, characters: u32) -> Option<&'t str> {
        let rest = self.text.get(at..)?;
        let nth = usize::try_from(characters).ok()?;
        let end = rest.char_indices().nth(nth).map_or(rest.len(), |(end, _)| end);
        rest.get(..end)
    }

    /// The text between two bytes.
    pub(in crate::manifest) fn between(&self, from: usize, to: usize) -> Option<&'t str> {
        self.text.get(from..to)
    }

    /// The byte at which the line of a byte ends, and its line end (empty at the end of the text).
    pub(in crate::manifest) fn end(&self, at: usize) -> (usize, &'t str) {
        let rest = self.text.get(at..).unwrap_or_default();
        match rest.find('\n') {
            None => (self.text.len(), ""),
            Some(end) if rest.get(..end).is_some_and(|line| line.ends_with('\r')) => (at + end - 1, "\r\n"),
            Some(end) => (at + end, "\n"),
        }
    }
}

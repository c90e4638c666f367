//! What stands between two values: blank lines, comments, and the marks of a block.

/// A line that is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trivia {
    Blank,
    Comment(String),
}

/// A gap, line by line.
#[derive(Debug)]
pub(super) struct Gap<'t> {
    /// The comment behind the value before, with the blanks in front of it.
    pub(super) trailing: Option<String>,
    /// The lines of its own, with the column at which each begins; blank lines have none.
    pub(super) lines: Vec<(usize, Trivia)>,
    /// What stands before the next value on its line.
    pub(super) last: &'t str,
    /// Whether the next value is on another line.
    pub(super) breaks: bool,
}

impl<'t> Gap<'t> {
    /// The gap between two bytes. `None`: something else stands there.
    pub(super) fn read(text: &'t str, from: usize, to: usize) -> Option<Self> {
        let whole = text.get(from..to)?;
        let at_start = from == 0;
        let Some((before, last)) = whole.rsplit_once('\n') else {
            return Some(Self { trailing: None, lines: Vec::new(), last: whole, breaks: at_start });
        };
        let mut lines: Vec<(usize, Trivia)> = Vec::new();
        let mut trailing = None;
        for (nth, line) in before.split('\n').enumerate() {
            let content = line.trim();
            if nth == 0 && !at_start {
                if !content.is_empty() {
                    is_comment(content).then_some(())?;
                    trailing = Some(line.trim_end().to_owned());
                }
                continue;
            }
            if content.is_empty() {
                if !matches!(lines.last(), Some((_, Trivia::Blank))) {
                    lines.push((0, Trivia::Blank));
                }
                continue;
            }
            is_comment(content).then_some(())?;
            let column = line.len() - line.trim_start_matches(' ').len();
            lines.push((column, Trivia::Comment(content.to_owned())));
        }
        Some(Self { trailing, lines, last, breaks: true })
    }

    /// The gap behind the last value.
    pub(super) fn read_end(text: &'t str, from: usize) -> Option<Self> {
        let end = text.len();
        let mut gap = Self::read(text, from, end)?;
        let last = std::mem::take(&mut gap.last).trim();
        if last.is_empty() {
            return Some(gap);
        }
        // The text ends without a line end.
        is_comment(last).then_some(())?;
        if gap.breaks {
            let column = text.rsplit('\n').next().map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
            gap.lines.push((column, Trivia::Comment(last.to_owned())));
        } else {
            gap.trailing = text.get(from..end).map(|rest| rest.trim_end().to_owned());
        }
        Some(gap)
    }
}

/// The dash of an item that begins between two bytes: it stands on the item's line, or alone above it. Between two values
/// there is nothing else but blanks and comments.
pub(in crate::manifest) fn dash(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    for line in text.get(from..to)?.split_inclusive('\n') {
        let content = line.trim_start();
        match content.chars().next() {
            Some('-') => return Some(at + line.len() - content.len()),
            None | Some('#') => at += line.len(),
            Some(_) => return None,
        }
    }
    None
}

fn is_comment(content: &str) -> bool {
    content.starts_with('#')
}

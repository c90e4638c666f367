//! Blanks only: for documents that are not laid out anew.

use super::raw::long_scalars;

/// Without blanks at the ends of lines, and with no more than one blank line between others; texts of several lines stay.
/// `None`: it is not YAML.
pub(super) fn tidy(text: &str) -> Option<String> {
    let line_of = |at: usize| text.get(..at).map(|before| before.matches('\n').count());
    let mut kept = Vec::new();
    for (from, to) in long_scalars(text)? {
        let end = text.get(..to)?.trim_end_matches(' ').len();
        // A text behind `|` ends where the next line begins.
        let last = if text.get(..end)?.ends_with('\n') { line_of(end)?.checked_sub(1)? } else { line_of(to)? };
        kept.push((line_of(from)?, last));
    }
    let mut kept = kept.into_iter().peekable();
    let mut lines: Vec<&str> = Vec::new();
    for (nth, line) in text.split('\n').enumerate() {
        while kept.next_if(|(_, last)| *last < nth).is_some() {}
        if kept.peek().is_some_and(|(first, _)| *first <= nth) {
            lines.push(line);
            continue;
        }
        let line = line.trim_end();
        if !(line.is_empty() && lines.last().is_none_or(|before| before.is_empty())) {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    Some(lines.join("\n") + "\n")
}

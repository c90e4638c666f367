//! A document's lines, written out.

use super::gap::Trivia;
use super::keys::{Place, order};
use super::tree::{Block, Body, Item, Pair};

/// Writes a document. `sort`: the lines of its lists by number.
pub(super) fn print(head: &[Trivia], mut document: Block<Pair>, sort: bool) -> Option<String> {
    let mut printer = Printer { lines: Vec::new(), sort };
    let blank = usize::from(head.first() == Some(&Trivia::Blank));
    printer.trivia(head.get(blank..).unwrap_or_default(), 0);
    let tail = std::mem::take(&mut document.tail);
    printer.mapping(document, 0, None)?;
    printer.trivia(&tail, 0);
    let mut text = printer.lines.join("\n");
    text.truncate(text.trim_end_matches('\n').len());
    text.push('\n');
    Some(text)
}

struct Printer {
    lines: Vec<String>,
    sort: bool,
}

impl Printer {
    fn trivia(&mut self, lines: &[Trivia], indent: usize) {
        for line in lines {
            self.lines.push(match line {
                Trivia::Blank => String::new(),
                Trivia::Comment(text) => format!("{}{text}", " ".repeat(indent)),
            });
        }
    }

    /// `dash`: what stands before the first key on its line.
    fn mapping(&mut self, block: Block<Pair>, indent: usize, dash: Option<String>) -> Option<()> {
        let Block { place, mut children, tail, .. } = block;
        arrange(&mut children, place, dash.is_some());
        let mut prefix = dash;
        for (nth, Pair { mut leading, key, name: _, value, trailing, below }) in children.into_iter().enumerate() {
            if nth == 0 && leading.first() == Some(&Trivia::Blank) {
                leading.remove(0);
            }
            if prefix.is_some() && !leading.is_empty() {
                return None;
            }
            self.trivia(&leading, indent);
            let before = prefix.take().unwrap_or_else(|| " ".repeat(indent));
            self.value(&format!("{before}{key}:"), value, trailing, indent)?;
            self.trivia(&below, indent + 2);
        }
        self.trivia(&tail, indent);
        Some(())
    }

    fn sequence(&mut self, block: Block<Item>, indent: usize) -> Option<()> {
        let Block { place, mut children, tail, .. } = block;
        if self.sort && place == Place::Line && children.iter().all(|item| item.msisdn.is_some()) {
            children.sort_by_key(|item| item.msisdn);
        }
        for (nth, Item { mut leading, value, trailing, below, msisdn: _ }) in children.into_iter().enumerate() {
            if nth == 0 && leading.first() == Some(&Trivia::Blank) {
                leading.remove(0);
            }
            self.trivia(&leading, indent);
            let dash = format!("{}-", " ".repeat(indent));
            match value {
                Body::Mapping(block) => self.mapping(block, indent + 2, Some(format!("{dash} ")))?,
                Body::Line(_) | Body::Lines { .. } => self.value(&dash, value, trailing, indent + 2)?,
                Body::Sequence(_) => return None,
            }
            self.trivia(&below, indent + 2);
        }
        self.trivia(&tail, indent);
        Some(())
    }

    /// What stands behind a key or a dash; `indent` is the column of that key, or of what is behind the dash.
    fn value(&mut self, before: &str, value: Body, trailing: Option<String>, indent: usize) -> Option<()> {
        let trailing = trailing.unwrap_or_default();
        match value {
            Body::Line(text) if text.is_empty() => self.lines.push(format!("{before}{trailing}")),
            Body::Line(text) => self.lines.push(format!("{before} {text}{trailing}")),
            Body::Lines { first, mut rest, column } => {
                if let Some(last) = rest.last_mut() {
                    last.push_str(&trailing);
                }
                self.lines.push(format!("{before} {first}"));
                self.lines.extend(rest.into_iter().map(|line| shift(line, column, indent)));
            }
            Body::Mapping(block) => {
                self.lines.push(format!("{before}{trailing}"));
                self.mapping(block, indent + 2, None)?;
            }
            Body::Sequence(block) => {
                self.lines.push(format!("{before}{trailing}"));
                self.sequence(block, indent + 2)?;
            }
        }
        Some(())
    }
}

/// Puts keys in their order. Behind a dash only a key without comments before it can be the first.
fn arrange(children: &mut [Pair], place: Place, has_dash: bool) {
    let listed = order(place);
    let rank = |pair: &Pair| listed.iter().position(|known| *known == pair.name).unwrap_or(listed.len());
    let first = children.iter().min_by_key(|pair| rank(pair));
    if has_dash && first.is_some_and(|pair| !pair.leading.is_empty()) {
        return;
    }
    children.sort_by_key(rank);
}

/// A line that moves with the one it hangs on.
fn shift(line: String, from: usize, to: usize) -> String {
    if line.is_empty() {
        return line;
    }
    if to >= from {
        return format!("{}{line}", " ".repeat(to - from));
    }
    let blanks = line.len() - line.trim_start_matches(' ').len();
    line.get(blanks.min(from - to)..).unwrap_or_default().to_owned()
}

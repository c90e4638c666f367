//! Whose a comment is: the line's before it, the block's that it stands in, or the next one's.

use super::gap::Trivia;
use super::tree::{Block, Body, Child};

/// Puts the comment behind the end of a document where it belongs.
pub(super) fn trail<T: Child>(children: &mut [T], comment: Option<String>) -> Option<()> {
    match comment {
        None => Some(()),
        Some(comment) => set_trailing(children.last_mut()?, comment),
    }
}

/// Puts a comment behind the last line of something.
pub(super) fn set_trailing<T: Child>(child: &mut T, comment: String) -> Option<()> {
    match child.body() {
        Body::Mapping(block) => set_trailing(block.children.last_mut()?, comment),
        Body::Sequence(block) => set_trailing(block.children.last_mut()?, comment),
        Body::Line(_) | Body::Lines { .. } => {
            let slot = child.trailing();
            slot.is_none().then(|| *slot = Some(comment))
        }
    }
}

/// Gives the comments that stand deeper than `column` to what they are indented into, and the rest back.
pub(super) fn attach<T: Child>(before: &mut T, column: usize, lines: Vec<(usize, Trivia)>) -> Vec<(usize, Trivia)> {
    let mut rest = Vec::new();
    let mut blank = false;
    let mut lines = lines.into_iter();
    for (at, line) in lines.by_ref() {
        if line == Trivia::Blank {
            blank = true;
            continue;
        }
        // An entry that was commented out stays in its list.
        let is_item =
            |line: &Trivia| matches!(line, Trivia::Comment(text) if text.trim_start_matches(['#', ' ']).starts_with("- "));
        let is_deeper = at > column || at == column && is_item(&line);
        let has_blank = std::mem::take(&mut blank);
        if let Some(tail) = level(before, column, at).filter(|_| is_deeper) {
            tail.extend(has_blank.then_some(Trivia::Blank));
            tail.push(line);
        } else {
            rest.extend(has_blank.then_some((0, Trivia::Blank)));
            rest.push((at, line));
            break;
        }
    }
    if blank {
        rest.push((0, Trivia::Blank));
    }
    rest.extend(lines);
    rest
}

/// The end of the deepest value that a comment at this column may belong to; `column` is that of the key or the dash.
fn level<T: Child>(child: &mut T, column: usize, at: usize) -> Option<&mut Vec<Trivia>> {
    // What stands behind a comment of an outer value cannot belong to an inner one.
    let is_over = !child.below().is_empty();
    let holds = match child.body() {
        _ if is_over => false,
        // What is behind `|` would take a comment for text.
        Body::Lines { first, .. } if first.starts_with(['|', '>']) => return None,
        Body::Line(_) | Body::Lines { .. } => false,
        Body::Mapping(block) => block.column <= at,
        Body::Sequence(block) => block.column <= at,
    };
    if !holds {
        return (at > column).then(|| child.below());
    }
    match child.body() {
        Body::Line(_) | Body::Lines { .. } => None,
        Body::Mapping(block) => Some(deepest(block, at)),
        Body::Sequence(block) => Some(deepest(block, at)),
    }
}

fn deepest<T: Child>(block: &mut Block<T>, at: usize) -> &mut Vec<Trivia> {
    let Block { column, children, tail, .. } = block;
    match children.last_mut().and_then(|last| level(last, *column, at)) {
        Some(inner) if tail.is_empty() => inner,
        Some(_) | None => tail,
    }
}

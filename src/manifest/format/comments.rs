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

/// Gives the comments that stand deeper than `column` to the block before them, and the rest back.
pub(super) fn attach(body: &mut Body, column: usize, lines: Vec<(usize, Trivia)>) -> Vec<(usize, Trivia)> {
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
        if let Some(tail) = level(body, at).filter(|_| is_deeper) {
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

/// The end of the deepest block that a comment at this column may belong to.
fn level(body: &mut Body, at: usize) -> Option<&mut Vec<Trivia>> {
    match body {
        Body::Line(_) | Body::Lines { .. } => None,
        Body::Mapping(block) => deepest(block, at),
        Body::Sequence(block) => deepest(block, at),
    }
}

fn deepest<T: Child>(block: &mut Block<T>, at: usize) -> Option<&mut Vec<Trivia>> {
    if block.column > at {
        return None;
    }
    let Block { children, tail, .. } = block;
    // What stands behind a comment of an outer block cannot belong to an inner one.
    if !tail.is_empty() {
        return Some(tail);
    }
    match children.last_mut().and_then(|last| level(last.body(), at)) {
        Some(inner) => Some(inner),
        None => Some(tail),
    }
}

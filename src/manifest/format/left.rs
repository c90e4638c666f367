//! What is not laid out anew, and why: nobody is to take for formatted what is not.

use granit_parser::Event;

use super::raw::{bytes, events};

/// A place of a document that keeps it from being laid out anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    /// Its line in the text, from 1.
    pub(super) line: u32,
    pub(super) why: String,
}

impl Left {
    pub(super) fn at(text: &str, at: usize, why: impl Into<String>) -> Self {
        let before = text.get(..at).unwrap_or_default().matches('\n').count();
        Self { line: u32::try_from(before + 1).unwrap_or(u32::MAX), why: why.into() }
    }

    /// Why a document stays; `reached` is the last byte that was understood.
    pub(super) fn of(text: &str, reached: usize) -> Self {
        match what_a_person_moves(text) {
            Some((at, what)) => {
                Self::at(text, at, format!("{what} stands here, and what shares values only a person should move"))
            }
            None => Self::at(text, reached, "what begins here is written in a way that is left alone"),
        }
    }
}

/// The first anchor, alias or tag.
fn what_a_person_moves(text: &str) -> Option<(usize, &'static str)> {
    for event in events(text) {
        let (event, span) = event?;
        let (start, _) = bytes(span)?;
        if let Event::Alias(_) = event {
            return Some((start, "an alias"));
        }
        let (Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag)) =
            &event
        else {
            continue;
        };
        // The value may begin on a later line than what stands before it.
        let mark = |mark: char| text.get(..=start).and_then(|before| before.rfind(mark)).unwrap_or(start);
        if *anchor != 0 {
            return Some((mark('&'), "an anchor"));
        }
        if tag.is_some() {
            return Some((mark('!'), "a tag"));
        }
    }
    None
}

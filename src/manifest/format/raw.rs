//! The values of one document with the bytes they take, and its comments.

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle, options};

use crate::manifest::locate::MAX_DEPTH;

/// A value.
#[derive(Debug)]
pub(in crate::manifest) struct Raw {
    /// Its first byte.
    pub(in crate::manifest) start: usize,
    /// The byte behind it; of a block behind its last value.
    pub(in crate::manifest) end: usize,
    pub(in crate::manifest) kind: RawKind,
}

#[derive(Debug)]
pub(in crate::manifest) enum RawKind {
    Scalar { text: String, style: ScalarStyle },
    Sequence { is_flow: bool, items: Vec<Raw> },
    Mapping { is_flow: bool, pairs: Vec<(Raw, Raw)> },
}

impl Raw {
    /// A key of a mapping, and its value.
    pub(in crate::manifest) fn field(&self, name: &str) -> Option<(&Self, &Self)> {
        let RawKind::Mapping { pairs, .. } = &self.kind else { return None };
        pairs.iter().find(|(key, _)| key.text() == Some(name)).map(|(key, value)| (key, value))
    }

    /// What a scalar says.
    pub(in crate::manifest) fn text(&self) -> Option<&str> {
        match &self.kind {
            RawKind::Scalar { text, .. } => Some(text),
            RawKind::Sequence { .. } | RawKind::Mapping { .. } => None,
        }
    }
}

/// A comment: the byte at which its `#` stands, and all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) struct Comment {
    pub(in crate::manifest) at: usize,
    pub(in crate::manifest) text: String,
}

pub(super) fn events(text: &str) -> impl Iterator<Item = Option<(Event<'_>, Span)>> {
    let options = options! {
        flow_nesting_limit: MAX_DEPTH * 2,
        block_nesting_limit: MAX_DEPTH * 2,
        max_buffered_comment_events: usize::MAX,
    };
    Parser::new_from_str_with_options(text, options).map(Result::ok)
}

pub(super) fn bytes(span: Span) -> Option<(usize, usize)> {
    Some((span.start.byte_offset()?, span.end.byte_offset()?))
}

/// The comments of a text, in its order. `None`: it is not YAML.
pub(super) fn comments(text: &str) -> Option<Vec<String>> {
    let all = placed_comments(text)?;
    Some(all.into_iter().map(|comment| comment.text).collect())
}

/// The comments of a text with their places, in its order. `None`: it is not YAML.
pub(in crate::manifest) fn placed_comments(text: &str) -> Option<Vec<Comment>> {
    let mut comments = Vec::new();
    for event in events(text) {
        let (event, span) = event?;
        if let Event::Comment(..) = event {
            let (at, end) = bytes(span)?;
            // A line ends before its CR, too.
            comments.push(Comment { at, text: text.get(at..end)?.trim_end().to_owned() });
        }
    }
    comments.sort_by_key(|comment| comment.at);
    Some(comments)
}

/// Where the scalars that take several lines begin and end, in bytes.
pub(super) fn long_scalars(text: &str) -> Option<Vec<(usize, usize)>> {
    let mut places = Vec::new();
    for event in events(text) {
        let (event, span) = event?;
        if let Event::Scalar(..) = event {
            let (from, to) = bytes(span)?;
            if text.get(from..to)?.contains('\n') {
                places.push((from, to));
            }
        }
    }
    Some(places)
}

/// The byte behind a value that stands in a text. A text behind `|` ends before the blank lines behind it, and a value
/// that is not written at all behind its colon.
pub(in crate::manifest) fn end_of(text: &str, value: &Raw) -> Option<usize> {
    match &value.kind {
        RawKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => {
            let source = text.get(..value.end)?;
            let mut end = value.end;
            for line in source.rsplit('\n') {
                if !line.trim().is_empty() {
                    break;
                }
                end = end.checked_sub(line.len() + 1)?;
            }
            Some(end)
        }
        RawKind::Scalar { .. } | RawKind::Mapping { is_flow: true, .. } | RawKind::Sequence { is_flow: true, .. } => {
            Some(value.end)
        }
        RawKind::Mapping { pairs, .. } => {
            let (key, value) = pairs.last()?;
            if value.start == value.end {
                let after = text.get(key.end..)?;
                return Some(key.end + after.find(':')? + 1);
            }
            end_of(text, value)
        }
        RawKind::Sequence { items, .. } => end_of(text, items.last()?),
    }
}

/// The value of a text that is one document. `None` where it has what only a person should move: anchors, aliases, tags,
/// no value at all.
pub(in crate::manifest) fn raw(text: &str) -> Option<Raw> {
    enum Open {
        Sequence { start: usize, is_flow: bool, items: Vec<Raw> },
        Mapping { start: usize, is_flow: bool, key: Option<Raw>, pairs: Vec<(Raw, Raw)> },
    }
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in events(text) {
        let (event, span) = event?;
        let (start, end) = bytes(span)?;
        let done = match event {
            Event::Scalar(value, style, 0, None) => Raw { start, end, kind: RawKind::Scalar { text: value.into_owned(), style } },
            Event::SequenceStart(style, 0, None) => {
                open.push(Open::Sequence { start, is_flow: style == StructureStyle::Flow, items: Vec::new() });
                continue;
            }
            Event::MappingStart(style, 0, None) => {
                open.push(Open::Mapping { start, is_flow: style == StructureStyle::Flow, key: None, pairs: Vec::new() });
                continue;
            }
            Event::SequenceEnd => match open.pop()? {
                Open::Sequence { start, is_flow, items } => {
                    let last = items.last().map_or(start, |item| item.end);
                    let end = if is_flow { end } else { last };
                    Raw { start, end, kind: RawKind::Sequence { is_flow, items } }
                }
                Open::Mapping { .. } => return None,
            },
            Event::MappingEnd => match open.pop()? {
                Open::Mapping { start, is_flow, key: None, pairs } => {
                    let last = pairs.last().map_or(start, |(_, value)| value.end);
                    let end = if is_flow { end } else { last };
                    Raw { start, end, kind: RawKind::Mapping { is_flow, pairs } }
                }
                Open::Mapping { .. } | Open::Sequence { .. } => return None,
            },
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd | Event::Comment(..) => {
                continue;
            }
            // Anchors, aliases and tags.
            Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..)
            | Event::Alias(_)
            | Event::Anchor(..)
            | Event::UnresolvedAlias(_)
            | _ => return None,
        };
        match open.last_mut() {
            None if root.is_some() => return None,
            None => root = Some(done),
            Some(Open::Sequence { items, .. }) => items.push(done),
            Some(Open::Mapping { key, pairs, .. }) => match key.take() {
                None => *key = Some(done),
                Some(key) => pairs.push((key, done)),
            },
        }
    }
    root
}

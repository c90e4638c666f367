//! The values of a document with the bytes they take, as its lines.

use std::cell::Cell;

use granit_parser::ScalarStyle;

use super::comments::{attach, set_trailing, trail};
use super::flow::{self, Written};
use super::gap::{Gap, Trivia, dash};
use super::keys::{Place, below, is_identifier};
use super::raw::{Comment, Raw, RawKind, end_of};
use super::tree::{Block, Body, Child, Item, Pair};
use crate::domain::Msisdn;

/// The document, and the comments at its head: they are about all of it, whichever key comes first. `None`: it is laid out in a way that is left alone.
/// `reached`: how far it came.
pub(super) fn tree(
    text: &str,
    (raw, comments): (&Raw, &[Comment]),
    place: Place,
    reached: &Cell<usize>,
) -> Option<(Vec<Trivia>, Block<Pair>)> {
    let first = Gap::read(text, 0, raw.start)?;
    let reader = Reader { text, comments, reached };
    let RawKind::Mapping { is_flow: false, pairs } = &raw.kind else { return None };
    let mut block = reader.mapping(pairs, place, first)?;
    let gap = Gap::read_end(text, raw.end)?;
    trail(&mut block.children, gap.trailing)?;
    let rest = block.children.last_mut().map_or(Vec::new(), |last| attach(last, block.column, gap.lines));
    block.tail = rest.into_iter().map(|(_, line)| line).collect();
    let head = block.children.first_mut().map(|first| std::mem::take(&mut first.leading));
    Some((head.unwrap_or_default(), block))
}

struct Reader<'t> {
    text: &'t str,
    comments: &'t [Comment],
    reached: &'t Cell<usize>,
}

impl Reader<'_> {
    fn mapping(&self, pairs: &[(Raw, Raw)], place: Place, first: Gap<'_>) -> Option<Block<Pair>> {
        let column = self.column(pairs.first()?.0.start)?;
        let mut children: Vec<Pair> = Vec::with_capacity(pairs.len());
        let mut before = Some(first);
        let mut end = 0;
        for (key, value) in pairs {
            self.reached.set(key.start);
            let gap = if let Some(first) = before.take() {
                first
            } else {
                let gap = Gap::read(self.text, end, key.start)?;
                (gap.breaks && gap.last.trim().is_empty()).then_some(())?;
                gap
            };
            (self.column(key.start)? == column).then_some(())?;
            // Behind a dash the first key has no comments of its own.
            let leading = Self::between(&mut children, column, gap)?;
            let RawKind::Scalar { text: name, style } = &key.kind else { return None };
            matches!(style, ScalarStyle::Plain | ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted).then_some(())?;
            let written = self.text.get(key.start..key.end)?;
            if written.is_empty() || written.contains('\n') || children.iter().any(|child| child.name == *name) {
                return None;
            }
            let after = self.text.get(key.end..)?;
            let colon = key.end + (after.len() - after.trim_start_matches(' ').len());
            self.text.get(colon..)?.starts_with(':').then_some(())?;
            let (body, trailing, value_end) = self.value(value, colon + 1, (place, name), column)?;
            end = value_end;
            children.push(Pair {
                leading,
                key: written.to_owned(),
                name: name.clone(),
                value: body,
                trailing,
                below: Vec::new(),
            });
        }
        Some(Block { column, place, children, tail: Vec::new() })
    }

    /// Shares a gap out: the end of the line before, what belongs to the block before, and what belongs to the next one.
    fn between<T: Child>(children: &mut [T], column: usize, gap: Gap<'_>) -> Option<Vec<Trivia>> {
        let rest = match children.last_mut() {
            None => {
                gap.trailing.is_none().then_some(())?;
                gap.lines
            }
            Some(last) => {
                if let Some(comment) = gap.trailing {
                    set_trailing(last, comment)?;
                }
                attach(last, column, gap.lines)
            }
        };
        Some(rest.into_iter().map(|(_, line)| line).collect())
    }

    /// What stands behind a colon, the comment on the key's line if the value is a block, and where it ends.
    fn value(
        &self,
        value: &Raw,
        from: usize,
        (place, key): (Place, &str),
        column: usize,
    ) -> Option<(Body, Option<String>, usize)> {
        let inner = below(place, key);
        match &value.kind {
            RawKind::Scalar { style: ScalarStyle::Plain, .. } if value.start == value.end => {
                Some((Body::Line(String::new()), None, from))
            }
            RawKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => {
                let (body, end) = self.block_scalar(value, from, column)?;
                Some((body, None, end))
            }
            RawKind::Mapping { is_flow: false, pairs } => {
                let mut gap = Gap::read(self.text, from, value.start)?;
                (gap.breaks && gap.last.trim().is_empty()).then_some(())?;
                let trailing = gap.trailing.take();
                Some((Body::Mapping(self.mapping(pairs, inner, gap)?), trailing, end_of(self.text, value)?))
            }
            RawKind::Sequence { is_flow: false, items } => {
                let (block, trailing) = self.sequence(items, inner, from, is_identifier(place, key))?;
                Some((Body::Sequence(block), trailing, end_of(self.text, value)?))
            }
            RawKind::Scalar { .. } | RawKind::Mapping { .. } | RawKind::Sequence { .. } => {
                let gap = Gap::read(self.text, from, value.start)?;
                let beside = !gap.breaks && !gap.last.is_empty() && gap.last.trim_matches(' ').is_empty();
                beside.then_some(())?;
                let body = self.inline(value, (inner, is_identifier(place, key)), column)?;
                Some((body, None, value.end))
            }
        }
    }

    fn sequence(&self, items: &[Raw], place: Place, from: usize, is_identifier: bool) -> Option<(Block<Item>, Option<String>)> {
        let mut children: Vec<Item> = Vec::with_capacity(items.len());
        let (mut column, mut trailing, mut end) = (None, None, from);
        for item in items {
            self.reached.set(item.start);
            let at = dash(self.text, end, item.start)?;
            let mut gap = Gap::read(self.text, end, at)?;
            let dash = gap.last.len();
            let is_alone = gap.breaks && gap.last.trim_start_matches(' ').is_empty();
            (is_alone && *column.get_or_insert(dash) == dash).then_some(())?;
            if children.is_empty() {
                trailing = gap.trailing.take();
            }
            let mut leading = Self::between(&mut children, dash, gap)?;
            // Behind a dash that stands alone on its line: the item comes beside it, so what is said of it comes above.
            let behind = Gap::read(self.text, at + 1, item.start)?;
            behind.last.trim().is_empty().then_some(())?;
            leading.extend(behind.trailing.map(|comment| Trivia::Comment(comment.trim_start().to_owned())));
            leading.extend(behind.lines.into_iter().map(|(_, line)| line).filter(|line| *line != Trivia::Blank));
            let inner = self.column(item.start)?;
            let value = match &item.kind {
                RawKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. }
                | RawKind::Sequence { is_flow: false, .. } => return None,
                RawKind::Mapping { is_flow: false, pairs } => {
                    let none = Gap { trailing: None, lines: Vec::new(), last: "", breaks: true };
                    Body::Mapping(self.mapping(pairs, place, none)?)
                }
                RawKind::Scalar { .. } | RawKind::Mapping { .. } | RawKind::Sequence { .. } => {
                    (item.end > item.start).then_some(())?;
                    self.inline(item, (place, is_identifier), inner)?
                }
            };
            end = end_of(self.text, item)?;
            let msisdn = if place == Place::Line { msisdn(item) } else { None };
            children.push(Item { leading, value, trailing: None, below: Vec::new(), msisdn });
        }
        Some((Block { column: column?, place, children, tail: Vec::new() }, trailing))
    }

    /// A scalar or a flow collection. `column` is that of the line it begins on.
    fn inline(&self, value: &Raw, (place, is_identifier): (Place, bool), column: usize) -> Option<Body> {
        /// Longer ones are not joined: who broke them wanted to read them. Wherever they stand, so that an entry which is
        /// moved to the left is not joined the next time.
        const LONGEST: usize = 110;
        let source = self.text.get(value.start..value.end)?;
        let lines = || {
            let mut lines = source.split('\n').map(str::to_owned);
            let first = lines.next().unwrap_or_default();
            Body::Lines { first, rest: lines.collect(), column }
        };
        let Written { text, is_whole } = flow::write(self.text, value, (place, is_identifier))?;
        if !source.contains('\n') {
            return Some(Body::Line(text));
        }
        let has_comment = self.comments.iter().any(|comment| (value.start..value.end).contains(&comment.at));
        let joins = place == Place::Line && is_whole && !has_comment && text.chars().count() <= LONGEST;
        Some(if joins && matches!(value.kind, RawKind::Mapping { .. }) { Body::Line(text) } else { lines() })
    }

    /// A text behind `|` or `>`, with its mark.
    fn block_scalar(&self, value: &Raw, from: usize, column: usize) -> Option<(Body, usize)> {
        let line = self.text.get(from..)?;
        let start = from + (line.len() - line.trim_start_matches(' ').len());
        let source = self.text.get(start..value.end.max(start))?;
        let mark = source.split('\n').next()?;
        // What keeps the blank lines behind it is left alone.
        (matches!(mark.chars().next(), Some('|' | '>')) && !mark.split('#').next()?.contains('+')).then_some(())?;
        let mut lines: Vec<&str> = source.split('\n').collect();
        while lines.last().is_some_and(|line| line.trim().is_empty()) && lines.len() > 1 {
            lines.pop();
        }
        let length: usize = lines.iter().map(|line| line.len() + 1).sum::<usize>() - 1;
        let mut lines = lines.into_iter().map(str::to_owned);
        let first = lines.next()?;
        Some((Body::Lines { first, rest: lines.collect(), column }, start + length))
    }

    /// The column of a byte. `None`: a tab stands before it.
    fn column(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?;
        let line = before.rsplit('\n').next()?;
        (!line.contains('\t')).then_some(line.len())
    }
}

fn msisdn(item: &Raw) -> Option<Msisdn> {
    Msisdn::parse(item.field("msisdn")?.1.text()?).ok()
}

//! New lines in a list that is there: below the line before them, and what is said of that one.

use std::collections::BTreeMap;

use super::Refused;
use crate::api::MAX_INLINE_LINES;
use crate::domain::{List, Msisdn};
use crate::manifest::edit::splice::{Lines, Splice};
use crate::manifest::export::{Defaults, Row, entry};
use crate::manifest::format::{Raw, RawKind, dash, end_of, read_raw};
use crate::manifest::line_end::LineEnd;

/// Adds lines to a list of a document, which end as those of its file do. `None`: it is laid out in a way that is not edited.
pub(super) fn splices(
    (body, end): (&str, LineEnd),
    list: List,
    rows: &[&Row],
    defaults: &Defaults<'_>,
) -> Option<Result<Vec<Splice>, Refused>> {
    let root = read_raw(body)?;
    let (_, spec) = root.field("spec")?;
    let RawKind::Mapping { is_flow: false, pairs } = &spec.kind else { return None };
    let ending = end.as_str();
    let text = Text { body, lines: Lines::new(body), ending };
    let column = text.indent(pairs.first()?.0.start)?;
    let name = match list {
        List::Sims => "sims",
        List::ChipSims => "chipSims",
    };
    let new: Vec<(Msisdn, String)> = rows.iter().map(|row| (row.msisdn, format!("{{{}}}", entry(row, defaults)))).collect();
    let block = |column: usize| -> String { new.iter().map(|(_, entry)| text.item(column, entry)).collect() };
    let Some((key, value)) = spec.field(name) else {
        let at = text.end_with_own(end_of(body, spec)?, column);
        let insert = format!("{ending}{}{name}:{}", " ".repeat(column), block(column + 2));
        return Some(Ok(vec![Splice { at, remove: 0, insert }]));
    };
    let beside = key.end + body.get(key.end..)?.find(':')? + 1;
    match &value.kind {
        RawKind::Scalar { .. } if value.start == value.end => {
            let at = text.end_with_own(beside, column + 2);
            Some(Ok(vec![Splice { at, remove: 0, insert: block(column + 2) }]))
        }
        RawKind::Sequence { is_flow: true, items } if items.is_empty() => {
            let behind = body.get(value.end..text.lines.end(value.end).0)?;
            is_nothing(behind).then_some(())?;
            let cut = Splice { at: value.start, remove: value.end - value.start, insert: String::new() };
            let at = text.end_with_own(value.end, column + 2);
            Some(Ok(vec![cut, Splice { at, remove: 0, insert: block(column + 2) }]))
        }
        RawKind::Sequence { is_flow, items } => {
            if items.len() + rows.len() > MAX_INLINE_LINES {
                return Some(Err(Refused(format!("a list holds {MAX_INLINE_LINES} lines at most"))));
            }
            let by_place = by_place(items, new);
            let splices =
                if *is_flow { text.in_brackets(value, items, by_place) } else { text.behind_dashes(items, beside, by_place) };
            splices.map(Ok)
        }
        RawKind::Scalar { .. } | RawKind::Mapping { .. } => None,
    }
}

/// What is new, by how many items stand before it: in its place where the list is sorted by number, else at the end.
fn by_place(items: &[Raw], new: Vec<(Msisdn, String)>) -> BTreeMap<usize, Vec<String>> {
    let found: Vec<Option<Msisdn>> = items.iter().map(msisdn).collect();
    let is_sorted = found.len() > 1 && found.iter().all(Option::is_some) && found.is_sorted_by(|left, right| left < right);
    let mut by_place: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (msisdn, entry) in new {
        let place = found.partition_point(|number| !is_sorted || *number < Some(msisdn));
        by_place.entry(place).or_default().push(entry);
    }
    by_place
}

fn msisdn(item: &Raw) -> Option<Msisdn> {
    Msisdn::parse(item.field("msisdn")?.1.text()?).ok()
}

/// Whether nothing but a comment stands on the rest of a line.
fn is_nothing(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}

struct Text<'t> {
    body: &'t str,
    lines: Lines<'t>,
    ending: &'t str,
}

impl Text<'_> {
    fn item(&self, column: usize, entry: &str) -> String {
        format!("{}{}- {entry}", self.ending, " ".repeat(column))
    }

    fn behind_dashes(&self, items: &[Raw], beside: usize, by_place: BTreeMap<usize, Vec<String>>) -> Option<Vec<Splice>> {
        let column = self.indent(dash(self.body, beside, items.first()?.start)?)?;
        let splice = |(place, entries): (usize, Vec<String>)| {
            let before = match place.checked_sub(1) {
                Some(nth) => end_of(self.body, items.get(nth)?)?,
                None => beside,
            };
            let at = self.end_with_own(before, column);
            Some(Splice { at, remove: 0, insert: entries.iter().map(|entry| self.item(column, entry)).collect() })
        };
        by_place.into_iter().map(splice).collect()
    }

    /// In brackets lines stand below each other where the first one has a line of its own.
    fn in_brackets(&self, list: &Raw, items: &[Raw], by_place: BTreeMap<usize, Vec<String>>) -> Option<Vec<Splice>> {
        let first = items.first()?;
        let column = self.indent(first.start);
        let gap = column.map_or_else(|| " ".to_owned(), |column| format!("{}{}", self.ending, " ".repeat(column)));
        let mut splices = Vec::new();
        let mut insert = |at: usize, insert: String| splices.push(Splice { at, remove: 0, insert });
        for (place, entries) in by_place {
            let entries = entries.join(&format!(",{gap}"));
            let Some(nth) = place.checked_sub(1) else {
                match column {
                    Some(column) if is_nothing(self.rest(list.start + 1)?) => {
                        insert(self.end_with_own(list.start + 1, column), format!("{gap}{entries},"));
                    }
                    _ => insert(first.start, format!("{entries},{gap}")),
                }
                continue;
            };
            let before = items.get(nth)?;
            let rest = self.rest(before.end)?;
            let behind_comma = rest.trim_start().strip_prefix(',');
            if !is_nothing(behind_comma.unwrap_or(rest)) {
                insert(before.end, format!(",{gap}{entries}"));
                continue;
            }
            // What is said of the line before stays beside it, so the comma does not stand with what is new.
            let indent = column.unwrap_or_else(|| self.column(first.start));
            let at = self.end_with_own(before.end, self.column(before.start));
            let line = format!("{}{}{entries}", self.ending, " ".repeat(indent));
            if behind_comma.is_some() {
                insert(at, format!("{line},"));
            } else {
                insert(before.end, ",".to_owned());
                insert(at, line);
            }
        }
        Some(splices)
    }

    /// What stands behind a byte on its line.
    fn rest(&self, at: usize) -> Option<&str> {
        self.body.get(at..self.lines.end(at).0)
    }

    /// The end of the line of a byte, or of the comments below it that are indented deeper than a column: they are about
    /// what ends there.
    fn end_with_own(&self, at: usize, column: usize) -> usize {
        let (mut own, mut ending) = self.lines.end(at);
        let mut end = own;
        while !ending.is_empty() {
            let start = end + ending.len();
            (end, ending) = self.lines.end(start);
            let line = self.body.get(start..end).unwrap_or_default();
            let content = line.trim_start_matches(' ');
            if content.starts_with('#') && line.len() - content.len() > column {
                own = end;
            } else if !content.trim().is_empty() {
                break;
            }
        }
        own
    }

    /// How many bytes stand before this one on its line.
    fn column(&self, at: usize) -> usize {
        self.body.get(..at).and_then(|before| before.rsplit('\n').next()).map_or(0, str::len)
    }

    /// The column of a byte with nothing but blanks before it.
    fn indent(&self, at: usize) -> Option<usize> {
        let line = self.body.get(..at)?.rsplit('\n').next()?;
        line.chars().all(|blank| blank == ' ').then_some(line.len())
    }
}

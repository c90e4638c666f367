//! Values on one line.

use granit_parser::ScalarStyle;

use super::keys::{Place, below, is_identifier, order};
use super::raw::{Raw, RawKind};
use crate::manifest::export::quoted;
use crate::manifest::locate::{Plain, plain};

/// A value as it is to be written.
pub(super) struct Written {
    pub(super) text: String,
    /// Whether every scalar in it is on one line.
    pub(super) is_whole: bool,
}

/// A value on one line; `place` is what it is, or what its items are. `None`: it is written in a way that is left alone.
pub(super) fn write(source: &str, value: &Raw, (place, of_identifier): (Place, bool)) -> Option<Written> {
    match &value.kind {
        RawKind::Scalar { text, style } => {
            let written = source.get(value.start..value.end)?;
            let is_whole = !written.contains('\n');
            if of_identifier && is_whole && is_to_quote(text, *style) {
                return Some(Written { text: quoted(text), is_whole });
            }
            Some(Written { text: written.to_owned(), is_whole })
        }
        RawKind::Sequence { is_flow: true, items } => {
            let items: Vec<Written> =
                items.iter().map(|item| write_item(source, item, (place, of_identifier))).collect::<Option<_>>()?;
            Some(join('[', items.into_iter(), ']'))
        }
        RawKind::Mapping { is_flow: true, pairs } => {
            source.get(value.start..)?.starts_with('{').then_some(())?;
            let mut written: Vec<(usize, Written)> = Vec::with_capacity(pairs.len());
            let listed = order(place);
            for (key, value) in pairs {
                let RawKind::Scalar { text: name, .. } = &key.kind else { return None };
                let key = source.get(key.start..key.end)?;
                if key.is_empty() || key.contains('\n') {
                    return None;
                }
                let is_id = is_identifier(place, name);
                let Written { text, is_whole } = write_item(source, value, (below(place, name), is_id))?;
                let rank = listed.iter().position(|known| known == name).unwrap_or(listed.len());
                written.push((rank, Written { text: format!("{key}: {text}"), is_whole }));
            }
            written.sort_by_key(|(rank, _)| *rank);
            Some(join('{', written.into_iter().map(|(_, written)| written), '}'))
        }
        RawKind::Sequence { .. } | RawKind::Mapping { .. } => None,
    }
}

/// Inside of a collection nothing is empty.
fn write_item(source: &str, value: &Raw, about: (Place, bool)) -> Option<Written> {
    (value.end > value.start).then_some(())?;
    write(source, value, about)
}

fn join(open: char, parts: impl Iterator<Item = Written>, close: char) -> Written {
    let mut joined = Written { text: String::from(open), is_whole: true };
    for (nth, part) in parts.enumerate() {
        if nth > 0 {
            joined.text.push_str(", ");
        }
        joined.text.push_str(&part.text);
        joined.is_whole &= part.is_whole;
    }
    joined.text.push(close);
    joined
}

/// Whether an identifier is to be written in double quotes. `null` stays what it is.
fn is_to_quote(text: &str, style: ScalarStyle) -> bool {
    match style {
        ScalarStyle::Plain => plain(text) != Plain::Null,
        ScalarStyle::SingleQuoted => true,
        ScalarStyle::DoubleQuoted | ScalarStyle::Literal | ScalarStyle::Folded => false,
    }
}

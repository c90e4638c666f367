//! What differs between two values, made visible: in colour, the characters that change stand out, so
//! that `fixed-500mb -> fixed-50mb` or two IMEIs one digit apart are not read as the same. Without colour both
//! values stand there whole, old and new.

use similar::{ChangeTag, TextDiff};

use super::paint::Paint;
use crate::render::view::Field;

/// Below this, two values have too little in common to be compared letter by letter.
const ALIKE: f32 = 0.5;

/// So many equal letters between two changes tear them apart only for the eye.
const ISLAND: usize = 2;

/// The same at the beginning and the end: `Allocated` and `Active` are two words, not one with another end.
const EDGE: usize = 1;

/// A field as `name from -> to`; without colour exactly its plain text.
pub(super) fn field(field: &Field, paint: Paint) -> String {
    match (&field.from, &field.to) {
        (Some(from), Some(to)) if paint.on && from != to => {
            let (from, to) = pair(from, to, paint);
            format!("{} {from} -> {to}", field.name.as_str())
        }
        (_, _) => field.to_string(),
    }
}

/// An old and a new value, with what differs painted.
pub(in crate::render) fn pair(from: &str, to: &str, paint: Paint) -> (String, String) {
    if !paint.on || from == to {
        return (from.to_owned(), to.to_owned());
    }
    let diff = TextDiff::from_chars(from, to);
    if diff.ratio() < ALIKE {
        return (paint.removed(from), paint.added(to));
    }
    let mut parts: Vec<Part> = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value();
        let is_equal = change.tag() == ChangeTag::Equal;
        if parts.last().is_none_or(|part| part.is_equal != is_equal) {
            parts.push(Part { is_equal, ..Part::default() });
        }
        if let Some(part) = parts.last_mut() {
            part.take(change.tag(), text);
        }
    }
    let last = parts.len().saturating_sub(1);
    for (place, part) in parts.iter_mut().enumerate() {
        let shortest = if place == 0 || place == last { EDGE } else { ISLAND };
        part.is_equal &= part.old.chars().count() > shortest;
    }
    let (mut old, mut new) = (String::new(), String::new());
    for run in parts.chunk_by(|one, other| one.is_equal == other.is_equal) {
        let side = |text: fn(&Part) -> &str| run.iter().map(text).collect::<String>();
        let (before, after) = (side(|part| &part.old), side(|part| &part.new));
        if run.first().is_some_and(|part| part.is_equal) {
            old += &before;
            new += &after;
        } else {
            old += &paint.removed(&before);
            new += &paint.added(&after);
        }
    }
    (old, new)
}

/// Letters that stay, or letters that make place for others.
#[derive(Debug, Default)]
struct Part {
    is_equal: bool,
    old: String,
    new: String,
}

impl Part {
    fn take(&mut self, tag: ChangeTag, text: &str) {
        if tag != ChangeTag::Insert {
            self.old += text;
        }
        if tag != ChangeTag::Delete {
            self.new += text;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::view::FieldName;

    fn imei(from: &str, to: &str) -> Field {
        Field { name: FieldName::Imei, from: Some(from.to_owned()), to: Some(to.to_owned()) }
    }

    /// What stands out is in brackets.
    fn marked(text: &str) -> String {
        let mut shown = String::new();
        let mut is_open = false;
        for (place, part) in text.split('\u{1b}').enumerate() {
            let text = if place == 0 { part } else { part.split_once('m').expect("a colour ends with m").1 };
            let is_reset = part.starts_with("[0m");
            if place > 0 && is_reset && is_open {
                shown.push(']');
                is_open = false;
            } else if place > 0 && !is_reset && !is_open {
                shown.push('[');
                is_open = true;
            }
            shown += text;
        }
        shown
    }

    #[test]
    fn only_the_changed_letters_stand_out() {
        for (from, to, old, new) in [
            ("490154203237518", "490154203237526", "4901542032375[18]", "4901542032375[26]"),
            ("fixed-500mb", "fixed-50mb", "fixed-50[0]mb", "fixed-50mb"),
            ("fixed-500mb", "fixed-1gb", "fixed-[500mb]", "fixed-[1gb]"),
            ("Allocated", "Active", "[Allocated]", "[Active]"),
            ("Active", "Terminated", "[Active]", "[Terminated]"),
            ("2026-11-30", "2026-12-31", "2026-1[1-30]", "2026-1[2-31]"),
            ("same", "same", "same", "same"),
        ] {
            let (shown_old, shown_new) = pair(from, to, Paint { on: true });
            assert_eq!((marked(&shown_old).as_str(), marked(&shown_new).as_str()), (old, new));
        }
    }

    #[test]
    fn without_colour_nothing_is_added() {
        let values = imei("490154203237518", "490154203237526");
        assert_eq!(field(&values, Paint { on: false }), values.to_string());
    }

    proptest! {
        #[test]
        fn colour_is_all_that_is_added(from in "[a-c0-2-]{0,12}", to in "[a-c0-2-]{0,12}") {
            let (old, new) = pair(&from, &to, Paint { on: true });
            let bare = |text: &str| marked(text).replace(['[', ']'], "");
            prop_assert_eq!((bare(&old), bare(&new)), (from.clone(), to.clone()));
            prop_assert_eq!(pair(&from, &to, Paint { on: false }), (from, to));
        }
    }
}

//! What differs between two values, made visible: in colour, the characters that change stand out, so
//! that `fixed-500mb -> fixed-50mb` or two IMEIs one digit apart are not read as the same.

use similar::{ChangeTag, TextDiff};

use super::paint::Paint;
use crate::render::view::Field;

/// A field as `name from -> to`; without colour exactly its plain text.
pub(super) fn field(field: &Field, paint: Paint) -> String {
    match (&field.from, &field.to) {
        (Some(from), Some(to)) if paint.on && from != to => {
            let diff = TextDiff::from_chars(from.as_str(), to.as_str());
            // Values with little in common are read as wholes.
            if diff.ratio() < 0.5 {
                return format!("{} {} -> {}", field.name.as_str(), paint.removed(from), paint.added(to));
            }
            let (mut old, mut new) = (String::new(), String::new());
            for change in diff.iter_all_changes() {
                let text = change.value();
                match change.tag() {
                    ChangeTag::Delete => old += &paint.removed(text),
                    ChangeTag::Insert => new += &paint.added(text),
                    ChangeTag::Equal => {
                        old += text;
                        new += text;
                    }
                }
            }
            format!("{} {old} -> {new}", field.name.as_str())
        }
        (_, _) => field.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::FieldName;

    fn imei(from: &str, to: &str) -> Field {
        Field { name: FieldName::Imei, from: Some(from.to_owned()), to: Some(to.to_owned()) }
    }

    #[test]
    fn only_the_changed_digits_stand_out() {
        let shown = field(&imei("490154203237518", "490154203237526"), Paint { on: true });
        assert!(shown.starts_with("imei 4901542032375\u{1b}["), "{shown:?}");
    }

    #[test]
    fn without_colour_nothing_is_added() {
        let values = imei("490154203237518", "490154203237526");
        assert_eq!(field(&values, Paint { on: false }), values.to_string());
    }
}

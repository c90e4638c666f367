//! A patch of texts, as a unified diff.

use std::borrow::Cow;
use std::io::{self, Write};

use similar::TextDiff;

use crate::render::escape::plain;
use crate::render::text::Paint;

/// The unified diff of files: (name, text or nothing if it is new, text to be). `git apply` and `patch -p1` take it.
pub fn unified<'f>(files: impl IntoIterator<Item = (Cow<'f, str>, Option<&'f str>, &'f str)>) -> String {
    let mut text = String::new();
    for (name, before, after) in files {
        let (mut old, new) = if name.starts_with('/') {
            (name.clone().into_owned(), name.into_owned())
        } else {
            (format!("a/{name}"), format!("b/{name}"))
        };
        if before.is_none() {
            "/dev/null".clone_into(&mut old);
        }
        let diff = TextDiff::from_lines(before.unwrap_or_default(), after);
        text += &diff.unified_diff().context_radius(3).header(&old, &new).to_string();
    }
    text
}

/// Writes a patch for people: coloured where that helps, and nothing in it acts on the terminal.
pub fn show(out: &mut (impl Write + ?Sized), patch: &str, color: bool) -> io::Result<()> {
    write(out, patch, Paint { on: color })
}

/// The same within a text.
pub(super) fn write(out: &mut (impl Write + ?Sized), patch: &str, paint: Paint) -> io::Result<()> {
    for line in patch.lines() {
        let safe = plain(line);
        let painted = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => paint.bold(&safe),
            [b'@', b'@', ..] => paint.dim(&safe),
            [b'+', ..] => paint.comes(&safe),
            [b'-', ..] => paint.goes(&safe),
            _ => safe.into_owned(),
        };
        writeln!(out, "{painted}")?;
    }
    Ok(())
}

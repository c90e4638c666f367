//! A patch of texts, as a unified diff: byte for byte for `git apply`, and safe to look at for people.

mod name;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use crate::render::escape::plain;
use crate::render::text::Paint;

/// Who reads a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person at a terminal: nothing acts on it, and line ends of Windows are not shown.
    Person {
        /// With ANSI colours.
        color: bool,
    },
    /// A file or a program: as it is, because only so it applies.
    Program,
}

/// A file that changes.
#[derive(Debug, Clone, Copy)]
pub struct File<'f> {
    /// Its name, relative to where the patch is to be applied: without a root and without `.` and `..`.
    pub name: &'f Path,
    /// Its text; `None` if it is new.
    pub before: Option<&'f str>,
    /// Its text to be.
    pub after: &'f str,
}

/// The unified diff of files. `git apply` and `patch -p1` take it.
///
/// Without git's own `diff --git` line: git takes names behind that for names in the repository, all others for names in the
/// folder where it is run, as `patch` does.
pub fn unified<'f>(files: impl IntoIterator<Item = File<'f>>) -> String {
    let mut text = String::new();
    for File { name, before, after } in files {
        let old = before.map_or_else(|| "/dev/null".to_owned(), |_| name::header("a", name));
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "--- {old}\n+++ {}", name::header("b", name));
        hunks(&mut text, before.unwrap_or_default(), after);
    }
    text
}

/// A line is what ends with LF: a CR alone is a character to `git apply`.
fn hunks(text: &mut String, before: &str, after: &str) {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old, &new);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let _ = writeln!(text, "{}", hunk.header());
        for change in hunk.iter_changes() {
            text.push(match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            });
            text.push_str(change.value());
            if !change.value().ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
}

/// Writes a patch for its reader.
pub fn write(out: &mut (impl Write + ?Sized), patch: &str, reader: Reader) -> io::Result<()> {
    let Reader::Person { color } = reader else { return out.write_all(patch.as_bytes()) };
    let paint = Paint { on: color };
    for line in patch.lines() {
        let safe = plain(line);
        let painted = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => paint.bold(&safe),
            [b'@', b'@', ..] | [b'\\', ..] => paint.dim(&safe),
            [b'+', ..] => paint.comes(&safe),
            [b'-', ..] => paint.goes(&safe),
            _ => safe.into_owned(),
        };
        writeln!(out, "{painted}")?;
    }
    Ok(())
}

//! Workflow commands of GitHub Actions: `::error file=…,line=…,col=…,endColumn=…,title=…::message`.
//!
//! A command is one line of stdout. Values are escaped as actions/toolkit does (`packages/core/src/command.ts`),
//! which is how the runner reads them.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::annotate::{Annotation, Level, Limits, Spot, fit};

/// The runner cuts longer messages (`_maxIssueMessageLength` of its `ExecutionContext`, 4,096 characters of
/// UTF-16), in the middle of a sentence. Ours end with how much is missing.
const LONGEST_MESSAGE: usize = 4_000;

/// The longest title that GitHub's check runs take, in characters.
const LONGEST_TITLE: usize = 255;

/// Writes the marks as commands, no more than a step shows, and a last one that counts what is not shown and says
/// where it is (`seen_by`: "`simfleet validate PATH` lists them").
pub fn write(out: &mut (impl Write + ?Sized), marks: &[Annotation], seen_by: &str) -> io::Result<()> {
    let fitted = fit(marks, Limits::GITHUB_STEP);
    for mark in &fitted.shown {
        command(out, mark.level(), mark.spot(), mark.title(), &mark.text())?;
    }
    let Some(level) = fitted.counted_as(Limits::GITHUB_STEP) else { return Ok(()) };
    let counts: Vec<String> = fitted.hidden.iter().map(|(level, number)| level.counted(*number)).collect();
    let all: usize = fitted.hidden.iter().map(|(_, number)| number).sum();
    let message = format!("not shown here, for want of space: {}; {seen_by}", counts.join(", "));
    command(out, level, None, &format!("{all} more"), &message)
}

fn command(out: &mut (impl Write + ?Sized), level: Level, spot: Option<&Spot>, title: &str, message: &str) -> io::Result<()> {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    write!(out, "::{name} ")?;
    if let Some(Spot { file, line, column, end_column }) = spot {
        write!(out, "file={},", property(file))?;
        for (key, number) in [("line", line), ("col", column), ("endColumn", end_column)] {
            if *number > 0 {
                write!(out, "{key}={number},")?;
            }
        }
    }
    writeln!(out, "title={}::{}", property(&cut(title, LONGEST_TITLE)), data(&cut(message, LONGEST_MESSAGE)))
}

/// A text of at most so many units of UTF-16; what is missing is counted.
fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest || text.encode_utf16().count() <= longest {
        return Cow::Borrowed(text);
    }
    let room = longest.saturating_sub(40);
    let mut units = 0;
    let end = text.char_indices().find(|(_, character)| {
        units += character.len_utf16();
        units > room
    });
    let (kept, _) = text.split_at(end.map_or(text.len(), |(end, _)| end));
    // Not within a word, where there are words.
    let kept = kept.rsplit_once([' ', '\n']).map_or(kept, |(words, _)| words);
    let rest = text.get(kept.len()..).unwrap_or_default();
    Cow::Owned(format!("{kept}… ({} more characters)", rest.chars().count()))
}

/// A message, escaped.
pub fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, escaped.
pub fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

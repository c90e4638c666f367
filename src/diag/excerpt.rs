//! The source lines that reports show, read again when they are needed: the model keeps places, not
//! texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::diag::{Diagnostic, Location};

/// A longer line is not shown whole: nobody reads it, and a file may be one line.
const LONGEST_LINE: usize = 400;

/// Lines of sources, by file and line number.
#[derive(Debug, Clone, Default)]
pub struct Excerpts(BTreeMap<(Arc<str>, u32), String>);

impl Excerpts {
    /// Reads the lines that these diagnostics point to, each file once. A file that cannot be read any
    /// more has no excerpt.
    pub fn read(diagnostics: &[Diagnostic]) -> Self {
        let mut wanted: BTreeMap<Arc<str>, BTreeSet<u32>> = BTreeMap::new();
        for location in locations(diagnostics).filter(|location| location.line > 0) {
            wanted.entry(Arc::clone(&location.file)).or_default().insert(location.line);
        }
        let mut excerpts = Self::default();
        for (file, lines) in wanted {
            if let Ok(source) = File::open(&*file) {
                excerpts.take_lines(&file, &lines, source);
            }
        }
        excerpts
    }

    /// Adds the lines of one text, for sources that are not files.
    pub fn insert(&mut self, file: &str, text: &str) {
        let file: Arc<str> = file.into();
        for (number, line) in (1..).zip(text.lines()) {
            self.0.insert((Arc::clone(&file), number), line.chars().take(LONGEST_LINE).collect());
        }
    }

    /// Forgets the lines that may not be shown, of which the text of a whole file tells. Nobody knows of a file that cannot be
    /// read any more: none of its lines is shown.
    pub fn forget(&mut self, hidden: impl Fn(&str) -> Vec<RangeInclusive<u32>>) {
        let files: BTreeSet<Arc<str>> = self.0.keys().map(|(file, _)| Arc::clone(file)).collect();
        for file in files {
            let hidden = std::fs::read(&*file).map(|bytes| hidden(&String::from_utf8_lossy(&bytes)));
            let is_shown = |line: &u32| hidden.as_ref().is_ok_and(|hidden| !hidden.iter().any(|lines| lines.contains(line)));
            self.0.retain(|(of, line), _| *of != file || is_shown(line));
        }
    }

    /// A line, without its end.
    pub fn line(&self, file: &Arc<str>, line: u32) -> Option<&str> {
        self.0.get(&(Arc::clone(file), line)).map(String::as_str)
    }

    fn take_lines(&mut self, file: &Arc<str>, lines: &BTreeSet<u32>, source: impl Read) {
        let Some(last) = lines.last() else { return };
        let mut reader = BufReader::new(source);
        let mut bytes = Vec::new();
        for number in 1..=*last {
            bytes.clear();
            if !read_line(&mut reader, &mut bytes) {
                return;
            }
            if lines.contains(&number) {
                let text = String::from_utf8_lossy(&bytes);
                let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
                self.0.insert((Arc::clone(file), number), text.chars().take(LONGEST_LINE).collect());
            }
        }
    }
}

fn locations(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Location> {
    diagnostics.iter().flat_map(|diagnostic| {
        std::iter::once(&diagnostic.location).chain(diagnostic.related.iter().map(|other| &other.location))
    })
}

/// Reads one line but keeps only its beginning. `false` at the end of the file.
fn read_line(reader: &mut impl BufRead, kept: &mut Vec<u8>) -> bool {
    let mut any = false;
    loop {
        let Ok(chunk) = reader.fill_buf() else { return any };
        if chunk.is_empty() {
            return any;
        }
        any = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(chunk.len(), |end| end + 1);
        // Four bytes a character at most.
        let room = (LONGEST_LINE * 4).saturating_sub(kept.len());
        kept.extend(chunk.iter().take(taken.min(room)));
        reader.consume(taken);
        if end.is_some() {
            return true;
        }
    }
}

//! The rows of a roster as cells, and what is wrong with its text as CSV.

use std::io::BufRead;
use std::sync::Arc;

use super::Origin;
use crate::diag::{Diagnostic, Location, codes};
use crate::manifest::load;
use crate::manifest::sink::{Place, Sink};
use crate::sheet::{Cells, RecordError, Records, column_of};

/// Takes a text apart, row by row.
pub(super) struct Rows<'o, R> {
    records: Records<R>,
    cells: Cells,
    origin: &'o Origin,
}

/// What comes next.
pub(super) enum Step<'r> {
    /// The end. `is_whole`: of the text, not only of what can be read of it.
    End {
        is_whole: bool,
    },
    /// A row of nothing but commas: a spreadsheet leaves them behind.
    Blank,
    /// A row that is not CSV; it was reported.
    Broken,
    Row(Row<'r>),
}

/// A row that is not blank.
pub(super) struct Row<'r> {
    pub(super) line: u32,
    pub(super) cells: &'r Cells,
    text: &'r str,
    origin: &'r Origin,
}

impl<'o, R: BufRead> Rows<'o, R> {
    pub(super) fn new(source: R, origin: &'o Origin) -> Self {
        Self { records: Records::new(source), cells: Cells::default(), origin }
    }

    pub(super) fn step(&mut self, sink: &mut Sink) -> Step<'_> {
        let (line, text) = match self.records.next() {
            Ok(Some(record)) => record,
            Ok(None) => return Step::End { is_whole: true },
            Err(error) => {
                sink.push(unreadable(&error, self.origin));
                return Step::End { is_whole: false };
            }
        };
        if let Err(problem) = self.cells.split(text) {
            let column = column_of(text, problem.at);
            let location = self.origin.location(self.origin.spot(line, column, 1));
            sink.push(
                Diagnostic::error(codes::INVALID_ROW, location, problem.message)
                    .help("quote the whole cell, and double quotes inside it"),
            );
            return Step::Broken;
        }
        if self.cells.iter().all(str::is_empty) {
            return Step::Blank;
        }
        Step::Row(Row { line, cells: &self.cells, text, origin: self.origin })
    }
}

impl Row<'_> {
    /// The place of a cell.
    pub(super) fn place(&self, nth: usize, route: &str) -> Place {
        let (at, length) = self.cells.place(nth);
        let spot = self.origin.spot(self.line, column_of(self.text, at), length);
        Place { location: self.origin.location(spot), route: route.to_owned() }
    }

    /// Whether there is a cell for each of these columns; if not, it is reported.
    pub(super) fn fits(&self, columns: usize, sink: &mut Sink) -> bool {
        let found = self.cells.len();
        if found != columns {
            let message = format!("the row has {found} cells, the header has {columns}");
            sink.push(
                self.place(found.min(columns).saturating_sub(1), "")
                    .error(codes::INVALID_ROW, message)
                    .help("a cell that holds a comma needs quotes; a missing comma shifts all values behind it"),
            );
        }
        found == columns
    }
}

/// What is wrong with a text as CSV, whatever its cells say.
pub(in crate::manifest) fn not_csv(bytes: &[u8], origin: &Origin) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    let mut rows = Rows::new(bytes, origin);
    let mut columns = None;
    loop {
        match rows.step(&mut sink) {
            Step::End { is_whole } => {
                if is_whole && columns.is_none() {
                    sink.push(no_header(origin));
                }
                return sink.finish();
            }
            Step::Blank | Step::Broken => {}
            Step::Row(row) => match columns {
                None => columns = Some(row.cells.len()),
                Some(columns) => {
                    row.fits(columns, &mut sink);
                }
            },
        }
    }
}

pub(super) fn no_header(origin: &Origin) -> Diagnostic {
    Diagnostic::error(codes::MISSING_COLUMN, Location::of_file(Arc::clone(&origin.file)), "the roster has no header")
        .help("the first line names the columns, such as msisdn,state,ratePlan")
}

fn unreadable(error: &RecordError, origin: &Origin) -> Diagnostic {
    match error {
        RecordError::NotUtf8 { line, column, bytes } => load::not_utf8(origin.location(origin.spot(*line, *column, 1)), bytes),
        RecordError::OpenQuote { line } => Diagnostic::error(
            codes::INVALID_ROW,
            origin.location(origin.spot(*line, 1, 1)),
            "a quote is opened in this row and never closed",
        )
        .help("close the quote; what follows was not read"),
        RecordError::TooLong { line } => {
            Diagnostic::error(codes::INVALID_ROW, origin.location(origin.spot(*line, 1, 1)), "the row is longer than 64 KiB")
                .help("this is probably not a roster; what follows was not read")
        }
        RecordError::Failed { line, source } => Diagnostic::error(
            codes::FILE_UNREADABLE,
            origin.location(origin.spot(*line, 1, 1)),
            format!("the roster cannot be read any further: {source}"),
        ),
    }
}

//! Rosters: lines in CSV, from a file or a `ConfigMap`.

mod header;
mod row;
mod table;

use std::io::BufRead;
use std::sync::Arc;

use crate::diag::{Diagnostic, Location, codes};
use crate::domain::name::Interner;
use crate::domain::{DesiredSim, Source};
use crate::manifest::compile::{FleetDraft, line};
use crate::manifest::load;
use crate::manifest::locate::Spot;
use crate::manifest::sink::{Place, Sink};
use crate::sheet::{Cells, RecordError, Records, column_of};
use header::Header;
use row::{LabelCache, input};

pub(crate) use header::COLUMNS;
pub(in crate::manifest) use table::{Table, TableRow};

/// Where a roster's text stands.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The file to show.
    pub(crate) file: Arc<str>,
    /// Its number.
    pub(crate) number: u32,
    /// How many lines stand before the first one.
    pub(crate) lines_before: u32,
    /// How many characters stand before each line (the indentation of a `ConfigMap`'s text).
    pub(crate) indentation: u32,
    /// Set where the text's lines are not lines of the file: everything is reported there.
    pub(crate) fixed: Option<Spot>,
}

impl Origin {
    fn spot(&self, line: u32, column: u32, length: u32) -> Spot {
        self.fixed.unwrap_or(Spot { line: line + self.lines_before, column: column + self.indentation, length })
    }

    fn location(&self, spot: Spot) -> Location {
        Location::new(Arc::clone(&self.file), spot.line, spot.column, spot.length)
    }
}

/// Reads a roster's lines into `lines`. `false`: not every row became a line, and what is wrong was said.
pub(crate) fn read(
    source: impl BufRead,
    origin: &Origin,
    fleet: &FleetDraft,
    interner: &mut Interner,
    lines: &mut Vec<DesiredSim>,
    sink: &mut Sink,
) -> bool {
    let mut records = Records::new(source);
    let mut cells = Cells::default();
    let mut labels = LabelCache::default();
    let mut header: Option<Header> = None;
    let mut is_complete = true;
    loop {
        let (line_number, text) = match records.next() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => {
                sink.push(unreadable(&error, origin));
                return false;
            }
        };
        if let Err(problem) = cells.split(text) {
            let column = column_of(text, problem.at);
            let location = origin.location(origin.spot(line_number, column, 1));
            sink.push(
                Diagnostic::error(codes::INVALID_ROW, location, problem.message)
                    .help("quote the whole cell, and double quotes inside it"),
            );
            is_complete = false;
            continue;
        }
        // A spreadsheet leaves rows of commas behind.
        if cells.iter().all(str::is_empty) {
            continue;
        }
        let place = |nth: usize, route: &str| {
            let (at, length) = cells.place(nth);
            let spot = origin.spot(line_number, column_of(text, at), length);
            Place { location: origin.location(spot), route: route.to_owned() }
        };
        let Some(known) = &header else {
            match header::header(&cells, &place, sink) {
                Some(found) => header = Some(found),
                None => return false,
            }
            continue;
        };
        if cells.len() != known.len() {
            let message = format!("the row has {} cells, the header has {}", cells.len(), known.len());
            sink.push(
                place(cells.len().min(known.len()).saturating_sub(1), "")
                    .error(codes::INVALID_ROW, message)
                    .help("a cell that holds a comma needs quotes; a missing comma shifts all values behind it"),
            );
            is_complete = false;
            continue;
        }
        let field_place = |field: &str| place(known.column(field).unwrap_or(0), field);
        let spot = origin.spot(line_number, 1, 1);
        let at = Source { file: origin.number, line: spot.line, column: spot.column };
        let before = lines.len();
        if let Some(row) = input(&cells, known, at, &field_place, &mut labels, sink) {
            lines.extend(line(&row, fleet, &field_place, interner, sink));
        }
        is_complete &= lines.len() > before;
    }
    if header.is_none() {
        let location = Location::of_file(Arc::clone(&origin.file));
        sink.push(
            Diagnostic::error(codes::MISSING_COLUMN, location, "the roster has no header")
                .help("the first line names the columns, such as msisdn,state,ratePlan"),
        );
    }
    is_complete && header.is_some()
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

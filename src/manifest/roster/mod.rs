//! Rosters: lines in CSV, from a file or a `ConfigMap`.

mod header;
mod row;
mod rows;
mod table;

use std::io::BufRead;
use std::sync::Arc;

use crate::diag::Location;
use crate::domain::name::Interner;
use crate::domain::{DesiredSim, Source};
use crate::manifest::compile::{FleetDraft, line};
use crate::manifest::locate::Spot;
use crate::manifest::sink::Sink;
use header::Header;
use row::{LabelCache, input};
use rows::{Rows, Step, no_header};

pub(crate) use header::COLUMNS;
pub(in crate::manifest) use rows::not_csv;
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
    /// A file of its own, outside of what is numbered.
    pub(in crate::manifest) fn of_file(file: Arc<str>) -> Self {
        Self { file, number: 0, lines_before: 0, indentation: 0, fixed: None }
    }

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
    let mut rows = Rows::new(source, origin);
    let mut labels = LabelCache::default();
    let mut header: Option<Header> = None;
    let mut is_complete = true;
    loop {
        let row = match rows.step(sink) {
            Step::End { is_whole: true } => break,
            Step::End { is_whole: false } => return false,
            Step::Blank => continue,
            Step::Broken => {
                is_complete = false;
                continue;
            }
            Step::Row(row) => row,
        };
        let place = |nth: usize, route: &str| row.place(nth, route);
        let Some(known) = &header else {
            match header::header(row.cells, &place, sink) {
                Some(found) => header = Some(found),
                None => return false,
            }
            continue;
        };
        if !row.fits(known.len(), sink) {
            is_complete = false;
            continue;
        }
        let field_place = |field: &str| place(known.column(field).unwrap_or(0), field);
        let spot = origin.spot(row.line, 1, 1);
        let at = Source { file: origin.number, line: spot.line, column: spot.column };
        let before = lines.len();
        if let Some(input) = input(row.cells, known, at, &field_place, &mut labels, sink) {
            lines.extend(line(&input, fleet, &field_place, interner, sink));
        }
        is_complete &= lines.len() > before;
    }
    if header.is_none() {
        sink.push(no_header(origin));
    }
    is_complete && header.is_some()
}

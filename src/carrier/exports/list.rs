//! The rows of one list.

use std::collections::BTreeMap;

use super::heading::{self, Heading};
use super::row::{self, Kind, Row};
use crate::diag::{Diagnostic, Location, codes};
use crate::domain::{ExportColumn, ExportReading, Msisdn};
use crate::sheet::{Cells, RecordError, Records, column_of};

/// A list that was read, as far as it could be.
pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    /// Headings that were not understood.
    pub(super) ignored: Option<Vec<String>>,
    /// Whether a column is for IMEIs.
    pub(super) has_imeis: bool,
}

/// The most problems that are kept of a list: one cause often makes many.
const MOST_PROBLEMS: usize = 1_000;

pub(super) fn read(file: &str, text: &str, reading: &ExportReading, kind: Kind, diagnostics: &mut Vec<Diagnostic>) -> Found {
    let mut records = Records::new(text.as_bytes());
    let mut cells = Cells::default();
    let mut known: Option<Heading> = None;
    let mut rows: Vec<Row> = Vec::new();
    let mut first_lines: BTreeMap<Msisdn, u32> = BTreeMap::new();
    let limit = diagnostics.len() + MOST_PROBLEMS;
    while diagnostics.len() < limit {
        let (line, record) = match records.next() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => {
                diagnostics.push(unreadable(&error, file));
                break;
            }
        };
        if let Err(problem) = cells.split(record) {
            let place = Location::new(file, line, column_of(record, problem.at), 1);
            diagnostics.push(Diagnostic::error(codes::INVALID_ROW, place, problem.message).help("export the list again"));
            continue;
        }
        if cells.iter().all(str::is_empty) {
            continue;
        }
        let at = |nth: usize| {
            let (byte, length) = cells.place(nth);
            Location::new(file, line, column_of(record, byte), length)
        };
        let Some(heading) = &known else {
            let found = heading::read(&cells, reading, &at, diagnostics);
            let is_usable = has_what_is_needed(&found, &cells, reading, kind, file, line, diagnostics);
            known = Some(found);
            if is_usable {
                continue;
            }
            break;
        };
        if cells.len() != heading.len {
            let message = format!("the row has {} cells, the heading has {}", cells.len(), heading.len);
            diagnostics.push(
                Diagnostic::error(codes::INVALID_ROW, at(cells.len().min(heading.len).saturating_sub(1)), message)
                    .help("export the list again; a cell that holds a comma needs quotes"),
            );
            continue;
        }
        let Some(row) = row::read(&cells, heading, reading, kind, &at, diagnostics) else { continue };
        if let Some(first) = first_lines.insert(row.msisdn, line) {
            let place = at(heading.place(ExportColumn::Msisdn).unwrap_or_default());
            diagnostics.push(
                Diagnostic::error(codes::DUPLICATE_MSISDN, place, format!("{} stands twice in the list", row.msisdn))
                    .related("it stands here already", Location::new(file, first, 1, 1))
                    .help("two exports were put together, or the list moved while it was exported: export it again"),
            );
            continue;
        }
        rows.push(row);
    }
    if known.is_none() && diagnostics.is_empty() {
        let message = "the list is empty: not even a heading is there";
        diagnostics.push(
            Diagnostic::error(codes::MISSING_COLUMN, Location::of_file(file), message)
                .help("a list without rows still has its heading; export it again"),
        );
    }
    let has_imeis = known.as_ref().is_some_and(|heading| heading.place(ExportColumn::Imei).is_some());
    Found { rows, has_imeis, ignored: known.map(|heading| heading.ignored).filter(|ignored| !ignored.is_empty()) }
}

/// A list whose numbers or statuses cannot be told is none.
fn has_what_is_needed(
    heading: &Heading,
    cells: &Cells,
    reading: &ExportReading,
    kind: Kind,
    file: &str,
    line: u32,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let mut needed = vec![ExportColumn::Msisdn, ExportColumn::Status];
    if kind == Kind::Line {
        needed.extend(reading.system_number.is_none().then_some(ExportColumn::SystemNumber));
        needed.extend(reading.service_code.is_none().then_some(ExportColumn::ServiceCode));
    }
    let mut is_usable = true;
    for column in needed.into_iter().filter(|column| heading.place(*column).is_none()) {
        is_usable = false;
        let name = column.as_str();
        let shown: Vec<&str> = cells.iter().take(20).collect();
        let message = format!("no heading of {} names the {name}", shown.join(", "));
        let for_all = match column {
            ExportColumn::SystemNumber | ExportColumn::ServiceCode => {
                format!(", or give the one of all lines: csv: {{{name}: …}}")
            }
            ExportColumn::Msisdn
            | ExportColumn::Status
            | ExportColumn::Iccid
            | ExportColumn::Imsi
            | ExportColumn::Imei
            | ExportColumn::RatePlan
            | ExportColumn::TerminationDate => String::new(),
        };
        let help = match reading.columns.get(&column) {
            Some(named) => format!("the manifest says that it stands under {named:?}{for_all}"),
            None => format!("say under which heading it stands: csv: {{columns: {{{name}: …}}}}{for_all}"),
        };
        diagnostics.push(Diagnostic::error(codes::MISSING_COLUMN, Location::new(file, line, 1, 1), message).help(help));
    }
    is_usable
}

fn unreadable(error: &RecordError, file: &str) -> Diagnostic {
    let at = |line: u32| Location::new(file, line, 1, 1);
    match error {
        RecordError::OpenQuote { line } => {
            Diagnostic::error(codes::INVALID_ROW, at(*line), "a quote is opened in this row and never closed")
                .help("export the list again; what follows was not read")
        }
        RecordError::TooLong { line } => Diagnostic::error(codes::INVALID_ROW, at(*line), "the row is longer than 64 KiB")
            .help("this is probably no list of SIMs; what follows was not read"),
        // It was decoded before, and lies in memory.
        RecordError::NotUtf8 { line, .. } | RecordError::Failed { line, .. } => {
            Diagnostic::error(codes::FILE_UNREADABLE, at(*line), "the list cannot be read any further")
        }
    }
}

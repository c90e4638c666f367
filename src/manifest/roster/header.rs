//! The header of a roster: which column is what.

use crate::diag::{codes, did_you_mean};
use crate::manifest::sink::{Place, Sink};
use crate::sheet::Cells;

/// The columns that a roster may have: `kind`, and the fields of `sims` and `chipSims`.
pub(crate) const COLUMNS: [&str; 11] =
    ["kind", "msisdn", "iccid", "imei", "state", "ratePlan", "terminationDate", "terminateAfter", "protected", "name", "labels"];

/// The columns of one roster.
#[derive(Debug)]
pub(super) struct Header {
    /// By place in [`COLUMNS`].
    columns: [Option<usize>; COLUMNS.len()],
    len: usize,
}

impl Header {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The place of a column in the rows.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        let index = COLUMNS.iter().position(|column| *column == name)?;
        self.columns.get(index).copied().flatten()
    }

    /// The cell of a column; `None` where the column is missing or the cell is empty.
    pub(super) fn cell<'c>(&self, cells: &'c Cells, column: usize) -> Option<&'c str> {
        let cell = cells.get(self.columns.get(column).copied().flatten()?);
        (!cell.is_empty()).then_some(cell)
    }
}

/// Reads the header. `None`: the rows cannot be read.
pub(super) fn header(cells: &Cells, place: &impl Fn(usize, &str) -> Place, sink: &mut Sink) -> Option<Header> {
    let mut header = Header { columns: [None; COLUMNS.len()], len: cells.len() };
    for (nth, name) in cells.iter().enumerate() {
        let Some(index) = COLUMNS.iter().position(|column| *column == name) else {
            if !unknown(cells, nth, place, sink) {
                return None;
            }
            continue;
        };
        match header.columns.get_mut(index) {
            Some(Some(first)) => {
                let first = place(*first, "").location;
                sink.push(
                    place(nth, "")
                        .error(codes::DUPLICATE_COLUMN, format!("the column {name} stands twice in the header"))
                        .related("it stands here already", first)
                        .help("remove one of the two"),
                );
            }
            Some(slot @ None) => *slot = Some(nth),
            None => {}
        }
    }
    if header.column("msisdn").is_none() {
        sink.push(
            place(0, "").error(codes::MISSING_COLUMN, "the header has no column msisdn").help("msisdn is the key of a line"),
        );
        return None;
    }
    Some(header)
}

/// Reports an unknown column; whether the header can still be one.
fn unknown(cells: &Cells, nth: usize, place: &impl Fn(usize, &str) -> Place, sink: &mut Sink) -> bool {
    let name = cells.get(nth);
    let shown: String = name.chars().take(40).collect();
    if name.starts_with(|first: char| first.is_ascii_digit() || first == '+') {
        sink.push(
            place(nth, "")
                .error(codes::MISSING_COLUMN, format!("{shown:?} is a value, not the name of a column: the header is missing"))
                .help("the first line names the columns, such as msisdn,state,ratePlan"),
        );
        return false;
    }
    let separated = cells.len() > 1 || !name.contains([';', '\t']);
    let help = if separated {
        did_you_mean(name, COLUMNS)
            .map_or_else(|| format!("the columns are {}", COLUMNS.join(", ")), |meant| format!("did you mean {meant}?"))
    } else {
        "cells are separated by commas".to_owned()
    };
    sink.push(place(nth, "").error(codes::UNKNOWN_COLUMN, format!("there is no column {shown:?}")).help(help));
    separated
}

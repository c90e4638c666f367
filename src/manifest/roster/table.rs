//! A roster as a table whose cells know where they stand: for editing.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::sheet::{Cells, Records};

/// The rows of a roster by their line.
#[derive(Debug, Default)]
pub(in crate::manifest) struct Table {
    /// The names of the columns.
    pub(in crate::manifest) columns: Vec<String>,
    /// The line of the header.
    pub(in crate::manifest) header: Option<u32>,
    /// Its length in bytes.
    pub(in crate::manifest) header_length: usize,
    /// Rows that are not blank, by the line on which each begins.
    pub(in crate::manifest) rows: BTreeMap<u32, TableRow>,
}

/// A row.
#[derive(Debug)]
pub(in crate::manifest) struct TableRow {
    /// Its length in bytes, without the line end.
    pub(in crate::manifest) length: usize,
    cells: Vec<(String, Range<usize>)>,
}

impl Table {
    /// Reads a text without byte order mark; `None` where a row cannot be read.
    pub(in crate::manifest) fn read(text: &str) -> Option<Self> {
        let mut records = Records::new(text.as_bytes());
        let mut cells = Cells::default();
        let mut table = Self::default();
        while let Some((line, row)) = records.next().ok()? {
            cells.split(row).ok()?;
            if cells.iter().all(str::is_empty) {
                continue;
            }
            if table.header.is_none() {
                table.columns = cells.iter().map(str::to_owned).collect();
                (table.header, table.header_length) = (Some(line), row.len());
                continue;
            }
            let with_range = |(nth, text): (usize, &str)| (text.to_owned(), range(row, &cells, nth));
            let of_row = cells.iter().enumerate().map(with_range).collect();
            table.rows.insert(line, TableRow { length: row.len(), cells: of_row });
        }
        table.header.is_some().then_some(table)
    }

    /// The place of a column.
    pub(in crate::manifest) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The row that begins on a line.
    pub(in crate::manifest) fn row(&self, line: u32) -> Option<&TableRow> {
        self.rows.get(&line)
    }
}

impl TableRow {
    /// The text of a cell.
    pub(in crate::manifest) fn get(&self, column: usize) -> Option<&str> {
        self.cells.get(column).map(|(text, _)| text.as_str())
    }

    /// The bytes of a cell in its row, without the blanks around it.
    pub(in crate::manifest) fn range(&self, column: usize) -> Range<usize> {
        self.cells.get(column).map_or(self.length..self.length, |(_, range)| range.clone())
    }
}

fn range(row: &str, cells: &Cells, nth: usize) -> Range<usize> {
    let whole = cells.range(nth);
    let text = row.get(whole.clone()).unwrap_or_default();
    let start = whole.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

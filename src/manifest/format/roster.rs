//! Rosters.

use super::MARK;
use crate::domain::Msisdn;
use crate::manifest::line_end::LineEnd;
use crate::manifest::roster::{Table, TableRow};

pub(super) fn format(text: &str, sort: bool) -> Option<String> {
    let (mark, body) = text.strip_prefix(MARK).map_or(("", text), |body| (MARK, body));
    let table = Table::read(body)?;
    let width = table.columns.len();
    let mut rows: Vec<Vec<&str>> = table.rows.values().map(|row| cells(row, width)).collect::<Option<_>>()?;
    if sort {
        let column = table.column("msisdn")?;
        let number = |row: &Vec<&str>| row.get(column).and_then(|text| Msisdn::parse(text).ok());
        if rows.iter().all(|row| number(row).is_some()) {
            rows.sort_by_key(number);
        }
    }
    let end = header_end(body, &table);
    let mut formatted = String::with_capacity(text.len());
    formatted.push_str(mark);
    let header: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    for row in std::iter::once(&header).chain(&rows) {
        for (nth, text) in row.iter().enumerate() {
            if nth > 0 {
                formatted.push(',');
            }
            push_cell(&mut formatted, text);
        }
        formatted.push_str(end.as_str());
    }
    // A roster of one column whose cell would be read as something else stays.
    let again = Table::read(formatted.strip_prefix(mark)?)?;
    let is_same = again.columns == table.columns
        && again.rows.len() == rows.len()
        && again.rows.values().zip(&rows).all(|(row, cells_before)| cells(row, width).as_ref() == Some(cells_before));
    is_same.then_some(formatted)
}

/// What the header's line ends with: of the others some may stand inside of cells.
fn header_end(body: &str, table: &Table) -> LineEnd {
    let lines_before = table.header.and_then(|line| usize::try_from(line).ok()).unwrap_or(1).saturating_sub(1);
    let start: usize = body.split_inclusive('\n').take(lines_before).map(str::len).sum();
    let behind = body.get(start + table.header_length..).unwrap_or_default();
    if behind.starts_with("\r\n") { LineEnd::CrLf } else { LineEnd::Lf }
}

fn cells(row: &TableRow, width: usize) -> Option<Vec<&str>> {
    row.get(width).is_none().then_some(())?;
    (0..width).map(|column| row.get(column)).collect()
}

/// Quoted only where a reader of CSV would take it apart (RFC 4180).
pub(in crate::manifest) fn push_cell(row: &mut String, text: &str) {
    if text.contains(['"', ',', '\n', '\r']) {
        row.push('"');
        row.push_str(&text.replace('"', "\"\""));
        row.push('"');
    } else {
        row.push_str(text);
    }
}

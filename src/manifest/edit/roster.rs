//! Lines that stand in a CSV roster.

use std::collections::BTreeMap;

use super::splice::{Lines, Splice};
use super::{Edit, Left};
use crate::domain::Msisdn;
use crate::manifest::roster::Table;

/// The replacements that make these edits, and the edits that cannot be made. A column that the roster does not have is
/// added: it stays empty for the other lines, which so keep their defaults.
pub(super) fn splices(text: &str, edits: &[(usize, &Edit)]) -> (Vec<Splice>, Left) {
    let (mut splices, mut left) = (Vec::new(), Left::new());
    let Some(table) = Table::read(text) else {
        let why = "the roster cannot be read any more: run it again";
        return (splices, edits.iter().map(|(index, _)| (*index, why.to_owned())).collect());
    };
    let lines = Lines::new(text);
    let mut added: BTreeMap<&'static str, BTreeMap<u32, String>> = BTreeMap::new();
    for (index, edit) in edits {
        let Some(row) = table.row(edit.line).filter(|row| is_of(&table, row, edit)) else {
            left.insert(*index, "another line stands there by now: run it again".to_owned());
            continue;
        };
        let cell = cell(&edit.value);
        match (table.column(edit.field), lines.start(edit.line)) {
            (Some(column), Some(start)) => {
                let range = row.range(column);
                splices.push(Splice { at: start + range.start, remove: range.len(), insert: cell });
            }
            (None, Some(_)) => {
                added.entry(edit.field).or_default().insert(edit.line, cell);
            }
            (_, None) => {
                left.insert(*index, "the roster is shorter by now: run it again".to_owned());
            }
        }
    }
    for (field, cells) in added {
        let Some(header) = table.header.and_then(|line| Some((lines.start(line)?, table.header_length))) else { continue };
        splices.push(Splice { at: header.0 + header.1, remove: 0, insert: format!(",{field}") });
        for (line, row) in &table.rows {
            let Some(start) = lines.start(*line) else { continue };
            let cell = cells.get(line).map(String::as_str).unwrap_or_default();
            splices.push(Splice { at: start + row.length, remove: 0, insert: format!(",{cell}") });
        }
    }
    (splices, left)
}

fn is_of(table: &Table, row: &crate::manifest::roster::TableRow, edit: &Edit) -> bool {
    let number = table.column("msisdn").and_then(|column| row.get(column));
    number.and_then(|text| Msisdn::parse(text).ok()) == Some(edit.msisdn)
}

/// Quoted where a reader of CSV could take it apart (RFC 4180).
fn cell(text: &str) -> String {
    let is_plain = text.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.'));
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// Whether the second text differs from the first one in these cells and in nothing else.
pub(super) fn changes_only(before: &str, after: &str, edits: &[&Edit]) -> bool {
    let (Some(mut expected), Some(found)) = (values(before), values(after)) else { return false };
    for edit in edits {
        expected.insert((edit.line, edit.field.to_owned()), edit.value.clone());
    }
    expected == found
}

/// The cells that are not empty, by line and column.
fn values(text: &str) -> Option<BTreeMap<(u32, String), String>> {
    let table = Table::read(text)?;
    let mut values = BTreeMap::new();
    for (line, row) in &table.rows {
        for (nth, name) in table.columns.iter().enumerate() {
            let cell = row.get(nth).unwrap_or_default();
            if !cell.is_empty() {
                values.insert((*line, name.clone()), cell.to_owned());
            }
        }
    }
    Some(values)
}

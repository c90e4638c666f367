//! Tables as CSV text, whoever wrote them: rows with their lines, cells with their places, and what spreadsheets do
//! to identifiers.

mod cells;
pub(crate) mod damage;
mod records;

pub(crate) use cells::Cells;
pub(crate) use records::{RecordError, Records};

/// The column of a byte of a row, from 1, in characters of its line.
pub(crate) fn column_of(row: &str, byte: usize) -> u32 {
    let line = row.get(..byte).unwrap_or(row);
    let characters = line.rsplit('\n').next().unwrap_or_default().chars().count();
    u32::try_from(characters).unwrap_or(u32::MAX).saturating_add(1)
}

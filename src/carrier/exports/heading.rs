//! Which column of a list is what.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Location, codes};
use crate::domain::address::width::half_width;
use crate::domain::{ExportColumn, ExportReading};
use crate::sheet::Cells;

/// The columns of one list.
#[derive(Debug, Default)]
pub(super) struct Heading {
    places: BTreeMap<ExportColumn, usize>,
    /// How many there are, with those that were not understood.
    pub(super) len: usize,
    /// Those that were not understood.
    pub(super) ignored: Vec<String>,
}

impl Heading {
    /// The place of a column in the rows.
    pub(super) fn place(&self, column: ExportColumn) -> Option<usize> {
        self.places.get(&column).copied()
    }

    /// The cell of a column; `None` where the column is missing or the cell is empty.
    pub(super) fn cell<'c>(&self, cells: &'c Cells, column: ExportColumn) -> Option<&'c str> {
        let cell = cells.get(self.place(column)?);
        (!cell.is_empty()).then_some(cell)
    }
}

/// Reads the first row. A heading that the manifest names is that column and no other.
pub(super) fn read(
    cells: &Cells,
    reading: &ExportReading,
    at: &impl Fn(usize) -> Location,
    diagnostics: &mut Vec<Diagnostic>,
) -> Heading {
    let mut heading = Heading { len: cells.len(), ..Heading::default() };
    for (nth, text) in cells.iter().enumerate() {
        let Some(column) = column_of(text, reading) else {
            if !text.is_empty() {
                heading.ignored.push(text.to_owned());
            }
            continue;
        };
        if let Some(first) = heading.places.insert(column, nth) {
            let message = format!("{text:?} is a second column for {}", column.as_str());
            diagnostics.push(
                Diagnostic::error(codes::DUPLICATE_COLUMN, at(nth), message)
                    .related("the first one", at(first))
                    .help(format!("say which is meant: csv: {{columns: {{{}: …}}}}", column.as_str())),
            );
        }
    }
    for (column, named) in &reading.columns {
        // One list need not have the columns of the other; but then nothing stands in for what was named.
        if !heading.places.contains_key(column) {
            tracing::debug!(column = column.as_str(), heading = %named, "the list has no such heading");
        }
    }
    heading
}

fn column_of(text: &str, reading: &ExportReading) -> Option<ExportColumn> {
    if let Some((column, _)) = reading.columns.iter().find(|(_, named)| plain(named) == plain(text)) {
        return Some(*column);
    }
    let known = plain(text);
    let found = ExportColumn::ALL.into_iter().find(|column| column.headings().contains(&known.as_str()))?;
    // Where the manifest names the column, the heading known by itself is another.
    (!reading.columns.contains_key(&found)).then_some(found)
}

/// Upper and lower case, full and half width, blanks, hyphens and underscores are the same.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '.' | '・'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_heading_is_written_as_it_is_compared_and_means_one_column() {
        let mut seen: BTreeMap<&str, ExportColumn> = BTreeMap::new();
        for column in ExportColumn::ALL {
            for known in column.headings() {
                assert_eq!(plain(known), *known);
                assert_eq!(seen.insert(known, column), None, "{known}");
            }
            assert!(column.headings().contains(&plain(column.as_str()).as_str()), "{column:?}");
        }
    }

    #[test]
    fn a_named_heading_takes_the_place_of_a_known_one() {
        let reading =
            ExportReading { columns: [(ExportColumn::Msisdn, "回線 番号".to_owned())].into(), ..ExportReading::default() };
        assert_eq!(column_of("回線番号", &reading), Some(ExportColumn::Msisdn));
        assert_eq!(column_of("電話番号", &reading), None);
        assert_eq!(column_of("ＩＣＣＩＤ", &reading), Some(ExportColumn::Iccid));
        assert_eq!(column_of("備考", &reading), None);
    }
}

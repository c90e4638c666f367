//! The cells of a row.

use std::ops::Range;

/// The cells of one row, reused for the next. Blanks around a cell are not part of it.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    text: String,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    /// The cell in `text`.
    content: Range<usize>,
    /// Where it begins in the row.
    at: usize,
    /// Characters it takes there.
    length: u32,
}

/// A row that is not CSV.
#[derive(Debug)]
pub(crate) struct NotCsv {
    /// The byte of the row at which it goes wrong.
    pub(crate) at: usize,
    pub(crate) message: &'static str,
}

impl Cells {
    pub(crate) fn split(&mut self, row: &str) -> Result<(), NotCsv> {
        self.text.clear();
        self.cells.clear();
        if row.contains('"') {
            return self.split_quoted(row);
        }
        self.text.push_str(row);
        let mut at = 0;
        for cell in row.split(',') {
            self.push(at, at..at + cell.len(), cell.len());
            at += cell.len() + 1;
        }
        Ok(())
    }

    fn split_quoted(&mut self, row: &str) -> Result<(), NotCsv> {
        let mut at = 0;
        loop {
            let rest = row.get(at..).unwrap_or_default();
            let from = self.text.len();
            let length = if rest.starts_with('"') {
                self.quoted(rest).map_err(|offset| NotCsv { at: at + offset, message: "text stands behind the closing quote" })?
            } else {
                let plain = rest.split(',').next().unwrap_or_default();
                self.text.push_str(plain);
                plain.len()
            };
            self.push(at, from..self.text.len(), length);
            at += length;
            if at >= row.len() {
                return Ok(());
            }
            // A cell ends at a comma.
            at += 1;
            if at == row.len() {
                self.push(at, self.text.len()..self.text.len(), 0);
                return Ok(());
            }
        }
    }

    /// Takes a quoted cell and gives its length in the row; `Err` is the offset of text behind it.
    fn quoted(&mut self, rest: &str) -> Result<usize, usize> {
        let mut from = 1;
        loop {
            let tail = rest.get(from..).unwrap_or_default();
            let Some(quote) = tail.find('"') else {
                self.text.push_str(tail);
                return Ok(rest.len());
            };
            self.text.push_str(tail.get(..quote).unwrap_or_default());
            let after = from + quote + 1;
            match rest.as_bytes().get(after) {
                Some(b'"') => {
                    self.text.push('"');
                    from = after + 1;
                }
                Some(b',') | None => return Ok(after),
                Some(_) => return Err(after),
            }
        }
    }

    fn push(&mut self, at: usize, content: Range<usize>, length: usize) {
        self.cells.push(Cell { content, at, length: u32::try_from(length).unwrap_or(u32::MAX) });
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn get(&self, nth: usize) -> &str {
        self.cells.get(nth).and_then(|cell| self.text.get(cell.content.clone())).unwrap_or_default().trim()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.cells.len()).map(|nth| self.get(nth))
    }

    /// The bytes of a cell in the row.
    pub(crate) fn range(&self, nth: usize) -> Range<usize> {
        self.cells.get(nth).map_or(0..0, |cell| cell.at..cell.at + usize::try_from(cell.length).unwrap_or_default())
    }

    /// The byte at which a cell begins in the row, and its length there.
    pub(crate) fn place(&self, nth: usize) -> (usize, u32) {
        self.cells.get(nth).map_or((0, 1), |cell| (cell.at, cell.length.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;

    fn cells(row: &str) -> Option<Vec<String>> {
        let mut cells = Cells::default();
        cells.split(row).ok()?;
        Some(cells.iter().map(str::to_owned).collect())
    }

    #[test]
    fn cells_are_what_they_say() {
        for (row, expected) in [
            ("", vec![""]),
            ("a,b", vec!["a", "b"]),
            ("a, b ,", vec!["a", "b", ""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"a \"\"b\"\"\",\"c\"", vec!["a \"b\"", "c"]),
            ("5\" disk,b", vec!["5\" disk", "b"]),
            ("\"a\",", vec!["a", ""]),
            ("\"\",\"\"", vec!["", ""]),
            ("\"a\nb\",c", vec!["a\nb", "c"]),
        ] {
            assert_eq!(cells(row).expect("CSV"), expected, "{row}");
        }
        assert_eq!(cells("\"a\" b,c"), None);
    }
}

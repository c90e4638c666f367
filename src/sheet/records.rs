//! The rows of a CSV text, one at a time, with their line numbers. A row spans several lines only
//! inside quotes.

use std::io::{BufRead, Read as _};

/// A longer row is not a line of a fleet; an unclosed quote must not swallow a gigabyte.
const MAX_ROW_BYTES: usize = 64 << 10;

/// Why reading stopped.
#[derive(Debug)]
pub(crate) enum RecordError {
    NotUtf8 { line: u32, column: u32, bytes: Vec<u8> },
    OpenQuote { line: u32 },
    TooLong { line: u32 },
    Failed { line: u32, source: std::io::Error },
}

pub(crate) struct Records<R> {
    source: R,
    buffer: Vec<u8>,
    next_line: u32,
}

impl<R: BufRead> Records<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, buffer: Vec::new(), next_line: 1 }
    }

    /// The next row without its line end, and the number of its first line. Lines end with LF or CRLF.
    pub(crate) fn next(&mut self) -> Result<Option<(u32, &str)>, RecordError> {
        let line = self.next_line;
        self.buffer.clear();
        let mut quotes = Quotes::CellStart;
        loop {
            let before = self.buffer.len();
            let room = (MAX_ROW_BYTES + 1).saturating_sub(before) as u64;
            let read = (&mut self.source).take(room).read_until(b'\n', &mut self.buffer);
            let read = read.map_err(|source| RecordError::Failed { line, source })?;
            if read == 0 && before == 0 {
                return Ok(None);
            }
            if self.next_line == 1 && self.buffer.starts_with(BYTE_ORDER_MARK) {
                self.buffer.drain(..BYTE_ORDER_MARK.len());
            }
            quotes = quotes.after(self.buffer.get(before..).unwrap_or_default());
            let open = quotes == Quotes::Inside;
            if self.buffer.len() > MAX_ROW_BYTES || read == 0 && open {
                return Err(if open { RecordError::OpenQuote { line } } else { RecordError::TooLong { line } });
            }
            self.next_line = self.next_line.saturating_add(1);
            if !open {
                break;
            }
        }
        let mut row = self.buffer.as_slice();
        row = row.strip_suffix(b"\n").unwrap_or(row);
        row = row.strip_suffix(b"\r").unwrap_or(row);
        match std::str::from_utf8(row) {
            Ok(text) => Ok(Some((line, text))),
            Err(error) => {
                let valid = String::from_utf8_lossy(row.get(..error.valid_up_to()).unwrap_or_default());
                let column = u32::try_from(valid.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
                Err(RecordError::NotUtf8 { line, column, bytes: row.iter().copied().take(16).collect() })
            }
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where a text stands with its quotes. Only a quote at the beginning of a cell opens one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    CellStart,
    Outside,
    Inside,
    /// After a quote inside: the end, or the first of a doubled one.
    Closing,
}

impl Quotes {
    fn after(self, bytes: &[u8]) -> Self {
        // The common row has no quotes at all.
        if self != Self::Inside && !bytes.contains(&b'"') {
            return Self::Outside;
        }
        bytes.iter().fold(self, |state, byte| match (state, byte) {
            (Self::CellStart | Self::Closing, b'"') | (Self::Inside, 0..=b'!' | b'#'..) => Self::Inside,
            (Self::Inside, b'"') => Self::Closing,
            (Self::CellStart | Self::Outside | Self::Closing, b',') => Self::CellStart,
            (Self::CellStart | Self::Outside | Self::Closing, _) => Self::Outside,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{RecordError, Records};

    fn rows(text: &str) -> Vec<(u32, String)> {
        let mut records = Records::new(text.as_bytes());
        let mut rows = Vec::new();
        while let Some((line, row)) = records.next().expect("readable") {
            rows.push((line, row.to_owned()));
        }
        rows
    }

    #[test]
    fn rows_keep_their_line_numbers() {
        let row = |line: u32, text: &str| (line, text.to_owned());
        assert_eq!(rows("\u{feff}a,b\r\n1,2\r\n\r\n3,4"), [row(1, "a,b"), row(2, "1,2"), row(3, ""), row(4, "3,4")]);
        assert_eq!(rows("\u{feff}\"a\nb\",c\n5\" disk,d\n"), [row(1, "\"a\nb\",c"), row(3, "5\" disk,d")]);
        assert_eq!(rows("\"a\"\"\",b\nc"), [row(1, "\"a\"\"\",b"), row(2, "c")]);
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_file() {
        let text = format!("a\n\"b\n{}", "c\n".repeat(100_000));
        let mut records = Records::new(text.as_bytes());
        assert!(matches!(records.next(), Ok(Some((1, "a")))));
        assert!(matches!(records.next(), Err(RecordError::OpenQuote { line: 2 })));
    }
}

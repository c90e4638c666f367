//! CSV: a table for programs, whose numbers stay numbers.

use crate::redact::Redactor;

/// How the names of columns of amounts end. An amount of data can look like a phone number without its zero.
const AMOUNT: &str = "Bytes";

/// A table (RFC 4180, with a row of names) with every cell redacted but amounts. What is no table is redacted as text.
pub(super) fn redact(redactor: &Redactor, text: &str) -> String {
    rows(redactor, text).unwrap_or_else(|| redactor.text(text))
}

fn rows(redactor: &Redactor, text: &str) -> Option<String> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_records();
    let names = rows.next()?.ok()?;
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    table.write_record(&names).ok()?;
    for row in rows {
        let row = row.ok()?;
        // No amount begins with a zero, and a number of a line does.
        let is_amount = |cell: &str| cell.parse::<u64>().is_ok_and(|amount| amount.to_string() == cell);
        let cells = row
            .iter()
            .zip(&names)
            .map(|(cell, name)| if name.ends_with(AMOUNT) && is_amount(cell) { cell.to_owned() } else { redactor.text(cell) });
        table.write_record(cells).ok()?;
    }
    String::from_utf8(table.into_inner().ok()?).ok()
}

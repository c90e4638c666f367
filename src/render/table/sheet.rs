//! The layout that all tables share.

use std::fmt::Display;
use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

pub(super) use crate::render::amount::bytes;
use crate::render::escape::plain;
use crate::render::record::Record;

/// A column: its head, and the cell of a row.
pub(super) struct Column<T> {
    pub(super) head: &'static str,
    pub(super) cell: fn(&T) -> String,
    pub(super) is_number: bool,
}

/// A column of text.
pub(super) fn text<T>(head: &'static str, cell: fn(&T) -> String) -> Column<T> {
    Column { head, cell, is_number: false }
}

/// A column of numbers, aligned right.
pub(super) fn number<T>(head: &'static str, cell: fn(&T) -> String) -> Column<T> {
    Column { head, cell, is_number: true }
}

/// A value, or `-` where there is none.
pub(super) fn or_dash(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned())
}

/// Writes a table.
pub(super) fn write<T>(out: &mut (impl Write + ?Sized), records: &[Record<'_, T>], columns: &[Column<T>]) -> io::Result<()> {
    let has_accounts = records.iter().any(|record| Some(record.account) != records.first().map(|first| first.account));
    let account = has_accounts.then_some("ACCOUNT");
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(account.into_iter().chain(columns.iter().map(|column| column.head)));
    for record in records {
        let account = has_accounts.then(|| Cell::new(plain(record.account)));
        let cells = columns.iter().map(|column| Cell::new(plain(&(column.cell)(record.row))));
        table.add_row(account.into_iter().chain(cells));
    }
    let is_number = account.iter().map(|_| false).chain(columns.iter().map(|column| column.is_number));
    for (column, is_number) in table.column_iter_mut().zip(is_number) {
        column.set_padding((0, 2));
        if is_number {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

//! The operation journal.

use std::io::{self, Write};

use super::sheet::{Column, or_dash, text, write};
use crate::domain::calendar::rfc3339;
use crate::exec::journal::OperationRecord;
use crate::render::operation::{settles, state};
use crate::render::record::Record;

/// Operations, with what is in doubt since when, and what will settle it.
pub fn operations(out: &mut (impl Write + ?Sized), records: &[Record<'_, OperationRecord>]) -> io::Result<()> {
    let columns: [Column<OperationRecord>; 7] = [
        text("ID", |record| record.id.to_string()),
        text("KIND", |record| record.kind.to_string()),
        text("SUBJECT", |record| record.subject.to_string()),
        text("STATE", |record| state(record).to_owned()),
        text("SENT", |record| or_dash(record.sent_at.map(rfc3339))),
        text("APPLICATION", |record| or_dash(record.application.as_ref())),
        text("NOTE", |record| {
            let parts = [record.note.clone(), settles(record)];
            or_dash(Some(parts.into_iter().flatten().collect::<Vec<_>>().join("; ")))
        }),
    ];
    write(out, records, &columns)
}

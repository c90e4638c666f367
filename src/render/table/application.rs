//! Applications (function 10).

use std::io::{self, Write};

use super::sheet::{Column, number, or_dash, text, write};
use crate::carrier::wire::Application;
use crate::render::record::Record;

/// Applications. One of a single line shows it; a bulk one shows how many lines it touches.
pub fn applications(out: &mut (impl Write + ?Sized), records: &[Record<'_, Application>]) -> io::Result<()> {
    let columns: [Column<Application>; 10] = [
        text("APPLICATION", |application| application.application_no.clone()),
        text("TYPE", |application| application.kind.to_string()),
        text("STATUS", |application| application.status.to_string()),
        text("LABEL", |application| or_dash(Some(&application.status_label))),
        text("LINE", |application| match application.items.as_slice() {
            [item] => item.msisdn.to_string(),
            _ => "-".to_owned(),
        }),
        number("LINES", |application| application.items.len().to_string()),
        text("TARGET", |application| or_dash(application.target.as_ref())),
        text("EFFECTIVE", |application| or_dash(application.effective_date)),
        text("REQUESTED", |application| application.requested_at.to_string()),
        text("VIA", |application| application.requested_via.to_string()),
    ];
    write(out, records, &columns)
}

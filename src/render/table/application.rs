//! Applications (function 10).

use std::io::{self, Write};

use super::sheet::{Column, number, or_dash, text, write};
use crate::carrier::wire::{Application, OrderDetail};
use crate::render::record::Record;

/// Applications. One of a single line shows it; a bulk one shows how many lines it touches; an order what is
/// ordered, and from shipment on which numbers were in the parcel.
pub fn applications(out: &mut (impl Write + ?Sized), records: &[Record<'_, Application>]) -> io::Result<()> {
    let columns: [Column<Application>; 10] = [
        text("APPLICATION", |application| application.application_no.clone()),
        text("TYPE", |application| application.kind.to_string()),
        text("STATUS", |application| application.status.to_string()),
        text("LABEL", |application| or_dash(Some(&application.status_label))),
        text("LINE", line),
        number("LINES", |application| match &application.order {
            Some(order) => order.msisdns.len().to_string(),
            None => application.items.len().to_string(),
        }),
        text("TARGET", |application| or_dash(application.order.as_ref().map(content).or_else(|| application.target.clone()))),
        text("EFFECTIVE", |application| or_dash(application.effective_date)),
        text("REQUESTED", |application| application.requested_at.to_string()),
        text("VIA", |application| application.requested_via.to_string()),
    ];
    write(out, records, &columns)
}

fn line(application: &Application) -> String {
    if let Some(order) = &application.order {
        return match order.msisdns.as_slice() {
            [] => "-".to_owned(),
            [one] => one.to_string(),
            [first, .., last] => format!("{first} … {last}"),
        };
    }
    match application.items.as_slice() {
        [item] => item.msisdn.to_string(),
        _ => "-".to_owned(),
    }
}

/// `50 nano on fixed-500mb, 50 rtr-100`
fn content(order: &OrderDetail) -> String {
    let body = &order.request;
    let devices = body.devices.iter().map(|device| format!(", {} {}", device.quantity, device.model));
    format!("{} {} on {}{}", body.quantity, body.form_factor, body.plan_code, devices.collect::<String>())
}

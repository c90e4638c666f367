//! Systems and services (functions 12 and 13).

use std::io::{self, Write};

use super::sheet::{Column, bytes, number, or_dash, text, write};
use crate::carrier::wire::{ServiceDetail, ServiceInfo, SystemAnswer};
use crate::domain::Function;
use crate::render::record::Record;
use crate::render::view::Count;

/// One service of one system number.
struct Offer {
    system: String,
    service: String,
    functions: String,
    lacking: String,
}

/// Systems: a row a service, with the functions it offers and those it lacks.
pub fn system(out: &mut (impl Write + ?Sized), records: &[Record<'_, SystemAnswer>]) -> io::Result<()> {
    let mut offers: Vec<(&str, Offer)> = Vec::new();
    for record in records {
        for system in &record.row.systems {
            for service in &system.services {
                let offer = Offer {
                    system: system.system_no.clone(),
                    service: service.service_code.clone(),
                    functions: service.functions.len().to_string(),
                    lacking: lacking(service),
                };
                offers.push((record.account, offer));
            }
        }
    }
    let offers: Vec<Record<'_, Offer>> = offers.iter().map(|(account, row)| Record { account, row }).collect();
    let columns: [Column<Offer>; 4] = [
        text("SYSTEM", |offer| or_dash(Some(&offer.system))),
        text("SERVICE", |offer| or_dash(Some(&offer.service))),
        number("FUNCTIONS", |offer| offer.functions.clone()),
        text("NOT OFFERED", |offer| or_dash(Some(&offer.lacking))),
    ];
    write(out, &offers, &columns)
}

/// Services in a month.
pub fn services(out: &mut (impl Write + ?Sized), records: &[Record<'_, ServiceDetail>]) -> io::Result<()> {
    let columns: [Column<ServiceDetail>; 6] = [
        text("SYSTEM", |detail| or_dash(Some(&detail.system_no))),
        text("SERVICE", |detail| or_dash(Some(&detail.service_code))),
        text("MONTH", |detail| or_dash(Some(&detail.month))),
        number("LINES", |detail| Count(detail.line_counts.values().copied().fold(0, u64::saturating_add)).to_string()),
        number("TRAFFIC", |detail| bytes(detail.bytes)),
        text("BY STATUS", |detail| {
            let counts: Vec<String> = detail.line_counts.iter().map(|(status, n)| format!("{status} {}", Count(*n))).collect();
            or_dash(Some(counts.join(", ")))
        }),
    ];
    write(out, records, &columns)
}

/// `5, 14, 18`: the carrier's numbers of what is missing.
fn lacking(service: &ServiceInfo) -> String {
    let numbers = Function::ALL.into_iter().map(Function::number);
    let lacking: Vec<String> =
        numbers.filter(|number| !service.functions.contains(number)).map(|number| number.to_string()).collect();
    lacking.join(", ")
}

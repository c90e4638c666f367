//! Traffic and sessions (functions 4 and 11).

use std::io::{self, Write};

use super::sheet::{Column, bytes, number, or_dash, text, write};
use crate::carrier::wire::Usage;
use crate::domain::Msisdn;
use crate::domain::calendar::JstTime;
use crate::render::record::{LineSession, Record};

/// One period of one line.
struct PeriodTraffic {
    msisdn: Msisdn,
    period: String,
    bytes: u64,
    as_of: JstTime,
}

/// Traffic, a row a day or month.
pub fn usage(out: &mut (impl Write + ?Sized), records: &[Record<'_, Usage>]) -> io::Result<()> {
    let periods: Vec<(&str, PeriodTraffic)> = records
        .iter()
        .flat_map(|record| {
            let usage = record.row;
            usage.rows.iter().map(|row| {
                let period =
                    PeriodTraffic { msisdn: usage.msisdn, period: row.period.clone(), bytes: row.bytes, as_of: usage.as_of };
                (record.account, period)
            })
        })
        .collect();
    let periods: Vec<Record<'_, PeriodTraffic>> = periods.iter().map(|(account, row)| Record { account, row }).collect();
    let columns: [Column<PeriodTraffic>; 4] = [
        text("MSISDN", |period| period.msisdn.to_string()),
        text("PERIOD", |period| or_dash(Some(&period.period))),
        number("TRAFFIC", |period| bytes(period.bytes)),
        text("AS OF", |period| period.as_of.to_string()),
    ];
    write(out, &periods, &columns)
}

/// Sessions.
pub fn sessions(out: &mut (impl Write + ?Sized), records: &[Record<'_, LineSession>]) -> io::Result<()> {
    let columns: [Column<LineSession>; 8] = [
        text("MSISDN", |line| line.msisdn.to_string()),
        text("ONLINE", |line| if line.session.online { "yes" } else { "no" }.to_owned()),
        text("SINCE", |line| or_dash(line.session.since)),
        text("LAST SEEN", |line| or_dash(line.session.last_seen_at)),
        text("ADDRESS", |line| or_dash(line.session.ip_address.as_ref())),
        text("APN", |line| or_dash(line.session.apn.as_ref())),
        text("RAT", |line| or_dash(line.session.rat.as_ref())),
        text("IMEI", |line| or_dash(line.session.imei.as_ref())),
    ];
    write(out, records, &columns)
}

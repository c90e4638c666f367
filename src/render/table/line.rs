//! Lines and chip SIMs (functions 1, 7 and 19).

use std::io::{self, Write};

use super::sheet::{Column, bytes, number, or_dash, text, write};
use crate::carrier::wire::{ChipSim, Line, PendingApplication};
use crate::render::record::Record;

/// Lines.
pub fn sims(out: &mut (impl Write + ?Sized), records: &[Record<'_, Line>]) -> io::Result<()> {
    let columns: [Column<Line>; 11] = [
        text("MSISDN", |line| line.msisdn.to_string()),
        text("KIND", |line| or_dash(Some(&line.kind))),
        text("STATUS", |line| line.status.to_string()),
        text("LABEL", |line| or_dash(Some(&line.status_label))),
        text("RATE PLAN", |line| or_dash(Some(&line.plan_code))),
        text("SYSTEM", |line| or_dash(Some(&line.system_no))),
        text("SERVICE", |line| or_dash(Some(&line.service_code))),
        text("ICCID", |line| or_dash(Some(&line.iccid))),
        text("IMEI", |line| or_dash(line.imei.as_ref())),
        number("REMAINING", |line| or_dash(line.traffic_remaining_bytes.map(bytes))),
        text("PENDING", |line| pending(&line.pending)),
    ];
    write(out, records, &columns)
}

/// Chip SIMs.
pub fn chips(out: &mut (impl Write + ?Sized), records: &[Record<'_, ChipSim>]) -> io::Result<()> {
    let columns: [Column<ChipSim>; 7] = [
        text("MSISDN", |chip| chip.msisdn.to_string()),
        text("STATUS", |chip| chip.status.to_string()),
        text("LABEL", |chip| or_dash(Some(&chip.status_label))),
        text("SYSTEM", |chip| or_dash(chip.system_no.as_ref())),
        text("ICCID", |chip| or_dash(Some(&chip.iccid))),
        text("IMEI", |chip| or_dash(chip.imei.as_ref())),
        text("PENDING", |chip| pending(&chip.pending)),
    ];
    write(out, records, &columns)
}

/// `planChange fixed-1gb 2026-12-01`, several with `, ` between them.
fn pending(applications: &[PendingApplication]) -> String {
    let texts: Vec<String> = applications
        .iter()
        .map(|application| {
            let date = application.effective_date.map(|date| date.to_string()).unwrap_or_default();
            let parts = [application.kind.to_string(), application.target.clone(), date];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    or_dash(Some(texts.join(", ")))
}

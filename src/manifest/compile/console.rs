//! `csv` of a `CarrierAccount` to [`ConsoleFiles`].

use std::path::Path;

use crate::api::{CsvConsole, ExpectedRows, ExportColumns, ExportedStatus};
use crate::domain::calendar::JstTime;
use crate::domain::console::DEFAULT_MAX_AGE_SECONDS;
use crate::domain::{ChipStatus, ConsoleFiles, ExportColumn, ExportReading, LineStatus};
use crate::manifest::validate::console::{age_seconds, time};

/// Resolves paths against the manifest's folder and fills in defaults. Texts that are wrong were reported.
pub(super) fn files(settings: CsvConsole, account: &str, folder: &Path) -> ConsoleFiles {
    let CsvConsole {
        sims,
        chip_sims,
        output,
        catalogue,
        exported_at,
        max_age,
        rows,
        system_number,
        service_code,
        columns,
        statuses,
    } = settings;
    let ExpectedRows { sims: sim_rows, chip_sims: chip_rows } = rows.unwrap_or_default();
    ConsoleFiles {
        sims: sims.map(|path| folder.join(path)),
        chip_sims: chip_sims.map(|path| folder.join(path)),
        output: folder.join(output.unwrap_or_else(|| "console".to_owned())),
        journal: folder.join(format!(".simfleet/{account}-journal.db")),
        catalogue: catalogue.map(|path| folder.join(path)),
        exported_at: exported_at.as_deref().and_then(time).map(JstTime),
        max_age_seconds: max_age.as_deref().and_then(age_seconds).unwrap_or(DEFAULT_MAX_AGE_SECONDS),
        sim_rows: sim_rows.map(u64::from),
        chip_rows: chip_rows.map(u64::from),
        reading: ExportReading {
            system_number,
            service_code,
            columns: columns.map(headings).unwrap_or_default().into_iter().collect(),
            statuses: statuses.into_iter().map(|(label, status)| (label, wire(status))).collect(),
        },
    }
}

fn headings(columns: ExportColumns) -> Vec<(ExportColumn, String)> {
    let ExportColumns { msisdn, status, iccid, imsi, imei, system_number, service_code, rate_plan, termination_date } = columns;
    [
        (ExportColumn::Msisdn, msisdn),
        (ExportColumn::Status, status),
        (ExportColumn::Iccid, iccid),
        (ExportColumn::Imsi, imsi),
        (ExportColumn::Imei, imei),
        (ExportColumn::SystemNumber, system_number),
        (ExportColumn::ServiceCode, service_code),
        (ExportColumn::RatePlan, rate_plan),
        (ExportColumn::TerminationDate, termination_date),
    ]
    .into_iter()
    .filter_map(|(column, heading)| Some((column, heading?)))
    .collect()
}

fn wire(status: ExportedStatus) -> String {
    match status {
        ExportedStatus::Ordered => ChipStatus::Ordered.wire().to_owned(),
        ExportedStatus::ImeiRegistered => ChipStatus::ImeiRegistered.wire().to_owned(),
        ExportedStatus::Allocated => ChipStatus::Allocated.wire().to_owned(),
        ExportedStatus::Active => LineStatus::Active.wire().to_owned(),
        ExportedStatus::Suspended => LineStatus::Suspended.wire().to_owned(),
        ExportedStatus::TerminationAccepted => LineStatus::TerminationAccepted.wire().to_owned(),
        ExportedStatus::Terminated => LineStatus::Terminated.wire().to_owned(),
        ExportedStatus::CarrierSuspended => LineStatus::CarrierSuspended.wire().to_owned(),
        ExportedStatus::CarrierTerminated => LineStatus::CarrierTerminated.wire().to_owned(),
    }
}

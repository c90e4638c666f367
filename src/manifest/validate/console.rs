//! The settings of an account that is reached through the carrier's console (driver `csv`).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::api::{CsvConsole, ExportColumns};
use crate::diag::{Diagnostic, codes};
use crate::manifest::sink::{Place, Sink};
use crate::manifest::{Account, AccountDriver};

/// A point in time, with its offset.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// `90m`, `24h` or `3d` in seconds.
pub(crate) fn age_seconds(text: &str) -> Option<u64> {
    let unit = match text.chars().last()? {
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let number = text.get(..text.len() - 1)?;
    let is_plain = !number.is_empty() && number.len() <= 6 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = number.parse().ok().filter(|number| is_plain && *number > 0)?;
    Some(number * unit)
}

/// What is wrong with `spec.csv`.
pub(super) fn settings(settings: &CsvConsole, place: impl Fn(&[&str]) -> Place, sink: &mut Sink) {
    if settings.sims.is_some() && settings.sims == settings.chip_sims {
        let problem = place(&["csv", "chipSims"]).error(codes::INVALID_VALUE, "sims and chipSims are the same file");
        sink.push(problem.help("the console exports two lists: of SIMs under contract, and of chip SIMs"));
    }
    if let Some(text) = settings.exported_at.as_deref().filter(|text| time(text).is_none()) {
        let problem = place(&["csv", "exportedAt"]).error(codes::INVALID_VALUE, format!("{text:?} is not a point in time"));
        sink.push(problem.help("for instance \"2026-11-28T10:00:00+09:00\""));
    }
    if let Some(text) = settings.max_age.as_deref().filter(|text| age_seconds(text).is_none()) {
        let problem = place(&["csv", "maxAge"]).error(codes::INVALID_VALUE, format!("{text:?} is not an age"));
        sink.push(problem.help("for instance 90m, 24h or 3d"));
    }
    if let Some(columns) = &settings.columns {
        headings(columns, &place, sink);
    }
}

/// An account that has no list to read. For files: a cluster refuses the driver as a whole.
pub(crate) fn without_lists(account: &Account) -> Option<Diagnostic> {
    let AccountDriver::Csv(files) = &account.driver else { return None };
    (files.sims.is_none() && files.chip_sims.is_none()).then(|| {
        let message = "driver: csv reads exported lists, and neither sims nor chipSims is named";
        Diagnostic::error(codes::MISSING_FIELD, account.location.clone(), message)
            .at("spec.csv")
            .help("name the list that the console exported: csv: {sims: exports/sims.csv}")
    })
}

/// One heading for two columns.
fn headings(columns: &ExportColumns, place: &impl Fn(&[&str]) -> Place, sink: &mut Sink) {
    let ExportColumns { msisdn, status, iccid, imsi, imei, system_number, service_code, rate_plan, termination_date } = columns;
    let named = [
        ("msisdn", msisdn),
        ("status", status),
        ("iccid", iccid),
        ("imsi", imsi),
        ("imei", imei),
        ("systemNumber", system_number),
        ("serviceCode", service_code),
        ("ratePlan", rate_plan),
        ("terminationDate", termination_date),
    ];
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (column, heading) in named.into_iter().filter_map(|(column, heading)| Some((column, heading.as_deref()?))) {
        if let Some(first) = seen.insert(heading, column) {
            let message = format!("{heading:?} is the heading of {first} already");
            sink.push(place(&["csv", "columns", column]).error(codes::INVALID_VALUE, message));
        }
    }
}

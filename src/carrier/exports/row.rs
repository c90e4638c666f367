//! One row of a list.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::heading::Heading;
use super::label::{chip_status, line_status};
use crate::carrier::wire::{ChipSim, Line};
use crate::diag::{Code, Diagnostic, Location, codes};
use crate::domain::address::width::half_width;
use crate::domain::identifier::ReportedImei;
use crate::domain::{ExportColumn, ExportReading, Iccid, Imei, Imsi, Msisdn};
use crate::sheet::Cells;
use crate::sheet::damage::{self, Damage};

/// Which list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// SIMs under contract.
    Line,
    /// Chip SIMs.
    Chip,
}

/// A row whose identifiers are right. What a list does not say is absent, never a default.
pub(super) struct Row {
    pub(super) msisdn: Msisdn,
    status: String,
    iccid: String,
    imsi: String,
    imei: Option<String>,
    system: Option<String>,
    service: Option<String>,
    plan: String,
    ends: Option<Date>,
    reading: ReadStatus,
}

enum ReadStatus {
    Line(crate::domain::LineStatus),
    Chip(crate::domain::ChipStatus),
}

impl Row {
    pub(super) fn into_line(self, started: &BTreeSet<Msisdn>) -> Option<Line> {
        let ReadStatus::Line(status) = self.reading else { return None };
        Some(Line {
            msisdn: self.msisdn,
            iccid: self.iccid,
            imsi: self.imsi,
            imei: self.imei,
            kind: if started.contains(&self.msisdn) { "chip" } else { "card" }.to_owned(),
            system_no: self.system.unwrap_or_default(),
            service_code: self.service.unwrap_or_default(),
            plan_code: self.plan,
            status,
            status_label: self.status,
            suspend_reason: None,
            traffic_remaining_bytes: None,
            pending: Vec::new(),
            opened_at: None,
            termination_date: self.ends,
            updated_at: None,
            version: 0,
        })
    }

    pub(super) fn into_chip(self) -> Option<ChipSim> {
        let ReadStatus::Chip(status) = self.reading else { return None };
        Some(ChipSim {
            msisdn: self.msisdn,
            iccid: self.iccid,
            imei: self.imei,
            system_no: self.system,
            status,
            status_label: self.status,
            pending: Vec::new(),
            ordered_at: None,
            activated_at: None,
            version: 0,
        })
    }
}

/// Reads a row. `None`: what is wrong with it was said, all of it.
pub(super) fn read(
    cells: &Cells,
    heading: &Heading,
    reading: &ExportReading,
    kind: Kind,
    at: &impl Fn(usize) -> Location,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Row> {
    let before = diagnostics.len();
    let place = |column: ExportColumn| at(heading.place(column).unwrap_or_default());
    let text = |column: ExportColumn| heading.cell(cells, column).map(str::to_owned);
    let digits = |column: ExportColumn| heading.cell(cells, column).map(digits_of).filter(|digits| !digits.is_empty());

    let msisdn = match digits(ExportColumn::Msisdn) {
        None => {
            let problem = Diagnostic::error(codes::INVALID_MSISDN, place(ExportColumn::Msisdn), "the row has no phone number");
            diagnostics.push(problem.help("export the list again: every line has its number"));
            None
        }
        Some(number) => match Msisdn::parse(&national(&number)) {
            Ok(msisdn) => Some(msisdn),
            Err(error) => {
                let found = damage::msisdn(&number);
                diagnostics.push(wrong(codes::INVALID_MSISDN, place(ExportColumn::Msisdn), &error.to_string(), found));
                None
            }
        },
    };
    let iccid = digits(ExportColumn::Iccid).unwrap_or_default();
    if let Some(error) = (!iccid.is_empty()).then(|| Iccid::parse(&iccid).err()).flatten() {
        diagnostics.push(wrong(codes::INVALID_ICCID, place(ExportColumn::Iccid), &error.to_string(), damage::iccid(&iccid)));
    }
    let imei = digits(ExportColumn::Imei).filter(|imei| imei.bytes().any(|byte| byte != b'0'));
    if let Some((imei, error)) = imei.as_ref().and_then(|imei| Some((imei, wrong_imei(imei, kind)?))) {
        diagnostics.push(wrong(codes::INVALID_IMEI, place(ExportColumn::Imei), &error, damage::imei(imei)));
    }
    let subscription = digits(ExportColumn::Imsi).unwrap_or_default();
    if let Some(error) = (!subscription.is_empty()).then(|| Imsi::parse(&subscription).err()).flatten() {
        // A damaged IMSI comes with a damaged sheet.
        diagnostics.push(wrong(
            codes::INVALID_VALUE,
            place(ExportColumn::Imsi),
            &error.to_string(),
            damage::iccid(&subscription),
        ));
    }
    let status = text(ExportColumn::Status);
    if status.is_none() {
        let problem = Diagnostic::error(codes::INVALID_VALUE, place(ExportColumn::Status), "the row has no status");
        diagnostics.push(problem.help("export the list again: nothing is planned for a line whose status is unknown"));
    }
    let written = text(ExportColumn::TerminationDate);
    let ends = written.as_deref().and_then(date);
    if let Some(written) = written.filter(|_| ends.is_none()) {
        let message = format!("{:?} is not a date", written.chars().take(40).collect::<String>());
        let problem = Diagnostic::error(codes::INVALID_DATE, place(ExportColumn::TerminationDate), message);
        diagnostics.push(problem.help("dates are read as 2026-11-30, 2026/11/30 or 2026年11月30日"));
    }
    let (msisdn, status) = msisdn.zip(status).filter(|_| diagnostics.len() == before)?;
    Some(Row {
        msisdn,
        iccid,
        imsi: subscription,
        imei,
        system: text(ExportColumn::SystemNumber).or_else(|| reading.system_number.clone().filter(|_| kind == Kind::Line)),
        service: text(ExportColumn::ServiceCode).or_else(|| reading.service_code.clone().filter(|_| kind == Kind::Line)),
        plan: text(ExportColumn::RatePlan).unwrap_or_default(),
        ends,
        reading: match kind {
            Kind::Line => ReadStatus::Line(line_status(&status, reading)),
            Kind::Chip => ReadStatus::Chip(chip_status(&status, reading)),
        },
        status,
    })
}

/// A device as a network reports it, or as it was registered.
fn wrong_imei(text: &str, kind: Kind) -> Option<String> {
    match kind {
        Kind::Line => ReportedImei::parse(text).err().map(|error| error.to_string()),
        // One without its check digit, or with a version of software, still names the device.
        Kind::Chip if text.len() == 15 => Imei::parse(text).err().map(|error| error.to_string()),
        Kind::Chip => ReportedImei::parse(text).err().map(|error| error.to_string()),
    }
}

fn wrong(code: Code, place: Location, error: &str, found: Option<Damage>) -> Diagnostic {
    match found {
        Some(Damage { message, help: _ }) => Diagnostic::error(codes::SPREADSHEET_DAMAGE, place, message)
            .help("export the list again, and do not open it in a spreadsheet in between"),
        None => Diagnostic::error(code, place, error),
    }
}

/// An identifier without what people write between its digits, in half width. `="080…"` is how some exports keep a
/// spreadsheet from damaging it.
fn digits_of(cell: &str) -> String {
    let cell = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell);
    let cell = cell.strip_prefix('\'').unwrap_or(cell);
    cell.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}'))
        .collect()
}

/// `8180…` is the E.164 form without its plus.
fn national(number: &str) -> String {
    match number.strip_prefix("81") {
        Some(rest) if matches!(number.len(), 12 | 15) => format!("0{rest}"),
        Some(_) | None => number.to_owned(),
    }
}

fn date(text: &str) -> Option<Date> {
    let mut parts = text.trim_end_matches('日').split(['-', '/', '年', '月']);
    let mut next = || {
        let part = parts.next()?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten()
    };
    let (year, month, day) = (next()?, next()?, next()?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_lose_only_what_is_no_part_of_them() {
        for (cell, digits) in [
            ("080-1234-5678", "08012345678"),
            ("０８０ー1234", "080ー1234"),
            ("+81 80 1234 5678", "+818012345678"),
            ("=\"08012345678\"", "08012345678"),
            ("'08012345678", "08012345678"),
            ("4.9E+14", "4.9E+14"),
        ] {
            assert_eq!(digits_of(cell), digits, "{cell}");
        }
        assert_eq!(national("818012345678"), "08012345678");
        assert_eq!(national("8012345678"), "8012345678");
        assert_eq!(date("2026/11/3"), date("2026-11-03"));
        assert_eq!(date("2026年11月30日"), date("2026-11-30"));
        assert_eq!(date("46000"), None, "the day number of a spreadsheet");
        assert_eq!(date("11/30/2026"), None);
    }
}

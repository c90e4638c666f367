//! Chip SIMs in bulk: bind, allocate, deallocate, start (functions 15 to 18).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::carrier::wire::{ErrorCode, ImeiItem, ImeiPreview};
use crate::domain::{ApplicationType, Imei, Msisdn, OperationKind, RequestedVia};
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::faults::Kind;
use crate::emulator::http::call::{Answer, Writing, offered, offered_anywhere, owned};
use crate::emulator::http::fields::{Body, Complaints, Query};
use crate::emulator::http::lines::known_plan;
use crate::emulator::model::Argument;
use crate::emulator::store::services;
use crate::emulator::world::{Bulk, Request};

/// Rows of a file that are shown before it is accepted.
const PREVIEW: usize = 10;

/// Function 15, as JSON or as the console's CSV file.
pub(crate) fn bind(ask: &Writing<'_>) -> Outcome<Answer> {
    let mut query = Query::of(ask.call);
    let dry_run = query.flag("dryRun");
    query.complaints.settle()?;
    let mut complaints = Complaints::default();
    let (count, items) = if ask.call.content_type == "text/csv" {
        read_csv(ask, &mut complaints)?
    } else {
        let body = Body::of(ask.call)?;
        let mut shape = Complaints::default();
        let rows = body.list("items", &mut shape);
        shape.settle()?;
        within_limit(ask, rows.len())?;
        let read = rows.iter().enumerate().filter_map(|(index, row)| read_item(index, row, &mut complaints)).collect();
        (rows.len(), read)
    };
    if count == 0 {
        complaints.add("items", "has one row at least");
    }
    offered_anywhere(ask.world.db, ask.function)?;
    let msisdns: Vec<Msisdn> = items.iter().map(|item: &ImeiItem| item.msisdn).collect();
    no_doubles("items", &msisdns, &mut complaints);
    if dry_run {
        let first = items.into_iter().take(PREVIEW).collect();
        return Answer::ok(&ImeiPreview { count: count as u64, first, errors: complaints.into_list() });
    }
    complaints.settle()?;
    let rows = items.into_iter().map(|item| (item.msisdn, item.imei.as_str().to_owned())).collect();
    submit(ask, OperationKind::BindImei, ApplicationType::ImeiRegistration, rows, None, Argument::default())
}

fn read_item(index: usize, row: &Value, complaints: &mut Complaints) -> Option<ImeiItem> {
    let field = |name: &str| row.get(name).and_then(Value::as_str);
    read_pair(&format!("items[{index}]"), field("msisdn"), field("imei"), complaints)
}

fn read_pair(at: &str, msisdn: Option<&str>, imei: Option<&str>, complaints: &mut Complaints) -> Option<ImeiItem> {
    let mut complain = |name: &str, reason: String| complaints.add(format!("{at}.{name}"), reason);
    let missing = || "is missing or no string".to_owned();
    let msisdn = msisdn.ok_or_else(missing).and_then(|text| Msisdn::parse(text).map_err(|error| error.to_string()));
    let imei = imei.ok_or_else(missing).and_then(|text| Imei::parse(text).map_err(|error| error.to_string()));
    let msisdn = msisdn.map_err(|reason| complain("msisdn", reason)).ok();
    let imei = imei.map_err(|reason| complain("imei", reason)).ok();
    Some(ImeiItem { msisdn: msisdn?, imei: imei? })
}

/// The console's file: rows `phone,imei`, no header, digits only, CRLF (a bare LF is taken too).
fn read_csv(ask: &Writing<'_>, complaints: &mut Complaints) -> Outcome<(usize, Vec<ImeiItem>)> {
    let text = std::str::from_utf8(&ask.call.body).map_err(|_| Failure::parameter("body", "is not UTF-8"))?;
    let rows: Vec<&str> = text.lines().collect();
    within_limit(ask, rows.len())?;
    let mut items = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let at = format!("items[{index}]");
        match row.split_once(',') {
            Some((msisdn, imei)) => items.extend(read_pair(&at, Some(msisdn), Some(imei), complaints)),
            None => complaints.add(at, "has two columns: phone,imei"),
        }
    }
    Ok((rows.len(), items))
}

/// Function 16.
pub(crate) fn allocate(ask: &Writing<'_>) -> Outcome<Answer> {
    let (system_no, msisdns, _) = read_stock(ask, false)?;
    let rows = msisdns.into_iter().map(|msisdn| (msisdn, system_no.clone())).collect();
    let argument = Argument { system_no: Some(system_no.clone()), ..Argument::default() };
    submit(ask, OperationKind::Allocate, ApplicationType::Allocation, rows, Some(system_no), argument)
}

/// Function 17: names the system the chips are in.
pub(crate) fn deallocate(ask: &Writing<'_>) -> Outcome<Answer> {
    let (system_no, msisdns, _) = read_stock(ask, false)?;
    let rows = msisdns.into_iter().map(|msisdn| (msisdn, system_no.clone())).collect();
    let argument = Argument { system_no: Some(system_no.clone()), ..Argument::default() };
    submit(ask, OperationKind::Deallocate, ApplicationType::Deallocation, rows, Some(system_no), argument)
}

/// Function 18: billing starts.
pub(crate) fn activate(ask: &Writing<'_>) -> Outcome<Answer> {
    let (system_no, msisdns, plan_code) = read_stock(ask, true)?;
    let rows = msisdns.into_iter().map(|msisdn| (msisdn, plan_code.clone())).collect();
    let argument = Argument { system_no: Some(system_no), plan_code: Some(plan_code.clone()), ..Argument::default() };
    submit(ask, OperationKind::StartUse, ApplicationType::Activation, rows, Some(plan_code), argument)
}

/// Reads a system number, phone numbers and maybe a plan, and checks that the system's service offers it.
fn read_stock(ask: &Writing<'_>, with_plan: bool) -> Outcome<(String, Vec<Msisdn>, String)> {
    let mut complaints = Complaints::default();
    let body = Body::of(ask.call)?;
    let system_no = body.text("systemNo", &mut complaints);
    let rows = body.list("msisdns", &mut complaints);
    within_limit(ask, rows.len())?;
    if rows.is_empty() {
        complaints.add("msisdns", "has one row at least");
    }
    let mut msisdns = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        match row.as_str().map(Msisdn::parse) {
            Some(Ok(msisdn)) => msisdns.push(msisdn),
            Some(Err(error)) => complaints.add(format!("msisdns[{index}]"), error.to_string()),
            None => complaints.add(format!("msisdns[{index}]"), "is a string"),
        }
    }
    no_doubles("msisdns", &msisdns, &mut complaints);
    let mut plan_code = String::new();
    if with_plan {
        plan_code = body.text("planCode", &mut complaints);
        known_plan("planCode", &plan_code, &mut complaints);
    }
    complaints.settle()?;
    let db = ask.world.db;
    owned(db, &system_no)?;
    offered(db, &system_no, &services::default_of(db, &system_no)?, ask.function)?;
    Ok((system_no, msisdns, plan_code))
}

fn within_limit(ask: &Writing<'_>, rows: usize) -> Outcome<()> {
    let limit = ask.core.options.bulk_limit;
    if rows as u64 > u64::from(limit) {
        return Err(Failure::refused(ErrorCode::TooManyRows, format!("{rows} rows, but a request takes {limit}")));
    }
    Ok(())
}

fn no_doubles(name: &str, msisdns: &[Msisdn], complaints: &mut Complaints) {
    let mut seen = BTreeSet::new();
    for (index, msisdn) in msisdns.iter().enumerate() {
        if !seen.insert(msisdn) {
            complaints.add(format!("{name}[{index}]"), "names a number a second time");
        }
    }
}

fn submit(
    ask: &Writing<'_>,
    by: OperationKind,
    kind: ApplicationType,
    rows: Vec<(Msisdn, String)>,
    target: Option<String>,
    argument: Argument,
) -> Outcome<Answer> {
    let asked = rows.len();
    let (failing, stuck) = (ask.expects(Kind::PartialBulkFailure), ask.expects(Kind::StuckProcessing));
    let request = Request { kind, via: RequestedVia::Api, target, argument, date: None, stuck };
    let accepted = ask.world.submit_bulk(&Bulk { by, rows, failing }, &request)?;
    if failing {
        ask.fault(Kind::PartialBulkFailure);
    }
    if stuck {
        ask.fault(Kind::StuckProcessing);
    }
    Answer::accepted(&accepted, asked)
}

//! Applications: list, read, cancel (function 10).

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::Connection;

use crate::carrier::wire::{Application, Page};
use crate::domain::ApplicationStatus;
use crate::emulator::error::{Error, Failure, Outcome};
use crate::emulator::faults::Kind;
use crate::emulator::http::call::{Answer, Reading, Writing, offered_anywhere};
use crate::emulator::http::fields::Query;
use crate::emulator::http::lists::{distort, lagging};
use crate::emulator::listing::OBSCURE;
use crate::emulator::store::{applications, history};

/// The list, in the order of application numbers: the newest is last.
pub(crate) fn list(ask: &Reading<'_>) -> Outcome<Answer> {
    let mut query = Query::of(ask.call);
    let filter = applications::Filter {
        kind: query.name("type"),
        status: query.name("status"),
        msisdn: query.msisdn("msisdn"),
        from: query.from("from"),
        until: query.until("to"),
    };
    let (page, page_size) = query.page();
    query.complaints.settle()?;
    offered_anywhere(ask.db, ask.function)?;
    let (mut result, total_size) = match lagging(ask) {
        Some(then) => past_page(ask.db, &filter, (page, page_size), then)?,
        None => current_page(ask.db, &filter, (page, page_size))?,
    };
    distort(ask, &mut result, obscure);
    Answer::ok(&Page { result, page, page_size, total_size })
}

fn current_page(db: &Connection, filter: &applications::Filter, place: (u64, u64)) -> Outcome<(Vec<Application>, u64)> {
    let (page, page_size) = place;
    let (records, total_size) = applications::page(db, filter, (page - 1).saturating_mul(page_size), page_size)?;
    let items = applications::items_of(db, &records)?;
    Ok((records.iter().zip(items).map(|(record, items)| record.wire(&items)).collect(), total_size))
}

/// The same page as it was at an earlier moment. What is new since then is not in it, what has moved on
/// since then has not.
fn past_page(
    db: &Connection,
    filter: &applications::Filter,
    (page, page_size): (u64, u64),
    then: Timestamp,
) -> Outcome<(Vec<Application>, u64)> {
    let mut past = BTreeMap::new();
    for (no, image) in history::applications_since(db, then)? {
        let row = image.map(|image| serde_json::from_str::<Application>(&image)).transpose();
        past.insert(no, row.map_err(|error| Error::Corrupt(error.to_string()))?);
    }
    let (now, _) = current_page(db, filter, (1, u64::MAX))?;
    let unchanged = now.into_iter().filter(|application| !past.contains_key(&application.application_no));
    let mut rows = Vec::new();
    for application in unchanged.chain(past.values().flatten().filter(|row| filter.passes(row)).cloned()) {
        let seq = applications::by_no(db, &application.application_no)?.map(|record| record.seq);
        rows.push((seq, application));
    }
    rows.sort_by_key(|(seq, _)| *seq);
    let total_size = rows.len() as u64;
    let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let rows = rows.into_iter().map(|(_, application)| application);
    Ok((rows.skip(place((page - 1).saturating_mul(page_size))).take(place(page_size)).collect(), total_size))
}

fn obscure(application: &mut Application) {
    application.status = ApplicationStatus::from_wire(OBSCURE.0);
    OBSCURE.1.clone_into(&mut application.status_label);
}

/// One.
pub(crate) fn get(ask: &Reading<'_>) -> Outcome<Answer> {
    offered_anywhere(ask.db, ask.function)?;
    let record =
        applications::by_no(ask.db, ask.call.param("applicationNo"))?.ok_or_else(|| Failure::not_found("application"))?;
    let mut application = record.wire(&applications::items(ask.db, record.seq)?);
    if ask.fault(Kind::UnknownStatus).is_some() {
        obscure(&mut application);
    }
    Answer::ok(&application)
}

/// Cancels one that is open.
pub(crate) fn cancel(ask: &Writing<'_>) -> Outcome<Answer> {
    offered_anywhere(ask.world.db, ask.function)?;
    let accepted = ask.world.cancel(ask.call.param("applicationNo"))?;
    let asked = accepted.msisdns.len().max(1);
    Answer::accepted(&accepted, asked)
}

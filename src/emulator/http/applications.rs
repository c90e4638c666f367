//! Applications: list, read, cancel (function 10).

use crate::carrier::wire::Page;
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::http::call::{Answer, Reading, Writing, offered_anywhere};
use crate::emulator::http::fields::Query;
use crate::emulator::store::applications;

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
    let (records, total_size) = applications::page(ask.db, &filter, (page - 1) * page_size, page_size)?;
    let mut result = Vec::with_capacity(records.len());
    for record in records {
        result.push(record.wire(&applications::items(ask.db, record.seq)?));
    }
    Answer::ok(&Page { result, page, page_size, total_size })
}

/// One.
pub(crate) fn get(ask: &Reading<'_>) -> Outcome<Answer> {
    offered_anywhere(ask.db, ask.function)?;
    let record =
        applications::by_no(ask.db, ask.call.param("applicationNo"))?.ok_or_else(|| Failure::not_found("application"))?;
    Answer::ok(&record.wire(&applications::items(ask.db, record.seq)?))
}

/// Cancels one that is open.
pub(crate) fn cancel(ask: &Writing<'_>) -> Outcome<Answer> {
    offered_anywhere(ask.world.db, ask.function)?;
    let accepted = ask.world.cancel(ask.call.param("applicationNo"))?;
    let asked = accepted.msisdns.len().max(1);
    Answer::accepted(&accepted, asked)
}

//! The two lists (functions 7 and 19), and what can go wrong with them on demand.

use jiff::{SignedDuration, Timestamp};

use crate::carrier::wire::{ChipSim, Line, Page};
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::faults::Kind;
use crate::emulator::http::call::{Answer, Reading, offered_anywhere, owned};
use crate::emulator::http::fields::Query;
use crate::emulator::listing::{self, Filter, Listed};
use crate::emulator::store::{applications, chips};

/// Virtual seconds that a lagging list is behind when the fault does not say.
const LAG: u64 = 60;

/// Function 7.
pub(crate) fn sims(ask: &Reading<'_>) -> Outcome<Answer> {
    let mut query = Query::of(ask.call);
    let filter = Filter {
        system_no: query.name("systemNo"),
        status: query.name("status"),
        plan_code: query.name("planCode"),
        updated_since: query.time("updatedSince"),
    };
    list::<Line>(ask, query, &filter)
}

/// Function 19.
pub(crate) fn chip_sims(ask: &Reading<'_>) -> Outcome<Answer> {
    let mut query = Query::of(ask.call);
    let filter = Filter { system_no: query.name("systemNo"), status: query.name("status"), ..Filter::default() };
    list::<ChipSim>(ask, query, &filter)
}

/// One chip SIM (an extension of function 19).
pub(crate) fn chip_sim(ask: &Reading<'_>) -> Outcome<Answer> {
    let msisdn = ask.call.msisdn()?;
    offered_anywhere(ask.db, ask.function)?;
    let chip = chips::get(ask.db, msisdn)?.ok_or_else(|| Failure::not_found("chip SIM"))?;
    let pending = applications::pending(ask.db, msisdn, msisdn, ask.now)?.remove(&msisdn);
    let mut row = chip.wire(pending.unwrap_or_default());
    if ask.fault(Kind::UnknownStatus).is_some() {
        row.obscure();
    }
    Answer::ok(&row)
}

fn list<T: Listed>(ask: &Reading<'_>, mut query: Query<'_>, filter: &Filter) -> Outcome<Answer> {
    let (page, page_size) = query.page();
    query.complaints.settle()?;
    offered_anywhere(ask.db, ask.function)?;
    if let Some(system_no) = &filter.system_no {
        owned(ask.db, system_no)?;
    }
    let (mut result, total_size) = match lagging(ask) {
        Some(then) => listing::past_page::<T>(ask.db, &ask.core.keys, filter, (page, page_size), ask.now, then)?,
        None => listing::page::<T>(ask.db, &ask.core.keys, filter, (page, page_size), ask.now)?,
    };
    distort(ask, &mut result, Listed::obscure);
    Answer::ok(&Page { result, page, page_size, total_size })
}

/// The moment that a lagging list is of, if it lags.
pub(super) fn lagging(ask: &Reading<'_>) -> Option<Timestamp> {
    let lag = ask.fault(Kind::ListLag)?;
    let behind = i64::try_from(lag.delay_seconds.unwrap_or(LAG)).unwrap_or(i64::MAX);
    Some(ask.now.checked_sub(SignedDuration::from_secs(behind)).unwrap_or(ask.now))
}

/// Does to a page what the faults say that are set.
pub(super) fn distort<T: Clone>(ask: &Reading<'_>, result: &mut Vec<T>, obscure: impl Fn(&mut T)) {
    if ask.fault(Kind::ShortList).is_some() {
        result.truncate(result.len() - result.len().div_ceil(10));
    }
    if ask.fault(Kind::DuplicateRows).is_some() {
        result.extend(result.first().cloned());
    }
    if ask.fault(Kind::UnknownStatus).is_some()
        && let Some(first) = result.first_mut()
    {
        obscure(first);
    }
}

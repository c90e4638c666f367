//! One line: status, suspend, resume, traffic, coupon, plan change, session, termination
//! (functions 1 to 6, 11 and 14).

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::carrier::wire::{ErrorCode, Line, Session, Usage, UsageRow};
use crate::domain::calendar::{JstTime, jst_date};
use crate::domain::{ApplicationType, Msisdn, OperationKind, RequestedVia};
use crate::emulator::catalogue;
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::faults::Kind;
use crate::emulator::http::call::{Answer, Reading, Writing, offered};
use crate::emulator::http::fields::{Body, Complaints, Query};
use crate::emulator::listing::Listed as _;
use crate::emulator::model::{Argument, LineRecord, Month};
use crate::emulator::store::{applications, lines, traffic};
use crate::emulator::world::Request;

/// Reasons for a suspension.
pub(crate) const REASONS: [&str; 2] = ["lost", "paused"];

/// The most days that usage is told for at once.
pub(crate) const USAGE_DAYS: i32 = 1_100;

fn existing(ask: &Reading<'_>) -> Outcome<LineRecord> {
    let line = lines::get(ask.db, ask.call.msisdn()?)?.ok_or_else(|| Failure::not_found("line"))?;
    offered(ask.db, &line.system_no, &line.service_code, ask.function)?;
    Ok(line)
}

/// Function 1.
pub(crate) fn status(ask: &Reading<'_>) -> Outcome<Answer> {
    let line = existing(ask)?;
    let pending = applications::pending(ask.db, line.msisdn, line.msisdn, ask.now)?.remove(&line.msisdn);
    let mut row: Line = line.wire(pending.unwrap_or_default(), ask.now);
    if ask.fault(Kind::UnknownStatus).is_some() {
        row.obscure();
    }
    Answer::ok(&row)
}

/// Function 4: this month by day, unless something else is asked for.
pub(crate) fn usage(ask: &Reading<'_>) -> Outcome<Answer> {
    let mut query = Query::of(ask.call);
    let today = jst_date(ask.now);
    let from = query.date("from");
    let to = query.date("to");
    let unit = query.text("unit").unwrap_or("day");
    if !matches!(unit, "day" | "month") {
        query.complaints.add("unit", "is day or month");
    }
    let to = to.unwrap_or_else(|| from.map_or(today, |from| today.max(from)));
    let from = from.unwrap_or_else(|| to.first_of_month());
    if from > to {
        query.complaints.add("from", "is not after `to`");
    } else if to.since(from).is_ok_and(|span| span.get_days() > USAGE_DAYS) {
        query.complaints.add("to", format!("is at most {USAGE_DAYS} days after `from`"));
    }
    query.complaints.settle()?;
    let line = existing(ask)?;
    let days = traffic::range(ask.db, line.msisdn, from, to)?;
    let rows = if unit == "day" { by_day(from, to, &days) } else { by_month(from, to, &days) };
    Answer::ok(&Usage {
        msisdn: line.msisdn,
        unit: unit.to_owned(),
        rows,
        as_of: JstTime(ask.core.usage_as_of(line.msisdn, ask.now)),
    })
}

fn by_day(from: Date, to: Date, days: &[(String, u64)]) -> Vec<UsageRow> {
    let row = |day: Date| {
        let period = day.to_string();
        let bytes = days.iter().filter(|(day, _)| *day == period).map(|(_, bytes)| bytes).sum();
        UsageRow { period, bytes }
    };
    from.series(1.day()).take_while(|day| *day <= to).map(row).collect()
}

fn by_month(from: Date, to: Date, days: &[(String, u64)]) -> Vec<UsageRow> {
    let (first, last) = (Month::of_date(from).number(), Month::of_date(to).number());
    let row = |number| {
        let period = Month::from_number(number).to_string();
        let bytes = days.iter().filter(|(day, _)| day.starts_with(&period)).map(|(_, bytes)| bytes).sum();
        UsageRow { period, bytes }
    };
    (first..=last).map(row).collect()
}

/// Function 11.
pub(crate) fn session(ask: &Reading<'_>) -> Outcome<Answer> {
    let line = existing(ask)?;
    let session: Session = traffic::session(ask.db, line.msisdn)?;
    Answer::ok(&session)
}

/// Accepts a mutation of the line in the path.
fn mutate(
    ask: &Writing<'_>,
    by: OperationKind,
    kind: ApplicationType,
    target: &str,
    rest: (Argument, Option<Date>),
    check: impl FnOnce(&LineRecord) -> Outcome<()>,
) -> Outcome<Answer> {
    let msisdn: Msisdn = ask.call.msisdn()?;
    let line = lines::get(ask.world.db, msisdn)?.ok_or_else(|| Failure::not_found("line"))?;
    offered(ask.world.db, &line.system_no, &line.service_code, ask.function)?;
    let (argument, date) = rest;
    let mut request = Request { kind, via: RequestedVia::Api, target: Some(target.to_owned()), argument, date, stuck: false };
    let stuck = ask.expects(Kind::StuckProcessing);
    request.stuck = stuck;
    let accepted = ask.world.submit(msisdn, by, &request, check)?;
    if stuck {
        ask.fault(Kind::StuckProcessing);
    }
    Answer::accepted(&accepted, 1)
}

/// Function 2.
pub(crate) fn suspend(ask: &Writing<'_>) -> Outcome<Answer> {
    let mut complaints = Complaints::default();
    let reason = Body::of(ask.call)?.choice("reason", &REASONS, &mut complaints);
    complaints.settle()?;
    let argument = Argument { reason: Some(reason), ..Argument::default() };
    mutate(ask, OperationKind::Suspend, ApplicationType::Suspend, "suspended", (argument, None), |_| Ok(()))
}

/// Function 3.
pub(crate) fn resume(ask: &Writing<'_>) -> Outcome<Answer> {
    Body::of_or_empty(ask.call)?;
    mutate(ask, OperationKind::Resume, ApplicationType::Resume, "active", (Argument::default(), None), |_| Ok(()))
}

/// Function 6.
pub(crate) fn change_plan(ask: &Writing<'_>) -> Outcome<Answer> {
    let mut complaints = Complaints::default();
    let plan_code = Body::of(ask.call)?.text("planCode", &mut complaints);
    known_plan("planCode", &plan_code, &mut complaints);
    complaints.settle()?;
    let kind = ApplicationType::PlanChange;
    mutate(ask, OperationKind::ChangeRatePlan, kind, &plan_code, (Argument::default(), None), |line| {
        if line.plan_code == plan_code {
            return Err(Failure::refused(ErrorCode::InvalidState, format!("the line is on {plan_code} already")));
        }
        Ok(())
    })
}

/// Complains about a plan that is not in the catalogue.
pub(crate) fn known_plan(name: &str, plan_code: &str, complaints: &mut Complaints) {
    if !plan_code.is_empty() && catalogue::plan_of(plan_code).is_none() {
        complaints.add(name, "is not a plan of the catalogue");
    }
}

/// Function 5: credited at once, paid at once, and nothing stops a second one.
pub(crate) fn buy_coupon(ask: &Writing<'_>) -> Outcome<Answer> {
    let mut complaints = Complaints::default();
    let coupon_code = Body::of(ask.call)?.text("couponCode", &mut complaints);
    let coupon = catalogue::coupon_of(&coupon_code);
    if coupon.is_none() && !coupon_code.is_empty() {
        complaints.add("couponCode", "is not a coupon of the catalogue");
    }
    complaints.settle()?;
    let kind = ApplicationType::Coupon;
    mutate(ask, OperationKind::BuyCoupon, kind, &coupon_code, (Argument::default(), None), |line| {
        if coupon.is_some_and(|coupon| coupon.fits(&line.plan_code)) {
            return Ok(());
        }
        Err(Failure::refused(ErrorCode::InvalidState, format!("{} takes no {coupon_code}", line.plan_code)))
    })
}

/// Function 14.
pub(crate) fn terminate(ask: &Writing<'_>) -> Outcome<Answer> {
    let mut complaints = Complaints::default();
    let body = Body::of(ask.call)?;
    let date = body.date("terminationDate", &mut complaints);
    let reason = body.text("reason", &mut complaints);
    let today = jst_date(ask.world.now);
    let last = today.checked_add(1.year()).unwrap_or(Date::MAX);
    if date.is_some_and(|date| date < today || date > last) {
        complaints.add("terminationDate", format!("is from {today} to {last}"));
    }
    complaints.settle()?;
    let argument = Argument { reason: Some(reason), ..Argument::default() };
    mutate(ask, OperationKind::Terminate, ApplicationType::Terminate, "terminated", (argument, date), |_| Ok(()))
}

//! The account: tokens, systems and services (functions 12 and 13), the catalogue.

use std::collections::BTreeMap;

use crate::carrier::wire::{CouponOffers, ErrorCode, PlanOffers, ServiceDetail, SystemAnswer, TokenAnswer};
use crate::domain::calendar::JstTime;
use crate::emulator::catalogue::{self, PLANS};
use crate::emulator::core::Core;
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::http::call::{Answer, Call, Reading, offered, owned};
use crate::emulator::http::fields::{Body, Complaints, Query};
use crate::emulator::model::Month;
use crate::emulator::store::{lines, services, traffic};

/// `POST /v1/auth/token`.
pub(crate) fn token(core: &Core, call: &Call) -> Outcome<Answer> {
    let mut complaints = Complaints::default();
    let body = Body::of(call)?;
    let contractor_id = body.text("contractorId", &mut complaints);
    let password = body.text("password", &mut complaints);
    complaints.settle()?;
    if contractor_id != core.options.contractor_id || password != core.options.password {
        return Err(Failure::refused(ErrorCode::Unauthenticated, "the contractor id or the password is wrong"));
    }
    let (token, end) = core.new_token()?;
    Answer::ok(&TokenAnswer { token, expires_at: JstTime(end) })
}

/// Function 13.
pub(crate) fn system(ask: &Reading<'_>) -> Outcome<Answer> {
    let options = &ask.core.options;
    Answer::ok(&SystemAnswer {
        contractor_id: options.contractor_id.clone(),
        systems: services::all(ask.db)?,
        plan_change_cut_off: options.cut_off,
        bulk_limit: options.bulk_limit,
        termination_fee: Some(options.termination_fee),
        order_prices: Some(catalogue::order_prices()),
    })
}

/// Function 12: lines as they are now, bytes of the month asked for.
pub(crate) fn service(ask: &Reading<'_>) -> Outcome<Answer> {
    let mut query = Query::of(ask.call);
    let asked = query.text("month").map(Month::parse);
    if asked == Some(None) {
        query.complaints.add("month", "is a month such as 2026-11");
    }
    query.complaints.settle()?;
    let (system_no, service_code) = (ask.call.param("systemNo"), ask.call.param("serviceCode"));
    owned(ask.db, system_no)?;
    if services::functions(ask.db, system_no, service_code)?.is_none() {
        return Err(Failure::not_found("service"));
    }
    offered(ask.db, system_no, service_code, ask.function)?;
    let month = asked.flatten().unwrap_or_else(|| Month::of(ask.now));
    let mut line_counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut plans: BTreeMap<String, u64> = BTreeMap::new();
    for (status, plan_code, count) in lines::tally(ask.db, system_no, service_code)? {
        *line_counts.entry(status).or_default() += count;
        *plans.entry(plan_code).or_default() += count;
    }
    let first = month.first_day();
    Answer::ok(&ServiceDetail {
        system_no: system_no.to_owned(),
        service_code: service_code.to_owned(),
        month: month.to_string(),
        line_counts,
        plans,
        bytes: traffic::total(ask.db, system_no, service_code, first, first.last_of_month())?,
    })
}

/// `GET /v1/plans`.
pub(crate) fn plans(_: &Reading<'_>) -> Outcome<Answer> {
    Answer::ok(&PlanOffers { result: PLANS.iter().map(catalogue::Plan::offer).collect() })
}

/// `GET /v1/plans/{planCode}/coupons`.
pub(crate) fn coupons(ask: &Reading<'_>) -> Outcome<Answer> {
    let plan = catalogue::plan_of(ask.call.param("planCode")).ok_or_else(|| Failure::not_found("plan"))?;
    Answer::ok(&CouponOffers { result: plan.coupons().map(catalogue::Coupon::offer).collect() })
}

//! The table of routes: what is called how, which function it is, who answers it.

use crate::domain::Function;
use crate::emulator::core::Core;
use crate::emulator::error::Outcome;
use crate::emulator::http::call::{Answer, Call, Reading, Writing};
use crate::emulator::http::{account, applications, bulk, lines, lists, orders};

/// How a route is answered.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// Without a token.
    Open(fn(&Core, &Call) -> Outcome<Answer>),
    /// From a consistent state.
    Read(fn(&Reading<'_>) -> Outcome<Answer>),
    /// Inside a transaction.
    Write(fn(&Writing<'_>) -> Outcome<Answer>),
}

/// A route of the protocol.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    /// `GET` or `POST`.
    pub(crate) method: &'static str,
    /// Path with `{names}`.
    pub(crate) path: &'static str,
    /// The carrier's function; none for tokens and the catalogue.
    pub(crate) function: Option<Function>,
    /// Who answers.
    pub(crate) handler: Handler,
}

const fn route(method: &'static str, path: &'static str, function: Option<Function>, handler: Handler) -> Route {
    Route { method, path, function, handler }
}

/// Every route under `/v1` (DOMAIN 5).
pub(crate) const ROUTES: &[Route] = &[
    route("POST", "/v1/auth/token", None, Handler::Open(account::token)),
    route("GET", "/v1/system", Some(Function::System), Handler::Read(account::system)),
    route("GET", "/v1/systems/{systemNo}/services/{serviceCode}", Some(Function::ServiceDetail), Handler::Read(account::service)),
    route("GET", "/v1/sims", Some(Function::ListSims), Handler::Read(lists::sims)),
    route("GET", "/v1/sims/{msisdn}", Some(Function::LineStatus), Handler::Read(lines::status)),
    route("GET", "/v1/sims/{msisdn}/usage", Some(Function::Usage), Handler::Read(lines::usage)),
    route("GET", "/v1/sims/{msisdn}/session", Some(Function::Session), Handler::Read(lines::session)),
    route("POST", "/v1/sims/{msisdn}/suspend", Some(Function::Suspend), Handler::Write(lines::suspend)),
    route("POST", "/v1/sims/{msisdn}/resume", Some(Function::Resume), Handler::Write(lines::resume)),
    route("POST", "/v1/sims/{msisdn}/plan-change", Some(Function::ChangePlan), Handler::Write(lines::change_plan)),
    route("POST", "/v1/sims/{msisdn}/coupons", Some(Function::BuyCoupon), Handler::Write(lines::buy_coupon)),
    route("POST", "/v1/sims/{msisdn}/terminate", Some(Function::Terminate), Handler::Write(lines::terminate)),
    route("POST", "/v1/orders", Some(Function::OrderSims), Handler::Write(orders::place)),
    route("GET", "/v1/applications", Some(Function::Applications), Handler::Read(applications::list)),
    route("GET", "/v1/applications/{applicationNo}", Some(Function::Applications), Handler::Read(applications::get)),
    route("POST", "/v1/applications/{applicationNo}/cancel", Some(Function::Applications), Handler::Write(applications::cancel)),
    route("GET", "/v1/chip-sims", Some(Function::ListChipSims), Handler::Read(lists::chip_sims)),
    route("GET", "/v1/chip-sims/{msisdn}", Some(Function::ListChipSims), Handler::Read(lists::chip_sim)),
    route("POST", "/v1/chip-sims/imei-registrations", Some(Function::BindImei), Handler::Write(bulk::bind)),
    route("POST", "/v1/chip-sims/allocations", Some(Function::Allocate), Handler::Write(bulk::allocate)),
    route("POST", "/v1/chip-sims/deallocations", Some(Function::Deallocate), Handler::Write(bulk::deallocate)),
    route("POST", "/v1/chip-sims/activations", Some(Function::StartUse), Handler::Write(bulk::activate)),
    route("GET", "/v1/plans", None, Handler::Read(account::plans)),
    route("GET", "/v1/plans/{planCode}/coupons", None, Handler::Read(account::coupons)),
];

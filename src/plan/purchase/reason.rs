//! The sentences about purchases: why one is made, what it waits for, why it is not made.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::calendar::{YearMonth, rfc3339};
use crate::domain::{
    CarrierIdentity, CouponCode, DesiredGrant, DesiredTopUp, Function, HandOver, Money, Pending, RatePlan, ServiceCode,
    SystemNumber,
};
use crate::plan::reason;

/// `grant firmware for 2026-11`
pub(crate) fn grant(grant: &DesiredGrant) -> String {
    format!("grant {} for {}", grant.name, grant.month)
}

/// `top-up keep-alive`
pub(crate) fn top_up(policy: &DesiredTopUp) -> String {
    format!("top-up {}", policy.name)
}

/// Why a grant is bought.
pub(crate) fn buys_grant(wish: &DesiredGrant) -> String {
    format!("{}: {}, ends with {}", grant(wish), wish.code, wish.month.last_day())
}

/// Why a policy buys.
pub(crate) fn buys_top_up(policy: &DesiredTopUp, left: u64, ordinal: u32, month: YearMonth) -> String {
    format!(
        "{}: {} are left, fewer than {}; {}, {ordinal} of {} in {month}, ends with {}",
        top_up(policy),
        traffic(left),
        traffic(policy.below),
        policy.code,
        policy.per_line,
        month.last_day()
    )
}

pub(crate) fn not_declared(wish: &DesiredGrant) -> String {
    format!("{}: no fleet declares this number; declare it, or take it out of the grant", grant(wish))
}

pub(crate) fn comes_later(wish: &DesiredGrant) -> String {
    format!("{}: {} is bought from {} on", grant(wish), wish.code, wish.month.first_day())
}

pub(crate) fn month_is_over(wish: &DesiredGrant) -> String {
    format!("{}: its month is over; {} was not bought, as far as is known", grant(wish), wish.code)
}

pub(crate) fn grant_changed(wish: &DesiredGrant, bought: &CouponCode) -> String {
    format!("{} was bought as {bought}, declared is {}", grant(wish), wish.code)
}

pub(crate) fn in_doubt(what: &str) -> String {
    format!("{what}: whether it was bought is not known yet; nothing is bought before that is settled")
}

pub(crate) fn not_observed(what: &str, carrier: &CarrierIdentity) -> String {
    let why = if carrier.is_console() { reason::NOT_VOUCHED } else { "this observation does not say what was bought" };
    format!("{what}: {why}")
}

/// What a person was asked to buy in the console (driver `csv`).
pub(crate) fn handed_over(what: &str, step: HandOver<'_>) -> String {
    format!("{what}: is handed over ({step}), waits for the number that the carrier gave it")
}

/// The same, when nobody is to buy it any more.
pub(crate) fn handed_over_too_long(what: &str, step: HandOver<'_>) -> String {
    format!("{what}: is handed over ({step}), and its month is over: if it was not bought, {}", reason::give_back(step))
}

/// The same, of a grant that was changed since.
pub(crate) fn handed_over_otherwise(wish: &DesiredGrant, asked: &CouponCode, step: HandOver<'_>) -> String {
    let (what, code) = (grant(wish), &wish.code);
    format!("{what} is handed over as {asked} ({step}), declared is {code}: if it was not bought, {}", reason::give_back(step))
}

pub(crate) fn not_active(what: &str, code: &CouponCode, status: &str, soon: bool) -> String {
    let is = if soon { "will be" } else { "is" };
    format!("{what}: {code} is not bought, the line {is} {status}")
}

pub(crate) fn function_missing(what: &str, system: &SystemNumber, service: &ServiceCode, function: Function) -> String {
    let (number, title) = (function.number(), function.title());
    format!("{what}: service {service} of {system} does not offer function {number} ({title})")
}

/// `takes` are the coupons that the plan takes.
pub(crate) fn not_offered<'a>(
    what: &str,
    plan: &RatePlan,
    code: &CouponCode,
    takes: impl Iterator<Item = &'a CouponCode>,
) -> String {
    let takes: Vec<&str> = takes.map(CouponCode::as_str).collect();
    let instead = if takes.is_empty() { "it takes none".to_owned() } else { format!("it takes {}", takes.join(", ")) };
    format!("{what}: rate plan {plan} takes no {code}; {instead}")
}

pub(crate) fn price_unknown(what: &str, plan: &RatePlan, code: &CouponCode) -> String {
    format!("{what}: the carrier does not say what {code} costs on rate plan {plan}")
}

pub(crate) fn waits_for(what: &str, application: &Pending) -> String {
    format!("{what}: {}", reason::waits_for(application))
}

pub(crate) fn after_grant(what: &str) -> String {
    format!("{what}: a grant is bought for the line first; its traffic counts before more is bought")
}

pub(crate) fn figures_too_old(what: &str, bought: Option<Timestamp>) -> String {
    let bought = bought.map_or_else(String::new, |at| format!(", bought {}", rfc3339(at)));
    format!("{what}: waits for traffic figures that are newer than the line's last coupon{bought}")
}

pub(crate) fn figures_of_last_month(what: &str) -> String {
    format!("{what}: the month is young; waits for traffic figures of this month")
}

pub(crate) fn traffic_unknown(what: &str) -> String {
    format!("{what}: the carrier does not say how much traffic is left")
}

pub(crate) fn cap_reached(policy: &DesiredTopUp, bought: usize, left: u64, month: YearMonth) -> String {
    format!("{}: {bought} of {} coupons are bought in {month}, and {} are left", top_up(policy), policy.per_line, traffic(left))
}

pub(crate) fn spend_cap_reached(policy: &DesiredTopUp, spent: Money, price: Money, month: YearMonth) -> String {
    format!("{}: {spent} of {} are spent or planned in {month}, and {} costs {price}", top_up(policy), policy.spend, policy.code)
}

/// A coupon that is about to end.
pub(crate) fn ends_soon(code: &CouponCode, last_day: Date, days: i8) -> String {
    match days {
        ..=1 => format!("{code} ends with {last_day}: that is today"),
        days => format!("{code} ends with {last_day}: {days} days are left"),
    }
}

/// Decimal units, cut off after one digit: `12.3 MB`.
pub(crate) fn traffic(bytes: u64) -> String {
    let (unit, name) = match bytes {
        1_000_000_000.. => (1_000_000_000, "GB"),
        1_000_000.. => (1_000_000, "MB"),
        1_000.. => (1_000, "KB"),
        ..1_000 => (1, "bytes"),
    };
    let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
    if tenth == 0 { format!("{whole} {name}") } else { format!("{whole}.{tenth} {name}") }
}

//! What is bought, in words: the coupon with its grant or policy and its end, the order with what is in
//! the parcel and where it goes.

use crate::domain::{CouponPurchase, OrderContent, OrderPlacement, PurchaseReason};
use crate::render::escape::plain;
use crate::render::view::Count;

/// `add-1gb for grant firmware of 2026-11, ends 2026-11-30`.
pub fn coupon(purchase: &CouponPurchase) -> String {
    let CouponPurchase { reason, month, code, ordinal, attempt } = purchase;
    let reason = match reason {
        PurchaseReason::Grant(name) => format!("grant {} of {month}", plain(name)),
        PurchaseReason::TopUp(name) => format!("top-up {} of {month} (no. {ordinal})", plain(name)),
    };
    format!("{} for {reason}, ends {}{}", plain(code.as_str()), month.last_day(), again(*attempt))
}

/// `50 nano SIMs on fixed-500mb (m2m-lte of S0001234), 50 x rtr-100, to 東京都 台東区, wished for
/// 2026-12-10 morning`. Of the address only what shows a wrong one: plans are kept in logs and comments,
/// where names and telephone numbers do not belong.
pub fn order(placement: &OrderPlacement) -> String {
    let OrderPlacement { content, attempt } = placement;
    let OrderContent {
        system_number,
        service_code,
        rate_plan,
        form_factor,
        quantity,
        devices,
        ship_to,
        preferred_date,
        time_slot,
    } = content;
    let noun = if *quantity == 1 { "SIM" } else { "SIMs" };
    let mut parts = vec![format!(
        "{} {} {noun} on {} ({} of {})",
        Count(u64::from(*quantity)),
        plain(form_factor),
        plain(rate_plan.as_str()),
        plain(service_code.as_str()),
        plain(system_number.as_str())
    )];
    parts.extend(devices.iter().map(|device| format!("{} x {}", Count(u64::from(device.quantity)), plain(&device.model))));
    parts.push(format!("to {} {}", plain(&ship_to.prefecture), plain(&ship_to.city)));
    match (preferred_date, time_slot) {
        (Some(date), Some(slot)) => parts.push(format!("wished for {date} {}", plain(slot))),
        (Some(date), None) => parts.push(format!("wished for {date}")),
        (None, Some(slot)) => parts.push(format!("wished for the {}", plain(slot))),
        (None, None) => {}
    }
    parts.join(", ") + &again(*attempt)
}

/// A repetition says so: the one before was refused by the carrier, or there would be none.
fn again(attempt: u32) -> String {
    if attempt > 1 { format!(", attempt {attempt} (the carrier refused the one before)") } else { String::new() }
}

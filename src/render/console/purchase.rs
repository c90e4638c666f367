//! What is bought by hand: nothing but the carrier's number for it tells afterwards that it was.

use std::fmt::Write as _;

use super::step::Step;
use crate::domain::{CouponPurchase, OrderContent, ShipTo};
use crate::plan::{Operation, Values};
use crate::render::escape::markdown;

/// What a coupon is and for when: a coupon that is bought a day too late is another month's.
pub(super) fn coupon(purchase: &CouponPurchase) -> String {
    let CouponPurchase { reason: _, month, code, ordinal: _, attempt: _ } = purchase;
    format!("クーポン / coupon **{}**, **1**, until {} 23:59 JST / {}中のみ", markdown(code.as_str()), month.last_day(), month)
}

/// The lines beneath the step of a coupon or an order.
pub(super) fn beneath(out: &mut String, step: &Step<'_>, operation: &Operation) -> std::fmt::Result {
    let Values { purchase, placement, .. } = &operation.to;
    if purchase.is_none() && placement.is_none() {
        return Ok(());
    }
    writeln!(out, "  - {}; {}", markdown(&operation.reason), price(operation))?;
    if let Some(placement) = placement {
        content(out, &placement.content)?;
    }
    writeln!(
        out,
        "  - Look at 申込状況 first: if the same is there already and is not step {}'s, buy nothing and say so / \
         先に申込状況を確認し、同じ申込があれば購入しないでください。",
        step.number
    )?;
    writeln!(out, "  - 申込番号 / application number: ______________")
}

fn price(operation: &Operation) -> String {
    let cost = &operation.cost;
    let monthly = if cost.monthly.0 == 0 { String::new() } else { format!(", {:+} a month", cost.monthly) };
    format!("{} at once (一時費用){monthly}", cost.amount)
}

fn content(out: &mut String, content: &OrderContent) -> std::fmt::Result {
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
    let ShipTo { postal_code, prefecture, city, street, building, company, department, contact, phone } = ship_to;
    let devices: Vec<String> = devices.iter().map(|device| format!("{} × {}", device.quantity, device.model)).collect();
    let day = preferred_date.map(|day| day.to_string()).unwrap_or_default();
    let text = |optional: &Option<String>| optional.clone().unwrap_or_default();
    let rows = [
        ("システム番号 / system number", system_number.to_string()),
        ("サービス / service", service_code.to_string()),
        ("プラン / rate plan", rate_plan.to_string()),
        ("SIM種別 / form factor", form_factor.to_string()),
        ("枚数 / SIMs", quantity.to_string()),
        ("端末 / devices", devices.join(", ")),
        ("郵便番号 / postal code", postal_code.clone()),
        ("住所 / address", [prefecture.as_str(), city, street, &text(building)].join(" ").trim_end().to_owned()),
        ("会社名 / company", company.clone()),
        ("部署 / department", text(department)),
        ("担当者 / contact", contact.clone()),
        ("電話 / telephone", phone.clone()),
        ("希望日 / preferred day", day),
        ("時間帯 / time slot", time_slot.as_deref().unwrap_or_default().to_owned()),
    ];
    writeln!(out)?;
    writeln!(out, "  | | |")?;
    writeln!(out, "  |---|---|")?;
    for (what, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "  | {what} | {} |", markdown(value))?;
    }
    writeln!(out)
}

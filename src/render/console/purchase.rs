//! What is bought by hand: nothing but the carrier's number for it tells afterwards that it was.

use std::fmt::Write as _;

use crate::domain::{CouponPurchase, HandOver, OrderContent, ShipTo};
use crate::plan::{Operation, Values};
use crate::render::escape::markdown;

/// What a coupon is and for when: a coupon that is bought a day too late is another month's.
pub(super) fn coupon(operation: &Operation, purchase: &CouponPurchase) -> String {
    let CouponPurchase { reason: _, month, code, ordinal: _, attempt: _ } = purchase;
    let plan = operation.precondition.rate_plan.as_ref().map(|plan| format!(", プラン / rate plan {}", markdown(plan.as_str())));
    format!(
        "クーポン / coupon **{}**, 数量 / quantity **1**{}, until {} 23:59 JST / {month}中のみ",
        markdown(code.as_str()),
        plan.unwrap_or_default(),
        month.last_day()
    )
}

/// The lines beneath the step of a coupon or an order.
pub(super) fn beneath(out: &mut String, operation: &Operation) -> std::fmt::Result {
    let Values { purchase, placement, .. } = &operation.to;
    if purchase.is_none() && placement.is_none() {
        return Ok(());
    }
    writeln!(out, "  - {}", price(operation))?;
    if let Some(placement) = placement {
        content(out, &placement.content)?;
    }
    writeln!(out, "  - {}", first_look(operation))?;
    writeln!(out, "  - 申込番号 / application number: ______________")
}

/// What the same would be in the carrier's list, and is known: numbers of what was bought before, and steps of check-lists.
fn first_look(operation: &Operation) -> String {
    let known = operation.precondition.purchases.as_deref().unwrap_or_default();
    let numbers: Vec<String> =
        known.iter().filter(|number| HandOver::of(number).is_none()).map(|number| markdown(number.as_str())).collect();
    let known =
        if numbers.is_empty() { String::new() } else { format!(" (known already / 登録済み: {})", numbers.join(", ")) };
    format!(
        "Look at 申込状況 first. If somebody bought the same without a check-list{known}, do not buy it and say so; what another step \
         of a check-list asked for does not count / 先に申込状況を確認してください。手順書によらない同じ申込が新たに見つかった場合は、\
         購入せずに連絡してください(ほかの手順による申込は該当しません)。"
    )
}

fn price(operation: &Operation) -> String {
    let cost = &operation.cost;
    let monthly = if cost.monthly.0 == 0 { String::new() } else { format!(", {:+} a month / 月額", cost.monthly) };
    format!("{} at once / 一時費用{monthly}", cost.amount)
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

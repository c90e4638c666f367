//! The content of an order: its normal form, in words, and compared with another.

use crate::domain::{OrderContent, OrderedDevice, ShipTo};

/// `50 nano SIMs on fixed-500mb and 50 rtr-100`.
pub(super) fn words(content: &OrderContent) -> String {
    let (count, form, plan) = (content.quantity, &content.form_factor, &content.rate_plan);
    let sims = format!("{count} {form} {} on {plan}", if count == 1 { "SIM" } else { "SIMs" });
    let devices: Vec<String> = content.devices.iter().map(device).collect();
    match devices.split_last() {
        None => sims,
        Some((last, [])) => format!("{sims} and {last}"),
        Some((last, others)) => format!("{sims}, {} and {last}", others.join(", ")),
    }
}

/// The same with where it goes and when: of the address only what is nobody's own.
pub(super) fn words_with_address(content: &OrderContent) -> String {
    let slot = content.time_slot.as_ref().map_or_else(String::new, |slot| format!(" ({slot})"));
    let when = content.preferred_date.map_or_else(String::new, |date| format!(", to arrive on {date}{slot}"));
    format!("{} to {} {}{when}", words(content), content.ship_to.prefecture, content.ship_to.city)
}

fn device(device: &OrderedDevice) -> String {
    format!("{} {}", device.quantity, device.model)
}

/// What was ordered otherwise than it is declared now: `quantity (50, declared is 60)`. Of the address only
/// the names of the fields: plans are kept in logs and comments.
pub(super) fn differences(ordered: &OrderContent, declared: &OrderContent) -> Vec<String> {
    let (ordered, declared) = (ordered.clone().normalised(), declared.clone().normalised());
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
    } = &ordered;
    let some = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let devices_of = |devices: &[OrderedDevice]| devices.iter().map(device).collect::<Vec<_>>().join(", ");
    let shown = [
        ("systemNumber", system_number.to_string(), declared.system_number.to_string()),
        ("serviceCode", service_code.to_string(), declared.service_code.to_string()),
        ("ratePlan", rate_plan.to_string(), declared.rate_plan.to_string()),
        ("formFactor", form_factor.to_string(), declared.form_factor.to_string()),
        ("quantity", quantity.to_string(), declared.quantity.to_string()),
        ("devices", devices_of(devices), devices_of(&declared.devices)),
        (
            "preferredDate",
            preferred_date.map_or_else(String::new, |date| date.to_string()),
            declared.preferred_date.map_or_else(String::new, |date| date.to_string()),
        ),
        (
            "timeSlot",
            time_slot.as_deref().unwrap_or_default().to_owned(),
            declared.time_slot.as_deref().unwrap_or_default().to_owned(),
        ),
    ];
    let shown = shown.into_iter().filter(|(_, ordered, declared)| ordered != declared);
    let shown = shown.map(|(field, ordered, declared)| format!("{field} ({}, declared is {})", some(ordered), some(declared)));
    shown.chain(different_address(ship_to, &declared.ship_to).map(|field| format!("shipTo.{field}"))).collect()
}

fn different_address(ordered: &ShipTo, declared: &ShipTo) -> impl Iterator<Item = &'static str> {
    let ShipTo { postal_code, prefecture, city, street, building, company, department, contact, phone } = ordered;
    let fields = [
        ("postalCode", *postal_code == declared.postal_code),
        ("prefecture", *prefecture == declared.prefecture),
        ("city", *city == declared.city),
        ("street", *street == declared.street),
        ("building", *building == declared.building),
        ("company", *company == declared.company),
        ("department", *department == declared.department),
        ("contact", *contact == declared.contact),
        ("phone", *phone == declared.phone),
    ];
    fields.into_iter().filter(|(_, same)| !same).map(|(field, _)| field)
}

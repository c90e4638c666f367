//! What an order costs: cards and devices at once, and cards by the month from their shipment on.

use crate::domain::{Catalogue, Money, OrderContent};
use crate::plan::Cost;

/// What an order costs as far as the catalogue knows, and what has no price in it.
///
/// Cards arrive in use and are billed from then on (DOMAIN 3); a chip SIM is billed from its start of use.
pub(super) fn of(catalogue: &Catalogue, content: &OrderContent) -> (Cost, Vec<String>) {
    let prices = &catalogue.orders;
    let (mut once, mut unknown) = (Money::ZERO, Vec::new());
    match prices.cards.get(&content.form_factor) {
        Some(price) => once = once.plus(times(*price, content.quantity)),
        None => unknown.push(format!("{} SIMs", content.form_factor)),
    }
    for device in &content.devices {
        match prices.devices.get(&device.model) {
            Some(price) => once = once.plus(times(*price, device.quantity)),
            None => unknown.push(device.model.to_string()),
        }
    }
    let is_chip = *content.form_factor == *CHIP;
    let monthly = if is_chip { Money::ZERO } else { times(catalogue.monthly(&content.rate_plan), content.quantity) };
    (Cost::once_and_monthly(once, monthly), unknown)
}

/// The form factor of SIMs that are soldered in and started later.
const CHIP: &str = "chip";

/// An order that is called off: nothing is paid, and nothing will be.
pub(super) fn of_cancelled(catalogue: &Catalogue, content: &OrderContent) -> Cost {
    let (Cost { amount, monthly, .. }, _) = of(catalogue, content);
    Cost::once_and_monthly(Money::ZERO.minus(amount), Money::ZERO.minus(monthly))
}

fn times(price: Money, quantity: u32) -> Money {
    Money(price.0.saturating_mul(i64::from(quantity)))
}

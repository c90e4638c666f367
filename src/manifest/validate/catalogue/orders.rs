//! Orders of what the carrier does not have.

use super::{place, unknown_plan, unknown_service};
use crate::diag::{Diagnostic, codes, did_you_mean};
use crate::domain::{Desired, DesiredOrder, Observed};

/// Judges orders that are still to be placed: the carrier's offer may change after the others were.
pub(super) fn check(desired: &Desired, observed: &Observed, diagnostics: &mut Vec<Diagnostic>) {
    let catalogue = &observed.catalogue;
    for order in desired.orders.iter().filter(|order| !order.cancelled && !is_placed(observed, order)) {
        let DesiredOrder { name, content, cancelled: _, source } = order;
        let who = format!("order {name}");
        diagnostics.extend(unknown_service(desired, catalogue, (&content.system_number, &content.service_code), *source, &who));
        if !catalogue.plans.contains_key(&content.rate_plan) {
            diagnostics.push(unknown_plan(desired, catalogue, &content.rate_plan, *source, &who));
        }
        let devices = &catalogue.orders.devices;
        // Without a price list nothing is known.
        for device in content.devices.iter().filter(|device| !devices.is_empty() && !devices.contains_key(&device.model)) {
            let known = devices.keys().map(|model| &**model);
            let help = did_you_mean(&device.model, known.clone()).map_or_else(
                || format!("the devices are {}", known.collect::<Vec<_>>().join(", ")),
                |meant| format!("did you mean {meant}?"),
            );
            let message = format!("the carrier has no device {} ({who})", device.model);
            diagnostics.push(Diagnostic::error(codes::UNKNOWN_DEVICE, place(desired, *source), message).help(help));
        }
    }
}

/// Whether the carrier knows an order of this content.
fn is_placed(observed: &Observed, order: &DesiredOrder) -> bool {
    let mut applications = observed.purchases.orders.iter().flatten();
    applications.any(|application| application.content.as_ref() == Some(&order.content))
}

//! Orders: what their fields say together.

use std::collections::BTreeMap;

use crate::api::SimOrderSpec;
use crate::diag::codes;
use crate::domain::address::AddressField;
use crate::manifest::places::Places;
use crate::manifest::sink::Sink;

/// The most devices in one parcel (DOMAIN 4, `[D]`).
pub(crate) const MAX_DEVICES: u64 = 999;

/// An address, as far as it was read: each part for itself, so that all of its problems are said at once.
pub(crate) fn address<'t>(text: impl Fn(AddressField) -> Option<&'t str>, places: &impl Places, sink: &mut Sink) {
    for field in AddressField::ALL {
        let Some(text) = text(field) else { continue };
        // The pattern of a Kubernetes schema cannot leave them out.
        if text.trim() != text && !text.trim().is_empty() {
            let message = format!("{} begins or ends with a blank", field.name());
            let found = places.field(&["spec", "shipTo", field.name()]).error(codes::INVALID_ADDRESS, message);
            sink.push(found.help(format!("write {}", text.trim())));
        }
        for problem in field.problems(text) {
            let message = format!("{} {}", field.name(), problem.message);
            let found = places.field(&["spec", "shipTo", field.name()]).error(codes::INVALID_ADDRESS, message);
            sink.push(match problem.fixed {
                Some(fixed) => found.help(format!("write {fixed}")),
                None => found,
            });
        }
    }
}

/// Devices: each model once, not too many of all.
pub(crate) fn devices(spec: &SimOrderSpec, places: &impl Places, sink: &mut Sink) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (nth, device) in spec.devices.iter().enumerate() {
        let model = device.model.as_str();
        if let Some(other) = first.get(model) {
            let place = places.entry_field("devices", nth, "model");
            sink.push(
                place
                    .error(codes::ORDER_DEVICES, format!("the model {model} stands twice in this order"))
                    .related("it stands here already", places.entry_field("devices", *other, "model").location)
                    .help("write it once, with the sum of both quantities"),
            );
        } else {
            first.insert(model, nth);
        }
    }
    let all: u64 = spec.devices.iter().map(|device| u64::from(device.quantity)).sum();
    if all > MAX_DEVICES {
        let place = places.field(&["spec", "devices"]);
        let message = format!("the order has {all} devices in all, it may have {MAX_DEVICES}");
        sink.push(place.error(codes::ORDER_DEVICES, message).help("split it into several orders"));
    }
}

/// A part of a day wants a day.
pub(crate) fn time_slot(spec: &SimOrderSpec, places: &impl Places, sink: &mut Sink) {
    // A date that was refused is none that is missing.
    if spec.time_slot.is_some() && !places.has(&["spec", "preferredDate"]) {
        sink.push(
            places
                .field(&["spec", "timeSlot"])
                .error(codes::TIME_SLOT_WITHOUT_DATE, "timeSlot is a part of preferredDate, which is missing")
                .help("add preferredDate, or remove timeSlot"),
        );
    }
}

//! Orders between the wire and the core.

use crate::carrier::wire::{DeviceOrder, OrderBody, ShipTo as WireAddress};
use crate::domain::{OrderContent, OrderedDevice, RatePlan, ServiceCode, ShipTo, SystemNumber};

/// As functions 8 and 9 take it.
pub fn order_to_wire(content: &OrderContent) -> OrderBody {
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
    OrderBody {
        system_no: system_number.to_string(),
        service_code: service_code.to_string(),
        plan_code: rate_plan.to_string(),
        form_factor: form_factor.to_string(),
        quantity: *quantity,
        devices: devices
            .iter()
            .map(|OrderedDevice { model, quantity }| DeviceOrder { model: model.to_string(), quantity: *quantity })
            .collect(),
        ship_to: address_to_wire(ship_to),
        preferred_date: *preferred_date,
        time_slot: time_slot.as_deref().map(str::to_owned),
    }
}

fn address_to_wire(address: &ShipTo) -> WireAddress {
    let ShipTo { postal_code, prefecture, city, street, building, company, department, contact, phone } = address.clone();
    WireAddress { postal_code, prefecture, city, street, building, company, department, contact, phone }
}

/// What a carrier says was ordered, normalised as a declared order is, so that the two can be compared.
pub fn order_from_wire(body: &OrderBody) -> OrderContent {
    let OrderBody { system_no, service_code, plan_code, form_factor, quantity, devices, ship_to, preferred_date, time_slot } =
        body;
    let mut devices: Vec<OrderedDevice> = devices
        .iter()
        .map(|DeviceOrder { model, quantity }| OrderedDevice { model: model.as_str().into(), quantity: *quantity })
        .collect();
    devices.sort();
    OrderContent {
        system_number: SystemNumber::new(system_no.as_str()),
        service_code: ServiceCode::new(service_code.as_str()),
        rate_plan: RatePlan::new(plan_code.as_str()),
        form_factor: form_factor.as_str().into(),
        quantity: *quantity,
        devices,
        ship_to: address_from_wire(ship_to).normalised(),
        preferred_date: *preferred_date,
        time_slot: time_slot.as_deref().map(Into::into),
    }
}

fn address_from_wire(address: &WireAddress) -> ShipTo {
    let WireAddress { postal_code, prefecture, city, street, building, company, department, contact, phone } = address.clone();
    ShipTo { postal_code, prefecture, city, street, building, company, department, contact, phone }
}

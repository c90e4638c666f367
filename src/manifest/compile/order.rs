//! `SimOrder` to an order.

use std::sync::Arc;

use crate::api::{DeviceItem, Metadata, OrderState, ShippingAddress, SimOrder, SimOrderSpec, TimeSlot};
use crate::domain::name::Interner;
use crate::domain::{DesiredOrder, OrderContent, OrderedDevice, RatePlan, ServiceCode, ShipTo, Source, SystemNumber};
use crate::manifest::places::Places;
use crate::manifest::sink::Place;
use crate::manifest::validate::dates;

/// An order and whose it is.
#[derive(Debug)]
pub(crate) struct OrderDraft {
    pub(crate) account: Arc<str>,
    pub(crate) account_place: Place,
    pub(crate) order: DesiredOrder,
}

/// Compiles an order. Its content is normalised: two ways to write one order become equal.
pub(crate) fn order(document: &SimOrder, file: u32, places: &impl Places, interner: &mut Interner) -> OrderDraft {
    let SimOrder { api_version: _, kind: _, metadata: Metadata { name, namespace: _, labels: _, annotations: _ }, spec } =
        document;
    let SimOrderSpec {
        account_ref,
        system_number,
        service_code,
        rate_plan,
        form_factor,
        quantity,
        devices,
        ship_to,
        preferred_date,
        time_slot,
        state,
    } = spec;
    let mut devices: Vec<OrderedDevice> = devices
        .iter()
        .map(|DeviceItem { model, quantity }| OrderedDevice { model: interner.intern(model), quantity: *quantity })
        .collect();
    devices.sort();
    let here = places.field(&["metadata", "name"]).location;
    OrderDraft {
        account: interner.intern(&account_ref.name),
        account_place: places.field(&["spec", "accountRef", "name"]),
        order: DesiredOrder {
            name: interner.intern(name),
            content: OrderContent {
                system_number: SystemNumber::from(interner.intern(system_number)),
                service_code: ServiceCode::from(interner.intern(service_code)),
                rate_plan: RatePlan::from(interner.intern(rate_plan)),
                form_factor: interner.intern(form_factor.wire()),
                quantity: *quantity,
                devices,
                ship_to: address(ship_to).normalised(),
                preferred_date: preferred_date.as_deref().and_then(|text| dates::parse(text).ok()),
                time_slot: time_slot.map(TimeSlot::wire).map(|slot| interner.intern(slot)),
            },
            cancelled: *state == Some(OrderState::Cancelled),
            source: Source { file, line: here.line, column: here.column },
        },
    }
}

fn address(written: &ShippingAddress) -> ShipTo {
    let ShippingAddress { postal_code, prefecture, city, street, building, company, department, contact, phone } =
        written.clone();
    ShipTo { postal_code, prefecture, city, street, building, company, department, contact, phone }
}
